//! Tools that are Rust crates: trunk and wasm-bindgen's command-line tool, for `run --dev`,
//! cargo-fuzz, and Firefox's driver.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Tool;
use super::cache::Cache;
use super::network::with_retries;
use super::programs;
use crate::project::{clean_command, run};
use crate::say::say;

/// 0.22 needs a newer rustc than ours.
const TRUNK: &str = "0.21.14";

/// The version whose build flags were tested with a stable compiler.
const CARGO_FUZZ: &str = "0.13.2";

/// Mozilla publishes it as a crate. Debian has no package of it.
const GECKODRIVER: &str = "0.37.1";

/// A program installed by `cargo install`.
pub(crate) struct CrateTool {
    program: &'static str,
    package: &'static str,
    version: String,
    takes: &'static str,
    features: &'static [&'static str],
    fits: fn(found: &str, wanted: &str) -> bool,
    dir: PathBuf,
    cache: Cache,
}

impl CrateTool {
    /// Builds and serves the page.
    pub(crate) fn trunk(cache: &Cache) -> Self {
        Self {
            program: "trunk",
            package: "trunk",
            version: TRUNK.to_owned(),
            takes: "about 4 minutes, built from source",
            features: &["--no-default-features", "--features", "rustls"],
            fits: same_series,
            dir: cache.dir("trunk", TRUNK),
            cache: cache.clone(),
        }
    }

    /// Creates the JavaScript part of the page.
    pub(crate) fn wasm_bindgen(cache: &Cache, version: String) -> Self {
        Self {
            program: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            takes: "about 1 minute, built from source",
            features: &[],
            fits: |found, wanted| found == wanted,
            dir: cache.dir("wasm-bindgen", &version),
            version,
            cache: cache.clone(),
        }
    }

    /// Builds and runs fuzz targets.
    pub(crate) fn cargo_fuzz(cache: &Cache) -> Self {
        Self {
            program: "cargo-fuzz",
            package: "cargo-fuzz",
            version: CARGO_FUZZ.to_owned(),
            takes: "about 1 minute, built from source",
            features: &[],
            fits: same_series,
            dir: cache.dir("cargo-fuzz", CARGO_FUZZ),
            cache: cache.clone(),
        }
    }

    /// Drives Firefox.
    pub(crate) fn geckodriver(cache: &Cache) -> Self {
        Self {
            program: "geckodriver",
            package: "geckodriver",
            version: GECKODRIVER.to_owned(),
            takes: "about 1 minute, built from source",
            features: &[],
            fits: not_older,
            dir: cache.dir("geckodriver", GECKODRIVER),
            cache: cache.clone(),
        }
    }

    /// The program from PATH if its version fits, otherwise from the cache.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        let on_path = programs::find(self.program).filter(|found| {
            programs::version(found).is_some_and(|version| (self.fits)(&version, &self.version))
        });
        on_path
            .or_else(|| Some(self.dir.join("bin").join(self.program)).filter(|own| own.is_file()))
    }

    /// Downloads a prebuilt program with cargo-binstall, if that is installed.
    fn binstall(&self, root: &Path) -> Result<()> {
        let mut binstall = clean_command("cargo-binstall");
        binstall
            .args(["--no-confirm", "--disable-strategies", "compile", "--root"])
            .arg(root)
            .arg(format!("{}@{}", self.package, self.version));
        run(&mut binstall)
    }

    fn cargo_install(&self, root: &Path, locked: bool) -> Result<()> {
        let mut cargo = clean_command("cargo");
        // Not in the checkout, whose settings are not for the tool.
        cargo
            .current_dir(root)
            .args(["install", "--root"])
            .arg(root);
        // An optimised trunk takes twice as long to build and saves no measurable time.
        cargo.arg("--debug");
        if locked {
            cargo.arg("--locked");
        }
        cargo
            .args([self.package, "--version", &self.version])
            .args(self.features);
        // Anywhere else it would leave a target folder behind, or mix with the project's.
        cargo.env("CARGO_TARGET_DIR", root.join("build"));
        // Otherwise cargo advises to add a folder to PATH that is about to be renamed.
        cargo.env("PATH", programs::path_with(&[root.join("bin")])?);
        run(&mut cargo)
    }
}

impl Tool for CrateTool {
    fn name(&self) -> String {
        format!("{} {}", self.program, self.version)
    }

    fn takes(&self) -> &'static str {
        self.takes
    }

    fn present(&self) -> bool {
        self.program().is_some()
    }

    fn install(&self) -> Result<()> {
        self.cache.install(self.program, &self.version, |root| {
            if programs::find("cargo-binstall").is_some() {
                match self.binstall(root) {
                    Ok(()) => return Ok(()),
                    Err(error) => say("setup", format!("{error:#}; building it instead")),
                }
            }
            let fetched = with_retries(self.program, || self.cargo_install(root, true));
            if let Err(error) = fetched {
                // The lock file of a release may name a crate that the registry does not have.
                say("setup", format!("{error:#}"));
                say(
                    "setup",
                    format!("{}: trying without its lock file", self.program),
                );
                self.cargo_install(root, false)?;
            }
            std::fs::remove_dir_all(root.join("build"))?;
            Ok(())
        })
    }
}

/// Whether two versions differ only in the last number, and the installed one is not older.
fn same_series(found: &str, wanted: &str) -> bool {
    let (Some((found_series, found_patch)), Some((wanted_series, wanted_patch))) =
        (found.rsplit_once('.'), wanted.rsplit_once('.'))
    else {
        return false;
    };
    let (Ok(found_patch), Ok(wanted_patch)) =
        (found_patch.parse::<u32>(), wanted_patch.parse::<u32>())
    else {
        return false;
    };
    found_series == wanted_series && found_patch >= wanted_patch
}

/// Whether a version is the wanted one or a later one.
fn not_older(found: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u32>> {
        version.split('.').map(|part| part.parse().ok()).collect()
    };
    numbers(found).is_some_and(|found| Some(found) >= numbers(wanted))
}

#[cfg(test)]
mod tests {
    use super::{not_older, same_series};

    #[test]
    fn a_later_patch_fits_and_nothing_else_does() {
        assert!(same_series("0.21.14", "0.21.14"));
        assert!(same_series("0.21.15", "0.21.14"));
        assert!(!same_series("0.21.9", "0.21.14"));
        assert!(!same_series("0.22.14", "0.21.14"));
        assert!(!same_series("0.21.15-beta", "0.21.14"));
        assert!(!same_series("", "0.21.14"));
    }

    #[test]
    fn any_later_version_fits_a_driver() {
        assert!(not_older("0.37.1", "0.37.1"));
        assert!(not_older("0.38.0", "0.37.1"));
        assert!(not_older("1.0.0", "0.37.1"));
        assert!(!not_older("0.37.0", "0.37.1"));
        assert!(!not_older("0.9.9", "0.37.1"));
        assert!(!not_older("", "0.37.1"));
    }
}
