//! Compares the built program with other programs. `cargo xtask bench` builds and installs what is
//! needed, then runs this.
//!
//! Arguments are names of [`PARTS`]. Without arguments, all parts run except `soak`, which takes
//! minutes. The results are printed and written to `docs/performance.md`. If a part can't run, for
//! example because a program is missing, this is reported in its place and in the exit status, and
//! the other parts still run.

mod client;
mod dialogues;
mod library;
mod memory;
mod message;
mod network;
mod page;
mod practice;
mod report;
mod round_trips;
mod screen;
mod sender;
mod sink;
mod soak;
mod start;
mod table;
mod throughput;
mod tls_sink;
mod tool;

use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;

use anyhow::{Result, anyhow};

/// The result of a part: its tables, as text.
type Measured = Pin<Box<dyn Future<Output = Result<String>> + Send>>;

/// A part: its name and its function.
type Part = (&'static str, fn() -> Measured);

/// The parts, in the order in which they run.
const PARTS: [Part; 9] = [
    ("throughput", || Box::pin(throughput::measure())),
    ("memory", || Box::pin(memory::measure())),
    ("round-trips", || Box::pin(round_trips::measure())),
    ("dialogues", || Box::pin(dialogues::measure())),
    ("practice", || Box::pin(practice::measure())),
    ("start", || Box::pin(start::measure())),
    ("screen", || Box::pin(screen::measure())),
    ("page", || Box::pin(page::measure())),
    (SOAK, || Box::pin(soak::measure())),
];

/// The part that runs only if it is named.
const SOAK: &str = "soak";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    // Two of the compared programs are this program, started again.
    let done = match &asked[..] {
        [name, folder] if name == tls_sink::NAME => tls_sink::run(Path::new(folder)),
        [name, order] if name == library::NAME => library::run(order),
        _ => return measure(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn measure(asked: &[String]) -> ExitCode {
    let parts = PARTS.map(|(name, _)| name);
    if let Some(unknown) = asked.iter().find(|name| !parts.contains(&name.as_str())) {
        eprintln!("unknown part {unknown:?}; known are {}", parts.join(", "));
        return ExitCode::FAILURE;
    }
    // The shared test code panics where a test would fail. Here a panic ends one part and is
    // reported.
    std::panic::set_hook(Box::new(|_| ()));
    let machine = report::machine();
    println!("{machine}");
    let mut whole = true;
    for (name, measure) in PARTS {
        let wanted = if asked.is_empty() {
            name != SOAK
        } else {
            asked.iter().any(|part| part == name)
        };
        if !wanted {
            continue;
        }
        eprintln!("measuring {name} …");
        match caught(measure()).await {
            Ok(text) => {
                println!("\n## {name}\n\n{}", text.trim_end());
                if let Err(error) = report::keep(name, &format!("{machine}\n\n{text}"), &parts) {
                    whole = false;
                    println!("\nNot written: {error:#}");
                }
            }
            Err(error) => {
                whole = false;
                println!("\n## {name}\n\nNot measured: {error:#}");
            }
        }
    }
    if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Runs a part and turns a panic into an error. Everything that the part started ends with it.
async fn caught(part: Measured) -> Result<String> {
    match tokio::spawn(part).await {
        Ok(result) => result,
        Err(ended) => {
            let payload = ended.try_into_panic()?;
            let text = payload
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| payload.downcast_ref::<&str>().copied());
            Err(anyhow!("{}", text.unwrap_or("a panic without a message")))
        }
    }
}
