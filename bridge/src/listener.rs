//! The port the browser comes to: accepting, and the bounds on connections.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

use crate::going::Going;
use crate::http::{self, House};
use crate::refusals::{Answers, Refusals};
use crate::seats::{Seat, Seats};

/// Connections open at once, WebSockets among them.
const CONNECTIONS: usize = 512;

/// How long a request's head may take to arrive whole.
const HEAD: Duration = Duration::from_secs(10);

/// How long whoever asked may take not an octet of the answer.
const STALL: Duration = Duration::from_secs(20);

/// Octets of a request's head.
const HEAD_SIZE: usize = 16 * 1024;

/// How long to rest when no connection can be accepted: the reason, such as too many open files,
/// goes away by itself or not at all.
const REST: Duration = Duration::from_millis(200);

/// Ports tried behind the usual one, before any free one is taken.
const NEXT: u16 = 10;

/// Listens where a person would expect it, or where exactly they said.
///
/// # Errors
/// What the system said of the port.
pub(crate) async fn bind(wanted: SocketAddr, exact: bool) -> io::Result<TcpListener> {
    if exact {
        return TcpListener::bind(wanted).await;
    }
    for offset in 0..NEXT {
        let next = SocketAddr::new(wanted.ip(), wanted.port().saturating_add(offset));
        match TcpListener::bind(next).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            done => return done,
        }
    }
    TcpListener::bind(SocketAddr::new(wanted.ip(), 0)).await
}

/// Serves until `going` says that the program ends.
pub(crate) async fn serve(listener: TcpListener, house: Arc<House>, mut going: Going) {
    let seats = Seats::new(CONNECTIONS);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "can't accept a connection");
                    tokio::time::sleep(REST).await;
                    continue;
                }
            },
            () = going.heard() => return,
        };
        let house = house.clone();
        // Where no place can be had, newcomers wait in the system's own queue behind this one.
        tokio::select! {
            () = seats.seat(move |seat| connection(stream, seat, house)) => {}
            () = going.heard() => return,
        }
    }
}

async fn connection(stream: TcpStream, seat: Arc<Seat>, house: Arc<House>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let answers = Answers::default();
    let stream = Refusals::new(Patient::new(stream), answers.clone());
    let service = service_fn(move |request| {
        seat.is_used();
        http::answer(request, house.clone(), seat.clone(), answers.clone())
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection");
    }
}

/// A connection that breaks when its other end takes nothing for [`STALL`].
struct Patient {
    stream: TcpStream,
    /// Runs while something waits to be taken.
    stall: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream) -> Patient {
        Patient {
            stream,
            stall: None,
        }
    }

    /// What came of writing; an error where nothing has for too long.
    fn within<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let stall = self
            .stall
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(STALL)));
        ready!(stall.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, octets);
        this.within(context, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.within(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
