//! An installed Firefox and its driver. Every geckodriver drives every later Firefox.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use super::cache::Cache;
use super::crates::CrateTool;
use super::{Environment, Tool, programs};

/// The variables with the paths of a browser and a driver, which override the search.
const FIREFOX: &str = "GLASSPOST_FIREFOX";
const GECKODRIVER: &str = "GLASSPOST_GECKODRIVER";

/// The names of the program.
const BROWSERS: [&str; 2] = ["firefox-esr", "firefox"];

/// Its path on macOS.
const APPLICATION: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";

/// The browser, if there is one.
pub(super) fn find() -> Option<PathBuf> {
    let named = env::var_os(FIREFOX).map(PathBuf::from);
    named
        .or_else(|| BROWSERS.into_iter().find_map(programs::find))
        .or_else(|| Some(PathBuf::from(APPLICATION)).filter(|path| path.is_file()))
}

/// Its driver. It is built only where there is a browser for it.
pub(super) struct Geckodriver(CrateTool);

impl Geckodriver {
    pub(super) fn new(cache: &Cache) -> Self {
        Self(CrateTool::geckodriver(cache))
    }

    fn program(&self) -> Option<PathBuf> {
        let named = env::var_os(GECKODRIVER).map(PathBuf::from);
        named.or_else(|| self.0.program())
    }

    /// The variables with the paths of browser and driver; otherwise what is missing.
    pub(super) fn environment(&self) -> Result<Environment, &'static str> {
        let browser = find().ok_or("no Firefox was found")?;
        let driver = self
            .program()
            .ok_or("Firefox's driver could not be installed")?;
        Ok(vec![(FIREFOX, browser), (GECKODRIVER, driver)])
    }
}

impl Tool for Geckodriver {
    fn name(&self) -> String {
        self.0.name()
    }

    fn takes(&self) -> &'static str {
        self.0.takes()
    }

    fn present(&self) -> bool {
        self.program().is_some()
    }

    fn possible(&self) -> bool {
        find().is_some()
    }

    fn install(&self) -> Result<()> {
        self.0.install()
    }
}
