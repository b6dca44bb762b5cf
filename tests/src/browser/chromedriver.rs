//! The program that starts a browser and drives it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program;

/// Most attempts to start chromedriver when its port is in use.
const PORTS: usize = 30;

/// How long chromedriver may take to end its browsers.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// A running chromedriver. Dropping it ends it, and the browsers that it started.
#[derive(Debug)]
pub(super) struct Chromedriver {
    child: Child,
    port: u16,
}

impl Chromedriver {
    /// Starts chromedriver on a port of its own choice.
    ///
    /// It chooses a port that is free for IPv6 and fails if the same port is in use for IPv4, by
    /// another chromedriver or by a recent connection of another test. Only then is it started
    /// again.
    pub(super) fn start() -> Chromedriver {
        let mut output = String::new();
        for _ in 0..PORTS {
            match try_start() {
                Ok(started) => return started,
                Err(why) => output = why,
            }
            assert!(
                output.contains("port not available"),
                "chromedriver did not start: {output}"
            );
        }
        panic!("chromedriver found {PORTS} ports in use: {output}");
    }

    /// Its port on the loopback address.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Asks it to end its browsers and itself. Killing it would leave the browsers running.
    fn shut_down(&self) -> io::Result<()> {
        let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        connection.set_read_timeout(Some(SHUTDOWN_TIMEOUT))?;
        write!(
            connection,
            "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.port
        )?;
        // It answers when its browsers have ended.
        connection.read_to_end(&mut Vec::new())?;
        Ok(())
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        drop(self.shut_down());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// # Errors
/// The output instead of a port.
fn try_start() -> Result<Chromedriver, String> {
    let mut child = Command::new(program::from_env("GLASSPOST_CHROMEDRIVER"))
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("chromedriver: {error}"));
    let Some(stdout) = child.stdout.take() else {
        panic!("chromedriver's stdout is piped");
    };
    let mut output = String::new();
    let mut lines = BufReader::new(stdout).lines();
    // "ChromeDriver was started successfully on port 12345."
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        output.push_str(&line);
        output.push('\n');
        let (_, port) = line.split_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let Some(port) = port else {
        drop(child.kill());
        drop(child.wait());
        return Err(output);
    };
    // Read the output to the end, so that chromedriver never blocks on a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(Chromedriver { child, port })
}
