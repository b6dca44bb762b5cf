//! A server that follows a script, for servers no real program would be.
//!
//! A script is a line a step:
//!
//! | step | meaning |
//! | --- | --- |
//! | `S: text` | sends the text and CRLF |
//! | `S+ text` | sends the text as it is; `\r`, `\n`, `\0` and `\xHH` are escapes |
//! | `S* n text` | sends the text, escapes as above, n times |
//! | `C: text` | reads a line, which has to begin with the text, case aside |
//! | `MESSAGE` | reads up to and with the line of a single dot |
//! | `TLS` | takes a TLS handshake |
//! | `FIN` | closes its side |
//! | `RST` | resets the connection |
//! | `CUT` | closes both sides at once; inside TLS without its close_notify |
//! | `HUSH` | says nothing until the client closes |
//! | `DEAF` | reads nothing any more, and holds the connection open |
//! | `DRIP text` | sends the text, escapes as above, again and again, an octet every 20 ms |
//!
//! After the last step it reads on until the client closes, so that nothing the client wrote is missed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use crate::soon;

/// A listening server.
pub struct Scripted {
    address: SocketAddr,
    visits: mpsc::UnboundedReceiver<Visit>,
    task: JoinHandle<()>,
}

/// One connection, after its end.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// What the client wrote in clear, or before TLS.
    pub clear: Vec<u8>,
    /// What it wrote inside TLS.
    pub secured: Vec<u8>,
    /// Whether a TLS handshake was completed.
    pub tls: bool,
    /// Where the client left the script, if it did.
    pub strayed: Option<String>,
}

impl Visit {
    /// What the client wrote in clear, as text.
    #[must_use]
    pub fn clear(&self) -> String {
        String::from_utf8_lossy(&self.clear).into_owned()
    }

    /// What it wrote inside TLS, as text.
    #[must_use]
    pub fn secured(&self) -> String {
        String::from_utf8_lossy(&self.secured).into_owned()
    }
}

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    SendTimes(usize, Vec<u8>),
    Expect(String),
    Message,
    Tls,
    Fin,
    Rst,
    Cut,
    Hush,
    Deaf,
    Drip(Vec<u8>),
}

impl Scripted {
    /// Listens on a free port of 127.0.0.1 and follows `script` on every connection.
    pub async fn start(script: &str) -> Scripted {
        Scripted::listen("127.0.0.1:0", script, None).await
    }

    /// The same with TLS at hand.
    pub async fn with_tls(script: &str, tls: Arc<ServerConfig>) -> Scripted {
        Scripted::listen("127.0.0.1:0", script, Some(tls)).await
    }

