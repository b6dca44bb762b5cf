//! Runs sessions over loopback sockets.

mod connection;
mod limiter;

#[cfg(test)]
mod tests;

use crate::{
    certificate::Authority,
    limits,
    mailbox::{Capacity, Mailbox},
    scenario::{CertificateKind, ScenarioRun},
    session::{Profile, SERVER_NAME, Security},
};
use connection::{Played, Shared};
use limiter::{Activity, ConnectionLimiter};
use std::{
    fmt,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, RwLock, atomic::AtomicUsize},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

/// The port of 127.0.0.1 to listen on. 0 lets the system choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bind {
    /// This port, or any free port if it is in use.
    Preferred(u16),
    /// This port, or an error.
    Exact(u16),
}

/// How to start a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The port for SMTP with STARTTLS.
    pub starttls: Bind,
    /// The port for implicit TLS.
    pub tls: Bind,
    /// What the server offers and requires.
    pub profile: Profile,
    /// The capacity of the mailbox.
    pub mailbox: Capacity,
    /// The scenario that is played, if any.
    pub scenario: Option<ScenarioRun>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            starttls: Bind::Preferred(2525),
            tls: Bind::Preferred(2465),
            profile: Profile::default(),
            mailbox: Capacity::default(),
            scenario: None,
        }
    }
}

impl Config {
    /// The default configuration, on ports that the system chooses.
    pub fn ephemeral() -> Self {
        Self {
            starttls: Bind::Exact(0),
            tls: Bind::Exact(0),
            ..Self::default()
        }
    }
}

/// A running server. Dropping it stops it at once. [`Server::shutdown`] lets sessions send 421
/// first.
pub struct Server {
    starttls_addr: SocketAddr,
    tls_addr: SocketAddr,
    authority: Authority,
    shared: Arc<Shared>,
    mailbox: Mailbox,
    shutdown: CancellationToken,
    supervisor: JoinHandle<()>,
}

impl Server {
    /// Binds both ports, generates the certificates and starts serving. Must be called in a tokio
    /// runtime.
    pub async fn start(config: Config) -> io::Result<Self> {
        let authority = Authority::new()?;
        let starttls = bind(config.starttls).await?;
        let tls = bind(config.tls).await?;
        let (starttls_addr, tls_addr) = (starttls.local_addr()?, tls.local_addr()?);
        let mailbox = Mailbox::new(config.mailbox);
        let shutdown = CancellationToken::new();
        let shared = Arc::new(Shared {
            played: RwLock::new(played(&authority, config.scenario)?),
            profile: config.profile,
            mailbox: mailbox.clone(),
            started: Instant::now(),
            buffered: AtomicUsize::new(0),
        });
        Ok(Self {
            starttls_addr,
            tls_addr,
            authority,
            mailbox,
            supervisor: tokio::spawn(supervise(starttls, tls, shared.clone(), shutdown.clone())),
            shared,
            shutdown,
        })
    }

    /// The address of SMTP with STARTTLS.
    pub fn starttls_addr(&self) -> SocketAddr {
        self.starttls_addr
    }

    /// The address of SMTP with implicit TLS.
    pub fn tls_addr(&self) -> SocketAddr {
        self.tls_addr
    }

    /// The first name in the certificate. `localhost`, 127.0.0.1 and ::1 are also in it.
    pub fn server_name(&self) -> &'static str {
        SERVER_NAME
    }

    /// The certificate that a client must trust to connect, in PEM. It is different at each start.
    pub fn ca_pem(&self) -> &str {
        &self.authority.pem
    }

    /// The same certificate in DER.
    pub fn ca_der(&self) -> &[u8] {
        &self.authority.der
    }

    /// The mailbox to which messages are delivered.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The scenario that is played, if any.
    pub fn scenario(&self) -> Option<ScenarioRun> {
        self.shared.played().run
    }

    /// Plays this scenario, or none, on connections from now on.
    ///
    /// # Errors
    /// Its certificate can't be made.
    pub fn play(&self, scenario: Option<ScenarioRun>) -> io::Result<()> {
        self.shared.play(played(&self.authority, scenario)?);
        // Who shows the mailbox shows this as well.
        self.mailbox.touch();
        Ok(())
    }

    /// Stops accepting, sends 421 in every session, and waits until all sessions have ended, at
    /// most [`limits::SHUTDOWN`].
    pub async fn shutdown(mut self) {
        self.shutdown.cancel();
        // An error means that the supervisor has already ended.
        let _ = (&mut self.supervisor).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.supervisor.abort();
    }
}

fn played(authority: &Authority, run: Option<ScenarioRun>) -> io::Result<Played> {
    let certificate = run
        .as_ref()
        .map_or(CertificateKind::Good, |run| run.scenario().certificate);
    Ok(Played {
        acceptor: authority.acceptor(certificate)?,
        run,
    })
}

impl fmt::Debug for Server {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Server")
            .field("starttls", &self.starttls_addr)
            .field("tls", &self.tls_addr)
            .finish_non_exhaustive()
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

/// Accepts on both ports. Owns the sessions: they end when it ends.
async fn supervise(
    starttls: TcpListener,
    tls: TcpListener,
    shared: Arc<Shared>,
    shutdown: CancellationToken,
) {
    let mut limiter = ConnectionLimiter::new(limits::CONNECTIONS);
    let mut sessions = JoinSet::new();
    let mut paused_until = None;
    loop {
        let paused = paused_until.is_some();
        let (accepted, security) = tokio::select! {
            () = shutdown.cancelled() => break,
            Some(_) = sessions.join_next() => continue,
            () = sleep_until(paused_until.unwrap_or_else(Instant::now)), if paused => {
                paused_until = None;
                continue;
            }
            accepted = starttls.accept(), if !paused => (accepted, Security::Clear),
            accepted = tls.accept(), if !paused => (accepted, Security::Tls),
        };
        match accepted {
            Ok((stream, peer)) if peer.ip().is_loopback() => {
                if limiter.make_room(Instant::now()) {
                    let (shared, shutdown) = (shared.clone(), shutdown.clone());
                    let activity = Activity::default();
                    let recorder = activity.clone();
                    let session = sessions.spawn(async move {
                        connection::serve(stream, security, &shared, recorder, shutdown).await;
                    });
                    limiter.add(activity, session);
                } else {
                    refuse(stream, security);
                }
            }
            Ok((_, peer)) => tracing::warn!(%peer, "refused a peer that is not on this machine"),
            // Too many open files, or the client has already left. Retrying at once would not help.
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                paused_until = Some(Instant::now() + limits::ACCEPT_PAUSE);
            }
        }
    }
    drop((starttls, tls));
    let _ = timeout(limits::SHUTDOWN, async {
        while sessions.join_next().await.is_some() {}
    })
    .await;
}

/// Refuses a connection without waiting: the send buffer of a new socket has room for one line. If
/// it has not, the client just sees the connection close.
fn refuse(stream: TcpStream, security: Security) {
    if security == Security::Clear
        && let Ok(mut stream) = stream.into_std()
    {
        let _ = stream.write_all(b"421 4.7.0 Error: too many connections\r\n");
    }
}
