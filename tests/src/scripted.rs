//! A server that follows a script and can misbehave in any way. `docs/scenarios.md` describes the
//! language, and `practice` reads it.

mod end;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use practice::scenario::{ScenarioError, Step, parse_steps};
use tokio::net::TcpSocket;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::rustls::ServerConfig;

use self::end::End;
use crate::soon;

/// A listening server.
pub struct Scripted {
    address: SocketAddr,
    finished: mpsc::UnboundedReceiver<Connection>,
    connections: Arc<AtomicUsize>,
    client_gave_up: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// The setup of a scripted server, besides its script.
#[derive(Clone, Default)]
pub struct Setup {
    /// The TLS configuration for the step `TLS`.
    pub tls: Option<Arc<ServerConfig>>,
    /// The approximate size of the kernel's receive buffer.
    pub receive_buffer: Option<u32>,
    /// Where the server closes, whatever the script says.
    pub cut: Option<Cut>,
}

/// A point at which a server closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// When.
    pub after: After,
    /// How.
    pub how: Leave,
    /// Which octets count.
    pub level: Level,
}

/// When a server closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After it has sent this many octets.
    Sent(usize),
    /// After it has read this many octets.
    Read(usize),
}

/// How a server closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leave {
    /// Closes its sending side, without a close_notify, and continues to read.
    Fin,
    /// Closes both sides. If there are unread octets, the kernel sends a reset.
    Cut,
    /// Resets the connection.
    Rst,
}

/// Which octets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Those of the dialogue, inside and outside TLS.
    Text,
    /// Those of the TCP connection, including TLS records.
    Wire,
}

/// One connection, after its end.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// What the client sent without TLS.
    pub clear: Vec<u8>,
    /// What the client sent inside TLS.
    pub secured: Vec<u8>,
    /// Whether a TLS handshake was completed.
    pub tls: bool,
    /// Where the client deviated from the script, if it did.
    pub deviation: Option<String>,
    /// Octets of the dialogue that the server sent.
    pub sent: usize,
    /// Octets of the dialogue that the server read.
    pub read: usize,
    /// Octets of the TCP connection that the server sent.
    pub wire_sent: usize,
}

impl Connection {
    /// What the client sent without TLS, as text.
    #[must_use]
    pub fn clear(&self) -> String {
        String::from_utf8_lossy(&self.clear).into_owned()
    }

    /// What the client sent inside TLS, as text.
    #[must_use]
    pub fn secured(&self) -> String {
        String::from_utf8_lossy(&self.secured).into_owned()
    }
}

impl Scripted {
    /// Listens on a free port of 127.0.0.1 and follows `script` on every connection.
    pub async fn start(script: &str) -> Scripted {
        Scripted::listen("127.0.0.1:0", script, None).await
    }

    /// The same with a TLS configuration.
    pub async fn with_tls(script: &str, tls: Arc<ServerConfig>) -> Scripted {
        Scripted::listen("127.0.0.1:0", script, Some(tls)).await
    }

    /// The same at a given address.
    pub async fn listen(address: &str, script: &str, tls: Option<Arc<ServerConfig>>) -> Scripted {
        let address = address.parse().expect("an address and a port");
        let steps = match read(script) {
            Ok(steps) => steps,
            Err(why) => panic!("in a script: {why}"),
        };
        let setup = Setup {
            tls,
            ..Setup::default()
        };
        Scripted::serve(address, steps.into(), setup)
    }

    /// Listens on `address` and performs `steps` on every connection.
    ///
    /// # Panics
    /// If the address can't be bound.
    #[must_use]
    pub fn serve(address: SocketAddr, steps: Arc<[Step]>, setup: Setup) -> Scripted {
        let socket = if address.is_ipv4() {
            TcpSocket::new_v4()
        } else {
            TcpSocket::new_v6()
        }
        .expect("a socket");
        if let Some(size) = setup.receive_buffer {
            socket
                .set_recv_buffer_size(size)
                .expect("a buffer of this size");
        }
        let listener = match socket.bind(address).and_then(|()| socket.listen(1024)) {
            Ok(listener) => listener,
            Err(error) => panic!("{address}: {error}"),
        };
        let address = listener.local_addr().expect("a bound listener");
        let (visited, finished) = mpsc::unbounded_channel();
        let (client_gave_up, giving_up) = watch::channel(false);
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                // Each step must be sent at once, even if earlier data is still in transit.
                stream.set_nodelay(true).expect("a socket option");
                let end = End::new(stream, setup.cut, setup.tls.clone(), giving_up.clone());
                let (steps, visited) = (Arc::clone(&steps), visited.clone());
                tokio::spawn(async move {
                    // There may be no receiver.
                    drop(visited.send(end.follow(&steps).await));
                });
            }
        });
        Scripted {
            address,
            finished,
            connections,
            client_gave_up,
            task,
        }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Waits for the next connection that has ended.
    pub async fn connection(&mut self) -> Connection {
        match soon(
            "a connection to the scripted server to end",
            self.finished.recv(),
        )
        .await
        {
            Some(connection) => connection,
            None => panic!("the scripted server has stopped"),
        }
    }

    /// Whether a connection has ended that was not returned yet.
    #[must_use]
    pub fn has_connected(&self) -> bool {
        !self.finished.is_empty()
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Tells servers that have stopped reading (`STALL`) that the client has given up. They then
    /// read the rest.
    pub fn client_gave_up(&self) {
        self.client_gave_up.send_replace(true);
    }
}

/// Reads the steps of a script.
///
/// # Errors
/// All errors, as one message.
pub fn read(script: &str) -> Result<Vec<Step>, String> {
    parse_steps(script).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ScenarioError::to_string).collect();
        errors.join("; ")
    })
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}
