//! Sets up a machine: names what is missing, then installs it.
//!
//! Tools are installed in a folder of the user (see [`cache`]). System packages are installed only
//! if this user is root. Otherwise the command is printed and nothing is changed.

mod apt;
mod browser;
mod cache;
mod crates;
mod firefox;
mod needs;
mod network;
mod node;
mod programs;
mod python;
mod rooted;
mod rust;
mod sources;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use self::apt::{Package, Packages};
use self::cache::Cache;
use self::crates::CrateTool;
use self::needs::Found;
use self::node::NodePackage;
use self::python::Python;
use self::rust::{Component, WasmTarget};
use crate::lockfile;
use crate::project::Project;
use crate::say::say;

pub(crate) use self::needs::ALL as NEEDS;
pub(crate) use self::needs::Lacking;
pub(crate) use self::programs::in_path as program_in;
pub(crate) use self::rust::{TARGET as WASM_TARGET, WasmRust};

/// Something that a command needs on this machine.
trait Tool {
    /// Its name, such as `trunk 0.21.14`.
    fn name(&self) -> String;
    /// How long it takes, and its source: `about 4 minutes, built from source`.
    fn takes(&self) -> &'static str;
    /// Whether it is installed and has the right version.
    fn present(&self) -> bool;
    /// Whether this user can install it on this machine.
    fn possible(&self) -> bool {
        true
    }
    /// Installs it.
    fn install(&self) -> Result<()>;
}

/// What building the page needs: a Rust that compiles for wasm.
pub(crate) fn page() -> Result<WasmRust> {
    ensure(&Cache::find()?, &[&WasmTarget])?;
    rust::for_wasm()
}

/// What making the page small needs.
pub(crate) fn wasm_opt() -> Result<PathBuf> {
    let cache = Cache::find()?;
    let wasm_opt = NodePackage::wasm_opt(&cache);
    let mut packages = Vec::new();
    if !wasm_opt.present() {
        packages.extend(Package::NODE);
    }
    ensure(&cache, &[&Packages::new(packages), &wasm_opt])?;
    wasm_opt
        .program()
        .context("wasm-opt was just installed and is not there")
}

/// What serving the page while developing needs.
pub(crate) struct PageTools {
    /// PATH with trunk and wasm-bindgen on it.
    pub(crate) path: OsString,
    /// The Rust that compiles for wasm.
    pub(crate) rust: WasmRust,
}

/// What `cargo xtask run --dev` needs.
pub(crate) fn trunk(project: &Project) -> Result<PageTools> {
    let cache = Cache::find()?;
    let trunk = CrateTool::trunk(&cache);
    let wasm_bindgen = CrateTool::wasm_bindgen(&cache, lockfile::wasm_bindgen_version(project)?);
    ensure(&cache, &[&WasmTarget, &trunk, &wasm_bindgen])?;

    let mut dirs = Vec::new();
    for program in [trunk.program(), wasm_bindgen.program()] {
        let program = program.context("a tool that was just installed is not there")?;
        dirs.extend(program.parent().map(PathBuf::from));
    }
    let rust = rust::for_wasm()?;
    Ok(PageTools {
        path: programs::path_with(&dirs)?,
        rust,
    })
}

/// What `cargo xtask check` needs.
pub(crate) fn check() -> Result<WasmRust> {
    let cache = Cache::find()?;
    ensure(
        &cache,
        &[&Component::Rustfmt, &Component::Clippy, &WasmTarget],
    )?;
    rust::for_wasm()
}

