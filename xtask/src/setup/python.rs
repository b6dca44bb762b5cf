//! A Python environment with the mail server and the WebSocket client that the tests use.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Tool;
use super::cache::Cache;
use super::network::with_retries;
use crate::project::{clean_command, run, succeeds};

const PACKAGES: [&str; 2] = ["aiosmtpd==1.4.6", "websockets==15.0.1"];
const VERSION: &str = "1";

/// A virtual environment in the cache.
pub(crate) struct Python {
    dir: PathBuf,
    cache: Cache,
}

impl Python {
    pub(crate) fn new(cache: &Cache) -> Self {
        Self {
            dir: cache.dir("test-python", VERSION),
            cache: cache.clone(),
        }
    }

    /// The interpreter.
    pub(crate) fn program(&self) -> PathBuf {
        interpreter(&self.dir)
    }
}

impl Tool for Python {
    fn name(&self) -> String {
        format!("a Python environment for tests: {}", PACKAGES.join(", "))
    }

    fn takes(&self) -> &'static str {
        "seconds, from PyPI"
    }

    /// It may be broken although it exists, because it depends on the system's Python, which may
    /// have been replaced.
    fn present(&self) -> bool {
        succeeds(clean_command(self.program()).args(["-c", "import aiosmtpd, websockets"]))
    }

    fn possible(&self) -> bool {
        can_make_environments()
    }

    fn install(&self) -> Result<()> {
        self.cache.install("test-python", VERSION, |root| {
            run(clean_command(base()).args(["-m", "venv"]).arg(root))?;
            with_retries("the Python packages", || {
                let mut pip = clean_command(interpreter(root));
                pip.args([
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                ])
                .args(PACKAGES);
                run(&mut pip)
            })
        })
    }
}

/// Whether an installed Python can create virtual environments.
pub(crate) fn can_make_environments() -> bool {
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .any(makes_environments)
}

/// The first Python that can. The system's own comes after the one on PATH, which may lack modules.
fn base() -> &'static str {
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(|python| makes_environments(python))
        .unwrap_or("python3")
}

fn makes_environments(python: &str) -> bool {
    succeeds(clean_command(python).args(["-c", "import venv, ensurepip"]))
}

fn interpreter(root: &Path) -> PathBuf {
    root.join("bin").join("python")
}
