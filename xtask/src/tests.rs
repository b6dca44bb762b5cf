//! `cargo xtask test`, `bench`, `interop` and `pictures`: everything that runs the built program.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::program;
use crate::project::Project;
use crate::say::say;
use crate::setup::{self, Environment};

/// Runs every test. What cargo prints comes last, untouched, so that it can be read by people and
/// by programs.
pub(crate) fn test(
    project: &Project,
    long: bool,
    filter: Option<&str>,
    rest: &[OsString],
) -> Result<ExitCode> {
    let environment = setup::tests()?;
    let mut cargo = project.cargo();
    // One failure must not hide another.
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if long {
        cargo.env("GLASSPOST_LONG", "1");
    }
    cargo.args(filter);
    if !rest.is_empty() {
        cargo.arg("--").args(rest);
    }
    with_program(project, environment, cargo, "test")
}

/// Measures the built program against other programs.
pub(crate) fn bench(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::bench()?;
    with_program(project, environment, tool(project, "bench", rest), "bench")
}

/// Sends along every road to every mail server that is not ours, and writes what came of it into
/// docs/interop.md.
pub(crate) fn interop(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::interop()?;
    with_program(
        project,
        environment,
        tool(project, "interop", rest),
        "interop",
    )
}

/// Takes the README's pictures of the page.
pub(crate) fn pictures(project: &Project, rest: &[OsString]) -> Result<ExitCode> {
    let environment = setup::pictures()?;
    with_program(
        project,
        environment,
        tool(project, "pictures", rest),
        "picture",
    )
}

/// One of the programs that live in `tests/`.
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
) -> Result<ExitCode> {
    let built = program::build(project)?;
    cargo.env("GLASSPOST_BIN", built);
    for (name, value) in environment {
        // Who sets such a variable wants another browser, say, to be tried.
        if std::env::var_os(name).is_none() {
            cargo.env(name, value);
        }
    }
    say(who, "starting");
    let status = cargo.status().context("could not start cargo")?;
    // Cargo has said what is wrong; another line after it would only be in the way.
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
