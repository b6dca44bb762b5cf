//! How fast a long message goes through page, WebSocket and bridge, compared with clients that
//! connect to the server directly, and how much memory each uses.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::process;
use smtp::Security;

use super::client::{self, Client};
use super::message::TestMessage;
use super::sender;
use super::sink::Sink;
use super::table::{Samples, Table, grouped};

/// The last size shows the fixed cost of a run; for most other programs it is mostly the start of a
/// process.
const SIZES: [u64; 3] = [25_000_000, 100_000_000, 1_000];
const RUNS: usize = 7;

/// A program that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    Glasspost { chunking: bool },
    Peer(Client),
}

const PEERS: [Client; 6] = [
    Client::Curl,
    Client::Msmtp,
    Client::Swaks,
    Client::Smtplib,
    Client::Lettre,
    Client::MailSend,
];

/// All compared programs, with the same server.
struct Comparison {
    runners: Vec<Runner>,
    security: Security,
    sink: Sink,
    /// The flags of the bridge.
    flags: Vec<String>,
    /// The outcome that every message must have.
    _bridge: Bridge,
    page: Page,
}

/// The message, and files with the same octets.
struct Payload {
    message: TestMessage,
    file: PathBuf,
    /// With LF line ends and no line end after the last line, as swaks needs it.
    lines: PathBuf,
}

/// The measurements of one program.
#[derive(Clone, Default)]
struct Measurements {
    whole: Samples,
    /// Processor time of the server during each run.
    sink: Samples,
    peak_kib: u64,
}

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    // smtp-sink does not offer CHUNKING. The other server does.
    let without_tls = Comparison::new(Sink::without_tls().await?, &[false]).await?;
    let without_tls = without_tls.all("no TLS", folder.path()).await?;
    let with_starttls = Comparison::new(Sink::with_tls().await?, &[false, true]).await?;
    let with_starttls = with_starttls.all("STARTTLS", folder.path()).await?;
    Ok(format!(
        "{without_tls}\n\
         {with_starttls}\n\
         {RUNS} runs each, in turn, after one warm-up run each. Servers: smtp-sink without TLS; \
         with STARTTLS a server of this benchmark that also discards messages. No sign-in; DATA \
         unless it says BDAT. In each run the servers read every octet: smtp-sink by the \
         kernel's count, the other by its own.\n\
         glasspost: from the page's `start` frame to the bridge's `finished`, including QUIT. \
         The page is a WebSocket client in this process, whose work is included. Programs: from \
         the start of the process to its exit, with the file in the page cache. The libraries \
         lettre and mail-send: from connecting to QUIT, with the message already in memory. Only \
         glasspost checks the server's certificate.\n\
         Server CPU: processor time of the server. It has one thread, so no client can be \
         faster; if a median is close to it, the server is the limit.\n\
         Peak memory is from another run, which is not timed. The others: the whole process \
         (VmHWM, read every millisecond). glasspost: the growth of VmHWM in a new bridge after a \
         page has connected, without the page's own memory.\n",
    ))
}

/// All compared programs, with glasspost using DATA, BDAT, or both in turn.
fn runners(chunking: &[bool]) -> Vec<Runner> {
    let ours = chunking
        .iter()
        .map(|&chunking| Runner::Glasspost { chunking });
    ours.chain(PEERS.map(Runner::Peer)).collect()
}

impl Payload {
    fn new(size: u64, folder: &Path) -> Result<Payload> {
        let message = TestMessage::new(size)?;
        let (file, lines) = (folder.join("message.eml"), folder.join("message.txt"));
        message.write(&file)?;
        message.write_lines(&lines)?;
        Ok(Payload {
            message,
            file,
            lines,
        })
    }
}

impl Comparison {
    async fn new(sink: Sink, chunking: &[bool]) -> Result<Comparison> {
        let (mut security, mut flags) = (Security::None, Vec::new());
        if let Some(root) = sink.root() {
            let root = root.to_str().context("a temporary folder in UTF-8")?;
            security = Security::Starttls;
            flags = ["--extra-ca", root].map(str::to_owned).to_vec();
        }
        let (bridge, page) = sender::bridge(&flags).await?;
        Ok(Comparison {
            runners: runners(chunking),
            security,
            sink,
            flags,
            _bridge: bridge,
            page,
        })
    }

