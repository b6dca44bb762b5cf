//! `page-split INPUT.wasm FOLDER`: writes into the folder what the page needs at once
//! (`glasspost-app.wasm`, which goes to `page-bindgen`), the parts that it loads later
//! (`split_NAME.wasm`, and `chunk_NUMBER.wasm` for what several parts share), and the JavaScript
//! that loads those (`glasspost-parts.js`).
//!
//! The functions of a part are marked in the source (`app/src/ui/part.rs`). What only they use
//! becomes part of their file. The module must have been linked with `--emit-relocs`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use wasm_split_cli_support::Options;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        bail!("expected a module and a folder");
    };
    let module = fs::read(input).with_context(|| format!("could not read {}", input.display()))?;
    let folder = Path::new(folder);
    let main = folder.join("glasspost-app.wasm");
    let mut options = Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./glasspost-app.js";
    options.link_name = "./glasspost-parts.js";
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("could not split the page: {error:?}"))?;
    for part in split.split_modules {
        let module = without_names(&fs::read(&part)?)
            .with_context(|| format!("{} is not WebAssembly", part.display()))?;
        fs::write(&part, module)?;
    }
    Ok(())
}

/// A module without its names. They are for debugging, and wasm-opt does not know all kinds of
/// them. None: it is no module.
fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    const CUSTOM: u8 = 0;
    let (head, mut rest) = module.split_at_checked(8)?;
    let mut kept = head.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        let (size, content) = number(after)?;
        let (content, next) = content.split_at_checked(size)?;
        let is_names = id == CUSTOM && {
            let (length, name) = number(content)?;
            name.get(..length)? == b"name"
        };
        if !is_names {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(kept)
}

/// A number in LEB128, and what follows it.
fn number(octets: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for (at, octet) in octets.iter().take(5).enumerate() {
        number |= usize::from(octet & 0x7f) << (7 * at);
        if octet & 0x80 == 0 {
            return Some((number, &octets[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn only_the_names_are_removed() {
        let head = b"\0asm\x01\0\0\0";
        let (types, names, other) = (b"\x01\x01\0", b"\0\x85\0\x04name", b"\0\x03\x02xy");
        let module = [&head[..], types, names, other].concat();
        let kept = [&head[..], types, other].concat();
        assert_eq!(without_names(&module), Some(kept));
        assert_eq!(without_names(&module[..module.len() - 1]), None);
        assert_eq!(without_names(b"<html>"), None);
    }
}
