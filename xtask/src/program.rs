//! Builds the native program, and the page with it.

use std::path::PathBuf;

use anyhow::Result;

use crate::page::{self, Kind};
use crate::project::{Project, run};
use crate::say::say;

/// The program for this machine and checkout. It is fast to compile and reads the page from
/// `dist/`.
pub(crate) fn build_for_run(project: &Project) -> Result<PathBuf> {
    page::build(project, &Kind::Quick, Some("glasspost"))?;
    Ok(project.target("debug/glasspost"))
}

/// The page, then the release program with the embedded page.
pub(crate) fn build(project: &Project, kind: &Kind) -> Result<PathBuf> {
    page::build(project, kind, None)?;
    say("program", "building what has changed");
    run(project.cargo().args([
        "build",
        "--release",
        "--package",
        "glasspost",
        "--bin",
        "glasspost",
    ]))?;
    Ok(project.target("release/glasspost"))
}

/// The program without a page of its own, for developing.
pub(crate) fn build_for_dev(project: &Project) -> Result<PathBuf> {
    say("program", "building what has changed");
    run(project
        .cargo()
        .args(["build", "--package", "glasspost", "--bin", "glasspost"]))?;
    Ok(project.target("debug/glasspost"))
}
