//! A command that runs beside another one. Its output is shown afterwards, and only if it failed,
//! because it would mix with the output of the other.

use std::io::{IsTerminal, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};

/// A running command. Dropping it ends it.
pub(crate) struct Background {
    what: &'static str,
    child: Child,
    output: Option<JoinHandle<Vec<u8>>>,
}

impl Background {
    /// Starts it; `what` is for messages.
    pub(crate) fn start(what: &'static str, mut command: Command) -> Result<Self> {
        if std::io::stderr().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {what}"))?;
        let mut stderr = child.stderr.take().context("a pipe")?;
        let output = thread::spawn(move || {
            let mut output = Vec::new();
            // Partial output is better than none.
            let _ = stderr.read_to_end(&mut output);
            output
        });
        Ok(Self {
            what,
            child,
            output: Some(output),
        })
    }

    /// Waits until it has ended.
    pub(crate) fn finish(mut self) -> Result<()> {
        let status = self.child.wait()?;
        if status.success() {
            return Ok(());
        }
        if let Some(Ok(output)) = self.output.take().map(JoinHandle::join) {
            std::io::stderr().write_all(&output)?;
        }
        bail!("{} failed ({status})", self.what)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It has usually ended. If not, something else has failed and will be reported.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn shell(script: &str) -> Background {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Background::start("the script", command).unwrap()
    }

    #[test]
    fn success_and_failure_are_told_apart() {
        shell("echo much output >&2").finish().unwrap();
        let error = shell("exit 3").finish().unwrap_err();
        assert!(
            error.to_string().starts_with("the script failed"),
            "{error}"
        );
    }

    #[test]
    fn it_ends_with_whoever_started_it() {
        let started = Instant::now();
        drop(shell("exec sleep 60"));
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
