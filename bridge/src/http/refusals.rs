//! Replaces the responses that hyper sends by itself.
//!
//! If hyper can't read the head of a request, it responses with a bare 400, 414 or 431. It does not
//! ask the service, so the security headers are missing, and there is no hook to add them. But the
//! length of each of the service's own responses is known, so whatever is written behind them is
//! hyper's. It is dropped, and our own response is written instead.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use hyper::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection on which only responses of the service, or of this, are written.
pub(super) struct Refusals<S> {
    stream: S,
    responses: Responses,
    place: Place,
    /// Our own response, and how much of it is written. Empty: there is none.
    refusal: Vec<u8>,
    written: usize,
}

/// What follows the head of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// A body of so many octets.
    Body(u64),
    /// Another protocol, to the end of the connection.
    Upgrade,
}

/// The service's responses that are still to be written, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Responses(Arc<Mutex<VecDeque<Behind>>>);

impl Responses {
    /// Adds a response that is about to be written.
    pub(super) fn push(&self, behind: Behind) {
        self.queue().push_back(behind);
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Behind>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far writing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Between two responses.
    Start,
    /// In the head of one, with so many octets of the blank line behind it written.
    Head(usize, Behind),
    /// In its body, with so many octets to come.
    Body(u64),
    Upgraded,
}

/// The end of a head (RFC 9112 §2.1).
const BLANK_LINE: &[u8; 4] = b"\r\n\r\n";

impl Place {
    /// How far writing has come after `octets`, and how many of them belong to the service's
    /// responses.
    fn go(mut self, responses: &mut VecDeque<Behind>, octets: &[u8]) -> (Place, usize) {
        let mut at = 0;
        while at < octets.len() {
            match self {
                Place::Start => match responses.pop_front() {
                    Some(behind) => self = Place::Head(0, behind),
                    None => break,
                },
                Place::Head(matched, behind) => {
                    let matched = match octets[at] {
                        octet if octet == BLANK_LINE[matched] => matched + 1,
                        b'\r' => 1,
                        _ => 0,
                    };
                    at += 1;
                    self = match behind {
                        _ if matched < BLANK_LINE.len() => Place::Head(matched, behind),
                        Behind::Body(0) => Place::Start,
                        Behind::Body(length) => Place::Body(length),
                        Behind::Upgrade => Place::Upgraded,
                    };
                }
                Place::Body(left) => {
                    let rest = octets.len() - at;
                    let count = usize::try_from(left).map_or(rest, |left| left.min(rest));
                    at += count;
                    self = match left - count as u64 {
                        0 => Place::Start,
                        left => Place::Body(left),
                    };
                }
                Place::Upgraded => at = octets.len(),
            }
        }
        (self, at)
    }
}

impl<S: AsyncWrite + Unpin> Refusals<S> {
    pub(super) fn new(stream: S, responses: Responses) -> Refusals<S> {
        Refusals {
            stream,
            responses,
            place: Place::Start,
            refusal: Vec::new(),
            written: 0,
        }
    }

    /// How many of `octets` belong to the service's responses.
    fn allowed(&self, octets: &[u8]) -> usize {
        match self.place {
            _ if !self.refusal.is_empty() => 0,
            Place::Upgraded => octets.len(),
            place => place.go(&mut self.responses.queue().clone(), octets).1,
        }
    }

    /// These have been written.
    fn advance(&mut self, octets: &[u8]) {
        self.place = self.place.go(&mut self.responses.queue(), octets).0;
    }

    /// Drops hyper's own response, and prepares ours.
    fn replace(&mut self, octets: &[u8]) {
        if self.refusal.is_empty() {
            self.refusal = super::refusal(status(octets));
        }
    }

    fn poll_refusal(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.written < self.refusal.len() {
            let rest = &self.refusal[self.written..];
            match ready!(Pin::new(&mut self.stream).poll_write(context, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The status in the first octets of a response: `HTTP/1.1 431 …`.
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
        match this.allowed(octets) {
            0 if !octets.is_empty() => {
                this.replace(octets);
                Poll::Ready(Ok(octets.len()))
            }
            allowed => {
                let octets = &octets[..allowed];
                let count = ready!(Pin::new(&mut this.stream).poll_write(context, octets))?;
                this.advance(&octets[..count]);
                Poll::Ready(Ok(count))
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.place == Place::Upgraded {
            return Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        }
        let (mut place, mut responses) = (this.place, this.responses.queue().clone());
        let all_allowed = this.refusal.is_empty()
            && parts.iter().all(|part| {
                let (next, allowed) = place.go(&mut responses, part);
                place = next;
                allowed == part.len()
            });
        if !all_allowed {
            let first = parts.iter().find(|part| !part.is_empty());
            return Pin::new(this).poll_write(context, first.map_or(&[], |part| part));
        }
        let count = ready!(Pin::new(&mut this.stream).poll_write_vectored(context, parts))?;
        let mut left = count;
        for part in parts {
            let octets = &part[..left.min(part.len())];
            this.advance(octets);
            left -= octets.len();
        }
        Poll::Ready(Ok(count))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_refusal(context))?;
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_refusal(context))?;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_responses_pass_and_nothing_behind_them() {
        let written =
            b"HTTP/1.1 200 OK\r\nx: \r\r\n\r\n\r\n\r\nHTTP/1.1 304 x\r\n\r\nHTTP/1.1 400 Bad";
        let own = written.len() - b"HTTP/1.1 400 Bad".len();
        // However it is cut.
        for size in 1..=written.len() {
            let mut responses = VecDeque::from([Behind::Body(4), Behind::Body(0)]);
            let (mut place, mut passed) = (Place::Start, 0);
            for part in written.chunks(size) {
                let (next, count) = place.go(&mut responses, part);
                (place, passed) = (next, passed + count);
                if count < part.len() {
                    break;
                }
            }
            assert_eq!((place, passed), (Place::Start, own), "in parts of {size}");
        }
        let mut responses = VecDeque::from([Behind::Upgrade]);
        let upgraded = b"HTTP/1.1 101 x\r\n\r\nHTTP/1.1 400 Bad";
        let end = Place::Start.go(&mut responses, upgraded);
        assert_eq!(end, (Place::Upgraded, upgraded.len()));
    }

    #[tokio::test]
    async fn hypers_own_answer_becomes_ours() {
        use tokio::io::AsyncWriteExt;
        let responses = Responses::default();
        let mut stream = Refusals::new(Vec::new(), responses.clone());
        responses.push(Behind::Body(2));
        let written = b"HTTP/1.1 200 OK\r\n\r\nhiHTTP/1.1 431 Request\r\n\r\n";
        stream.write_all(written).await.expect("a write");
        stream.flush().await.expect("a flush");
        let text = String::from_utf8_lossy(&stream.stream).into_owned();
        let ours = text
            .strip_prefix("HTTP/1.1 200 OK\r\n\r\nhi")
            .expect("the answer before");
        assert!(
            ours.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"),
            "{text}"
        );
        assert!(ours.contains("content-security-policy: "), "{text}");
        assert_eq!(ours.matches("HTTP/1.1").count(), 1, "{text}");
    }
}
