//! Builds the page into `dist/`: trunk, then compressed twins of every file worth it.

mod compress;
mod fingerprint;
mod styles;
mod sync;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use self::fingerprint::Fingerprint;
use crate::project::{Project, run};
use crate::say::{grouped, say};
use crate::setup::{self, PageTools};

/// Builds the page if anything it is made of has changed.
pub(crate) fn build(project: &Project) -> Result<()> {
    // Two builds at once would write into each other's files, and one of them would be believed.
    fs::create_dir_all(project.target(""))?;
    let only_one = File::create(project.target("page.lock"))?;
    only_one.lock()?;
    let stamp = project.target("page.stamp");
    // Taken before building: an edit made meanwhile must count as not built yet.
    let inputs = Fingerprint::of_inputs(project)?;
    if is_up_to_date(project, &stamp, inputs) {
        say("page", "unchanged");
        return Ok(());
    }
    styles::check(project)?;
    let tools = setup::page(project)?;

    say("page", "building (about 2 minutes the first time)");
    // wasm-bindgen never removes a snippet the page has stopped using, and trunk ships whatever is
    // there.
    remove_dir(&project.target("wasm-bindgen/release"))?;
    let staged = project.target("page-dist");
    make_empty(&staged)?;
    run(trunk(project, &tools)?
        .args(["build", "--release", "--dist"])
        .arg(&staged))?;
    let sizes = compress::all(&staged)?;
    sync::mirror(&staged, &project.dist())?;

    let outputs = Fingerprint::of_folder(&project.dist())?;
    fs::write(&stamp, stamp_text(inputs, outputs))
        .context("could not write down what was built")?;
    for size in sizes.iter().filter(|size| size.plain > 4096) {
        let (plain, brotli) = (grouped(size.plain), grouped(size.brotli));
        say(
            "page",
            format!("{}: {plain} bytes, {brotli} by brotli", size.name),
        );
    }
    let total: u64 = sizes.iter().map(|size| size.brotli).sum();
    say(
        "page",
        format!("in dist/, {} bytes by brotli in all", grouped(total)),
    );
    Ok(())
}

/// `trunk` with its tools on PATH.
pub(crate) fn trunk(project: &Project, tools: &PageTools) -> Result<Command> {
    let mut trunk = project.command(setup::program_in(&tools.path, "trunk")?);
    tools.rust.apply(&mut trunk, Some(tools.path.clone()))?;
    trunk
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk fails on NO_COLOR=1, and follows its errors by pages of where in trunk they passed
        // through.
        .env_remove("NO_COLOR")
        .env("RUST_LIB_BACKTRACE", "0");
    trunk.arg("--log=warn");
    Ok(trunk)
}

/// Native crates embed `dist/`, so it has to be there even where nobody has built the page yet.
pub(crate) fn ensure_folder(project: &Project) -> Result<()> {
    fs::create_dir_all(project.dist()).context("could not make dist/")
}

/// Makes a folder that holds nothing, so that what trunk serves or leaves there is of this time.
pub(crate) fn make_empty(folder: &Path) -> Result<()> {
    remove_dir(folder)?;
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))
}

/// Whether the page, and only the page as it was built, is what lies in `dist/`.
fn is_up_to_date(project: &Project, stamp: &Path, inputs: Fingerprint) -> bool {
    let (Ok(written), Ok(outputs)) = (
        fs::read_to_string(stamp),
        Fingerprint::of_folder(&project.dist()),
    ) else {
        return false;
    };
    written == stamp_text(inputs, outputs)
}

fn stamp_text(inputs: Fingerprint, outputs: Fingerprint) -> String {
    format!("inputs {inputs}\noutputs {outputs}\n")
}

fn remove_dir(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}
