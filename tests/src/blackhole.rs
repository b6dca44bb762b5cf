//! An address that neither accepts nor refuses connections.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::soon;

/// A listener whose accept queue is full. Linux does not answer further connections. Dropping it
/// closes it.
pub struct Blackhole {
    _listener: TcpListener,
    _queued: TcpStream,
    more: Vec<JoinHandle<()>>,
}

impl Blackhole {
    /// Turns this address into a black hole.
    ///
    /// # Panics
    /// If the address can't be bound.
    pub async fn at(address: SocketAddr) -> Blackhole {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option");
        // A queue of length zero still holds one connection.
        let listener = match socket.bind(address).and_then(|()| socket.listen(0)) {
            Ok(listener) => listener,
            Err(error) => panic!("{address}: {error}"),
        };
        let first = soon(
            "a connection to fill the queue",
            TcpStream::connect(address),
        )
        .await;
        // Further connections fill the queue if it holds more than one.
        let more = (0..3).map(|_| tokio::spawn(hold(address))).collect();
        Blackhole {
            _listener: listener,
            _queued: first.expect("room for one"),
            more,
        }
    }
}

async fn hold(address: SocketAddr) {
    if let Ok(_stream) = TcpStream::connect(address).await {
        std::future::pending::<()>().await;
    }
}

impl Drop for Blackhole {
    fn drop(&mut self) {
        for task in &self.more {
            task.abort();
        }
    }
}
