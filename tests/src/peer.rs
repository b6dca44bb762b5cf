//! Runs other programs to their end.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::soon;

/// The result of a program.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its exit status.
    pub status: ExitStatus,
    /// Its stdout, followed by its stderr.
    pub output: String,
    /// Its stdout alone.
    pub stdout: String,
}

impl Ran {
    /// Panics with the output if the program failed.
    #[must_use]
    pub fn well(self, what: &str) -> Ran {
        assert!(
            self.status.success(),
            "{what}: {}\n{}",
            self.status,
            self.output
        );
        self
    }
}

/// Runs a program with this text as stdin.
pub async fn run(program: &Path, args: &[&str], stdin: &[u8]) -> Ran {
    let child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => panic!("{}: {error}", program.display()),
    };
    let mut pipe = child.stdin.take().expect("a piped stdin");
    let what = format!("{} {args:?} to end", program.display());
    let feed = async {
        // A program that has read enough may close the pipe.
        drop(pipe.write_all(stdin).await);
        drop(pipe);
    };
    let (_, output) = soon(&what, async {
        tokio::join!(feed, child.wait_with_output())
    })
    .await;
    match output {
        Ok(output) => {
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            Ran {
                status: output.status,
                output: format!("{stdout}{}", String::from_utf8_lossy(&output.stderr)),
                stdout,
            }
        }
        Err(error) => panic!("{}: {error}", program.display()),
    }
}
