//! How often a client waits for the far end before its message is taken: STARTTLS and sign-in over a road of 50 ms there and back.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::{job, program};
use practice::{Config, Mailbox, PASSWORD, SERVER_NAME};
use smtp::Security;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::task::JoinHandle;
use wire::Open;

use super::courier;
use super::letter::Letter;
use super::road::{Kind, Road};
use super::table::{Samples, Table};
use super::tool;

const ONE_WAY: Duration = Duration::from_millis(25);
const RUNS: usize = 7;
const USER: &str = "mina";
const FROM: &str = "mina@example.org";
const TO: &str = "hana@example.org";
/// The time from the message's arrival to the client's end, at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whoever is measured.
#[derive(Clone, Copy, Debug)]
enum Client {
    Glasspost {
        /// The message goes by BDAT.
        chunking: bool,
        /// The connection is opened and signed in beforehand.
        ahead: bool,
    },
    Curl,
    CurlInitialResponse,
    Swaks,
    SwaksPipelining,
    Smtplib,
}

const fn glasspost(chunking: bool, ahead: bool) -> Client {
    Client::Glasspost { chunking, ahead }
}

const CLIENTS: [(Client, &str); 9] = [
    (glasspost(false, false), "glasspost"),
    (glasspost(true, false), "glasspost, BDAT"),
    (glasspost(false, true), "glasspost, opened ahead"),
    (glasspost(true, true), "glasspost, opened ahead, BDAT"),
    (Client::Curl, "curl"),
    (Client::CurlInitialResponse, "curl --sasl-ir"),
    (Client::Swaks, "swaks"),
    (Client::SwaksPipelining, "swaks --pipeline"),
    (Client::Smtplib, "smtplib"),
];

/// The server they all go to, and the same message for all.
struct Place {
    mailbox: Mailbox,
    /// What glasspost goes through; it has to end with this.
    _bridge: Bridge,
    page: Page,
    letter: Letter,
    octets: Vec<u8>,
    file: PathBuf,
    _folder: TempDir,
}

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    // The practice server, in this process: so the moment a message is taken is known exactly, whoever sent it.
    let server = practice::Server::start(Config::ephemeral()).await?;
    let mut place = Place::new(&server).await?;
    let mut near = Road::open(server.starttls_addr(), Kind::default()).await?;
    let far = Kind {
        one_way: ONE_WAY,
        ..Kind::default()
    };
    let mut far = Road::open(server.starttls_addr(), far).await?;

    let mut table = Table::new(&[
        "client",
        "median ms",
        "spread ms",
        "without delay ms",
        "of 50 ms",
        "round trips",
    ]);
    let (round_trip, mut missing) = (2.0 * ONE_WAY.as_secs_f64(), Vec::new());
    for (client, name) in CLIENTS {
        match place.compare(client, &mut near, &mut far).await {
            Ok((near, far)) => {
                table.row([
                    name.to_owned(),
                    far.median_ms(),
                    far.spread_ms(),
                    near.median_ms(),
                    format!("{:.2}", far.median() / round_trip),
                    format!("{:.2}", (far.median() - near.median()) / round_trip),
                ]);
            }
            Err(error) => {
                let mut why = format!("{name}: {error:#}");
                if why.contains("Net::SSLeay") {
                    why += " (Debian's package libnet-ssleay-perl)";
                }
                missing.push(why);
            }
        }
    }
    let text = format!(
        "{}\n\
         {RUNS} runs each. From the connection, as the road sees it, to the moment the practice server (STARTTLS, AUTH, PIPELINING \
         offered) has the message in its mailbox, and the 25 ms that its 250 takes back; measured in the same way for all; for a connection opened ahead, with sign-in, from the \
         page's `start` frame. TCP's own handshake, one round trip for everybody, is not in it. The road carries the connection itself, and every octet, 25 ms late each \
         way. `of 50 ms` is the whole time, `round trips` what the delay has made of it: the client's own work is in both times and \
         cancels out.\n",
        table.text()
    );
    ensure!(missing.is_empty(), "{}\n\n{text}", missing.join("\n"));
    Ok(text)
}

