//! The programs that run while developing, and how they are ended.

use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

/// The bridge may take up to 5 s to end its connections with QUIT.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Programs that end when this ends.
#[derive(Default)]
pub(crate) struct Children {
    running: Vec<(&'static str, Child)>,
}

impl Children {
    /// Starts a program in a process group of its own. Ctrl-C in the terminal then reaches only
    /// this program, which signals each group once.
    pub(crate) fn start(
        &mut self,
        name: &'static str,
        mut command: Command,
    ) -> Result<Option<ChildStdout>> {
        let mut child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("could not start {name}"))?;
        let stdout = child.stdout.take();
        self.running.push((name, child));
        Ok(stdout)
    }

    /// Returns which program has ended by itself, if any.
    pub(crate) fn ended(&mut self) -> Result<Option<String>> {
        for (name, child) in &mut self.running {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(format!("{name} ended ({status})")));
            }
        }
        Ok(None)
    }

    /// Sends all programs the signal of Ctrl-C, and kills those that don't end.
    pub(crate) fn stop(&mut self) -> Result<()> {
        for (_, child) in &self.running {
            signal(child, Signal::INT);
        }
        let deadline = Instant::now() + TIMEOUT;
        for (_, child) in &mut self.running {
            while child.try_wait()?.is_none() {
                if Instant::now() >= deadline {
                    signal(child, Signal::KILL);
                    child.wait()?;
                    break;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        self.running.clear();
        Ok(())
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        // Reached with running children only after an error, which is reported instead.
        let _ = self.stop();
    }
}

fn signal(child: &Child, signal: Signal) {
    // The group may have ended already.
    if let Ok(id) = i32::try_from(child.id())
        && let Some(group) = Pid::from_raw(id)
    {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::Children;

    #[test]
    fn children_end_with_us_and_an_early_end_is_noticed() {
        let mut children = Children::default();
        let mut sleeper = Command::new("sleep");
        sleeper.arg("60");
        children.start("the sleeper", sleeper).unwrap();
        assert_eq!(children.ended().unwrap(), None);

        let mut short = Command::new("false");
        short.arg("");
        children.start("the short one", short).unwrap();
        let started = Instant::now();
        let ended = loop {
            if let Some(ended) = children.ended().unwrap() {
                break ended;
            }
            assert!(started.elapsed() < Duration::from_secs(20));
            std::thread::yield_now();
        };
        assert!(ended.starts_with("the short one ended"), "{ended}");

        children.stop().unwrap();
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
