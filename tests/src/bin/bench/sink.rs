//! Servers that accept every message and discard it: Postfix's test server smtp-sink without TLS,
//! [`tls_sink`](super::tls_sink) with STARTTLS.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{tls_sink, tool};

/// What a process has done since it started.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// Octets that it has read, from sockets too. Octets of messages only, if it counts them
    /// itself.
    pub(crate) read: u64,
    /// Processor time.
    pub(crate) busy: Duration,
}

/// A running server. Dropping it stops it.
pub(crate) struct Sink {
    address: SocketAddr,
    child: Child,
    /// The file with the root certificate.
    folder: Option<TempDir>,
}

impl Sink {
    /// Starts smtp-sink on a free port of 127.0.0.1 and waits until it answers.
    pub(crate) async fn without_tls() -> Result<Sink> {
        let address = tool::free_address()?;
        let child = tool::serve(&mut tool::smtp_sink(address)?, address).await?;
        Ok(Sink {
            address,
            child,
            folder: None,
        })
    }

    /// Starts a server that offers STARTTLS.
    pub(crate) async fn with_tls() -> Result<Sink> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg(tls_sink::NAME)
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("can't start the server with TLS")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("a piped stdout")?;
        BufReader::new(stdout).read_line(&mut line).await?;
        let address = line
            .trim()
            .parse()
            .context("the server with TLS printed no address")?;
        Ok(Sink {
            address,
            child,
            folder: Some(folder),
        })
    }

    /// The file with the root of its certificate. None without TLS.
    pub(crate) fn root(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(folder.path().join(tls_sink::ROOT))
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// Its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has done so far, by the kernel's counters.
    pub(crate) fn work(&self) -> Result<Work> {
        let pid = self.pid()?;
        let file = |name: &str| {
            std::fs::read_to_string(format!("/proc/{pid}/{name}"))
                .with_context(|| format!("the kernel has no {name} of the server"))
        };
        let read = match &self.folder {
            Some(folder) => std::fs::read_to_string(folder.path().join(tls_sink::RECEIVED))?
                .parse()
                .context("no number of octets")?,
            None => file("io")?
                .lines()
                .find_map(|line| line.strip_prefix("rchar: ")?.parse().ok())
                .context("no rchar")?,
        };
        let busy = file("schedstat")?
            .split_whitespace()
            .next()
            .and_then(|nanoseconds| nanoseconds.parse().ok())
            .context("no processor time")?;
        Ok(Work {
            read,
            busy: Duration::from_nanos(busy),
        })
    }
}
