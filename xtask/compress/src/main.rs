//! `page-compress FOLDER`: writes a brotli and a gzip version beside each file that gets smaller.
//! Prints a line for each file: its size, its size with brotli, and its name.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// File types worth compressing; pictures and fonts are compressed already.
const TEXTUAL: [&str; 8] = [
    "html",
    "js",
    "css",
    "wasm",
    "svg",
    "json",
    "txt",
    "webmanifest",
];

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        bail!("expected a folder");
    };
    for size in all(Path::new(folder))? {
        println!("{} {} {}", size.plain, size.brotli, size.name);
    }
    Ok(())
}

/// The sizes of a file of the page.
struct Size {
    name: String,
    plain: usize,
    brotli: usize,
}

/// Compresses every file in `folder` that gets smaller by it.
fn all(folder: &Path) -> Result<Vec<Size>> {
    let mut files = Vec::new();
    find(folder, &mut files)?;
    files.sort();
    let mut sizes = Vec::new();
    for file in files {
        let plain =
            fs::read(&file).with_context(|| format!("could not read {}", file.display()))?;
        let brotli = by_brotli(&plain)?;
        let gzip = by_gzip(&plain)?;
        sizes.push(Size {
            name: file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            plain: plain.len(),
            brotli: brotli.len().min(plain.len()),
        });
        for (ending, compressed) in [("br", brotli), ("gz", gzip)] {
            if compressed.len() < plain.len() {
                fs::write(twin(&file, ending), compressed)?;
            }
        }
    }
    Ok(sizes)
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|ending| TEXTUAL.iter().any(|textual| ending == *textual))
        {
            files.push(path);
        }
    }
    Ok(())
}

fn twin(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn by_brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut out, &params)?;
    Ok(out)
}

fn by_gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::all;

    #[test]
    fn twins_hold_the_same_bytes_and_only_where_they_are_smaller() {
        let folder = tempfile::tempdir().unwrap();
        let text = "the page ".repeat(500);
        fs::create_dir(folder.path().join("deeper")).unwrap();
        fs::write(folder.path().join("deeper/page.js"), &text).unwrap();
        fs::write(folder.path().join("tiny.css"), "a").unwrap();
        fs::write(folder.path().join("picture.png"), &text).unwrap();

        let sizes = all(folder.path()).unwrap();
        assert_eq!(sizes.len(), 2);
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["deeper", "picture.png", "tiny.css"]);

        let mut unzipped = String::new();
        let gzip = fs::File::open(folder.path().join("deeper/page.js.gz")).unwrap();
        flate2::read::GzDecoder::new(gzip)
            .read_to_string(&mut unzipped)
            .unwrap();
        assert_eq!(unzipped, text);
        let mut unpacked = Vec::new();
        let packed = fs::read(folder.path().join("deeper/page.js.br")).unwrap();
        brotli::BrotliDecompress(&mut &*packed, &mut unpacked).unwrap();
        assert_eq!(unpacked, text.as_bytes());
    }
}
