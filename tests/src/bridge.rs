//! The built program as a child process.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use serde::Deserialize;
use tokio::sync::watch;

use crate::{TIMEOUT, program, soon};
#[cfg(feature = "linux")]
use crate::{http, process};

/// The line that `--announce json` prints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announcement {
    /// The link to open, with the token in its fragment.
    pub url: String,
    /// The address of the WebSocket.
    pub ws: String,
    /// The address of the API.
    pub api: String,
    /// The token of this run.
    pub token: String,
    /// The practice server, if it runs.
    pub practice: Option<PracticePorts>,
    /// The scenario that it plays, if any.
    pub scenario: Option<Playing>,
}

/// The scenario that the practice server plays.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playing {
    /// Its name.
    pub name: String,
    /// What chance follows from.
    pub seed: u64,
}

/// The two ports of the practice server, each as `address:port`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PracticePorts {
    /// The port with STARTTLS.
    pub starttls: String,
    /// The port with implicit TLS.
    pub tls: String,
}

/// A running bridge. Dropping it kills it.
#[derive(Debug)]
pub struct Bridge {
    child: Child,
    announcement: Announcement,
    stdout: Pipe,
    stderr: Pipe,
}

/// The result of a program that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its exit status.
    pub status: ExitStatus,
    /// Everything it wrote to stdout.
    pub stdout: String,
    /// Everything it wrote to stderr.
    pub stderr: String,
}

/// The output of a child so far, and the thread that reads it.
#[derive(Debug)]
struct Pipe {
    text: Arc<Mutex<Vec<u8>>>,
    /// Changes with every line.
    grown: watch::Receiver<()>,
    reader: Option<JoinHandle<()>>,
}

impl Pipe {
    /// Collects the output of `source`. Each whole line is also sent to `lines` as long as there is
    /// a receiver.
    fn collect(source: impl Read + Send + 'static, lines: Option<mpsc::Sender<String>>) -> Pipe {
        let text = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&text);
        let (grow, grown) = watch::channel(());
        let reader = std::thread::spawn(move || {
            let mut source = BufReader::new(source);
            let mut line = Vec::new();
            while matches!(source.read_until(b'\n', &mut line), Ok(n) if n > 0) {
                into.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&line);
                // There may be no receiver.
                let _ = grow.send(());
                if let Some(lines) = &lines {
                    // Only the first line has a receiver.
                    drop(lines.send(String::from_utf8_lossy(&line).into_owned()));
                }
                line.clear();
            }
        });
        Pipe {
            text,
            grown,
            reader: Some(reader),
        }
    }

    fn so_far(&self) -> String {
        let text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }

    /// Waits for the end of the output.
    fn join(&mut self) {
        if let Some(reader) = self.reader.take() {
            drop(reader.join());
        }
    }
}

