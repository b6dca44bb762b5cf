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
    let mut all_results = Vec::new();
    for results in running.map(std::thread::JoinHandle::join) {
        match results {
            Ok(results) => all_results.push(results?),
            // The shared test code panics where a test would fail, and has printed the reason.
            Err(_) => return Ok(ExitCode::FAILURE),
        }
    }
    if transcripts {
        for results in &all_results {
            for (scenario, result) in &results.by_scenario {
                println!(
                    "## {}, {scenario}\n\n{}",
                    results.kind.name(),
                    result.transcript
                );
            }
        }
    }
    let document = report::document(
        &report::observed(&all_results),
        &report::versions(&all_results),
    );
    println!("{document}");
    std::fs::write(report::file(), document)?;
    let failures: Vec<&String> = all_results
        .iter()
        .flat_map(|results| &results.failures)
        .collect();
    for failures in &failures {
        eprintln!("{failures}");
    }
    Ok(if failures.is_empty() {
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
