//! Sessions over loopback sockets.

mod connection;
mod seats;

#[cfg(test)]
mod tests;

use crate::{
    certificate::Authority,
    limits,
    mailbox::{Capacity, Mailbox},
    session::{Profile, SERVER_NAME, Security},
};
use connection::Shared;
use seats::{Heard, Seats};
use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, atomic::AtomicUsize},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep_until, timeout},
};

/// Which port of 127.0.0.1 to listen on. 0 lets the system choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bind {
    /// This port, or any other when it cannot be had.
    Preferred(u16),
    /// This port, or an error.
    Exact(u16),
}

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port for plain SMTP with STARTTLS.
    pub starttls: Bind,
    /// The port for implicit TLS.
    pub tls: Bind,
    /// What the server offers and demands.
    pub profile: Profile,
    /// What the mailbox keeps.
    pub mailbox: Capacity,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            starttls: Bind::Preferred(2525),
            tls: Bind::Preferred(2465),
            profile: Profile::default(),
            mailbox: Capacity::default(),
        }
    }
}

impl Config {
    /// The default on ports the system chooses.
    pub fn ephemeral() -> Self {
        Self {
            starttls: Bind::Exact(0),
            tls: Bind::Exact(0),
            ..Self::default()
        }
    }
}

/// A running server. Dropping it ends it at once; [`Server::shutdown`] lets sessions say goodbye.
#[derive(Debug)]
pub struct Server {
    starttls_addr: SocketAddr,
    tls_addr: SocketAddr,
    ca_pem: String,
    ca_der: Vec<u8>,
    mailbox: Mailbox,
    stop: watch::Sender<bool>,
    supervisor: JoinHandle<()>,
}

impl Server {
    /// Binds both ports, makes the certificates and begins to serve. Must be called within a tokio
    /// runtime.
    pub async fn start(config: Config) -> io::Result<Self> {
        let authority = Authority::new()?;
        let starttls = bind(config.starttls).await?;
        let tls = bind(config.tls).await?;
        let (starttls_addr, tls_addr) = (starttls.local_addr()?, tls.local_addr()?);
        let mailbox = Mailbox::new(config.mailbox);
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            acceptor: authority.acceptor,
            profile: config.profile,
            mailbox: mailbox.clone(),
            held: AtomicUsize::new(0),
        });
        Ok(Self {
            starttls_addr,
            tls_addr,
            ca_pem: authority.pem,
            ca_der: authority.der,
            mailbox,
            stop,
            supervisor: tokio::spawn(supervise(starttls, tls, shared, stopped)),
        })
    }

    /// Where plain SMTP with STARTTLS is served.
    pub fn starttls_addr(&self) -> SocketAddr {
        self.starttls_addr
    }

    /// Where implicit TLS is served.
    pub fn tls_addr(&self) -> SocketAddr {
        self.tls_addr
    }

    /// The name in the certificate (and `localhost`, 127.0.0.1 and ::1 beside it).
    pub fn server_name(&self) -> &'static str {
        SERVER_NAME
    }

    /// The certificate a client must trust to reach this server, in PEM. It is another at each
    /// start.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The same certificate in DER.
    pub fn ca_der(&self) -> &[u8] {
        &self.ca_der
    }

    /// Where the messages are.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Stops accepting, says 421 to every session, and waits until all are gone, at most
    /// [`limits::SHUTDOWN`].
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        // An error means that the supervisor is gone, which is what is wanted.
        let _ = (&mut self.supervisor).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

async fn bind(bind: Bind) -> io::Result<TcpListener> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match bind {
        Bind::Exact(port) => listen(port).await,
        Bind::Preferred(port) => match listen(port).await {
            Ok(listener) => Ok(listener),
            Err(_) => listen(0).await,
        },
    }
}

/// Accepts on both ports. The sessions are its children: they end when it does.
async fn supervise(
    starttls: TcpListener,
    tls: TcpListener,
    shared: Arc<Shared>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut seats = Seats::new(limits::CONNECTIONS);
    let mut sessions = JoinSet::new();
    let mut resting_until = None;
    loop {
        let resting = resting_until.is_some();
        let (accepted, security) = tokio::select! {
            _ = stopped.wait_for(|&stopped| stopped) => break,
            Some(_) = sessions.join_next() => continue,
            () = sleep_until(resting_until.unwrap_or_else(Instant::now)), if resting => {
                resting_until = None;
                continue;
            }
            accepted = starttls.accept(), if !resting => (accepted, Security::Clear),
            accepted = tls.accept(), if !resting => (accepted, Security::Tls),
        };
        match accepted {
            Ok((stream, peer)) if peer.ip().is_loopback() => {
                if seats.make_room(Instant::now()) {
                    let (shared, stopped) = (shared.clone(), stopped.clone());
                    let heard = Heard::default();
                    let own = heard.clone();
                    let session = sessions.spawn(async move {
                        connection::serve(stream, security, &shared, own, stopped).await;
                    });
                    seats.take(heard, session);
                } else {
                    turn_away(stream, security);
                }
            }
            Ok((_, peer)) => tracing::warn!(%peer, "refused a peer that is not on this machine"),
            // Out of file descriptors, or a client that left already: neither is cured by asking
            // again at once.
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                resting_until = Some(Instant::now() + limits::ACCEPT_REST);
            }
        }
    }
    drop((starttls, tls));
    let _ = timeout(limits::SHUTDOWN, async {
        while sessions.join_next().await.is_some() {}
    })
    .await;
}

/// Says no without waiting: a fresh socket has room for one line, and whoever has none need not
/// hear it.
fn turn_away(stream: TcpStream, security: Security) {
    if security == Security::Clear
        && let Ok(mut stream) = stream.into_std()
    {
        let _ = stream.write_all(b"421 4.7.0 Error: too many connections\r\n");
    }
}
