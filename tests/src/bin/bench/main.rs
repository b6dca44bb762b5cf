//! Measures the built program against other programs; `cargo xtask bench` builds and installs what this needs, then runs it.
//!
//! Arguments name parts: `throughput`, `memory`, `round-trips`, `page-weight`, which all run without any, and `soak`, which takes minutes and
//! runs where it is named. What can't be measured, because a program is missing say, is said in its place and in the exit status; the other
//! parts go on.
//!
//! Everything runs on loopback on one machine, page, bridge and server side by side. Times are that machine's; ratios are what to
//! compare.

mod courier;
mod letter;
mod memory;
mod page_weight;
mod road;
mod round_trips;
mod sink;
mod soak;
mod table;
mod throughput;
mod tool;

use std::pin::Pin;
use std::process::ExitCode;

use anyhow::{Result, anyhow};

/// What a part gives: its tables, as text.
type Measured = Pin<Box<dyn Future<Output = Result<String>> + Send>>;

/// A part by its name.
type Part = (&'static str, fn() -> Measured);

/// The parts, in the order in which they run.
const PARTS: [Part; 5] = [
    ("throughput", || Box::pin(throughput::measure())),
    ("memory", || Box::pin(memory::measure())),
    ("round-trips", || Box::pin(round_trips::measure())),
    ("page-weight", || Box::pin(page_weight::measure())),
    (SOAK, || Box::pin(soak::measure())),
];

/// The part that runs only where it is named.
const SOAK: &str = "soak";

#[tokio::main]
async fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let parts = PARTS.map(|(name, _)| name);
    if let Some(unknown) = asked.iter().find(|name| !parts.contains(&name.as_str())) {
        eprintln!(
            "no part is called {unknown:?}; there are {}",
            parts.join(", ")
        );
        return ExitCode::FAILURE;
    }
    // What the tests share panics where a test would fail. Here that ends one part, which says so itself.
    std::panic::set_hook(Box::new(|_| ()));
    println!("{}", machine());
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
            Ok(text) => println!("\n## {name}\n\n{}", text.trim_end()),
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

/// Runs a part so that a panic in it is an error like any other. What the part started ends with it.
async fn caught(part: Measured) -> Result<String> {
    match tokio::spawn(part).await {
        Ok(result) => result,
        Err(ended) => {
            let payload = ended.try_into_panic()?;
            let text = payload
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| payload.downcast_ref::<&str>().copied());
            Err(anyhow!("{}", text.unwrap_or("a panic without words")))
        }
    }
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "Measured on {} {}, {cores} cores, all over loopback.",
        std::env::consts::OS,
        kernel.split('-').next().unwrap_or_default().trim()
    )
}
