//! `cargo xtask check`: formatting and lints, for native code and for wasm.

use anyhow::Result;

use crate::project::{Project, run};
use crate::say::say;
use crate::setup;

/// The crates of the page.
const FOR_WASM: [&str; 3] = ["glasspost-app", "glasspost-wire", "glasspost-smtp"];

/// Stops at the first kind of check that fails.
pub(crate) fn run_all(project: &Project) -> Result<()> {
    let wasm = setup::check()?;

    say("check", "formatting");
    run(project.cargo().args(["fmt", "--all", "--check"]))?;

    say("check", "lints, native");
    run(project.cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;

    // A test that uses a feature without naming it would fail on a machine that lacks it.
    say("check", "what each test says that it needs");
    for need in [""].into_iter().chain(setup::NEEDS) {
        run(project.cargo().args([
            "clippy",
            "--quiet",
            "--package",
            "glasspost-tests",
            "--all-targets",
            "--no-default-features",
            "--features",
            need,
            "--",
            "--allow",
            "warnings",
        ]))?;
    }

    // In one program, as for `cargo xtask run`, and in parts.
    for features in ["", "glasspost-app/parts"] {
        say("check", format!("lints, wasm {features}"));
        let mut clippy = project.cargo();
        wasm.apply(&mut clippy, None)?;
        clippy.args(["clippy", "--target", setup::WASM_TARGET]);
        for package in FOR_WASM {
            clippy.args(["--package", package]);
        }
        clippy.args(["--features", features]);
        run(clippy.args(["--", "-D", "warnings"]))?;
    }

    // The page runs the practice server's core, which has no sockets, no threads and no clock.
    say("check", "lints, wasm, the practice server's core");
    let mut clippy = project.cargo();
    wasm.apply(&mut clippy, None)?;
    clippy.args(["clippy", "--target", setup::WASM_TARGET]);
    clippy.args(["--package", "glasspost-practice", "--no-default-features"]);
    run(clippy.args(["--", "-D", "warnings"]))?;

    say("check", "nothing found");
    Ok(())
}
