//! A simulated network between two loopback sockets, with more delay or less bandwidth than
//! loopback has.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Most octets in one chunk.
const CHUNK: usize = 16 * 1024;
/// Most chunks in transit: a slow network must not buffer what it can't deliver.
const CHUNKS: usize = 8;

/// The properties of a network.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Kind {
    /// Delay in one direction.
    pub(crate) one_way: Duration,
    /// Octets a second towards the server. None: no limit.
    pub(crate) rate: Option<u32>,
}

/// A listener that forwards connections. Dropping it closes it and its connections.
pub(crate) struct Network {
    address: SocketAddr,
    accepted: mpsc::UnboundedReceiver<Instant>,
    task: JoinHandle<()>,
}

impl Network {
    /// Opens a network to `server`.
    pub(crate) async fn open(server: SocketAddr, kind: Kind) -> Result<Network> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (accepting, accepted) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            // The connections are children of this task: they end when it is aborted.
            let mut travellers = tokio::task::JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                // There may be no receiver.
                let _ = accepting.send(Instant::now());
                travellers.spawn(travel(client, server, kind));
                while travellers.try_join_next().is_some() {}
            }
        });
        Ok(Network {
            address,
            accepted,
            task,
        })
    }

    /// The address to connect to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// When the next connection was accepted, in the order of the connections.
    pub(crate) async fn accepted(&mut self) -> Option<Instant> {
        self.accepted.recv().await
    }

    /// Discards the connections that were not asked for.
    pub(crate) fn forget(&mut self) {
        while self.accepted.try_recv().is_ok() {}
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn travel(client: TcpStream, server: SocketAddr, kind: Kind) {
    // When accept returns, the client has just sent the last segment of TCP's handshake. The server
    // learns of the connection one delay later, and sends its greeting then.
    wait_until(Instant::now() + kind.one_way).await;
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    // Without it, the kernel's timers decide when a chunk is sent.
    drop((client.set_nodelay(true), server.set_nodelay(true)));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let back = Kind { rate: None, ..kind };
    tokio::join!(
        carry(from_client, to_server, kind),
        carry(from_server, to_client, back)
    );
}

/// Forwards one direction until its end.
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
        // The end of the stream is delayed like data.
        wait_until(Instant::now() + kind.one_way).await;
    };
    // The sender sees with its next chunk that the receiver is gone.
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

/// Waits with the precision of the kernel. Tokio's timers have a resolution of one millisecond,
/// which would add up over a dozen round trips.
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
