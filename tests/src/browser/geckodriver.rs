//! The program that starts Firefox and drives it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::program;

/// A running geckodriver. Dropping it ends it and its Firefox.
#[derive(Debug)]
pub(super) struct Geckodriver {
    child: Child,
    port: u16,
    firefox: Option<Pid>,
    /// The browser's profile. A browser that is killed does not delete it.
    _profiles: TempDir,
}

impl Geckodriver {
    /// Starts geckodriver on a free port.
    pub(super) fn start() -> Geckodriver {
        let profiles = tempfile::tempdir().unwrap_or_else(|error| panic!("profiles: {error}"));
        let mut child = Command::new(program::from_env("GLASSPOST_GECKODRIVER"))
            .args(["--port=0", "--websocket-port=0", "--profile-root"])
            .arg(profiles.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("geckodriver: {error}"));
        let Some(stdout) = child.stdout.take() else {
            panic!("geckodriver's stdout is piped");
        };
        let mut output = String::new();
        let mut lines = BufReader::new(stdout).lines();
        // "1790000000000  geckodriver  INFO  Listening on 127.0.0.1:12345"
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            output.push_str(&line);
            output.push('\n');
            let (_, address) = line.split_once("Listening on ")?;
            address.rsplit_once(':')?.1.trim().parse().ok()
        });
        let Some(port) = port else {
            drop(child.kill());
            drop(child.wait());
            panic!("geckodriver did not start: {output}");
        };
        // Read the output to the end, so that geckodriver never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Geckodriver {
            child,
            port,
            firefox: None,
            _profiles: profiles,
        }
    }

    /// Remembers the process of the session.
    pub(super) fn started(&mut self, firefox: Option<i64>) {
        let id = firefox.and_then(|id| i32::try_from(id).ok());
        self.firefox = id.and_then(Pid::from_raw);
    }

    /// Forgets the process of the session, which has ended.
    pub(super) fn ended(&mut self) {
        self.firefox = None;
    }

    /// Its port on the loopback address.
    pub(super) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Geckodriver {
    fn drop(&mut self) {
        // Left in a test that failed. A geckodriver that is killed leaves its Firefox running, and
        // one that is asked waits a minute for Firefox to close the connection of WebDriver BiDi.
        if let Some(firefox) = self.firefox {
            let _ = kill_process(firefox, Signal::KILL);
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