/// The command used in tests: free ports, full logging, the announcement on stdout.
#[must_use]
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(program::glasspost());
    let has_flag = |flag: &str| {
        args.iter()
            .any(|arg| *arg == flag || arg.starts_with(&format!("{flag}=")))
    };
    command.args(["--announce", "json"]);
    if !has_flag("--listen") {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    if !has_flag("--practice") && !has_flag("--no-practice") {
        command.args(["--practice", "127.0.0.1:0"]);
    }
    if !has_flag("--log") {
        command.args(["--log", "trace"]);
    }
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Bridge {
    /// Starts the program without further flags.
    #[must_use]
    pub fn start() -> Bridge {
        Bridge::with(&[])
    }

    /// Starts the program with these flags and those of [`command`].
    #[must_use]
    pub fn with(args: &[&str]) -> Bridge {
        Bridge::spawn(&mut command(args))
    }

    /// Starts the program and waits for its announcement.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Bridge {
        match Bridge::try_spawn(command) {
            Ok(bridge) => bridge,
            Err(ended) => panic!("{command:?} announced nothing: {ended:?}"),
        }
    }

    /// Starts the program and waits for its announcement.
    ///
    /// # Errors
    /// If the program ends before its announcement, its result.
    pub fn try_spawn(command: &mut Command) -> Result<Bridge, Ended> {
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let (lines, announced) = mpsc::channel();
        let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
            panic!("both pipes of {command:?} are piped");
        };
        let mut stdout = Pipe::collect(stdout, Some(lines));
        let mut stderr = Pipe::collect(stderr, None);
        let Ok(line) = announced.recv_timeout(TIMEOUT) else {
            // Stdout is closed, so the program has ended, or it hangs and is killed here.
            let by_itself = child.try_wait();
            drop(child.kill());
            let status = child.wait();
            stdout.join();
            stderr.join();
            return Err(Ended {
                status: match (by_itself, status) {
                    (Ok(Some(status)), _) | (_, Ok(status)) => status,
                    (_, Err(error)) => panic!("waiting for {command:?}: {error}"),
                },
                stdout: stdout.so_far(),
                stderr: stderr.so_far(),
            });
        };
        let announcement = match serde_json::from_str(&line) {
            Ok(announcement) => announcement,
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                panic!("not an announcement ({error}): {line}");
            }
        };
        Ok(Bridge {
            child,
            announcement,
            stdout,
            stderr,
        })
    }

    /// The announcement.
    #[must_use]
    pub fn announcement(&self) -> &Announcement {
        &self.announcement
    }

    /// The token of this run.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.announcement.token
    }

    /// The address of the page.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        let url = &self.announcement.ws;
        let authority = url
            .strip_prefix("ws://")
            .and_then(|rest| rest.split('/').next());
        match authority.and_then(|authority| authority.parse().ok()) {
            Some(address) => address,
            None => panic!("{url:?} is not ws://address:port/path"),
        }
    }

    /// The Origin of the page.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    /// The ports of the practice server, which must be running.
    #[must_use]
    pub fn practice(&self) -> &PracticePorts {
        match &self.announcement.practice {
            Some(practice) => practice,
            None => panic!("this bridge runs without a practice server"),
        }
    }

    /// The process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The log so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.stderr.so_far()
    }

    /// Waits until this text occurs in the log `times` times.
    pub async fn logged(&self, what: &str, times: usize) {
        let mut grown = self.stderr.grown.clone();
        soon(&format!("{times} times {what:?} in the log"), async {
            while self.log().matches(what).count() < times {
                if grown.changed().await.is_err() {
                    panic!("the log has ended:\n{}", self.log());
                }
            }
        })
        .await;
    }

    /// Waits until the program has at most this many open descriptors. There is no notification
    /// when it closes one, so each look follows a response of the program, which gives it time to
    /// run.
    #[cfg(feature = "linux")]
    pub async fn waits_for_descriptors(&self, most: usize) {
        soon(&format!("no more than {most} descriptors"), async {
            while process::descriptors(self.pid()) > most {
                http::get(self.address(), "/nowhere").await;
            }
        })
        .await;
    }

    /// Sends a signal, named `INT` or `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new(program::system("kill"))
            .arg(format!("-{name}"))
            .arg(self.pid().to_string())
            .status();
        assert!(
            matches!(&status, Ok(status) if status.success()),
            "kill -{name}: {status:?}"
        );
    }

    /// Waits until the program has ended by itself.
    #[must_use]
    pub fn wait(mut self) -> Ended {
        let status = self.child.wait();
        self.stdout.join();
        self.stderr.join();
        match status {
            Ok(status) => Ended {
                status,
                stdout: self.stdout.so_far(),
                stderr: self.stderr.so_far(),
            },
            Err(error) => panic!("waiting for the bridge: {error}"),
        }
    }

    /// Kills the program and returns all output: stdout without the announcement, then stderr.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.end();
        let stdout = self.stdout.so_far();
        let behind = stdout.split_once('\n').map_or("", |(_, rest)| rest);
        format!("{behind}{}", self.stderr.so_far())
    }

    fn end(&mut self) {
        // It may have ended already. Then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
        self.stdout.join();
        self.stderr.join();
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.end();
    }
}
