//! A program that receives messages, stores each in a file, and prints a line about it.
//!
//! aiosmtpd and smtp-server are such programs themselves. The other servers forward accepted
//! messages to one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::server::Endpoint;
use super::{NAME, PASSWORD, USER};
use crate::authority::Authority;
use crate::{program, soon};

/// A running receiver. Dropping it stops it.
pub struct Receiver {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// The folder with the messages.
    _folder: TempDir,
    ready: Ready,
}

/// The first line that it prints.
#[derive(Debug, Deserialize)]
struct Ready {
    version: String,
    endpoints: std::collections::BTreeMap<String, u16>,
}

/// A received message.
#[derive(Clone, Debug, Deserialize)]
pub struct ReceivedMessage {
    /// The envelope sender. None or empty for the null path.
    pub from: Option<String>,
    /// The envelope recipients.
    pub to: Vec<String>,
    /// The user, if the client signed in.
    pub user: Option<String>,
    file: PathBuf,
}

impl ReceivedMessage {
    /// The message as received.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        match std::fs::read(&self.file) {
            Ok(message) => message,
            Err(error) => panic!("{}: {error}", self.file.display()),
        }
    }
}

impl Receiver {
    /// Starts the receiver based on aiosmtpd.
    pub async fn aiosmtpd(authority: &Authority) -> Receiver {
        let mut command = Command::new(program::from_env("GLASSPOST_PYTHON"));
        command.arg(program::python_script("aiosmtpd_server.py"));
        Receiver::start(command, authority).await
    }

    /// Starts the receiver based on nodemailer's smtp-server.
    pub async fn smtp_server(authority: &Authority) -> Receiver {
        // The script reads this variable too. Reading it here gives a better error if it is
        // missing.
        let package = program::from_env("GLASSPOST_SMTP_SERVER");
        let mut command = Command::new(program::from_env("GLASSPOST_NODE"));
        command
            .env("GLASSPOST_SMTP_SERVER", package)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/node/smtp_server.js"));
        Receiver::start(command, authority).await
    }

    async fn start(mut command: Command, authority: &Authority) -> Receiver {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let leaf = authority.leaf(&[NAME], crate::authority::Validity::Now);
        let mut child = command
            .arg(folder.path())
            .arg(authority.keep("receiver-chain.pem", leaf.chain_pem()))
            .arg(authority.keep("receiver-key.pem", &leaf.key_pem()))
            .args([USER, PASSWORD, NAME])
            // The receiver ends when its stdin is closed, even if this program crashes.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = child.stdout.take().expect("a piped stdout");
        let mut lines = BufReader::new(stdout).lines();
        let ready = line(&mut child, &mut lines, "the receiver to listen").await;
        Receiver {
            child,
            lines,
            _folder: folder,
            ready,
        }
    }

    /// The version of its package.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.ready.version
    }

    /// The address of this endpoint.
    #[must_use]
    pub fn endpoint(&self, endpoint: Endpoint) -> Option<SocketAddr> {
        let port = self.ready.endpoints.get(endpoint.name())?;
        Some((Ipv4Addr::LOCALHOST, *port).into())
    }

    /// Waits for the next message. `what` describes it, for the error.
    pub async fn next(&mut self, what: &str) -> ReceivedMessage {
        line(&mut self.child, &mut self.lines, what).await
    }

    /// Stops the receiver and returns the messages that were received but not requested.
    pub async fn rest(mut self) -> Vec<ReceivedMessage> {
        // Closing its stdin stops it.
        drop(self.child.stdin.take());
        let mut rest = Vec::new();
        while let Ok(Some(line)) = soon("the end of the receiver", self.lines.next_line()).await {
            rest.push(serde_json::from_str(&line).expect("a line of JSON"));
        }
        rest
    }
}

async fn line<T: DeserializeOwned>(
    child: &mut Child,
    lines: &mut Lines<BufReader<ChildStdout>>,
    what: &str,
) -> T {
    match soon(what, lines.next_line()).await {
        Ok(Some(line)) => match serde_json::from_str(&line) {
            Ok(value) => value,
            Err(error) => panic!("the receiver printed {line:?}: {error}"),
        },
        other => panic!("the receiver has ended: {other:?}; {:?}", child.try_wait()),
    }
}
