//! smtp-sink, Postfix's own test server: it takes every message and forgets it.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::tool;

/// What a process has done since it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    /// Octets it has read, from sockets too.
    pub(crate) read: u64,
    /// Time on a processor.
    pub(crate) busy: Duration,
}

/// A running smtp-sink. It ends when this is dropped.
pub(crate) struct Sink {
    address: SocketAddr,
    child: Child,
}

impl Sink {
    /// Starts one on a free port of 127.0.0.1 and waits until it answers.
    pub(crate) async fn start() -> Result<Sink> {
        let program = tool::find("smtp-sink", "postfix")?;
        let address = tool::free_address()?;
        let mut command = Command::new(program);
        if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            // It refuses to serve as root.
            command.args(["-u", "nobody"]);
        }
        let mut child = command
            .arg(format!("inet:{address}"))
            .arg("64")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("can't start smtp-sink")?;
        let patience = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(address).await.is_err() {
            if let Some(status) = child.try_wait()? {
                let mut told = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    stderr.read_to_string(&mut told).await?;
                }
                bail!("smtp-sink ended ({status}): {}", told.trim());
            }
            ensure!(Instant::now() < patience, "smtp-sink does not listen");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(Sink { address, child })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it has done so far, as the kernel counts it.
    pub(crate) fn work(&self) -> Result<Work> {
        let pid = self.child.id().context("smtp-sink has ended")?;
        let file = |name: &str| {
            std::fs::read_to_string(format!("/proc/{pid}/{name}"))
                .with_context(|| format!("the kernel does not tell smtp-sink's {name}"))
        };
        let read = file("io")?
            .lines()
            .find_map(|line| line.strip_prefix("rchar: ")?.parse().ok())
            .context("no rchar")?;
        let busy = file("schedstat")?
            .split_whitespace()
            .next()
            .and_then(|nanoseconds| nanoseconds.parse().ok())
            .context("no time on a processor")?;
        Ok(Work {
            read,
            busy: Duration::from_nanos(busy),
        })
    }
}