    /// Measures every size and returns a table.
    async fn all(mut self, network: &str, folder: &Path) -> Result<String> {
        let mut table = Table::new(&[
            network,
            "octets",
            "median ms",
            "spread ms",
            "ratio to best peer",
            "server CPU ms",
            "peak MiB",
        ]);
        for size in SIZES {
            let measurements = self.run(&Payload::new(size, folder)?).await?;
            let best = self
                .runners
                .iter()
                .zip(&measurements)
                .filter(|(runner, _)| matches!(runner, Runner::Peer(_)))
                .map(|(_, course)| course.whole.median())
                .fold(f64::INFINITY, f64::min);
            for (runner, course) in self.runners.iter().zip(&measurements) {
                table.row([
                    runner.name().to_owned(),
                    grouped(size),
                    course.whole.median_ms(),
                    course.whole.spread_ms(),
                    format!("{:.2}", course.whole.median() / best),
                    course.sink.median_ms(),
                    format!("{:.1}", course.peak_kib as f64 / 1024.0),
                ]);
            }
        }
        Ok(table.text())
    }

    async fn run(&mut self, load: &Payload) -> Result<Vec<Measurements>> {
        let count = self.runners.len();
        let mut measurements = vec![Measurements::default(); count];
        for run in 0..=RUNS {
            for turn in 0..count {
                // Rotate the order, so that no program always runs after the same one.
                let at = if run % 2 == 0 {
                    (run + turn) % count
                } else {
                    (run + count - turn) % count
                };
                let runner = self.runners[at];
                let (whole, sink) = self.once(runner, load).await.context(runner.name())?;
                if run > 0 {
                    measurements[at].whole.add(whole);
                    measurements[at].sink.add(sink);
                }
            }
        }
        for (runner, course) in self.runners.clone().into_iter().zip(&mut measurements) {
            course.peak_kib = self.peak(runner, load).await.context(runner.name())?;
        }
        Ok(measurements)
    }

    /// One run. Returns its time and the processor time of the server.
    async fn once(&mut self, runner: Runner, load: &Payload) -> Result<(Duration, Duration)> {
        let before = self.sink.work()?;
        let took = match runner {
            Runner::Glasspost { chunking } => self.glasspost(chunking, load).await?,
            Runner::Peer(client) => client.send(&self.task(load)).await?,
        };
        let after = self.sink.work()?;
        let read = after.read - before.read;
        ensure!(
            read >= load.message.size(),
            "accepted, but the server read only {read} octets"
        );
        Ok((took, after.busy.saturating_sub(before.busy)))
    }

    async fn glasspost(&mut self, chunking: bool, load: &Payload) -> Result<Duration> {
        let server = sender::at(self.sink.address(), self.security);
        let task = sender::SendTask {
            chunking,
            ..sender::SendTask::new(server, &load.message)
        };
        sender::send(&mut self.page, task).await
    }

    fn task<'a>(&self, load: &'a Payload) -> client::SendTask<'a> {
        client::SendTask {
            to: self.sink.address(),
            tls: self.security != Security::None,
            credentials: None,
            file: &load.file,
            lines: &load.lines,
        }
    }

    async fn peak(&mut self, runner: Runner, load: &Payload) -> Result<u64> {
        match runner {
            Runner::Peer(client) => client.peak_kib(&self.task(load)).await,
            Runner::Glasspost { chunking } => {
                // A new bridge, because memory that a bridge has used once may stay with it.
                let (bridge, mut page) = sender::bridge(&self.flags).await?;
                let before = process::memory_kib(bridge.pid(), "VmRSS");
                std::mem::swap(&mut self.page, &mut page);
                let sent = self.glasspost(chunking, load).await;
                std::mem::swap(&mut self.page, &mut page);
                sent?;
                let peak = process::memory_kib(bridge.pid(), "VmHWM");
                Ok(peak.saturating_sub(before))
            }
        }
    }
}

impl Runner {
    fn name(self) -> &'static str {
        match self {
            Runner::Glasspost { chunking: false } => "glasspost",
            Runner::Glasspost { chunking: true } => "glasspost, BDAT",
            Runner::Peer(client) => client.name(),
        }
    }
}
