//! Makes Rust of the page's words: a key that is missing in one language is an error here, not a
//! gap on the page.

#[path = "build/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let is_wasm = std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    if is_wasm && std::env::var_os("CARGO_FEATURE_PARTS").is_some() {
        // The program that splits the page reads from these what each function uses.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    fs::write(out.join("words.rs"), own_words(Path::new("src"))?)?;
    fs::write(out.join("meaning.rs"), meaning_keys(Path::new("meaning"))?)?;
    Ok(())
}

/// The words of the page itself, in every language: those of all features, each of which has its
/// own in a folder `words`.
fn own_words(src: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", src.display());
    let mut languages = [("En", words::Words::new()), ("Ko", words::Words::new())];
    for feature in fs::read_dir(src)? {
        let folder = feature?.path().join("words");
        if !folder.is_dir() {
            continue;
        }
        for (language, all) in &mut languages {
            let file = folder.join(format!("{}.json", language.to_lowercase()));
            for (key, words) in read(&file)? {
                if all.insert(key.clone(), words).is_some() {
                    return Err(format!("{}: another file has {key:?}", file.display()).into());
                }
            }
        }
    }
    let methods =
        words::methods(&languages).map_err(|why| format!("{}/*/words: {why}", src.display()))?;
    Ok(format!("impl Locale {{\n{methods}}}\n"))
}

fn read(file: &Path) -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    serde_json::from_str(&fs::read_to_string(file)?)
        .map_err(|error| format!("{}: {error}", file.display()).into())
}

/// What explains the wire: loaded by the page in one language, so only the keys are compiled in.
fn meaning_keys(folder: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let (english, korean) = (
        read(&folder.join("en.json"))?,
        read(&folder.join("ko.json"))?,
    );
    for (lacks, from, to) in [("ko", &english, &korean), ("en", &korean, &english)] {
        if let Some(key) = from.keys().find(|key| !to.contains_key(*key)) {
            return Err(format!("{}/{lacks}.json lacks {key:?}", folder.display()).into());
        }
    }
    let is_enhanced_code = |key: &&String| {
        key.strip_prefix('e')
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    };
    let mut constants = String::new();
    for key in english.keys().filter(|key| !is_enhanced_code(key)) {
        writeln!(
            constants,
            "pub(in crate::explain::meaning) const {key}: Key = Key({key:?});"
        )?;
    }
    Ok(constants)
}