    /// The same on an address of choice.
    pub async fn listen(address: &str, script: &str, tls: Option<Arc<ServerConfig>>) -> Scripted {
        let steps = parse(script);
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => panic!("{address}: {error}"),
        };
        let address = listener.local_addr().expect("a bound listener");
        let (visited, visits) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (steps, tls, visited) = (steps.clone(), tls.clone(), visited.clone());
                tokio::spawn(async move {
                    let mut visit = Visit::default();
                    follow(stream, &steps, tls, &mut visit).await;
                    // Nobody may be asking any more.
                    drop(visited.send(visit));
                });
            }
        });
        Scripted {
            address,
            visits,
            task,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next connection that has ended.
    pub async fn visit(&mut self) -> Visit {
        match soon(
            "a connection to the scripted server to end",
            self.visits.recv(),
        )
        .await
        {
            Some(visit) => visit,
            None => panic!("the scripted server has stopped"),
        }
    }

    /// Whether a connection has ended that was not asked for yet.
    #[must_use]
    pub fn was_visited(&self) -> bool {
        !self.visits.is_empty()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn parse(script: &str) -> Arc<[Step]> {
    script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
        .map(|line| match line.trim_end() {
            "MESSAGE" => Step::Message,
            "TLS" => Step::Tls,
            "FIN" => Step::Fin,
            "RST" => Step::Rst,
            "CUT" => Step::Cut,
            "HUSH" => Step::Hush,
            "DEAF" => Step::Deaf,
            _ => {
                if let Some(text) = line.strip_prefix("S: ") {
                    Step::Send(format!("{text}\r\n").into_bytes())
                } else if let Some(text) = line.strip_prefix("S+ ") {
                    Step::Send(unescape(text))
                } else if let Some((n, text)) = line
                    .strip_prefix("S* ")
                    .and_then(|rest| rest.split_once(' '))
                {
                    Step::SendTimes(n.parse().expect("a number of times"), unescape(text))
                } else if let Some(text) = line.strip_prefix("DRIP ") {
                    Step::Drip(unescape(text))
                } else if let Some(text) = line.strip_prefix("C: ") {
                    Step::Expect(text.to_ascii_uppercase())
                } else {
                    panic!("no step of a script: {line:?}");
                }
            }
        })
        .collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(b) = rest.next() {
        if b != b'\\' {
            octets.push(b);
            continue;
        }
        octets.push(match rest.next() {
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b'0') => 0,
            Some(b'\\') => b'\\',
            Some(b'x') => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")
            }
            other => panic!("no escape: {other:?} in {text:?}"),
        });
    }
    octets
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// How a connection goes on after a step.
enum Then {
    Next,
    /// The client is gone, or has strayed: no further step makes sense.
    End,
}

async fn follow(
    stream: TcpStream,
    steps: &[Step],
    tls: Option<Arc<ServerConfig>>,
    visit: &mut Visit,
) {
    // A reset needs the socket itself, so as long as there is no TLS it stays at hand.
    let mut plain = Some(stream);
    let mut inside: Option<Box<dyn Stream>> = None;
    let mut unread = Vec::new();
    for step in steps {
        if matches!(step, Step::Rst) {
            if let Some(stream) = plain.take() {
                // On failure the drop is a FIN, and the test that wanted a reset says so.
                drop(stream.set_zero_linger());
            }
            return;
        }
        if matches!(step, Step::Cut) {
            return;
        }
        if matches!(step, Step::Tls) {
            let (Some(stream), Some(config)) = (plain.take(), tls.clone()) else {
                panic!("a script with TLS needs a certificate, and TLS only once");
            };
            match TlsAcceptor::from(config).accept(stream).await {
                Ok(stream) => {
                    visit.tls = true;
                    unread.clear();
                    inside = Some(Box::new(stream));
                }
                Err(error) => {
                    visit.strayed = Some(format!("TLS: {error}"));
                    return;
                }
            }
            continue;
        }
        let then = match (&mut inside, &mut plain) {
            (Some(stream), _) => take(stream, step, &mut unread, &mut visit.secured).await,
            (None, Some(stream)) => take(stream, step, &mut unread, &mut visit.clear).await,
            (None, None) => return,
        };
        match then {
            Ok(Then::Next) => (),
            Ok(Then::End) => break,
            Err(strayed) => {
                visit.strayed = Some(strayed);
                break;
            }
        }
    }
    match (&mut inside, &mut plain) {
        (Some(stream), _) => drain(stream, &mut visit.secured).await,
        (None, Some(stream)) => drain(stream, &mut visit.clear).await,
        (None, None) => (),
    }
}

async fn take(
    stream: &mut (impl Stream + ?Sized),
    step: &Step,
    unread: &mut Vec<u8>,
    record: &mut Vec<u8>,
) -> Result<Then, String> {
    match step {
        // A client that has gone away breaks the pipe; what it wrote before is what counts.
        Step::Send(octets) => Ok(match stream.write_all(octets).await {
            Ok(()) => flush(stream).await,
            Err(_) => Then::End,
        }),
        Step::SendTimes(times, octets) => {
            for _ in 0..*times {
                if stream.write_all(octets).await.is_err() {
                    return Ok(Then::End);
                }
            }
            Ok(flush(stream).await)
        }
        Step::Expect(prefix) => {
            let Some(line) = read_line(stream, unread, record).await else {
                return Err(format!("awaited {prefix:?}, and the client closed"));
            };
            if line.to_ascii_uppercase().starts_with(prefix.as_str()) {
                Ok(Then::Next)
            } else {
                Err(format!("awaited {prefix:?}, got {line:?}"))
            }
        }
        Step::Message => loop {
            match read_line(stream, unread, record).await.as_deref() {
                Some(".") => return Ok(Then::Next),
                Some(_) => (),
                None => return Err("the message has no final dot".to_owned()),
            }
        },
        Step::Fin => {
            // The client may have closed first.
            drop(stream.shutdown().await);
            Ok(Then::End)
        }
        Step::Hush => Ok(Then::End),
        // Until the server is dropped.
        Step::Deaf => std::future::pending().await,
        Step::Drip(octets) => {
            // The one clock here: a slow server is one that lets time pass.
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            for octet in octets.iter().cycle() {
                tick.tick().await;
                if stream.write_all(&[*octet]).await.is_err() {
                    break;
                }
                if let Then::End = flush(stream).await {
                    break;
                }
            }
            Ok(Then::End)
        }
        Step::Tls | Step::Rst | Step::Cut => Ok(Then::Next),
    }
}

async fn flush(stream: &mut (impl Stream + ?Sized)) -> Then {
    match stream.flush().await {
        Ok(()) => Then::Next,
        Err(_) => Then::End,
    }
}

/// A line without its CRLF.
async fn read_line(
    stream: &mut (impl Stream + ?Sized),
    unread: &mut Vec<u8>,
    record: &mut Vec<u8>,
) -> Option<String> {
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(at) = crate::http::find(unread, b"\r\n") {
            let line: Vec<u8> = unread.drain(..at + 2).collect();
            return Some(String::from_utf8_lossy(&line[..at]).into_owned());
        }
        match stream.read(&mut buffer).await {
            Ok(n) if n > 0 => {
                unread.extend_from_slice(&buffer[..n]);
                record.extend_from_slice(&buffer[..n]);
            }
            _ => return None,
        }
    }
}

async fn drain(stream: &mut (impl Stream + ?Sized), record: &mut Vec<u8>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n) = stream.read(&mut buffer).await {
        if n == 0 {
            break;
        }
        record.extend_from_slice(&buffer[..n]);
    }
}
