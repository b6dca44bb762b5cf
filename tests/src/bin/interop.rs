//! Runs every scenario at every other mail server, prints the results as a table, and writes them
//! to `docs/interop.md`: `cargo xtask interop`. With `--transcripts` it prints every transcript
//! too.
//!
//! Fails if a result is not as expected, or if a message did not arrive as sent. The document then
//! shows the observed results, and the differences have to be examined.

use std::process::ExitCode;

use glasspost_tests::interop::run::{self, ServerResults};
use glasspost_tests::interop::server::Installed;
use glasspost_tests::interop::{report, scenarios};

fn main() -> std::io::Result<ExitCode> {
    let mut transcripts = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--transcripts" => transcripts = true,
            other => {
                eprintln!("no option {other:?}; there is --transcripts");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    // Run all servers at once, each on its own thread, because most of the time is waiting for
    // them. Join every thread even if another failed, so that no server is left running.
    let running = Installed::ALL.map(|server| std::thread::spawn(move || observe(server)));
    let mut columns = Vec::new();
    for column in running.map(std::thread::JoinHandle::join) {
        match column {
            Ok(column) => columns.push(column?),
            // The shared test code panics where a test would fail, and has printed the reason.
            Err(_) => return Ok(ExitCode::FAILURE),
        }
    }
    if transcripts {
        for column in &columns {
            for (scenario, result) in &column.results {
                println!(
                    "## {}, {scenario}\n\n{}",
                    column.kind.name(),
                    result.transcript
                );
            }
        }
    }
    let document = report::document(&report::observed(&columns), &report::versions(&columns));
    println!("{document}");
    std::fs::write(report::file(), document)?;
    let wrong: Vec<&String> = columns.iter().flat_map(|column| &column.wrong).collect();
    for wrong in &wrong {
        eprintln!("{wrong}");
    }
    Ok(if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn observe(server: Installed) -> std::io::Result<ServerResults> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(run::run(server, &scenarios::all())))
}
