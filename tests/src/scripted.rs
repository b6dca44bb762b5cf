//! A server that follows a script, for servers no real program would be. `tests/hostile/README.md`
//! describes the language.

mod end;
pub mod script;
mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpSocket;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_rustls::rustls::ServerConfig;

use self::end::End;
use self::script::Step;
use crate::soon;

/// A listening server.
pub struct Scripted {
    address: SocketAddr,
    visits: mpsc::UnboundedReceiver<Visit>,
    connections: Arc<AtomicUsize>,
    given_up: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// How a scripted server is set up, besides its script.
#[derive(Clone, Default)]
pub struct Setup {
    /// What it shows where the script says `TLS`.
    pub tls: Option<Arc<ServerConfig>>,
    /// The size of the kernel's buffer for what the client writes, about.
    pub receive_buffer: Option<u32>,
    /// Where the server goes away, whatever the script says.
    pub cut: Option<Cut>,
}

/// A point at which a server goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// When.
    pub after: After,
    /// How.
    pub how: Leave,
    /// Which octets count.
    pub level: Level,
}

/// When a server goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// After it has sent so many octets.
    Sent(usize),
    /// After it has read so many.
    Read(usize),
}

/// How a server goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leave {
    /// Closes its side, without a close_notify, and reads on.
    Fin,
    /// Closes both sides; where octets are unread, the kernel makes that a reset.
    Cut,
    /// Resets the connection.
    Rst,
}

/// Which octets count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Those of the dialogue, in clear and inside TLS.
    Text,
    /// Those of the TCP connection, TLS records among them.
    Wire,
}

/// One connection, after its end.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// What the client wrote in clear, or before TLS.
    pub clear: Vec<u8>,
    /// What it wrote inside TLS.
    pub secured: Vec<u8>,
    /// Whether a TLS handshake was completed.
    pub tls: bool,
    /// Where the client left the script, if it did.
    pub strayed: Option<String>,
    /// Octets of the dialogue that the server sent.
    pub sent: usize,
    /// Octets of the dialogue that the server read.
    pub read: usize,
    /// Octets of the TCP connection that the server sent.
    pub wire_sent: usize,
}

impl Visit {
    /// What the client wrote in clear, as text.
    #[must_use]
    pub fn clear(&self) -> String {
        String::from_utf8_lossy(&self.clear).into_owned()
    }

    /// What it wrote inside TLS, as text.
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

    /// The same with TLS at hand.
    pub async fn with_tls(script: &str, tls: Arc<ServerConfig>) -> Scripted {
        Scripted::listen("127.0.0.1:0", script, Some(tls)).await
    }

    /// The same on an address of choice.
    pub async fn listen(address: &str, script: &str, tls: Option<Arc<ServerConfig>>) -> Scripted {
        let address = address.parse().expect("an address and a port");
        let steps = match script::parse(script) {
            Ok(steps) => steps,
            Err(why) => panic!("in a script: {why}"),
        };
        let setup = Setup {
            tls,
            ..Setup::default()
        };
        Scripted::serve(address, steps.into(), setup)
    }

    /// Listens on `address` and does `steps` on every connection.
    ///
    /// # Panics
    /// When the address can't be had.
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
        let (visited, visits) = mpsc::unbounded_channel();
        let (given_up, giving_up) = watch::channel(false);
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                // What a step sends is to arrive when it says so, whatever is on its way still.
                stream
                    .set_nodelay(true)
                    .expect("a socket that takes options");
                let end = End::new(stream, setup.cut, setup.tls.clone(), giving_up.clone());
                let (steps, visited) = (Arc::clone(&steps), visited.clone());
                tokio::spawn(async move {
                    // Nobody may be asking any more.
                    drop(visited.send(end.follow(&steps).await));
                });
            }
        });
        Scripted {
            address,
            visits,
            connections,
            given_up,
            task,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next connection that has ended.
    pub async fn visit(&mut self) -> Visit {
        match soon(
            "a connection to the scripted server to end",
            self.visits.recv(),
        )
        .await
        {
            Some(visit) => visit,
            None => panic!("the scripted server has stopped"),
        }
    }

    /// Whether a connection has ended that was not asked for yet.
    #[must_use]
    pub fn was_visited(&self) -> bool {
        !self.visits.is_empty()
    }

    /// How often a client has connected.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Tells those who read nothing (`DEAF`) that the client has given up: they read what there is.
    pub fn given_up(&self) {
        self.given_up.send_replace(true);
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}
