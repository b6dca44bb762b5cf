//! Makes Rust of the page's words: a key that is missing in one language is an error here, not a
//! gap on the page.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use leptos_i18n_build::options::CodegenOptions;
use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    interface(out.join("i18n"))?;
    fs::write(out.join("meaning.rs"), meaning_keys(Path::new("meaning"))?)?;
    Ok(())
}

/// What stands on the page itself: compiled in, in every language.
fn interface(out: PathBuf) -> Result<(), Box<dyn Error>> {
    let config = Config::new("en")?
        .add_locale("ko")?
        .add_namespaces(["ui"])?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let words = TranslationsInfos::parse(config)?;
    words.emit_diagnostics();
    words.rerun_if_locales_changed();
    // What is generated is not ours to document.
    let attributes = "#![allow(missing_docs, clippy::all, unreachable_pub)]"
        .parse()
        .map_err(|error| format!("{error}"))?;
    let options = CodegenOptions::new().top_level_attributes(Some(attributes));
    words.generate_i18n_module_with_options(out, options)?;
    Ok(())
}

/// What explains the wire: loaded by the page in one language, so only the keys are compiled in.
fn meaning_keys(folder: &Path) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let read = |language: &str| -> Result<BTreeMap<String, String>, Box<dyn Error>> {
        let file = folder.join(format!("{language}.json"));
        serde_json::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()).into())
    };
    let (english, korean) = (read("en")?, read("ko")?);
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