/// What tests and benchmarks use, as environment variables with its paths.
pub(crate) type Environment = Vec<(&'static str, PathBuf)>;

/// What `cargo xtask test` can use.
pub(crate) struct Tests {
    /// The environment variables for the tests.
    pub(crate) environment: Environment,
    /// The features whose needs are met.
    pub(crate) met: Vec<&'static str>,
    /// The needs that are not met.
    pub(crate) lacking: Vec<Lacking>,
}

/// What `cargo xtask test` can use besides the program. What is missing is installed if this user
/// can do that. With `all`, it is an error otherwise.
pub(crate) fn tests(all: bool) -> Result<Tests> {
    let cache = Cache::find()?;
    let found = Found::new(&cache);
    let packages = found.packages();
    let mut tools: Vec<&dyn Tool> = vec![&packages];
    tools.extend(found.tools());
    if all {
        ensure(&cache, &tools)?;
    } else {
        install_what_is_possible(&cache, &tools);
    }
    let (met, environment, lacking) = found.sort();
    Ok(Tests {
        environment,
        met,
        lacking,
    })
}

/// What `cargo xtask interop` needs besides the program itself.
pub(crate) fn interop() -> Result<Environment> {
    let cache = Cache::find()?;
    let found = Found::new(&cache);
    let mut packages = vec![Package::POSTFIX, Package::PYTHON_VENV, Package::DEBIAN_KEYS];
    packages.extend(Package::NODE);
    let packages = Packages::new(packages);
    let mut tools: Vec<&dyn Tool> = vec![&packages];
    tools.extend(found.servers());
    ensure(&cache, &tools)?;
    let (_, environment, lacking) = found.sort();
    for server in ["postfix", "opensmtpd", "dovecot", "python", "smtp-server"] {
        if let Some(missing) = lacking.iter().find(|lacking| lacking.need == server) {
            bail!("{}; {}", missing.why, missing.how);
        }
    }
    Ok(environment)
}

/// What `cargo xtask bench` needs besides the program itself.
pub(crate) fn bench() -> Result<Environment> {
    let cache = Cache::find()?;
    let python = Python::new(&cache);
    let mut packages = browser_packages();
    packages.extend(Package::SWAKS);
    packages.extend([
        Package::POSTFIX,
        Package::CURL,
        Package::MSMTP,
        Package::PYTHON_VENV,
    ]);
    ensure(&cache, &[&Packages::new(packages), &python])?;
    let mut environment = browser_environment()?;
    environment.push(("GLASSPOST_PYTHON", python.program()));
    Ok(environment)
}

/// What `cargo xtask fuzz` needs. Returns the path of cargo-fuzz.
pub(crate) fn fuzz() -> Result<PathBuf> {
    let cache = Cache::find()?;
    let cargo_fuzz = CrateTool::cargo_fuzz(&cache);
    ensure(&cache, &[&Packages::new(vec![Package::CXX]), &cargo_fuzz])?;
    cargo_fuzz
        .program()
        .context("cargo-fuzz was just installed and is not there")
}

/// What `cargo xtask pictures` needs besides the program itself.
pub(crate) fn pictures() -> Result<Environment> {
    let cache = Cache::find()?;
    ensure(&cache, &[&Packages::new(browser_packages())])?;
    browser_environment()
}

/// A font, and a browser if none is found.
fn browser_packages() -> Vec<Package> {
    let mut packages = vec![Package::KOREAN_FONT];
    if browser::find().is_err() {
        packages.extend(Package::BROWSER);
    }
    packages
}

fn browser_environment() -> Result<Environment> {
    let found = browser::find().map_err(anyhow::Error::msg)?;
    Ok(vec![
        (browser::CHROMIUM, found.browser),
        (browser::CHROMEDRIVER, found.driver),
    ])
}

/// Installs what is missing, in the given order. System packages come first: if this user can't
/// install them, nothing has been changed yet.
fn ensure(cache: &Cache, tools: &[&dyn Tool]) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.present()).collect();
    announce(cache, &missing);
    for tool in missing {
        install(*tool)?;
    }
    Ok(())
}

/// Installs what is missing and can be installed. Failures are reported, and the rest continues;
/// the tests that need it are listed as not run.
fn install_what_is_possible(cache: &Cache, tools: &[&dyn Tool]) {
    let wanted = |tool: &&&dyn Tool| !tool.present() && tool.possible();
    announce(cache, &tools.iter().filter(wanted).collect::<Vec<_>>());
    for tool in tools {
        // Check again: an earlier installation may have made it possible.
        if wanted(&tool)
            && let Err(error) = install(*tool)
        {
            say("setup", format!("{error:#}"));
        }
    }
}

fn install(tool: &dyn Tool) -> Result<()> {
    say(
        "setup",
        format!("installing {} ({})", tool.name(), tool.takes()),
    );
    tool.install()
        .with_context(|| format!("could not install {}", tool.name()))
}

fn announce(cache: &Cache, missing: &[&&dyn Tool]) {
    if missing.is_empty() {
        return;
    }
    say(
        "setup",
        format!(
            "to install, once ({} keeps what is not a system package):",
            cache.shown()
        ),
    );
    for tool in missing {
        say("", format!("- {} ({})", tool.name(), tool.takes()));
    }
}
