//! How many short messages are sent in a second, each over its own connection, and how much memory
//! a connection takes.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::{job, process};
use smtp::Security;
use tokio::process::Command;
use tokio::task::JoinSet;
use wire::Open;

use super::client::{self, FROM, TO};
use super::library::{self, Library};
use super::message::TestMessage;
use super::sender::{self, QUIET, SendTask};
use super::sink::Sink;
use super::table::{Samples, Table, grouped};
use super::tool;

const RUNS: usize = 7;
const OCTETS: u64 = 1_000;
/// Numbers of messages at once, each with the total number of messages.
const WAYS: [(usize, usize); 2] = [(1, 500), (100, 3_000)];
/// Number of programs, so that a hundred pages fit: one program serves 64.
const PROGRAMS: usize = 2;
/// Pages of one program.
const PAGES: usize = 64;

/// A program that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runner {
    Glasspost { keep_open: bool },
    SmtpSource { keep_open: bool },
    Library(Library),
}

const RUNNERS: [Runner; 6] = [
    Runner::Glasspost { keep_open: false },
    Runner::SmtpSource { keep_open: false },
    Runner::Library(Library::Lettre),
    Runner::Library(Library::MailSend),
    Runner::Glasspost { keep_open: true },
    Runner::SmtpSource { keep_open: true },
];

/// All compared programs, and their server.
struct Setup {
    sink: Sink,
    message: TestMessage,
    file: PathBuf,
    /// The outcome that every message must have.
    _bridges: Vec<Bridge>,
    pages: Vec<Page>,
}

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let mut field = Setup::new(folder.path()).await?;
    let mut table = Table::new(&[
        "messages",
        "at once",
        "a second",
        "spread",
        "ratio to best peer (more is better)",
    ]);
    for (at_once, messages) in WAYS {
        let rates = field.race(at_once, messages).await?;
        for keep_open in [false, true] {
            let alike = || {
                RUNNERS
                    .iter()
                    .zip(&rates)
                    .filter(move |(runner, _)| runner.keeps_open() == keep_open)
            };
            let best = alike()
                .filter(|(runner, _)| !matches!(runner, Runner::Glasspost { .. }))
                .map(|(_, samples)| samples.median())
                .fold(0.0, f64::max);
            for (runner, samples) in alike() {
                let (least, most) = samples.ends();
                table.row([
                    runner.name().to_owned(),
                    at_once.to_string(),
                    format!("{:.0}", samples.median()),
                    format!("{least:.0} – {most:.0}"),
                    format!("{:.2}", samples.median() / best),
                ]);
            }
        }
    }
    Ok(format!(
        "{}\n\
         {RUNS} runs each, in turn, after one warm-up run each, with {} and {} messages of {} \
         octets (a fifth of that for the libraries) to one smtp-sink, without TLS. glasspost: \
         pages are WebSocket clients in this process, with one dialogue at a time each, and \
         read every line of every dialogue. A hundred at once are {PROGRAMS} programs, because \
         one serves {PAGES} pages. smtp-source, Postfix's load generator, shows its work to \
         nobody; its time includes the start of its process.\n\n\
         {}",
        table.text(),
        grouped(WAYS[0].1 as u64),
        grouped(WAYS[1].1 as u64),
        grouped(OCTETS),
        memory().await?,
    ))
}

impl Setup {
    async fn new(folder: &Path) -> Result<Setup> {
        let (message, file) = (TestMessage::new(OCTETS)?, folder.join("message.eml"));
        message.write(&file)?;
        let bridges: Vec<Bridge> = (0..PROGRAMS).map(|_| Bridge::with(&QUIET)).collect();
        let most = WAYS.map(|(at_once, _)| at_once).into_iter().max();
        let mut pages = Vec::new();
        for at in 0..most.unwrap_or(0) {
            pages.push(Page::open(&bridges[at % PROGRAMS]).await);
        }
        Ok(Setup {
            sink: Sink::without_tls().await?,
            message,
            file,
            _bridges: bridges,
            pages,
        })
    }

    /// Measures messages per second for all.
    async fn race(&mut self, at_once: usize, messages: usize) -> Result<Vec<Samples>> {
        let count = RUNNERS.len();
        let mut samples = vec![Samples::default(); count];
        for run in 0..=RUNS {
            for turn in 0..count {
                let at = (run + turn) % count;
                let runner = RUNNERS[at];
                let messages = runner.share(messages);
                let took = self.once(runner, at_once, messages).await;
                let took = took.context(runner.name())?;
                if run > 0 {
                    samples[at].add_number(messages as f64 / took.as_secs_f64());
                }
            }
        }
        Ok(samples)
    }

