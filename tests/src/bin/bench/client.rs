//! The other clients, and the command line of each.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::process::Command;

use super::library::{self, Library};
use super::tool;

/// The sender of every message.
pub(crate) const FROM: &str = "mina@example.org";
/// The recipient of every message.
pub(crate) const TO: &str = "hana@example.org";

const SMTPLIB: &str = "import smtplib, ssl, sys
sender, recipient, host, port, tls, user, password = sys.argv[1:]
with smtplib.SMTP(host, int(port)) as client:
    if tls:
        client.starttls(context=ssl._create_unverified_context())
    if user:
        client.login(user, password)
    client.sendmail(sender, [recipient], sys.stdin.buffer.read())";

/// Another client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Curl,
    /// With `--sasl-ir`, which saves a round trip.
    CurlInitialResponse,
    Msmtp,
    Swaks,
    /// With `--pipeline`.
    SwaksPipelining,
    /// Python's smtplib.
    Smtplib,
    /// A Rust library, lettre or mail-send, in a process of its own.
    Lettre,
    MailSend,
}

/// What a client sends, and where. No client checks certificates, so none does more work than
/// necessary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendTask<'a> {
    pub(crate) to: SocketAddr,
    /// Whether to use STARTTLS.
    pub(crate) tls: bool,
    /// User and password.
    pub(crate) credentials: Option<(&'a str, &'a str)>,
    /// The file with the message.
    pub(crate) file: &'a Path,
    /// The same message with LF line ends and no line end after the last line, as swaks needs it.
    pub(crate) lines: &'a Path,
}

impl Client {
    /// The name as its project writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Client::Curl => "curl",
            Client::CurlInitialResponse => "curl --sasl-ir",
            Client::Msmtp => "msmtp",
            Client::Swaks => "swaks",
            Client::SwaksPipelining => "swaks --pipeline",
            Client::Smtplib => "smtplib",
            Client::Lettre => "lettre",
            Client::MailSend => "mail-send",
        }
    }

    /// Sends, and returns the time from the start of the process to its exit. For a library it is
    /// the time that it reports itself, with the message already in memory.
    pub(crate) async fn send(self, task: &SendTask<'_>) -> Result<Duration> {
        let (mut command, stdin) = self.command(task)?;
        let ran = tool::run_from(&mut command, stdin).await?;
        match self {
            Client::Lettre | Client::MailSend => library::time(&ran.stdout),
            _ => Ok(ran.took),
        }
    }

    /// Sends, and returns the peak memory of the process in KiB.
    pub(crate) async fn peak_kib(self, task: &SendTask<'_>) -> Result<u64> {
        let (mut command, stdin) = self.command(task)?;
        tool::peak_kib(&mut command, stdin).await
    }

    /// The command, and the file for its stdin.
    fn command<'a>(self, task: &SendTask<'a>) -> Result<(Command, &'a Path)> {
        let mut stdin = task.file;
        let command = match self {
            Client::Curl => curl(task)?,
            Client::CurlInitialResponse => {
                let mut curl = curl(task)?;
                curl.arg("--sasl-ir");
                curl
            }
            Client::Msmtp => msmtp(task)?,
            Client::Swaks | Client::SwaksPipelining => {
                stdin = task.lines;
                let mut swaks = swaks(task)?;
                if self == Client::SwaksPipelining {
                    swaks.arg("--pipeline");
                }
                swaks
            }
            Client::Smtplib => smtplib(task)?,
            Client::Lettre => library::command(Library::Lettre, task, 1, 1)?,
            Client::MailSend => library::command(Library::MailSend, task, 1, 1)?,
        };
        Ok((command, stdin))
    }
}

fn curl(task: &SendTask<'_>) -> Result<Command> {
    let mut curl = Command::new(tool::find("curl", "curl")?);
    curl.args(["--disable", "--silent", "--show-error", "--noproxy", "*"])
        .arg(format!("smtp://{}", task.to))
        .args(["--mail-from", FROM, "--mail-rcpt", TO])
        .arg("--upload-file")
        .arg(task.file);
    if task.tls {
        curl.args(["--ssl-reqd", "--insecure"]);
    }
    if let Some((user, password)) = task.credentials {
        curl.args(["--user", &format!("{user}:{password}")]);
    }
    Ok(curl)
}

fn msmtp(task: &SendTask<'_>) -> Result<Command> {
    let on = |on: bool| if on { "on" } else { "off" };
    let mut msmtp = Command::new(tool::find("msmtp", "msmtp")?);
    msmtp
        .args([
            format!("--host={}", task.to.ip()),
            format!("--port={}", task.to.port()),
            format!("--tls={}", on(task.tls)),
            format!("--auth={}", on(task.credentials.is_some())),
        ])
        .args(["--tls-starttls=on", "--tls-certcheck=off"])
        .arg(format!("--from={FROM}"));
    if let Some((user, password)) = task.credentials {
        msmtp.args([
            format!("--user={user}"),
            format!("--passwordeval=printf %s {password}"),
        ]);
    }
    msmtp.args(["--", TO]);
    Ok(msmtp)
}

fn swaks(task: &SendTask<'_>) -> Result<Command> {
    let mut swaks = Command::new(tool::find("swaks", "swaks")?);
    swaks
        .args(["--server", &task.to.ip().to_string()])
        .args(["--port", &task.to.port().to_string()])
        .args(["--helo", "client.example", "--from", FROM, "--to", TO])
        .args(["--silent", "3", "--data", "-"]);
    if task.tls {
        swaks.arg("--tls");
    }
    if let Some((user, password)) = task.credentials {
        swaks
            .args(["--auth", "PLAIN", "--auth-user", user])
            .args(["--auth-password", password]);
    }
    Ok(swaks)
}

fn smtplib(task: &SendTask<'_>) -> Result<Command> {
    let (user, password) = task.credentials.unwrap_or_default();
    let mut python = Command::new(tool::python()?);
    python
        .args(["-c", SMTPLIB, FROM, TO])
        .args([task.to.ip().to_string(), task.to.port().to_string()])
        .args([if task.tls { "tls" } else { "" }, user, password]);
    Ok(python)
}
