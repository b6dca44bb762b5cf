//! Tools from npm: wasm-opt, and for the tests axe-core, a mail server and a reader of messages.

use std::path::PathBuf;

use anyhow::Result;

use super::Tool;
use super::cache::Cache;
use super::network::with_retries;
use super::programs;
use crate::project::{clean_command, output_of, run};

/// The newest flag that index.html passes to wasm-opt. A wasm-opt that accepts it is new enough.
const NEWEST_FLAG: &str = "--enable-call-indirect-overlong";

/// One package from npm, in a folder of its own.
pub(crate) struct NodePackage {
    name: &'static str,
    package: &'static str,
    version: &'static str,
    file: &'static str,
    may_be_on_path: bool,
    dir: PathBuf,
    cache: Cache,
}

impl NodePackage {
    /// Makes the page's wasm smaller. Versions in distributions are too old for the output of
    /// rustc.
    pub(crate) fn wasm_opt(cache: &Cache) -> Self {
        let version = "132.0.0";
        Self {
            name: "wasm-opt",
            package: "binaryen",
            version,
            file: "node_modules/.bin/wasm-opt",
            may_be_on_path: true,
            dir: cache.dir("wasm-opt", version),
            cache: cache.clone(),
        }
    }

    /// The accessibility rules of the browser tests.
    pub(crate) fn axe(cache: &Cache) -> Self {
        let version = "4.12.1";
        Self {
            name: "axe-core",
            package: "axe-core",
            version,
            file: "node_modules/axe-core/axe.min.js",
            may_be_on_path: false,
            dir: cache.dir("axe-core", version),
            cache: cache.clone(),
        }
    }

    /// Another mail server.
    pub(crate) fn smtp_server(cache: &Cache) -> Self {
        let version = "3.21.6";
        Self {
            name: "smtp-server",
            package: "smtp-server",
            version,
            file: "node_modules/smtp-server/dist/cjs/smtp-server.js",
            may_be_on_path: false,
            dir: cache.dir("smtp-server", version),
            cache: cache.clone(),
        }
    }

    /// Another reader of messages.
    pub(crate) fn mailparser(cache: &Cache) -> Self {
        let version = "3.14.2";
        Self {
            name: "mailparser",
            package: "mailparser",
            version,
            file: "node_modules/mailparser/dist/cjs/index.js",
            may_be_on_path: false,
            dir: cache.dir("mailparser", version),
            cache: cache.clone(),
        }
    }

    /// The package's file in the cache.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        Some(self.dir.join(self.file)).filter(|file| file.is_file())
    }

    /// The program from PATH if its version fits, otherwise from the cache.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        let on_path = self
            .may_be_on_path
            .then(|| programs::find(self.name))
            .flatten();
        let fits = |found: &PathBuf| {
            output_of(clean_command(found).arg("--help"))
                .is_ok_and(|help| help.contains(NEWEST_FLAG))
        };
        on_path.filter(fits).or_else(|| self.file())
    }
}

impl Tool for NodePackage {
    fn name(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    fn takes(&self) -> &'static str {
        "seconds, from npm"
    }

    fn present(&self) -> bool {
        self.program().is_some()
    }

    fn possible(&self) -> bool {
        programs::find("npm").is_some()
    }

    fn install(&self) -> Result<()> {
        self.cache.install(self.name, self.version, |root| {
            with_retries(self.name, || {
                let mut npm = clean_command("npm");
                npm.current_dir(root)
                    .args(["install", "--prefix"])
                    .arg(root);
                // Nothing in these packages needs to run during installation.
                npm.args([
                    "--ignore-scripts",
                    "--no-audit",
                    "--no-fund",
                    "--no-update-notifier",
                    "--loglevel=error",
                ]);
                npm.arg(format!("{}@{}", self.package, self.version));
                run(&mut npm)
            })
        })
    }
}
