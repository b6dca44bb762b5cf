//! Reads the locked version of a crate from Cargo.lock.

use std::fs;

use anyhow::{Context, Result};

use crate::project::Project;

/// The version of wasm-bindgen with which the page is built. The command-line tool must have
/// exactly the same version, because their private format changes between releases.
pub(crate) fn wasm_bindgen_version(project: &Project) -> Result<String> {
    let lock =
        fs::read_to_string(project.path("Cargo.lock")).context("could not read Cargo.lock")?;
    version_of(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .context("Cargo.lock does not name wasm-bindgen; does app/Cargo.toml still depend on it?")
}

/// The version of `package` in the text of a Cargo.lock.
fn version_of<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| line.trim() == name)?;
    lines
        .next()?
        .trim()
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::version_of;

    const LOCK: &str = r#"version = 4

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.999"

[[package]]
name = "wasm-bindgen"
version = "0.2.126"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;

    #[test]
    fn the_whole_name_counts() {
        assert_eq!(version_of(LOCK, "wasm-bindgen"), Some("0.2.126"));
        assert_eq!(version_of(LOCK, "wasm-bindgen-macro"), Some("0.2.999"));
        assert_eq!(version_of(LOCK, "wasm"), None);
    }
}
