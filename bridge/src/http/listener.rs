//! The port that browsers connect to: accepting connections, and the limits on them.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::limiter::{ConnectionLimiter, Permit};
use super::refusals::{Refusals, Responses};
use super::write_timeout::WriteTimeout;
use crate::app_state::AppState;

/// Connections open at once, WebSockets among them.
const MAX_CONNECTIONS: usize = 512;

/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest head of a request, in octets.
const HEAD_SIZE: usize = 16 * 1024;

/// How long to wait after a connection could not be accepted: the reason, such as too many open
/// files, goes away by itself or not at all.
const ACCEPT_RETRY: Duration = Duration::from_millis(200);

/// How many ports are tried, from the usual one on, before any free one is used.
const NEXT: u16 = 10;

/// Listens at the usual port or one of the next, or at exactly the port given.
///
/// # Errors
/// What the system said about the port.
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

/// Serves until the program shuts down.
pub(crate) async fn serve(listener: TcpListener, app: Arc<AppState>) {
    let limiter = ConnectionLimiter::new(MAX_CONNECTIONS);
    let shutdown = app.shutdown.clone();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "can't accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY).await;
                    continue;
                }
            },
            () = shutdown.cancelled() => return,
        };
        let app = app.clone();
        // While no permit is available, new connections wait in the system's own queue.
        tokio::select! {
            () = limiter.run(move |permit| connection(stream, permit, app)) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

async fn connection(stream: TcpStream, permit: Arc<Permit>, app: Arc<AppState>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let responses = Responses::default();
    let stream = Refusals::new(WriteTimeout::new(stream), responses.clone());
    let service = service_fn(move |request| {
        permit.request_received();
        super::serve(request, app.clone(), permit.clone(), responses.clone())
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_SIZE)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "connection");
    }
}
