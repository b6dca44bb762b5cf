//! How many round trips a client needs until its message is accepted: STARTTLS and sign-in over a
//! network with a round-trip time of 50 ms.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::job;
use glasspost_tests::page::Page;
use practice::{Config, Mailbox, PASSWORD, SERVER_NAME};
use smtp::Security;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use wire::Open;

use super::client::{self, Client};
use super::message::TestMessage;
use super::network::{Kind, Network};
use super::sender;
use super::table::{Samples, Table};

const ONE_WAY: Duration = Duration::from_millis(25);
const RUNS: usize = 7;
const USER: &str = "mina";
/// Most time from the delivery of the message to the end of the client.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A program that is compared.
#[derive(Clone, Copy, Debug)]
enum Runner {
    Glasspost {
        /// Whether the message is sent with BDAT.
        chunking: bool,
        /// Whether the connection is opened and signed in ahead of the message.
        ahead: bool,
    },
    Peer(Client),
}

const fn glasspost(chunking: bool, ahead: bool) -> Runner {
    Runner::Glasspost { chunking, ahead }
}

const RUNNERS: [Runner; 12] = [
    glasspost(false, false),
    glasspost(true, false),
    glasspost(false, true),
    glasspost(true, true),
    Runner::Peer(Client::Curl),
    Runner::Peer(Client::CurlInitialResponse),
    Runner::Peer(Client::Msmtp),
    Runner::Peer(Client::Swaks),
    Runner::Peer(Client::SwaksPipelining),
    Runner::Peer(Client::Smtplib),
    Runner::Peer(Client::Lettre),
    Runner::Peer(Client::MailSend),
];

impl Runner {
    fn name(self) -> &'static str {
        match self {
            Runner::Glasspost {
                chunking: false,
                ahead: false,
            } => "glasspost",
            Runner::Glasspost {
                chunking: true,
                ahead: false,
            } => "glasspost, BDAT",
            Runner::Glasspost {
                chunking: false,
                ahead: true,
            } => "glasspost, opened ahead",
            Runner::Glasspost {
                chunking: true,
                ahead: true,
            } => "glasspost, opened ahead, BDAT",
            Runner::Peer(client) => client.name(),
        }
    }
}

/// The server and the message, which are the same for all.
struct Setup {
    mailbox: Mailbox,
    /// The way through glasspost, and the outcome that it must have.
    _bridge: Bridge,
    page: Page,
    message: TestMessage,
    file: PathBuf,
    lines: PathBuf,
    _folder: TempDir,
}

/// Runs the benchmark.
pub(crate) async fn measure() -> Result<String> {
    // The practice server runs in this process, so the time of delivery is known exactly for every
    // client.
    let server = practice::Server::start(Config::ephemeral()).await?;
    let mut place = Setup::new(&server).await?;
    let mut near = Network::open(server.starttls_addr(), Kind::default()).await?;
    let far = Kind {
        one_way: ONE_WAY,
        ..Kind::default()
    };
    let mut far = Network::open(server.starttls_addr(), far).await?;

    let mut table = Table::new(&[
        "client",
        "median ms",
        "spread ms",
        "without delay ms",
        "of 50 ms",
        "round trips",
    ]);
    let (round_trip, mut missing) = (2.0 * ONE_WAY.as_secs_f64(), Vec::new());
    for runner in RUNNERS {
        match place.compare(runner, &mut near, &mut far).await {
            Ok((near, far)) => {
                table.row([
                    runner.name().to_owned(),
                    far.median_ms(),
                    far.spread_ms(),
                    near.median_ms(),
                    format!("{:.2}", far.median() / round_trip),
                    format!("{:.2}", (far.median() - near.median()) / round_trip),
                ]);
            }
            Err(error) => missing.push(format!("{}: {error:#}", runner.name())),
        }
    }
    let text = format!(
        "{}\n\
         {RUNS} runs each. Measured in the same way for all: from the connection, as the \
         simulated network sees it, to the moment when the practice server (which offers \
         STARTTLS, AUTH and PIPELINING) has the message in its mailbox, plus the 25 ms that its \
         250 takes back. For a connection opened ahead, with sign-in: from the page's `start` \
         frame. TCP's own handshake, one round trip for everyone, is not included. The network \
         delays connections and every octet by 25 ms in each direction. `of 50 ms` is the whole \
         time divided by 50 ms. `round trips` is the part caused by the delay: the client's own \
         work is in both times and cancels out. msmtp, lettre and mail-send leave Nagle's \
         algorithm on, which holds data back until the previous data is acknowledged; that wait \
         is in the time without delay, so compare `of 50 ms`.\n",
        table.text()
    );
    ensure!(missing.is_empty(), "{}\n\n{text}", missing.join("\n"));
    Ok(text)
}

