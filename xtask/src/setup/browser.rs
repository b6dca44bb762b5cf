//! An installed Chromium or Chrome, and a chromedriver of the same version.

use std::env;
use std::path::{Path, PathBuf};

use super::programs;
use crate::project::{clean_command, output_of};

/// The variables with the paths of a browser and a driver, which override the search.
pub(super) const CHROMIUM: &str = "GLASSPOST_CHROMIUM";
pub(super) const CHROMEDRIVER: &str = "GLASSPOST_CHROMEDRIVER";

/// The names of the program.
const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];

/// Its path on macOS.
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Where packages install a driver outside of PATH.
const DRIVERS: [&str; 3] = [
    "/usr/lib/chromium/chromedriver",
    "/usr/lib/chromium-browser/chromedriver",
    "/snap/bin/chromium.chromedriver",
];

/// A browser and its driver, of the same version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Browser {
    pub(super) browser: PathBuf,
    pub(super) driver: PathBuf,
}

/// A program and its major version.
type Versioned = (PathBuf, Option<u32>);

/// The first browser that has a driver; otherwise what is missing.
pub(super) fn find() -> Result<Browser, String> {
    let browsers = match env::var_os(CHROMIUM) {
        Some(browser) => vec![PathBuf::from(browser)],
        None => browsers(),
    };
    let drivers = match env::var_os(CHROMEDRIVER) {
        Some(driver) => vec![PathBuf::from(driver)],
        None => drivers(&browsers),
    };
    choose(&versioned(browsers), &versioned(drivers))
}

fn browsers() -> Vec<PathBuf> {
    let own = env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let applications = APPLICATIONS.into_iter().flat_map(|path| {
        let path = Path::new(path);
        let in_home = own.join(path.strip_prefix("/").unwrap_or(path));
        [path.to_owned(), in_home]
    });
    BROWSERS
        .into_iter()
        .filter_map(programs::find)
        .chain(applications.filter(|path| path.is_file()))
        .collect()
}

/// The drivers on PATH, beside the browsers, and in the folders of packages.
fn drivers(browsers: &[PathBuf]) -> Vec<PathBuf> {
    let beside = browsers.iter().filter_map(|browser| {
        let browser = browser.canonicalize().ok()?;
        Some(browser.parent()?.join("chromedriver"))
    });
    // Images for continuous integration set this variable to the folder of their driver.
    let named = env::var_os("CHROMEWEBDRIVER").map(|dir| PathBuf::from(dir).join("chromedriver"));
    programs::find("chromedriver")
        .into_iter()
        .chain(named)
        .chain(beside)
        .chain(DRIVERS.map(PathBuf::from))
        .filter(|path| path.is_file())
        .collect()
}

fn versioned(programs: Vec<PathBuf>) -> Vec<Versioned> {
    let version = |program: &PathBuf| {
        let printed = output_of(clean_command(program).arg("--version")).ok()?;
        first_number(&printed)
    };
    programs
        .into_iter()
        .map(|program| {
            let version = version(&program);
            (program, version)
        })
        .collect()
}

/// `156` of `Chromium 156.0.7000.1 built on Debian`.
fn first_number(printed: &str) -> Option<u32> {
    printed
        .split_whitespace()
        .find_map(|word| word.split_once('.')?.0.parse().ok())
}

fn choose(browsers: &[Versioned], drivers: &[Versioned]) -> Result<Browser, String> {
    let fit = browsers.iter().find_map(|(browser, version)| {
        version.as_ref()?;
        let (driver, _) = drivers.iter().find(|(_, of)| of == version)?;
        Some(Browser {
            browser: browser.clone(),
            driver: driver.clone(),
        })
    });
    fit.ok_or_else(|| match (browsers, drivers) {
        ([], _) => "no Chromium or Chrome was found".to_owned(),
        (_, []) => "no chromedriver was found".to_owned(),
        _ => {
            let shown = |(program, version): &Versioned| match version {
                Some(version) => format!("{} is version {version}", program.display()),
                None => format!("{} does not start", program.display()),
            };
            let all: Vec<_> = browsers.iter().chain(drivers).map(shown).collect();
            format!(
                "no browser and chromedriver have the same version: {}",
                all.join(", ")
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(programs: &[(&str, Option<u32>)]) -> Vec<Versioned> {
        let program = |(path, version): &(&str, Option<u32>)| (PathBuf::from(path), *version);
        programs.iter().map(program).collect()
    }

    fn chosen(browsers: &[(&str, Option<u32>)], drivers: &[(&str, Option<u32>)]) -> String {
        match choose(&named(browsers), &named(drivers)) {
            Ok(found) => format!("{} {}", found.browser.display(), found.driver.display()),
            Err(why) => why,
        }
    }

    #[test]
    fn versions_are_read() {
        for (printed, version) in [
            (
                "Chromium 156.0.7000.1 built on Debian GNU/Linux 12",
                Some(156),
            ),
            ("Google Chrome 140.0.7339.80 ", Some(140)),
            (
                "ChromeDriver 156.0.7000.1 (abc-refs/branch-heads/7000@{#1})",
                Some(156),
            ),
            ("", None),
        ] {
            assert_eq!(first_number(printed), version, "{printed}");
        }
    }

    #[test]
    fn a_browser_is_taken_with_a_driver_of_its_version() {
        assert_eq!(
            chosen(
                &[("old", Some(1)), ("broken", None), ("new", Some(2))],
                &[("broken-driver", None), ("driver", Some(2))]
            ),
            "new driver"
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(
            chosen(&[], &[("d", Some(1))]),
            "no Chromium or Chrome was found"
        );
        assert_eq!(chosen(&[("b", Some(1))], &[]), "no chromedriver was found");
        assert_eq!(
            chosen(&[("b", Some(1)), ("c", None)], &[("d", Some(2))]),
            "no browser and chromedriver have the same version: \
             b is version 1, c does not start, d is version 2"
        );
    }
}
