//! The program of the page: WebAssembly, one module or a main one with parts that are loaded later,
//! and the JavaScript beside it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Kind, make_empty, wasm_opt_arguments};
use crate::project::{Project, run};
use crate::setup;

/// The name of the program, without ending, as the tools write it.
const NAME: &str = "glasspost-app";
/// The file, without ending, that loads the parts. Only a split program has it.
const PARTS: &str = "glasspost-parts";

/// The names of the files that the page loads at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Module {
    /// The JavaScript that starts the program.
    pub(super) js: String,
    /// The program, or its main module.
    pub(super) wasm: String,
    /// The JavaScript that loads the parts, which `js` imports.
    pub(super) parts: Option<String>,
}

/// Makes the files of the program in the folder `made`, of what cargo has compiled.
pub(super) fn make(project: &Project, kind: &Kind, made: &Path) -> Result<()> {
    make_empty(made)?;
    let compiled = format!("{}/{}", setup::WASM_TARGET, kind.profile());
    let compiled = project.target(&compiled).join(format!("{NAME}.wasm"));
    let bindgen = |input: &Path| {
        run(project
            .command(project.target("debug/page-bindgen"))
            .arg(input)
            .arg(made))
    };
    let Kind::Small { wasm_opt } = kind else {
        return bindgen(&compiled);
    };
    run(project
        .command(project.target("debug/page-split"))
        .arg(&compiled)
        .arg(made))?;
    let main = made.join(format!("{NAME}.wasm"));
    bindgen(&main)?;
    fs::remove_file(&main).with_context(|| format!("could not remove {}", main.display()))?;
    let Some(wasm_opt) = wasm_opt else {
        return Ok(());
    };
    let arguments = wasm_opt_arguments(&fs::read_to_string(project.path("index.html"))?)?;
    for name in names(made)?.iter().filter(|name| name.ends_with(".wasm")) {
        let wasm = made.join(name);
        run(project
            .command(wasm_opt)
            .args(&arguments)
            .arg("--output")
            .args([&wasm, &wasm]))?;
    }
    Ok(())
}

impl Module {
    /// Copies the files in the folder `made` to the page's folder. Their new names hold a hash of
    /// all of them, so no part is ever loaded into a module of another build.
    pub(super) fn place(made: &Path, page: &Path) -> Result<Self> {
        let mut files = Vec::new();
        for name in names(made)? {
            let octets = fs::read(made.join(&name)).with_context(|| format!("no {name}"))?;
            files.push((name, octets));
        }
        let mut hasher = DefaultHasher::new();
        files.hash(&mut hasher);
        let hash = format!("{:016x}", hasher.finish());
        for (name, octets) in &files {
            let mut octets = octets.clone();
            if name.ends_with(".js") {
                let mut text = String::from_utf8(octets).with_context(|| name.clone())?;
                for (other, _) in &files {
                    text = with_new_name(&text, other, &hashed(other, &hash));
                }
                octets = text.into_bytes();
            }
            fs::write(page.join(hashed(name, &hash)), octets)?;
        }
        let there = |name: String| files.iter().any(|(file, _)| *file == name).then_some(name);
        let (js, wasm) = (format!("{NAME}.js"), format!("{NAME}_bg.wasm"));
        for name in [&js, &wasm] {
            ensure!(there(name.clone()).is_some(), "the program has no {name}");
        }
        Ok(Self {
            js: hashed(&js, &hash),
            wasm: hashed(&wasm, &hash),
            parts: there(format!("{PARTS}.js")).map(|name| hashed(&name, &hash)),
        })
    }
}

/// The names of the files in a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// `name.js` becomes `name-hash.js`, and `name_bg.wasm` becomes `name-hash_bg.wasm`.
fn hashed(name: &str, hash: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    match stem.strip_suffix("_bg") {
        Some(stem) => format!("{stem}-{hash}_bg.{ending}"),
        None => format!("{stem}-{hash}.{ending}"),
    }
}

/// Where JavaScript imports or fetches the file, it does so by its new name. Elsewhere the old name
/// is that of an import of the WebAssembly.
fn with_new_name(js: &str, name: &str, new: &str) -> String {
    ["from ", "new URL("]
        .iter()
        .fold(js.to_owned(), |js, before| {
            js.replace(
                &format!("{before}\"./{name}\""),
                &format!("{before}\"./{new}\""),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_of_a_build_name_each_other_and_change_their_names_together() {
        let names_of = |part: &str| {
            let (made, page) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            let main = "import * as a from \"./glasspost-parts.js\"\n{\"./glasspost-parts.js\": a}";
            let loader = "import { b } from \"./glasspost-app.js\";\n\
                          new URL(\"./split_x.wasm\", import.meta.url)";
            for (name, text) in [
                ("glasspost-app.js", main),
                ("glasspost-app_bg.wasm", "main"),
                ("glasspost-parts.js", loader),
                ("split_x.wasm", part),
            ] {
                fs::write(made.path().join(name), text).unwrap();
            }
            let module = Module::place(made.path(), page.path()).unwrap();
            let hash = module.js["glasspost-app-".len()..].trim_end_matches(".js");
            assert_eq!(module.wasm, format!("glasspost-app-{hash}_bg.wasm"));
            let parts = format!("glasspost-parts-{hash}.js");
            assert_eq!(module.parts.as_ref(), Some(&parts));
            let read = |name: &str| fs::read_to_string(page.path().join(name)).unwrap();
            assert_eq!(read(&format!("split_x-{hash}.wasm")), part);
            assert_eq!(
                read(&module.js),
                format!("import * as a from \"./{parts}\"\n{{\"./glasspost-parts.js\": a}}")
            );
            assert_eq!(
                read(&parts),
                format!(
                    "import {{ b }} from \"./{}\";\n\
                     new URL(\"./split_x-{hash}.wasm\", import.meta.url)",
                    module.js
                )
            );
            names(page.path()).unwrap()
        };
        let (one, other) = (names_of("1"), names_of("2"));
        assert_eq!(one, names_of("1"));
        assert!(one.iter().all(|name| !other.contains(name)));
    }

    #[test]
    fn a_program_without_parts_has_no_file_that_loads_them() {
        let (made, page) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(Module::place(made.path(), page.path()).is_err());
        for name in ["glasspost-app.js", "glasspost-app_bg.wasm"] {
            fs::write(made.path().join(name), name).unwrap();
        }
        assert_eq!(Module::place(made.path(), page.path()).unwrap().parts, None);
    }
}
