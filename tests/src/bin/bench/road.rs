//! A road between two sockets of loopback that is longer, or narrower, than loopback is.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Octets that travel together at most.
const CHUNK: usize = 16 * 1024;
/// Chunks on the road at most: a narrow road must not swallow what it can't let through.
const CHUNKS: usize = 8;

/// What a road is like.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kind {
    /// How long anything travels, one way.
    pub(crate) one_way: Duration,
    /// Octets that get through to the server in a second; None: as many as come.
    pub(crate) rate: Option<u32>,
}

/// A listener that passes connections on. It ends, and they do, when this is dropped.
pub(crate) struct Road {
    address: SocketAddr,
    accepted: mpsc::UnboundedReceiver<Instant>,
    task: JoinHandle<()>,
}

impl Road {
    /// A road to `server`.
    pub(crate) async fn open(server: SocketAddr, kind: Kind) -> Result<Road> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (accepting, accepted) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            // The connections are this task's children: they end when it is aborted.
            let mut travellers = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                // Nobody may be asking.
                let _ = accepting.send(Instant::now());
                travellers.spawn(travel(client, server, kind));
                while travellers.try_join_next().is_some() {}
            }
        });
        Ok(Road {
            address,
            accepted,
            task,
        })
    }

    /// Where it begins.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// When the next connection that was not asked for yet was accepted.
    pub(crate) async fn accepted(&mut self) -> Option<Instant> {
        self.accepted.recv().await
    }

    /// Forgets the connections that nobody asked for.
    pub(crate) fn forget(&mut self) {
        while self.accepted.try_recv().is_ok() {}
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn travel(client: TcpStream, server: SocketAddr, kind: Kind) {
    // A client whose connection stands has sent the last segment of TCP's handshake only now. The
    // server hears of the connection when that arrives, and greets then.
    wait_until(Instant::now() + kind.one_way).await;
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    // Without it, it depends on the kernel's timers when a chunk goes on.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let back = Kind { rate: None, ..kind };
    tokio::join!(
        carry(from_client, to_server, kind),
        carry(from_server, to_client, back)
    );
}

/// Carries one direction to its end.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, kind: Kind) {
    let (load, mut unload) = mpsc::channel::<(Instant, Vec<u8>)>(CHUNKS);
    let loading = async move {
        let mut buffer = vec![0; CHUNK];
        let mut free = Instant::now();
        loop {
            let count = match from.read(&mut buffer).await {
                Ok(count) if count > 0 => count,
                _ => break,
            };
            let now = Instant::now();
            if let Some(rate) = kind.rate {
                free = free.max(now) + Duration::from_secs_f64(count as f64 / f64::from(rate));
                wait_until(free).await;
            }
            let due = Instant::now().max(now + kind.one_way);
            if load.send((due, buffer[..count].to_vec())).await.is_err() {
                return;
            }
        }
        // An end travels as long as anything else.
        wait_until(Instant::now() + kind.one_way).await;
    };
    // The loader learns by its next chunk that nobody unloads any more.
    let unloading = async move {
        while let Some((due, octets)) = unload.recv().await {
            wait_until(due).await;
            if to.write_all(&octets).await.is_err() {
                return;
            }
        }
        drop(to.shutdown().await);
    };
    tokio::join!(loading, unloading);
}

/// Waits as precisely as the kernel does. Tokio's timers tick in whole milliseconds, which over a
/// dozen crossings would add up to a good part of a round trip.
async fn wait_until(due: Instant) {
    if due > Instant::now() {
        drop(
            tokio::task::spawn_blocking(move || {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            })
            .await,
        );
    }
}
