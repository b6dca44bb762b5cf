//! The far end: a program that takes messages, keeps each in a file, and says so.
//!
//! Two servers are such a program themselves. The others hand on what they have accepted to one.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::server::Door;
use super::{NAME, PASSWORD, USER};
use crate::authority::Authority;
use crate::{program, soon};

/// A running program that takes messages. It ends when this is dropped.
pub struct Arrivals {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    /// Where it keeps the messages.
    _folder: TempDir,
    ready: Ready,
}

/// What it says first.
#[derive(Debug, Deserialize)]
struct Ready {
    version: String,
    doors: std::collections::BTreeMap<String, u16>,
}

/// A message that has arrived.
#[derive(Clone, Debug, Deserialize)]
pub struct Arrived {
    /// The envelope sender; None or empty for the null path.
    pub from: Option<String>,
    /// The envelope recipients.
    pub to: Vec<String>,
    /// Who had signed in.
    pub user: Option<String>,
    file: PathBuf,
}

impl Arrived {
    /// The message as it came in.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        match std::fs::read(&self.file) {
            Ok(message) => message,
            Err(error) => panic!("{}: {error}", self.file.display()),
        }
    }
}

impl Arrivals {
    /// The one made of aiosmtpd.
    pub async fn aiosmtpd(authority: &Authority) -> Arrivals {
        let mut command = Command::new(program::from_env("GLASSPOST_PYTHON"));
        command.arg(program::python_script("aiosmtpd_server.py"));
        Arrivals::start(command, authority).await
    }

    /// The one made of nodemailer's smtp-server.
    pub async fn smtp_server(authority: &Authority) -> Arrivals {
        // It finds the package by this variable itself; without it there is a better word for what
        // is missing.
        let package = program::from_env("GLASSPOST_SMTP_SERVER");
        let mut command = Command::new(program::from_env("GLASSPOST_NODE"));
        command
            .env("GLASSPOST_SMTP_SERVER", package)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/node/smtp_server.js"));
        Arrivals::start(command, authority).await
    }

    async fn start(mut command: Command, authority: &Authority) -> Arrivals {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let leaf = authority.leaf(&[NAME], crate::authority::Validity::Now);
        let mut child = command
            .arg(folder.path())
            .arg(authority.keep("arrivals-chain.pem", leaf.chain_pem()))
            .arg(authority.keep("arrivals-key.pem", &leaf.key_pem()))
            .args([USER, PASSWORD, NAME])
            // It ends when its stdin does, however this program comes to its end.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = child.stdout.take().expect("a piped stdout");
        let mut lines = BufReader::new(stdout).lines();
        let ready = line(&mut child, &mut lines, "the far end to listen").await;
        Arrivals {
            child,
            lines,
            _folder: folder,
            ready,
        }
    }

    /// The version of the package it is made of.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.ready.version
    }

    /// Where it listens for those who come in this way.
    #[must_use]
    pub fn door(&self, door: Door) -> Option<SocketAddr> {
        let port = self.ready.doors.get(door.name())?;
        Some((Ipv4Addr::LOCALHOST, *port).into())
    }

    /// The next message that arrives. `what` says what is missing where none does.
    pub async fn next(&mut self, what: &str) -> Arrived {
        line(&mut self.child, &mut self.lines, what).await
    }

    /// What has arrived and was not asked for, once it is told that nothing more will be sent.
    pub async fn rest(mut self) -> Vec<Arrived> {
        // The end of its stdin is the end of it.
        drop(self.child.stdin.take());
        let mut rest = Vec::new();
        while let Ok(Some(line)) = soon("the end of the far end", self.lines.next_line()).await {
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
            Err(error) => panic!("the far end said {line:?}: {error}"),
        },
        other => panic!("the far end has ended: {other:?}; {:?}", child.try_wait()),
    }
}
