//! A server's TCP socket that can close at any octet.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::{After, Cut, Leave, Level};

/// How many octets a connection may transfer before the server closes it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Budget {
    cut: Option<Cut>,
    pub(super) sent: usize,
    pub(super) read: usize,
}

impl Budget {
    /// The remaining octets of `cut` at this level.
    pub(super) fn of(cut: Option<Cut>, level: Level) -> Budget {
        Budget {
            cut: cut.filter(|cut| cut.level == level),
            ..Budget::default()
        }
    }

    /// Octets that may still be sent.
    pub(super) fn may_send(&self) -> usize {
        match self.cut.map(|cut| cut.after) {
            Some(After::Sent(most)) => most.saturating_sub(self.sent),
            _ => usize::MAX,
        }
    }

    /// Octets that may still be read.
    pub(super) fn may_read(&self) -> usize {
        match self.cut.map(|cut| cut.after) {
            Some(After::Read(most)) => most.saturating_sub(self.read),
            _ => usize::MAX,
        }
    }

    /// Whether the limit is reached.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// The same without a limit.
    pub(super) fn lifted(self) -> Budget {
        Budget { cut: None, ..self }
    }

    /// How to close, if the limit is reached.
    pub(super) fn over(&self) -> Option<Leave> {
        self.cut
            .filter(|_| self.may_send() == 0 || self.may_read() == 0)
            .map(|cut| cut.how)
    }
}

/// The socket and its limit.
#[derive(Debug)]
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    pub(super) budget: Budget,
}

impl Socket {
    fn spent() -> io::Error {
        io::Error::new(
            io::ErrorKind::BrokenPipe,
            "the script cuts the connection here",
        )
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let most = self.budget.may_read().min(into.remaining());
        if self.budget.over().is_some() {
            return Poll::Ready(Err(Socket::spent()));
        }
        let mut some = ReadBuf::new(into.initialize_unfilled_to(most));
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut some))?;
        let got = some.filled().len();
        into.advance(got);
        self.budget.read += got;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.budget.over().is_some() {
            return Poll::Ready(Err(Socket::spent()));
        }
        let most = self.budget.may_send().min(octets.len());
        let check_client = ready!(Pin::new(&mut self.stream).poll_write(context, &octets[..most]))?;
        self.budget.sent += check_client;
        Poll::Ready(Ok(check_client))
    }

    /// Writes several TLS records at once, so that they arrive together.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.budget.is_cut() {
            let first = octets.iter().find(|octets| !octets.is_empty());
            let first: &[u8] = first.map_or(&[], |octets| octets);
            return self.poll_write(context, first);
        }
        let check_client = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, octets))?;
        self.budget.sent += check_client;
        Poll::Ready(Ok(check_client))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
