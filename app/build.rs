//! Makes Rust of the words in `locales/`: a key that is missing in one language is an error here, not a gap on the page.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::options::CodegenOptions;
use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let config = Config::new("en")?
        .add_locale("ko")?
        .add_namespaces(["ui", "meaning"])?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let words = TranslationsInfos::parse(config)?;
    words.emit_diagnostics();
    words.rerun_if_locales_changed();
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    // What is generated is not ours to document.
    let attributes = "#![allow(missing_docs, clippy::all, unreachable_pub)]"
        .parse()
        .map_err(|error| format!("{error}"))?;
    let options = CodegenOptions::new().top_level_attributes(Some(attributes));
    words.generate_i18n_module_with_options(out, options)?;
    Ok(())
}
