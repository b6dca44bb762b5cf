//! `glasspost`: serves the page to the browser and runs its SMTP dialogues.

mod app_state;
mod cli;
mod desktop;
mod http;
mod instance;
mod outbox;
mod page;
mod run;
mod scenario;
mod shutdown;
mod submission;

use std::alloc::System;
use std::io::IsTerminal;
use std::process::ExitCode;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use zeroizing_alloc::ZeroAlloc;

use cli::{Cli, Level};
use page::reading::worker;

/// Wipes all memory when it is freed. Our own types wipe passwords, but passwords also pass through
/// buffers of the WebSocket, JSON and TLS libraries, and a buffer that grows leaves a copy behind.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    if worker::is_wanted() {
        return worker::run();
    }
    let (cli, configured) = Cli::given();
    log(cli.log);
    if cli.install || cli.uninstall {
        let done = if cli.install {
            desktop::install()
        } else {
            desktop::uninstall()
        };
        return exit_code(done);
    }
    if cli.list_scenarios {
        return exit_code(scenario::print_list().map_err(Into::into));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(run::run(cli, configured)),
        Err(error) => Err(error.into()),
    };
    exit_code(done)
}

fn exit_code(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("glasspost: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Only our own messages are logged: those of libraries may contain what passes through them.
fn log(level: Level) {
    let level = match level {
        Level::Off => LevelFilter::OFF,
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    };
    let ours = Targets::new()
        .with_target("glasspost", level)
        .with_target("glasspost_practice", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // In a file or a pipe, colour codes get in the way of searching.
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(ours).init();
}
