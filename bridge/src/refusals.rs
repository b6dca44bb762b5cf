//! The answers that hyper gives by itself, replaced by ours.
//!
//! A head that hyper can't read it answers with a bare 400, 414 or 431, without asking the service and
//! so without the fields that every answer here carries. There is no hook for it. But each connection
//! serves one request ([`crate::http::answer`]), so whatever is written before the service was asked is
//! such an answer: it is dropped, and ours is written in its place.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use hyper::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http;

/// A connection on which only the service, or this, says anything.
pub(crate) struct Refusals<S> {
    stream: S,
    asked: Asked,
    /// Our answer, and how much of it is written.
    answer: Vec<u8>,
    written: usize,
}

/// Whether the service has been asked for an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Arc<AtomicBool>);

impl Asked {
    /// It is asked now: what is written from here on is its answer.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl<S: AsyncWrite + Unpin> Refusals<S> {
    pub(crate) fn new(stream: S, asked: Asked) -> Refusals<S> {
        Refusals {
            stream,
            asked,
            answer: Vec::new(),
            written: 0,
        }
    }

    /// Takes hyper's own answer, and has ours instead.
    fn replace(&mut self, octets: &[u8]) {
        if self.answer.is_empty() {
            self.answer = http::refusal(status(octets));
        }
    }

    fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.answer.len() {
            let rest = &self.answer[self.written..];
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The status of an answer, by its first octets: `HTTP/1.1 431 …`.
fn status(octets: &[u8]) -> StatusCode {
    octets
        .get(9..12)
        .and_then(|digits| StatusCode::from_bytes(digits).ok())
        .unwrap_or(StatusCode::BAD_REQUEST)
}

impl<S: AsyncRead + Unpin> AsyncRead for Refusals<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Refusals<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.asked.is_set() {
            return Pin::new(&mut this.stream).poll_write(context, octets);
        }
        this.replace(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.asked.is_set() {
            return Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        }
        if let Some(first) = parts.iter().find(|part| !part.is_empty()) {
            this.replace(first);
        }
        Poll::Ready(Ok(parts.iter().map(|part| part.len()).sum()))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_answer(context))?;
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_answer(context))?;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}