    async fn once(&mut self, runner: Runner, at_once: usize, messages: usize) -> Result<Duration> {
        let before = self.sink.work()?.read;
        let took = match runner {
            Runner::Glasspost { keep_open } => self.glasspost(keep_open, at_once, messages).await?,
            Runner::SmtpSource { keep_open } => {
                let mut command = smtp_source(self.sink.address(), keep_open, at_once, messages)?;
                tool::run_from(&mut command, &self.file).await?.took
            }
            Runner::Library(library) => {
                let task = client::SendTask {
                    to: self.sink.address(),
                    tls: false,
                    credentials: None,
                    file: &self.file,
                    lines: &self.file,
                };
                let mut command = library::command(library, &task, messages, at_once)?;
                let ran = tool::run_from(&mut command, &self.file).await?;
                library::time(&ran.stdout)?
            }
        };
        let read = self.sink.work()?.read - before;
        ensure!(
            read >= messages as u64 * OCTETS,
            "smtp-sink read only {read} octets"
        );
        Ok(took)
    }

    async fn glasspost(
        &mut self,
        keep_open: bool,
        at_once: usize,
        messages: usize,
    ) -> Result<Duration> {
        let server = sender::at(self.sink.address(), Security::None);
        let mut senders = JoinSet::new();
        let pages: Vec<Page> = self.pages.drain(..at_once).collect();
        let started = Instant::now();
        for (at, mut page) in pages.into_iter().enumerate() {
            let (server, message) = (server.clone(), self.message.clone());
            let share = (at..messages).step_by(at_once);
            senders.spawn(async move {
                let last = share.len().saturating_sub(1);
                for n in 0..share.len() {
                    let task = SendTask {
                        // The last one sends QUIT, like the others.
                        keep_open: keep_open && n != last,
                        ..SendTask::new(server.clone(), &message)
                    };
                    sender::send(&mut page, task).await?;
                }
                anyhow::Ok(page)
            });
        }
        while let Some(ended) = senders.join_next().await {
            self.pages.push(ended??);
        }
        Ok(started.elapsed())
    }
}

fn smtp_source(
    to: SocketAddr,
    keep_open: bool,
    at_once: usize,
    messages: usize,
) -> Result<Command> {
    let mut command = Command::new(tool::find("smtp-source", "postfix")?);
    command
        .args(["-s", &at_once.to_string(), "-m", &messages.to_string()])
        .args(["-l", &OCTETS.to_string(), "-f", FROM, "-t", TO]);
    if keep_open {
        command.arg("-d");
    }
    command.arg(format!("inet:{to}"));
    Ok(command)
}

impl Runner {
    fn keeps_open(self) -> bool {
        match self {
            Runner::Glasspost { keep_open } | Runner::SmtpSource { keep_open } => keep_open,
            Runner::Library(_) => false,
        }
    }

    /// The number of messages to send: fewer for lettre, which is slow.
    fn share(self, messages: usize) -> usize {
        match self {
            Runner::Library(_) => messages / 5,
            _ => messages,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Runner::Glasspost { keep_open: false } => "glasspost",
            Runner::Glasspost { keep_open: true } => "glasspost, kept open",
            Runner::SmtpSource { keep_open: false } => "smtp-source",
            Runner::SmtpSource { keep_open: true } => "smtp-source -d, kept open",
            Runner::Library(Library::Lettre) => "lettre",
            Runner::Library(Library::MailSend) => "mail-send",
        }
    }
}

/// Measures the memory of a page and of an open connection.
async fn memory() -> Result<String> {
    let mut table = Table::new(&["one program", "MiB", "KiB for each more"]);
    let (clear, tls) = (Sink::without_tls().await?, Sink::with_tls().await?);
    let root = tls.root().context("a server with TLS has a root")?;
    let root = root.to_str().context("a temporary folder in UTF-8")?;
    for (sink, security, open) in [
        (&clear, Security::None, "64 connections open, no TLS"),
        (&tls, Security::Starttls, "64 connections open, TLS"),
    ] {
        let bridge = Bridge::with(&[&QUIET[..], &["--extra-ca", root]].concat());
        let look = || process::memory_kib(bridge.pid(), "VmRSS");
        let mut last = look();
        let mut row = |what: &str| {
            let now = look();
            let each = (now as f64 - last as f64) / PAGES as f64;
            last = now;
            let mib = format!("{:.1}", now as f64 / 1024.0);
            table.row([what.to_owned(), mib, format!("{each:.0}")]);
        };
        row("started");
        let mut pages = Vec::new();
        for _ in 0..PAGES {
            pages.push(Page::open(&bridge).await);
        }
        row("64 pages");
        for page in &mut pages {
            let opened = page
                .open_ahead(Open {
                    id: 0,
                    server: job::host("127.0.0.1", sink.address().port(), security),
                    credentials: None,
                    client_name: None,
                })
                .await;
            ensure!(opened.waits, "not opened: {}", opened.summary());
        }
        row(open);
    }
    Ok(format!(
        "{}\n\
         Resident memory (VmRSS), one program for each group of three rows. The connections have \
         received the greeting and wait for a message.\n",
        table.text()
    ))
}