impl Place {
    async fn new(server: &practice::Server) -> Result<Place> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let root = folder.path().join("root.pem");
        std::fs::write(&root, server.ca_pem())?;
        let root = root.to_str().context("a temporary folder in UTF-8")?;
        let resolve = format!("{SERVER_NAME}:127.0.0.1");
        let (bridge, page) = courier::bridge(&["--extra-ca", root, "--resolve", &resolve]).await?;
        let letter = Letter::new(1_000)?;
        let file = folder.path().join("letter.eml");
        letter.write(&file)?;
        Ok(Place {
            mailbox: server.mailbox().clone(),
            _bridge: bridge,
            page,
            letter,
            octets: std::fs::read(&file)?,
            file,
            _folder: folder,
        })
    }

    /// The times of one client without delay and with it, taking turns after one run that does not count.
    async fn compare(
        &mut self,
        client: Client,
        near: &mut Road,
        far: &mut Road,
    ) -> Result<(Samples, Samples)> {
        let (mut nears, mut fars) = (Samples::default(), Samples::default());
        self.once(client, near).await?;
        for _ in 0..RUNS {
            nears.add(self.once(client, near).await?);
            fars.add(self.once(client, far).await? + ONE_WAY);
        }
        Ok((nears, fars))
    }

    /// The time from the connection to the message's arrival.
    async fn once(&mut self, client: Client, road: &mut Road) -> Result<Duration> {
        road.forget();
        let ahead = matches!(client, Client::Glasspost { ahead: true, .. });
        if ahead {
            self.open(road.address()).await?;
        }
        let asked = Instant::now();
        let before = self.mailbox.stats();
        let mut changes = self.mailbox.changes();
        changes.mark_unchanged();
        let arrival: JoinHandle<Option<Instant>> =
            tokio::spawn(async move { changes.changed().await.ok().map(|()| Instant::now()) });
        let sent = self.send(client, road.address()).await;
        if sent.is_err() {
            arrival.abort();
        }
        sent?;
        let arrived = tokio::time::timeout(PATIENCE, arrival)
            .await
            .context("the message did not arrive")??
            .context("the mailbox is gone")?;
        let connected = road.accepted().await.context("the road is gone")?;
        let after = self.mailbox.stats();
        ensure!(
            after.count == before.count + 1 && after.bytes == before.bytes + self.octets.len(),
            "another message arrived than was sent: {before:?}, then {after:?}"
        );
        let signed_in = self
            .mailbox
            .list()
            .pop()
            .is_some_and(|message| message.tls && message.user.as_deref() == Some(USER));
        ensure!(signed_in, "the message came without TLS or sign-in");
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

    async fn send(&mut self, client: Client, to: SocketAddr) -> Result<()> {
        let (mut command, stdin) = match client {
            Client::Glasspost { chunking, .. } => {
                let server = job::host(SERVER_NAME, to.port(), Security::Starttls);
                let credentials = job::credentials(USER, PASSWORD);
                let (page, letter) = (&mut self.page, &self.letter);
                return courier::send(page, server, credentials, letter, chunking, |_| ())
                    .await
                    .map(drop);
            }
            Client::Curl => (self.curl(to)?, Vec::new()),
            Client::CurlInitialResponse => {
                let mut curl = self.curl(to)?;
                curl.arg("--sasl-ir");
                (curl, Vec::new())
            }
            Client::Swaks => (swaks(to)?, self.lines()),
            Client::SwaksPipelining => {
                let mut swaks = swaks(to)?;
                swaks.arg("--pipeline");
                (swaks, self.lines())
            }
            Client::Smtplib => (smtplib(to)?, self.octets.clone()),
        };
        tool::run(&mut command, &stdin).await.map(drop)
    }

    fn curl(&self, to: SocketAddr) -> Result<Command> {
        let mut command = Command::new(tool::find("curl", "curl")?);
        command
            .args(["--disable", "--silent", "--show-error", "--noproxy", "*"])
            .args(["--ssl-reqd", "--insecure"])
            .arg(format!("smtp://{to}"))
            .args(["--user", &format!("{USER}:{PASSWORD}")])
            .args(["--mail-from", FROM, "--mail-rcpt", TO])
            .arg("--upload-file")
            .arg(&self.file);
        Ok(command)
    }

    /// The message as swaks wants it: LF between the lines, none behind the last.
    fn lines(&self) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self.octets).replace("\r\n", "\n");
        text.trim_end_matches('\n').as_bytes().to_vec()
    }
}

fn swaks(to: SocketAddr) -> Result<Command> {
    let mut command = Command::new(tool::find("swaks", "swaks")?);
    command
        .args(["--server", &to.ip().to_string()])
        .args(["--port", &to.port().to_string()])
        .args(["--helo", "client.example", "--from", FROM, "--to", TO])
        .args(["--tls", "--auth", "PLAIN"])
        .args(["--auth-user", USER, "--auth-password", PASSWORD])
        .args(["--data", "-"]);
    Ok(command)
}

fn smtplib(to: SocketAddr) -> Result<Command> {
    let mut command = Command::new(tool::python()?);
    command
        .arg(program::python_script("smtplib_client.py"))
        .args([to.ip().to_string(), to.port().to_string()])
        .args(["starttls", "PLAIN", USER, PASSWORD, FROM, TO]);
    Ok(command)
}
