//! The connection to a mail server, in clear or inside TLS, read and written at the same time.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use smtp::TlsFailure;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::tls::failure;

/// The smallest read buffer, in bytes.
const READ_BUFFER: usize = 16 * 1024;

/// Writes are joined up to this many bytes, so that the lines of one group leave together. Larger
/// ones are not copied.
const JOINED: usize = 16 * 1024;

/// The most octets read from a server at once: more than one reply may have, so that a second reply
/// behind it is seen.
const MAX_READ: usize = 2 * smtp::limits::REPLY;

/// A connection, and what is to be written to it.
#[derive(Debug)]
pub(super) struct Connection {
    stream: Stream,
    /// What is still to be written, see [`JOINED`].
    out: VecDeque<Vec<u8>>,
    /// Octets of the first of `out` that are written.
    written: usize,
    /// TLS may hold octets that are written and have not left.
    unflushed: bool,
    /// A write has failed: nothing more will leave, but what the server sent before may still be
    /// read.
    broken: bool,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// What [`Connection::turn`] did.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// So many octets were read.
    Read(usize),
    /// The other side has closed, or the connection is broken.
    Closed,
    /// The other side has ended TLS by an alert, or by breaking its rules.
    TlsFailed(TlsFailure),
    /// Everything written has left.
    Drained,
}

impl Connection {
    pub(super) fn plain(stream: TcpStream) -> Connection {
        Connection::over(Stream::Plain(stream))
    }

    pub(super) fn tls(stream: TlsStream<TcpStream>) -> Connection {
        Connection::over(Stream::Tls(Box::new(stream)))
    }

    fn over(stream: Stream) -> Connection {
        Connection {
            stream,
            out: VecDeque::new(),
            written: 0,
            unflushed: false,
            broken: false,
        }
    }

    /// The bare socket, for a handshake. None inside TLS already, or with octets still to be
    /// written.
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self.stream {
            Stream::Plain(stream) if self.out.is_empty() => Some(stream),
            _ => None,
        }
    }

    /// Queues octets.
    pub(super) fn write(&mut self, octets: Vec<u8>) {
        match self.out.back_mut() {
            Some(last) if last.len() + octets.len() <= JOINED => last.extend(octets),
            // An empty write would look like a closed connection: it writes 0 octets.
            _ if octets.is_empty() => {}
            _ => self.out.push_back(octets),
        }
        self.unflushed = true;
    }

    /// Whether everything queued has left.
    pub(super) fn is_drained(&self) -> bool {
        self.out.is_empty() && !self.unflushed
    }

    /// Reads and writes until either makes progress. Reads all that has arrived, up to
    /// [`MAX_READ`], because what has arrived before a line leaves can't be the reply to it.
    /// `buffer` grows as needed. May be dropped at any time without losing an octet.
    ///
    /// After a failed write it goes on reading: the server may have said why it closes.
    pub(super) async fn turn(&mut self, buffer: &mut Vec<u8>) -> Turn {
        poll_fn(|context| {
            if !self.is_drained()
                && !self.broken
                && let Poll::Ready(done) = self.poll_drain(context)
            {
                match done {
                    Ok(()) => return Poll::Ready(Turn::Drained),
                    Err(_) => self.broken = true,
                }
            }
            self.poll_read(context, buffer)
        })
        .await
    }

    fn poll_read(&mut self, context: &mut Context<'_>, buffer: &mut Vec<u8>) -> Poll<Turn> {
        let mut filled = 0;
        loop {
            if filled == buffer.len() {
                if filled >= MAX_READ {
                    return Poll::Ready(Turn::Read(filled));
                }
                buffer.resize((filled * 2).clamp(READ_BUFFER, MAX_READ), 0);
            }
            let mut into = ReadBuf::new(&mut buffer[filled..]);
            let read = self.stream.poll_read(context, &mut into);
            let count = into.filled().len();
            filled += count;
            match read {
                Poll::Ready(Ok(())) if count > 0 => {}
                // What was read comes first; the end is reported again by the next read.
                _ if filled > 0 => return Poll::Ready(Turn::Read(filled)),
                Poll::Ready(done) => return Poll::Ready(ended(&done)),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Closes in order, inside TLS with a close_notify, if everything written has left. What has
    /// not left is dropped, because the dialogue counts it as not sent.
    pub(super) async fn close(&mut self) {
        if self.is_drained() {
            // The server may be gone already.
            drop(poll_fn(|context| self.stream.poll_shutdown(context)).await);
        }
    }

    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(first) = self.out.front() {
            let wrote = ready!(self.stream.poll_write(context, &first[self.written..]))?;
            if wrote == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.written += wrote;
            if self.written == first.len() {
                self.out.pop_front();
                self.written = 0;
            }
        }
        if self.unflushed {
            ready!(self.stream.poll_flush(context))?;
            self.unflushed = false;
        }
        Poll::Ready(Ok(()))
    }
}

/// How a connection ended from which nothing more can be read.
fn ended(read: &io::Result<()>) -> Turn {
    let why = read.as_ref().err().and_then(failure::afterwards);
    why.map_or(Turn::Closed, Turn::TlsFailed)
}

impl Stream {
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, into),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, into),
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, octets),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, octets),
        }
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
