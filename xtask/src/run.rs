//! `cargo xtask run`: from a bare machine to a link to open.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::program;
use crate::project::Project;

/// Builds what has changed and then replaces this process by the program, so that signals, the
/// terminal and the exit status are the program's own.
pub(crate) fn run(project: &Project, open: bool, rest: &[OsString]) -> Result<()> {
    let built = program::build_for_run(project)?;
    let mut glasspost = project.command(&built);
    if open {
        glasspost.arg("--open");
    }
    glasspost.args(rest);
    let error = glasspost.exec();
    Err(error).with_context(|| format!("could not start {}", built.display()))
}
