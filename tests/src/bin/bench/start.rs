//! How long the program takes to start, and how much memory it uses before the first page.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::process;
use tokio::process::Command;

use super::sender::QUIET;
use super::table::{Samples, Table};
use super::tool;

const RUNS: usize = 15;

/// A program that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    /// Without flags.
    Glasspost,
    WithoutPractice,
    /// Python's test mail server.
    Aiosmtpd,
    /// Postfix's smtp-sink, which only reads.
    SmtpSink,
}

const RUNNERS: [(Runner, &str); 4] = [
    (Runner::Glasspost, "glasspost"),
    (Runner::WithoutPractice, "glasspost --no-practice"),
    (Runner::Aiosmtpd, "aiosmtpd"),
    (Runner::SmtpSink, "smtp-sink"),
];

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let mut courses = vec![(Samples::default(), Samples::default()); RUNNERS.len()];
    for run in 0..=RUNS {
        for (at, (runner, name)) in RUNNERS.into_iter().enumerate() {
            let (took, kib) = once(runner).await.context(name)?;
            if run > 0 {
                courses[at].0.add(took);
                courses[at].1.add_number(kib as f64 / 1024.0);
            }
        }
    }
    let mut table = Table::new(&["program", "median ms", "spread ms", "idle MiB"]);
    for ((_, name), (times, memory)) in RUNNERS.iter().zip(&courses) {
        table.row([
            (*name).to_owned(),
            times.median_ms(),
            times.spread_ms(),
            format!("{:.1}", memory.median()),
        ]);
    }
    Ok(format!(
        "{}\n\
         {RUNS} runs each, in turn, after one warm-up run each. glasspost: from the start of the \
         process to the line with its address; with the practice server, this includes creating \
         a certificate authority. The others: until a connection is accepted. Memory: VmRSS at \
         that moment.\n",
        table.text()
    ))
}

async fn once(runner: Runner) -> Result<(Duration, u64)> {
    let address = tool::free_address()?;
    let mut command = match runner {
        Runner::Glasspost => return Ok(glasspost(&["--log", "warn"])),
        Runner::WithoutPractice => return Ok(glasspost(&QUIET)),
        Runner::Aiosmtpd => {
            let mut python = Command::new(tool::python()?);
            python
                .args(["-m", "aiosmtpd", "--nosetuid", "--class"])
                .arg("aiosmtpd.handlers.Sink")
                .args(["--listen", &address.to_string()]);
            python
        }
        Runner::SmtpSink => tool::smtp_sink(address)?,
    };
    let started = Instant::now();
    let child = tool::serve(&mut command, address).await?;
    let took = started.elapsed();
    let pid = child.id().context("it has ended")?;
    Ok((took, process::memory_kib(pid, "VmRSS")))
}

fn glasspost(flags: &[&str]) -> (Duration, u64) {
    let started = Instant::now();
    let bridge = Bridge::with(flags);
    let took = started.elapsed();
    (took, process::memory_kib(bridge.pid(), "VmRSS"))
}