impl Setup {
    async fn new(server: &practice::Server) -> Result<Setup> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let root = folder.path().join("root.pem");
        std::fs::write(&root, server.ca_pem())?;
        let root = root.to_str().context("a temporary folder in UTF-8")?;
        let resolve = format!("{SERVER_NAME}:127.0.0.1");
        let (bridge, page) = sender::bridge(&["--extra-ca", root, "--resolve", &resolve]).await?;
        let message = TestMessage::new(1_000)?;
        let (file, lines) = ("message.eml", "message.txt");
        let [file, lines] = [file, lines].map(|name| folder.path().join(name));
        message.write(&file)?;
        message.write_lines(&lines)?;
        Ok(Setup {
            mailbox: server.mailbox().clone(),
            _bridge: bridge,
            page,
            message,
            file,
            lines,
            _folder: folder,
        })
    }

    /// The times of one client without and with delay, alternating, after one warm-up run.
    async fn compare(
        &mut self,
        runner: Runner,
        near: &mut Network,
        far: &mut Network,
    ) -> Result<(Samples, Samples)> {
        let (mut nears, mut fars) = (Samples::default(), Samples::default());
        self.once(runner, near).await?;
        for _ in 0..RUNS {
            nears.add(self.once(runner, near).await?);
            fars.add(self.once(runner, far).await? + ONE_WAY);
        }
        Ok((nears, fars))
    }

    /// The time from the connection to the delivery of the message.
    async fn once(&mut self, runner: Runner, network: &mut Network) -> Result<Duration> {
        network.forget();
        let ahead = matches!(runner, Runner::Glasspost { ahead: true, .. });
        if ahead {
            self.open(network.address()).await?;
        }
        let asked = Instant::now();
        let before = self.mailbox.stats();
        let mut changes = self.mailbox.changes();
        changes.mark_unchanged();
        let arrival: JoinHandle<Option<Instant>> =
            tokio::spawn(async move { changes.changed().await.ok().map(|()| Instant::now()) });
        let sent = self.send(runner, network.address()).await;
        if sent.is_err() {
            arrival.abort();
        }
        sent?;
        let arrived = tokio::time::timeout(TIMEOUT, arrival)
            .await
            .context("the message did not arrive")??
            .context("the mailbox is gone")?;
        let connected = network.accepted().await.context("the network is gone")?;
        let after = self.mailbox.stats();
        // lettre and mail-send add a line end to every message.
        let whole = before.bytes + usize::try_from(self.message.size())?;
        let more = after.bytes.checked_sub(whole);
        ensure!(
            after.count == before.count + 1 && matches!(more, Some(0 | 2)),
            "the delivered message differs: {before:?}, then {after:?}"
        );
        let signed_in = self
            .mailbox
            .list()
            .pop()
            .is_some_and(|message| message.tls && message.user.as_deref() == Some(USER));
        ensure!(signed_in, "the message was sent without TLS or sign-in");
        Ok(arrived - if ahead { asked } else { connected })
    }

    /// Opens a connection and signs in.
    async fn open(&mut self, to: SocketAddr) -> Result<()> {
        let opened = self
            .page
            .open_ahead(Open {
                id: 0,
                server: job::host(SERVER_NAME, to.port(), Security::Starttls),
                credentials: job::credentials(USER, PASSWORD),
                client_name: None,
            })
            .await;
        ensure!(opened.waits, "not opened: {}", opened.summary());
        Ok(())
    }

    async fn send(&mut self, runner: Runner, to: SocketAddr) -> Result<()> {
        match runner {
            Runner::Glasspost { chunking, .. } => {
                let server = job::host(SERVER_NAME, to.port(), Security::Starttls);
                let task = sender::SendTask {
                    credentials: job::credentials(USER, PASSWORD),
                    chunking,
                    ..sender::SendTask::new(server, &self.message)
                };
                sender::send(&mut self.page, task).await?;
            }
            Runner::Peer(client) => {
                let task = client::SendTask {
                    to,
                    tls: true,
                    credentials: Some((USER, PASSWORD)),
                    file: &self.file,
                    lines: &self.lines,
                };
                client.send(&task).await?;
            }
        }
        Ok(())
    }
}
