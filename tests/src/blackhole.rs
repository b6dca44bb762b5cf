//! An address that takes no connection and refuses none.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::soon;

/// A listener whose queue is full, as Linux has it: what else would connect is not answered. It
/// ends when this is dropped.
pub struct Blackhole {
    _listener: TcpListener,
    _queued: TcpStream,
    more: Vec<JoinHandle<()>>,
}

impl Blackhole {
    /// Makes this address one.
    ///
    /// # Panics
    /// When the address can't be had.
    pub async fn at(address: SocketAddr) -> Blackhole {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_reuseaddr(true).expect("an option");
        // A queue of none has room for one.
        let listener = match socket.bind(address).and_then(|()| socket.listen(0)) {
            Ok(listener) => listener,
            Err(error) => panic!("{address}: {error}"),
        };
        let first = soon(
            "a connection to fill the queue",
            TcpStream::connect(address),
        )
        .await;
        // Wherever there is room for more than one, these take it.
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
