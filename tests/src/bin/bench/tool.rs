//! Finds, runs and times other programs.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// No run takes nearly this long. A run that does is hanging.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Finds the program `name` in PATH or in the folders for servers. The error says what to install.
pub(crate) fn find(name: &str, package: &str) -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .with_context(|| {
            format!(
                "{name} is not installed; it is in Debian's package {package}, which `cargo xtask \
                 bench` installs when root runs it"
            )
        })
}

/// The command of an smtp-sink that listens at this address.
pub(crate) fn smtp_sink(address: SocketAddr) -> Result<Command> {
    let mut command = Command::new(find("smtp-sink", "postfix")?);
    if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
        // It refuses to run as root.
        command.args(["-u", "nobody"]);
    }
    // The length of the accept queue, so that all clients can connect at once.
    command.arg(format!("inet:{address}")).arg("512");
    Ok(command)
}

/// A Python: the tests' own if `cargo xtask bench` names it, otherwise the system's, which is
/// enough for smtplib.
pub(crate) fn python() -> Result<PathBuf> {
    match std::env::var_os("GLASSPOST_PYTHON").map(PathBuf::from) {
        Some(python) if python.is_file() => Ok(python),
        _ => find("python3", "python3"),
    }
}

/// A program that ended successfully.
pub(crate) struct Ran {
    /// The time from its start to its exit.
    pub(crate) took: Duration,
    pub(crate) stdout: Vec<u8>,
}

/// Runs a program with this file as stdin. It must end successfully.
pub(crate) async fn run_from(command: &mut Command, stdin: &Path) -> Result<Ran> {
    let started = Instant::now();
    let child = spawn_from(command, stdin)?;
    let output = tokio::time::timeout(TIMEOUT, child.wait_with_output())
        .await
        .with_context(|| format!("{} does not end", name(command)))??;
    let took = started.elapsed();
    well(command, &output)?;
    Ok(Ran {
        took,
        stdout: output.stdout,
    })
}

/// Runs a program in the same way and returns its peak memory in KiB: `VmHWM`, read about every
/// millisecond. Growth in its last millisecond is missed. Not for timing.
pub(crate) async fn peak_kib(command: &mut Command, stdin: &Path) -> Result<u64> {
    let mut child = spawn_from(command, stdin)?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id().context("no id")?));
    let mut looks = tokio::time::interval(Duration::from_millis(1));
    let mut peak = 0;
    let whole = async {
        loop {
            tokio::select! {
                ended = child.wait() => return ended,
                _ = looks.tick() => {}
            }
            // The file is gone once the program has ended.
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let now = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
            peak = peak.max(now.and_then(|kib| kib.parse().ok()).unwrap_or(0));
        }
    };
    tokio::time::timeout(TIMEOUT, whole)
        .await
        .with_context(|| format!("{} does not end", name(command)))??;
    well(command, &child.wait_with_output().await?)?;
    ensure!(peak > 0, "the kernel has no VmHWM of {}", name(command));
    Ok(peak)
}

/// Starts a server that listens at this address, and connects repeatedly until it accepts. A
/// refused connection costs the server nothing.
pub(crate) async fn serve(command: &mut Command, address: SocketAddr) -> Result<Child> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("can't start {}", name(command)))?;
    let opened = async {
        while TcpStream::connect(address).await.is_err() {
            if child.try_wait()?.is_some() {
                return Ok(false);
            }
            tokio::task::yield_now().await;
        }
        anyhow::Ok(true)
    };
    let opened = tokio::time::timeout(TIMEOUT, opened)
        .await
        .with_context(|| format!("{} does not listen", name(command)))??;
    if !opened {
        let output = child.wait_with_output().await?;
        bail!(
            "{} ended ({}): {}",
            name(command),
            output.status,
            last_words(&output)
        );
    }
    Ok(child)
}

fn spawn_from(command: &mut Command, stdin: &Path) -> Result<Child> {
    command
        .stdin(std::fs::File::open(stdin)?)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("can't start {}", name(command)))
}

fn well(command: &Command, output: &Output) -> Result<()> {
    ensure!(
        output.status.success(),
        "{} failed ({}): {}",
        name(command),
        output.status,
        last_words(output)
    );
    Ok(())
}

/// A free port of 127.0.0.1, for a program that can't choose one itself.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

/// The file name of the program.
fn name(command: &Command) -> String {
    let program = PathBuf::from(command.as_std().get_program());
    program
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The last lines that a program printed: of stderr, or of stdout if stderr is empty.
fn last_words(output: &Output) -> String {
    let output_text = if output.stderr.is_empty() {
        &output.stdout
    } else {
        &output.stderr
    };
    let text = String::from_utf8_lossy(output_text);
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join(" / ")
}
