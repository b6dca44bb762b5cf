//! A server that offers STARTTLS, CHUNKING and sign-in, and discards every message: smtp-sink with
//! TLS. It runs as a process of its own with one thread, so that its processor time can be measured
//! separately.

use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use glasspost_tests::authority::{Authority, Validity};
use memchr::memmem;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The argument that starts the benchmark program as this server: `bench tls-sink FOLDER`.
pub(crate) const NAME: &str = "tls-sink";
/// The file in that folder with the root of the server's certificate.
pub(crate) const ROOT: &str = "root.pem";
/// The file in that folder with the number of message octets received, including dots. The kernel
/// does not count octets read with `recv`.
pub(crate) const RECEIVED: &str = "received";
/// Most octets read at once.
const BUFFER: usize = 256 * 1024;
const LAST_LINE: &[u8] = b"\r\n.\r\n";

/// Serves until the process is killed. Prints the address once it listens.
pub(crate) fn run(folder: &Path) -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(folder))
}

async fn serve(folder: &Path) -> Result<()> {
    let authority = Authority::new();
    let leaf = authority.leaf(&["127.0.0.1"], Validity::Now);
    std::fs::copy(authority.file(), folder.join(ROOT)).context("can't write the root")?;
    // This process is killed, so nobody would remove the folder later.
    drop(authority);
    let acceptor = TlsAcceptor::from(leaf.server());
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let counter = Arc::new(Counter {
        received: AtomicU64::new(0),
        file: folder.join(RECEIVED),
    });
    counter.enter(0)?;
    println!("{}", listener.local_addr()?);
    loop {
        let (socket, _) = listener.accept().await?;
        let (acceptor, counter) = (acceptor.clone(), Arc::clone(&counter));
        // The client reports errors. The server need not.
        tokio::spawn(async move { session(socket, acceptor, counter).await.ok() });
    }
}

/// Counts the octets received.
struct Counter {
    received: AtomicU64,
    file: PathBuf,
}

impl Counter {
    fn enter(&self, octets: u64) -> io::Result<()> {
        let received = self.received.fetch_add(octets, Ordering::Relaxed) + octets;
        std::fs::write(&self.file, received.to_string())
    }
}

async fn session(
    socket: TcpStream,
    acceptor: TlsAcceptor,
    counter: Arc<Counter>,
) -> io::Result<()> {
    socket.set_nodelay(true)?;
    let mut session = Session::new(socket, Arc::clone(&counter));
    session.reply("220 sink ready");
    if session.until_over(&["STARTTLS"]).await? == End::StartTls {
        let socket = acceptor.accept(session.stream).await?;
        let mut session = Session::new(socket, counter);
        session.until_over(&["AUTH PLAIN LOGIN"]).await?;
        session.stream.shutdown().await?;
    }
    Ok(())
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Over,
    StartTls,
}

/// One session over one stream.
struct Session<S> {
    stream: S,
    buffer: Vec<u8>,
    /// Octets that were read and not processed yet.
    from: usize,
    upto: usize,
    /// Replies that are sent when there is nothing left to process.
    replies: Vec<u8>,
    /// Octets of the current message, before its last chunk.
    chunks: u64,
    counter: Arc<Counter>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(stream: S, counter: Arc<Counter>) -> Session<S> {
        Session {
            stream,
            buffer: vec![0; BUFFER],
            from: 0,
            upto: 0,
            replies: Vec::new(),
            chunks: 0,
            counter,
        }
    }

    fn reply(&mut self, reply: &str) {
        self.replies.extend_from_slice(reply.as_bytes());
        self.replies.extend_from_slice(b"\r\n");
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.replies).await?;
        self.replies.clear();
        self.stream.flush().await
    }

    /// Moves the unprocessed octets to the front and reads more.
    async fn read(&mut self) -> io::Result<()> {
        self.flush().await?;
        self.buffer.copy_within(self.from..self.upto, 0);
        self.upto -= self.from;
        self.from = 0;
        let room = &mut self.buffer[self.upto..];
        if room.is_empty() {
            return Err(io::Error::other("a line longer than the buffer"));
        }
        match self.stream.read(room).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.upto += count;
                Ok(())
            }
        }
    }

    async fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.buffer[self.from..self.upto]) {
                let line = &self.buffer[self.from..self.from + at];
                let line = String::from_utf8_lossy(line).trim_end().to_owned();
                self.from += at + 1;
                return Ok(line);
            }
            self.read().await?;
        }
    }

    /// Reads a message after DATA (RFC 5321 §4.1.1.4). Returns its size in octets.
    async fn message(&mut self) -> io::Result<u64> {
        // The line end of the DATA command ends the line before an empty message.
        let (mut received, mut after_line_end) = (0, true);
        loop {
            let left = &self.buffer[self.from..self.upto];
            if after_line_end && left.len() >= 3 {
                if left.starts_with(&LAST_LINE[2..]) {
                    self.from += 3;
                    return Ok(received);
                }
                after_line_end = false;
            }
            if let Some(at) = memmem::find(left, LAST_LINE) {
                self.from += at + LAST_LINE.len();
                return Ok(received + at as u64 + 2);
            }
            // The start of the last line may already be here.
            if !after_line_end {
                let keep = left.len().min(LAST_LINE.len() - 1);
                received += (left.len() - keep) as u64;
                self.from = self.upto - keep;
            }
            self.read().await?;
        }
    }

    /// Reads a chunk (RFC 3030 §2).
    async fn chunk(&mut self, mut octets: u64) -> io::Result<()> {
        loop {
            let there = (self.upto - self.from) as u64;
            let received = octets.min(there);
            self.from += received as usize;
            octets -= received;
            if octets == 0 {
                return Ok(());
            }
            self.read().await?;
        }
    }

    async fn until_over(&mut self, offers: &[&str]) -> io::Result<End> {
        loop {
            let line = match self.line().await {
                Ok(line) => line,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(End::Over),
                Err(error) => return Err(error),
            };
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    self.reply("250-sink");
                    for offer in offers {
                        self.reply(&format!("250-{offer}"));
                    }
                    self.reply("250-PIPELINING");
                    self.reply("250-8BITMIME");
                    self.reply("250 CHUNKING");
                }
                "STARTTLS" => {
                    self.reply("220 go ahead");
                    self.flush().await?;
                    return Ok(End::StartTls);
                }
                "AUTH" => {
                    if !rest.contains(' ') {
                        self.reply("334 ");
                        self.line().await?;
                    }
                    self.reply("235 2.7.0 welcome");
                }
                "DATA" => {
                    self.reply("354 go ahead");
                    let octets = self.message().await?;
                    self.counter.enter(octets)?;
                    self.reply("250 2.0.0 forgotten");
                }
                "BDAT" => {
                    let (octets, last) = match rest.split_once(' ') {
                        Some((octets, _)) => (octets, true),
                        None => (rest, false),
                    };
                    let octets = octets
                        .parse()
                        .map_err(|_| io::Error::other("BDAT without a size"))?;
                    self.chunk(octets).await?;
                    self.chunks += octets;
                    if last {
                        self.counter.enter(std::mem::take(&mut self.chunks))?;
                    }
                    self.reply("250 2.0.0 forgotten");
                }
                "QUIT" => {
                    self.reply("221 2.0.0 bye");
                    self.flush().await?;
                    return Ok(End::Over);
                }
                _ => self.reply("250 2.0.0 fine"),
            }
        }
    }
}
