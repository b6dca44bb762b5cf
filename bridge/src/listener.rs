//! The port the browser comes to: accepting, and the bounds on connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::going::Going;
use crate::http::{self, House};

/// Connections open at once, WebSockets among them.
const CONNECTIONS: usize = 512;

/// How long a request's head may take to arrive whole.
const HEAD: Duration = Duration::from_secs(10);

/// Octets of a request's head.
const HEAD_SIZE: usize = 16 * 1024;

/// How long to rest when no connection can be accepted: the reason, such as too many open files, goes away by itself or not at all.
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
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // With every place taken, newcomers wait in the system's own queue.
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            () = going.heard() => return,
        };
        let Ok(place) = place else { return };
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
        tokio::spawn(async move {
            connection(stream, house).await;
            drop(place);
        });
    }
}

async fn connection(stream: TcpStream, house: Arc<House>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    let service = service_fn(move |request| http::answer(request, house.clone()));
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
