//! How fast a long message goes through page, WebSocket and bridge, beside clients that go to the server straight, and how much memory
//! each takes for it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::process;
use tokio::process::Command;

use super::courier;
use super::letter::Letter;
use super::sink::Sink;
use super::table::{Samples, Table, grouped};
use super::tool;

/// The last is what is left of a run when the message weighs nothing: for other programs above all the start of a process.
const SIZES: [u64; 3] = [25_000_000, 100_000_000, 1_000];
const RUNS: usize = 7;

const SMTPLIB: &str = "import smtplib, sys
with smtplib.SMTP(sys.argv[1], int(sys.argv[2])) as client:
    client.sendmail('mina@example.org', ['hana@example.org'], sys.stdin.buffer.read())";

/// Whoever is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Glasspost,
    Curl,
    Msmtp,
    Swaks,
    Smtplib,
}

const CLIENTS: [(Client, &str); 5] = [
    (Client::Glasspost, "glasspost"),
    (Client::Curl, "curl"),
    (Client::Msmtp, "msmtp"),
    (Client::Swaks, "swaks"),
    (Client::Smtplib, "smtplib"),
];

/// All ways to the same server.
struct Race {
    sink: Sink,
    bridge: Bridge,
    page: Page,
}

/// Message, and the files with the same octets.
struct Load {
    letter: Letter,
    file: PathBuf,
    /// LF between the lines, none behind the last, as swaks wants it.
    lines: PathBuf,
}

/// How it went for one of them.
#[derive(Clone, Default)]
struct Course {
    whole: Samples,
    /// How long smtp-sink was on a processor meanwhile.
    sink: Samples,
    peak_kib: u64,
}

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let sink = Sink::start().await?;
    let (bridge, page) = courier::bridge(&[]).await?;
    let mut race = Race { sink, bridge, page };
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let mut table = Table::new(&[
        "in clear, by DATA",
        "octets",
        "median ms",
        "spread ms",
        "of the best peer's",
        "smtp-sink's part ms",
        "peak MiB",
    ]);
    for size in SIZES {
        let courses = race.run(&Load::new(size, folder.path())?).await?;
        let best = CLIENTS
            .iter()
            .zip(&courses)
            .filter(|((client, _), _)| *client != Client::Glasspost)
            .map(|(_, course)| course.whole.median())
            .fold(f64::INFINITY, f64::min);
        for ((_, name), course) in CLIENTS.iter().zip(&courses) {
            table.row([
                (*name).to_owned(),
                grouped(size),
                course.whole.median_ms(),
                course.whole.spread_ms(),
                format!("{:.2}", course.whole.median() / best),
                course.sink.median_ms(),
                format!("{:.1}", course.peak_kib as f64 / 1024.0),
            ]);
        }
    }
    Ok(format!(
        "{}\n\
         {RUNS} runs each, taking turns, after one of each that does not count; server: one smtp-sink, in clear, no sign-in. It read \
         every octet in each run, by the kernel's count.\n\
         glasspost: from the page's `start` frame to the bridge's `finished`, QUIT included; the page, a WebSocket client in this process, \
         has its share in it. The others: from the start of the process to its exit, the file in the page cache.\n\
         smtp-sink's part: its time on a processor. It has one thread, so nobody can be faster than that; where a median is close to it, the \
         sink is what was measured.\n\
         Peak: of one more run, not timed. The others: all of the process (VmHWM, asked for every millisecond). glasspost: what the bridge's VmHWM rises above what it has \
         with a page connected; the page's memory is not in it.\n",
        table.text(),
    ))
}

impl Load {
    fn new(size: u64, folder: &Path) -> Result<Load> {
        let letter = Letter::new(size)?;
        let (file, lines) = (folder.join("letter.eml"), folder.join("letter.txt"));
        letter.write(&file)?;
        let mut octets = std::fs::read(&file)?;
        octets.retain(|octet| *octet != b'\r');
        octets.pop();
        std::fs::write(&lines, octets)?;
        Ok(Load {
            letter,
            file,
            lines,
        })
    }
}

