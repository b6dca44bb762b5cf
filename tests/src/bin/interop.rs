//! Sends along every road to every mail server that is not ours, prints what came of it as a table,
//! and writes that into `docs/interop.md`: `cargo xtask interop`. With `--transcripts` it prints
//! every conversation, too.
//!
//! Ends in failure where something came out other than it has to, or did not arrive as it was sent;
//! the document then shows what was observed, and the difference is to be looked at.

use std::process::ExitCode;

use glasspost_tests::interop::journey::{self, Column};
use glasspost_tests::interop::server::Installed;
use glasspost_tests::interop::{report, roads};

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
    // All servers at once, each on a thread of its own: most of the time is theirs.
    // Each is awaited, whatever became of the others, so that no server is left behind.
    let running = Installed::ALL.map(|server| std::thread::spawn(move || observe(server)));
    let mut columns = Vec::new();
    for column in running.map(std::thread::JoinHandle::join) {
        match column {
            Ok(column) => columns.push(column?),
            // What the tests share panics where a test would fail, and has said why.
            Err(_) => return Ok(ExitCode::FAILURE),
        }
    }
    if transcripts {
        for column in &columns {
            for (road, cell) in &column.cells {
                println!("## {}, {road}\n\n{}", column.kind.name(), cell.transcript);
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

fn observe(server: Installed) -> std::io::Result<Column> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(journey::go(server, &roads::all())))
}
