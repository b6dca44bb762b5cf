//! How fast a long message goes through page, WebSocket and bridge, beside curl, which goes to the server straight.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use glasspost_tests::page::Page;
use tokio::process::Command;

use super::courier;
use super::letter::Letter;
use super::sink::Sink;
use super::table::{Samples, Table, grouped, ms};
use super::tool;

const LONG: u64 = 25_000_000;
/// What is left of a run when the message weighs nothing: for curl above all the start of a process.
const SHORT: u64 = 1_000;
const RUNS: usize = 9;

/// Both ways to the same server.
struct Race {
    sink: Sink,
    page: Page,
    curl: PathBuf,
}

/// Message, and the file with the same octets.
struct Load<'a> {
    letter: &'a Letter,
    file: &'a Path,
}

/// How it went for one size.
#[derive(Default)]
struct Times {
    glasspost: Course,
    curl: Course,
}

/// How it went for one of them.
#[derive(Default)]
struct Course {
    whole: Samples,
    /// How long smtp-sink was on a processor meanwhile.
    sink: Samples,
}

impl Course {
    fn add(&mut self, (whole, sink): (Duration, Duration)) {
        self.whole.add(whole);
        self.sink.add(sink);
    }
}

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let curl = tool::find("curl", "curl")?;
    let sink = Sink::start().await?;
    // The bridge ends when it is dropped.
    let (_bridge, page) = courier::bridge(&[]).await?;
    let mut race = Race { sink, page, curl };
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let long = race.run(LONG, &folder.path().join("long.eml")).await?;
    let short = race.run(SHORT, &folder.path().join("short.eml")).await?;

    let mut table = Table::new(&[
        "",
        "octets",
        "median ms",
        "spread ms",
        "of curl's",
        "smtp-sink's part ms",
    ]);
    for (size, times) in [(LONG, &long), (SHORT, &short)] {
        let of_curls = times.glasspost.whole.median() / times.curl.whole.median();
        for (who, course, ratio) in [
            ("glasspost", &times.glasspost, format!("{of_curls:.2}")),
            ("curl", &times.curl, String::new()),
        ] {
            table.row([
                who.to_owned(),
                grouped(size),
                course.whole.median_ms(),
                course.whole.spread_ms(),
                ratio,
                course.sink.median_ms(),
            ]);
        }
    }
    let (ours, theirs) = (
        long.glasspost.whole.median() - short.glasspost.whole.median(),
        long.curl.whole.median() - short.curl.whole.median(),
    );
    Ok(format!(
        "{table}\n\
         {RUNS} runs each, taking turns, after one of each that does not count; server: one smtp-sink, in clear, no sign-in. It read \
         every octet in each run, by the kernel's count.\n\
         glasspost: from the page's `start` frame to the bridge's `finished`, QUIT included; the page, a WebSocket client in this process, \
         has its share in it. curl: from the start of its process to its exit, the file in the page cache.\n\
         smtp-sink's part: its time on a processor. It has one thread, so nobody can be faster than that; where a median is close to it, the \
         sink is what was measured.\n\
         The octets alone (long less short): glasspost {} ms, curl {} ms, ratio {:.2}.\n",
        ms(ours),
        ms(theirs),
        ours / theirs,
        table = table.text(),
    ))
}

impl Race {
    async fn run(&mut self, size: u64, file: &Path) -> Result<Times> {
        let letter = Letter::new(size)?;
        letter.write(file)?;
        let load = Load {
            letter: &letter,
            file,
        };
        let mut times = Times::default();
        for run in 0..=RUNS {
            // Neither always follows the other.
            let (glasspost, curl) = if run % 2 == 0 {
                let glasspost = self.once(true, &load).await?;
                (glasspost, self.once(false, &load).await?)
            } else {
                let curl = self.once(false, &load).await?;
                (self.once(true, &load).await?, curl)
            };
            if run > 0 {
                times.glasspost.add(glasspost);
                times.curl.add(curl);
            }
        }
        Ok(times)
    }

    /// One run: how long it took, and how long smtp-sink worked.
    async fn once(&mut self, glasspost: bool, load: &Load<'_>) -> Result<(Duration, Duration)> {
        let before = self.sink.work()?;
        let took = if glasspost {
            self.glasspost(load).await?
        } else {
            self.curl(load).await?
        };
        let after = self.sink.work()?;
        let read = after.read - before.read;
        ensure!(
            read >= load.letter.size(),
            "taken, but smtp-sink read only {read} octets"
        );
        Ok((took, after.busy.saturating_sub(before.busy)))
    }

    async fn glasspost(&mut self, load: &Load<'_>) -> Result<Duration> {
        let server = courier::in_clear(self.sink.address());
        courier::send(&mut self.page, server, None, load.letter, false, |_| ()).await
    }

    async fn curl(&self, load: &Load<'_>) -> Result<Duration> {
        let mut command = Command::new(&self.curl);
        command
            .args(["--disable", "--silent", "--show-error", "--noproxy", "*"])
            .arg(format!("smtp://{}", self.sink.address()))
            .args(["--mail-from", "mina@example.org"])
            .args(["--mail-rcpt", "hana@example.org"])
            .arg("--upload-file")
            .arg(load.file);
        tool::run(&mut command, b"").await
    }
}
