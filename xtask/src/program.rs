//! Builds the native program.

use std::path::PathBuf;

use anyhow::Result;

use crate::page;
use crate::project::{Project, run};
use crate::say::say;

/// Builds the page, then the release program with the page embedded, and says where that is.
pub(crate) fn build(project: &Project) -> Result<PathBuf> {
    page::build(project)?;
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

/// Builds the program quickly and without a page of its own, for developing.
pub(crate) fn build_for_dev(project: &Project) -> Result<PathBuf> {
    page::ensure_folder(project)?;
    say("program", "building what has changed");
    run(project
        .cargo()
        .args(["build", "--package", "glasspost", "--bin", "glasspost"]))?;
    Ok(project.target("debug/glasspost"))
}
