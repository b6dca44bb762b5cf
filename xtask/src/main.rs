//! The whole developer's manual: `cargo xtask` says what there is.

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
mod tests;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::project::Project;

/// Sets up, builds, runs and tests Glasspost. What is missing on this machine is named and
/// installed first.
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
        /// Open the link in the browser, too
        #[arg(long)]
        open: bool,
        /// Serve the page with `trunk serve`, which builds and reloads it whenever it is edited
        #[arg(long)]
        dev: bool,
        /// Passed on to glasspost
        #[arg(last = true, value_name = "GLASSPOST OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Build the release program, page embedded: target/release/glasspost
    Build,
    /// Build the page alone, into dist/
    Page,
    /// Check formatting and lints, for native code and for wasm
    Check,
    /// Run all tests, with real browsers and real mail servers
    Test {
        /// Take the time for millions of simulated dialogues
        #[arg(long)]
        long: bool,
        /// Run only tests whose names contain this
        filter: Option<String>,
        /// Passed on to the test programs
        #[arg(last = true, value_name = "TEST OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Search with libFuzzer for input that breaks a promise, takes long or takes much memory
    Fuzz {
        /// How long each target is searched
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Minimise what was found on the way into fuzz/corpus
        #[arg(long)]
        keep: bool,
        /// Search only targets whose names contain this
        filter: Option<String>,
    },
    /// Measure speed, memory and the page's weight, beside other programs
    Bench {
        /// The parts to measure; all without any
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "PARTS"
        )]
        rest: Vec<OsString>,
    },
    /// Send along every road to real mail servers, print what came of each, and write it into
    /// docs/interop.md
    Interop {
        /// Passed on to the program that sends
        #[arg(last = true, value_name = "OPTIONS")]
        rest: Vec<OsString>,
    },
    /// Take the README's pictures of the page, into docs/pictures
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
            let built = program::build(&project)?;
            println!("{}", built.display());
        }
        Task::Page => page::build(&project)?,
        Task::Check => check::run_all(&project)?,
        Task::Test { long, filter, rest } => {
            return tests::test(&project, long, filter.as_deref(), &rest);
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
