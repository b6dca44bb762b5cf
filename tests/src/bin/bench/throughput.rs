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
    let in_clear = Comparison::new(Sink::in_clear().await?, &[false]).await?;
    let in_clear = in_clear.all("in clear", folder.path()).await?;
    let by_starttls = Comparison::new(Sink::with_tls().await?, &[false, true]).await?;
    let by_starttls = by_starttls.all("by STARTTLS", folder.path()).await?;
    Ok(format!(
        "{in_clear}\n\
         {by_starttls}\n\
         {RUNS} runs each, taking turns, after one of each that does not count. Servers: in clear smtp-sink; by STARTTLS one of our own that \
         takes and forgets likewise. No sign-in; by DATA, unless it says BDAT. They read every octet in each run: smtp-sink by the kernel's count, ours by its own.\n\
         glasspost: from the page's `start` frame to the bridge's `finished`, QUIT included; the page, a WebSocket client in this process, \
         has its share in it. Programs: from the start of the process to its exit, the file in the page cache. The libraries lettre and mail-send: from \
         connect to QUIT, the message in memory before. Only glasspost checks the server's certificate.\n\
         The server's part: its time on a processor. It has one thread, so nobody can be faster than that; where a median is close to it, the \
         server is what was measured.\n\
         Peak: of one more run, not timed. The others: all of the process (VmHWM, asked for every millisecond). glasspost: what the VmHWM of a bridge that has sent nothing before rises above what it has \
         with a page connected; the page's memory is not in it.\n",
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
            "of the best peer's",
            "the server's part ms",
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
