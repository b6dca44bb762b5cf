//! Makes a bare machine ready: what is missing is named first, then installed.
//!
//! Tools go into a folder of the user's (see [`cache`]); only system packages touch the machine
//! itself, and only when we are root anyway. Otherwise the command to run is printed and nothing is
//! changed.

mod apt;
mod cache;
mod crates;
mod network;
mod node;
mod programs;
mod python;
mod rooted;
mod rust;
mod sources;

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result};

use self::apt::{Package, Packages};
use self::cache::Cache;
use self::crates::CrateTool;
use self::node::NodePackage;
use self::python::Python;
use self::rooted::Rooted;
use self::rust::{Component, WasmTarget};
use crate::lockfile;
use crate::project::Project;
use crate::say::say;

pub(crate) use self::programs::in_path as program_in;
pub(crate) use self::rust::{TARGET as WASM_TARGET, WasmRust};

/// Something a command needs on this machine.
trait Tool {
    /// What it is: `trunk 0.21.14`.
    fn name(&self) -> String;
    /// How long it takes and where it comes from: `about 4 minutes, built from source`.
    fn takes(&self) -> &'static str;
    /// Whether it is here and fits.
    fn present(&self) -> bool;
    /// Puts it here.
    fn install(&self) -> Result<()>;
}

/// What building the page takes.
pub(crate) struct PageTools {
    /// PATH with trunk, wasm-bindgen and wasm-opt on it.
    pub(crate) path: OsString,
    /// Which Rust compiles for wasm.
    pub(crate) rust: WasmRust,
}

/// What `cargo xtask page` needs.
pub(crate) fn page(project: &Project) -> Result<PageTools> {
    let cache = Cache::find()?;
    let trunk = CrateTool::trunk(&cache);
    let wasm_bindgen = CrateTool::wasm_bindgen(&cache, lockfile::wasm_bindgen_version(project)?);
    let wasm_opt = NodePackage::wasm_opt(&cache);
    let mut packages = Vec::new();
    if !wasm_opt.present() {
        packages.extend(Package::NODE);
    }
    ensure(
        &cache,
        &[
            &Packages::new(packages),
            &WasmTarget,
            &trunk,
            &wasm_bindgen,
            &wasm_opt,
        ],
    )?;

    let mut dirs = Vec::new();
    for program in [trunk.program(), wasm_bindgen.program(), wasm_opt.program()] {
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

/// What tests and benchmarks run against, as the environment variables that tell them where it is.
pub(crate) type Environment = Vec<(&'static str, PathBuf)>;

/// What `cargo xtask test` needs besides the program itself.
pub(crate) fn tests() -> Result<Environment> {
    let cache = Cache::find()?;
    let axe = NodePackage::axe(&cache);
    let mut packages = Vec::from(Package::BROWSER);
    packages.extend(Package::MAIL);
    let mut environment = real_servers(&cache, packages, &[&axe])?;
    environment.extend(browser_environment()?);
    environment.push((
        "GLASSPOST_AXE",
        axe.file().context("axe-core came without axe.min.js")?,
    ));
    Ok(environment)
}

/// What `cargo xtask interop` needs besides the program itself.
pub(crate) fn interop() -> Result<Environment> {
    real_servers(&Cache::find()?, vec![Package::POSTFIX], &[])
}

/// The mail servers that are not ours; installed along with whatever else is needed, so that all is
/// announced at once.
fn real_servers(
    cache: &Cache,
    mut packages: Vec<Package>,
    others: &[&dyn Tool],
) -> Result<Environment> {
    let python = Python::new(cache);
    let smtp_server = NodePackage::smtp_server(cache);
    let (opensmtpd, dovecot) = (Rooted::opensmtpd(cache), Rooted::dovecot(cache));
    packages.extend([Package::PYTHON_VENV, Package::DEBIAN_KEYS]);
    packages.extend(Package::NODE);
    let packages = Packages::new(packages);
    let mut tools: Vec<&dyn Tool> = vec![&packages, &python, &smtp_server, &opensmtpd, &dovecot];
    tools.extend(others);
    ensure(cache, &tools)?;
    Ok(vec![
        ("GLASSPOST_PYTHON", python.program()),
        (
            "GLASSPOST_NODE",
            programs::find("node").context("node is not on PATH")?,
        ),
        (
            "GLASSPOST_SMTP_SERVER",
            smtp_server
                .file()
                .context("smtp-server came without smtp-server.js")?,
        ),
        ("GLASSPOST_OPENSMTPD", opensmtpd.root()),
        ("GLASSPOST_DOVECOT", dovecot.root()),
    ])
}

/// What `cargo xtask bench` needs besides the program itself.
pub(crate) fn bench() -> Result<Environment> {
    let cache = Cache::find()?;
    let python = Python::new(&cache);
    let mut packages = Vec::from(Package::BROWSER);
    packages.extend(Package::MAIL);
    packages.push(Package::MSMTP);
    packages.push(Package::PYTHON_VENV);
    ensure(&cache, &[&Packages::new(packages), &python])?;
    let mut environment = browser_environment()?;
    environment.push(("GLASSPOST_PYTHON", python.program()));
    Ok(environment)
}

/// What `cargo xtask fuzz` needs: gives the program cargo-fuzz.
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
    ensure(&cache, &[&Packages::new(Vec::from(Package::BROWSER))])?;
    browser_environment()
}

fn browser_environment() -> Result<Environment> {
    Ok(vec![
        (
            "GLASSPOST_CHROMIUM",
            programs::find("chromium").context("chromium is not on PATH")?,
        ),
        (
            "GLASSPOST_CHROMEDRIVER",
            programs::find("chromedriver").context("chromedriver is not on PATH")?,
        ),
    ])
}

/// Installs what is missing, in the order given. System packages come first, because that is the
/// step that can turn out to be somebody else's to do, and then nothing should have been changed
/// yet.
fn ensure(cache: &Cache, tools: &[&dyn Tool]) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.present()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(
        "setup",
        format!(
            "to install, once ({} keeps what is not a system package):",
            cache.shown()
        ),
    );
    for tool in &missing {
        say("", format!("- {} ({})", tool.name(), tool.takes()));
    }
    for tool in missing {
        say(
            "setup",
            format!("installing {} ({})", tool.name(), tool.takes()),
        );
        tool.install()
            .with_context(|| format!("could not install {}", tool.name()))?;
    }
    say("setup", "done");
    Ok(())
}
