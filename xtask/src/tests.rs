//! `cargo xtask test`, `bench`, `interop` and `pictures`: everything that runs the built program.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::page::Kind;
use crate::program;
use crate::project::Project;
use crate::say::say;
use crate::setup::{self, Environment, Lacking};
use crate::site;
use crate::unrun;

/// What to run.
pub(crate) struct Selection<'a> {
    /// Fail if this machine lacks something, instead of leaving tests out.
    pub(crate) all: bool,
    /// Also run the long simulation.
    pub(crate) long: bool,
    /// Only tests whose names contain this.
    pub(crate) filter: Option<&'a str>,
    /// Arguments for the test programs.
    pub(crate) rest: &'a [OsString],
}

/// Runs every test for which this machine has what it needs, and lists the others at the end. The
/// exit status is that of the tests that ran.
pub(crate) fn test(project: &Project, selection: &Selection<'_>) -> Result<ExitCode> {
    let setup::Tests {
        environment,
        met,
        lacking,
    } = setup::tests(selection.all)?;
    if selection.all && !lacking.is_empty() {
        unrun::list(project, &lacking)?;
        bail!("--all allows no test that is not run");
    }
    let mut cargo = project.cargo();
    // Run all tests even if one fails.
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    cargo.args(features(&met, &lacking));
    if selection.long {
        cargo.env("GLASSPOST_LONG", "1");
    }
    cargo.args(selection.filter);
    if !selection.rest.is_empty() {
        cargo.arg("--").args(selection.rest);
    }
    let kind = page_for_tests(selection.all)?;
    let code = with_program(project, environment, cargo, "test", &kind)?;
    unrun::list(project, &lacking)?;
    Ok(code)
}

/// The released page. If wasm-opt can't be installed, the tests run with a larger one.
fn page_for_tests(all: bool) -> Result<Kind> {
    match Kind::small() {
        Err(error) if !all => {
            say("page", format!("{error:#}"));
            say("page", "the tests use a page without its optimisations");
            Ok(Kind::Small { wasm_opt: None })
        }
        kind => kind,
    }
}

/// Cargo's arguments for the tests with these needs. All needs are enabled by default.
fn features(met: &[&str], lacking: &[Lacking]) -> Vec<String> {
    if lacking.is_empty() {
        return Vec::new();
    }
    let mut arguments = vec!["--no-default-features".to_owned()];
    for need in met {
        arguments.extend(["--features".to_owned(), format!("glasspost-tests/{need}")]);
    }
    arguments
}

/// Measures the built program against other programs.
pub(crate) fn bench(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::bench()?;
    let bench = tool(project, "bench", rest);
    with_program(project, environment, bench, "bench", &Kind::small()?)
}

/// Runs every scenario at every other mail server, and writes the results to docs/interop.md.
pub(crate) fn interop(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::interop()?;
    let interop = tool(project, "interop", rest);
    with_program(project, environment, interop, "interop", &Kind::small()?)
}

/// Takes the pictures of the page for the README.
pub(crate) fn pictures(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::pictures()?;
    let pictures = tool(project, "pictures", rest);
    with_program(project, environment, pictures, "picture", &Kind::small()?)
}

/// One of the programs in `tests/`.
fn tool(project: &Project, name: &str, rest: &[OsString]) -> Command {
    let mut cargo = project.cargo();
    cargo
        .args([
            "run",
            "--release",
            "--package",
            "glasspost-tests",
            "--bin",
            name,
            "--",
        ])
        .args(rest);
    cargo
}

fn with_program(
    project: &Project,
    environment: Environment,
    mut cargo: Command,
    who: &str,
    kind: &Kind,
) -> Result<ExitCode> {
    let built = program::build(project, kind)?;
    cargo.env("GLASSPOST_BIN", built);
    let folder = project.target("site");
    site::assemble(project, &folder)?;
    cargo.env("GLASSPOST_SITE", folder);
    for (name, value) in environment {
        // A variable that is already set overrides ours, for example to use another browser.
        if std::env::var_os(name).is_none() {
            cargo.env(name, value);
        }
    }
    say(who, "starting");
    let status = cargo.status().context("could not start cargo")?;
    // Cargo has already printed the error.
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
