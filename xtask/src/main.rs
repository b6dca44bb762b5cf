//! The whole developer's manual: `cargo xtask` says what there is.

mod background;
mod check;
mod dev;
mod fuzz;
mod lockfile;
mod page;
mod program;
mod project;
mod run;
mod say;
mod setup;
mod site;
mod tests;
mod unrun;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::project::Project;

/// Sets up, builds, runs and tests Glasspost. Names and installs what is missing on this machine
/// first.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build what has changed, start the program with its practice server, and print the link to
    /// open
    Run {
        /// Also open the link in the browser
        #[arg(long)]
        open: bool,
        /// Serve the page with `trunk serve`, which rebuilds and reloads it after each edit
        #[arg(long)]
        dev: bool,
        /// Passed on to glasspost
        #[arg(last = true, value_name = "GLASSPOST OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Build the release program, which contains the page: target/release/glasspost
    Build,
    /// Build the page alone, into dist/
    Page,
    /// Build the page for any web server, with everything simulated in it, and print the folder
    Site {
        /// Where to put it, in place of what is there: target/site by default
        folder: Option<PathBuf>,
    },
    /// Check formatting and lints, for native code and for wasm
    Check,
    /// Run the tests, with real browsers and real mail servers as far as this machine has them, and
    /// list those that were not run
    Test {
        /// Fail if there is a test that can't be run here
        #[arg(long)]
        all: bool,
        /// Also run millions of simulated dialogues, which takes long
        #[arg(long)]
        long: bool,
        /// Run only tests whose names contain this text
        filter: Option<String>,
        /// Passed on to the test programs
        #[arg(last = true, value_name = "TEST OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Search with libFuzzer for input that breaks an invariant, or takes too much time or memory
    Fuzz {
        /// Seconds to search each target
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Minimise the inputs found and keep them in fuzz/corpus
        #[arg(long)]
        keep: bool,
        /// Search only targets whose names contain this text
        filter: Option<String>,
    },
    /// Measure speed, memory and the page's size, and compare them with other programs
    Bench {
        /// The parts to measure [default: all]
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "PARTS"
        )]
        rest: Vec<OsString>,
    },
    /// Send to real mail servers in every scenario, print the results, and write them into
    /// docs/interop.md
    Interop {
        /// Passed on to the program that sends
        #[arg(last = true, value_name = "OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Take the pictures of the page for the README, into docs/pictures
    Pictures {
        /// Passed on to the program that takes them
        #[arg(last = true, value_name = "OPTIONS")]
        rest: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    match perform(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    let project = Project::find()?;
    match task {
        Task::Run {
            open,
            dev: true,
            rest,
        } => dev::run(&project, open, &rest)?,
        Task::Run {
            open,
            dev: false,
            rest,
        } => run::run(&project, open, &rest)?,
        Task::Build => {
            let built = program::build(&project, &page::Kind::small()?)?;
            println!("{}", built.display());
        }
        Task::Page => page::build(&project, &page::Kind::small()?, None)?,
        Task::Site { folder } => site::site(&project, folder)?,
        Task::Check => check::run_all(&project)?,
        Task::Test {
            all,
            long,
            filter,
            rest,
        } => {
            let selection = tests::Selection {
                all,
                long,
                filter: filter.as_deref(),
                rest: &rest,
            };
            return tests::test(&project, &selection);
        }
        Task::Fuzz {
            seconds,
            keep,
            filter,
        } => {
            let search = fuzz::Search {
                seconds,
                filter,
                keep,
            };
            return fuzz::search(&project, &search);
        }
        Task::Bench { rest } => return tests::bench(&project, &rest),
        Task::Interop { rest } => return tests::interop(&project, &rest),
        Task::Pictures { rest } => return tests::pictures(&project, &rest),
    }
    Ok(ExitCode::SUCCESS)
}