impl Race {
    async fn run(&mut self, load: &Load) -> Result<Vec<Course>> {
        let mut courses = vec![Course::default(); CLIENTS.len()];
        for run in 0..=RUNS {
            for turn in 0..CLIENTS.len() {
                // Nobody always follows the same.
                let at = (run + turn * if run % 2 == 0 { 1 } else { 4 }) % CLIENTS.len();
                let (client, name) = CLIENTS[at];
                let (whole, sink) = self.once(client, load).await.context(name)?;
                if run > 0 {
                    courses[at].whole.add(whole);
                    courses[at].sink.add(sink);
                }
            }
        }
        for ((client, name), course) in CLIENTS.into_iter().zip(&mut courses) {
            course.peak_kib = self.peak(client, load).await.context(name)?;
        }
        Ok(courses)
    }

    /// One run: how long it took, and how long smtp-sink worked.
    async fn once(&mut self, client: Client, load: &Load) -> Result<(Duration, Duration)> {
        let before = self.sink.work()?;
        let took = match command(client, self.sink.address(), load)? {
            None => self.glasspost(load).await?,
            Some((mut command, stdin)) => tool::run_from(&mut command, stdin).await?,
        };
        let after = self.sink.work()?;
        let read = after.read - before.read;
        ensure!(
            read >= load.letter.size(),
            "taken, but smtp-sink read only {read} octets"
        );
        Ok((took, after.busy.saturating_sub(before.busy)))
    }

    async fn glasspost(&mut self, load: &Load) -> Result<Duration> {
        let server = courier::in_clear(self.sink.address());
        courier::send(&mut self.page, server, None, &load.letter, false, |_| ()).await
    }

    async fn peak(&mut self, client: Client, load: &Load) -> Result<u64> {
        if let Some((mut command, stdin)) = command(client, self.sink.address(), load)? {
            return tool::peak_kib(&mut command, stdin).await;
        }
        // From here on the kernel remembers a new peak.
        process::forget_peak(self.bridge.pid());
        let before = process::memory_kib(self.bridge.pid(), "VmRSS");
        self.glasspost(load).await?;
        let peak = process::memory_kib(self.bridge.pid(), "VmHWM");
        Ok(peak.saturating_sub(before))
    }
}

/// How to run a client that is a program of its own, and the file for its stdin.
fn command(client: Client, to: SocketAddr, load: &Load) -> Result<Option<(Command, &Path)>> {
    let (host, port) = (to.ip().to_string(), to.port().to_string());
    let mut stdin = load.file.as_path();
    let command = match client {
        Client::Glasspost => return Ok(None),
        Client::Curl => {
            let mut curl = Command::new(tool::find("curl", "curl")?);
            curl.args(["--disable", "--silent", "--show-error", "--noproxy", "*"])
                .arg(format!("smtp://{to}"))
                .args(["--mail-from", "mina@example.org"])
                .args(["--mail-rcpt", "hana@example.org"])
                .arg("--upload-file")
                .arg(&load.file);
            curl
        }
        Client::Msmtp => {
            let mut msmtp = Command::new(tool::find("msmtp", "msmtp")?);
            msmtp
                .args([format!("--host={host}"), format!("--port={port}")])
                .args(["--tls=off", "--auth=off", "--from=mina@example.org"])
                .args(["--", "hana@example.org"]);
            msmtp
        }
        Client::Swaks => {
            stdin = &load.lines;
            let mut swaks = Command::new(tool::find("swaks", "swaks")?);
            swaks
                .args(["--server", &host, "--port", &port])
                .args(["--helo", "client.example", "--from", "mina@example.org"])
                .args(["--to", "hana@example.org", "--silent", "3"])
                .args(["--data", "-"]);
            swaks
        }
        Client::Smtplib => {
            let mut python = Command::new(tool::python()?);
            python.args(["-c", SMTPLIB, &host, &port]);
            python
        }
    };
    Ok(Some((command, stdin)))
}
