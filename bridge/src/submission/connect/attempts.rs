//! Connects to a server with several addresses (RFC 8305 §5). Its names are looked up elsewhere
//! (see [`super::super::resolve`]).

use std::collections::VecDeque;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use smtp::ConnectFailure;
use tokio::net::TcpStream;
use tokio::time::Instant;

/// The address and the result of an attempt.
type Ended<S> = (SocketAddr, io::Result<S>);

/// Attempts to connect to several addresses. The first that succeeds is used. Dropping this gives
/// up all that are under way.
pub(super) struct Attempts<S> {
    /// Addresses not tried yet.
    waiting: VecDeque<SocketAddr>,
    running: FuturesUnordered<Pin<Box<dyn Future<Output = Ended<S>> + Send>>>,
    /// From the start of one attempt to the start of the next, unless it fails before.
    delay: Duration,
    /// When the next attempt starts.
    next: Instant,
}

/// What happened next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress<S> {
    /// An attempt starts. Nothing is sent before the next call.
    Started(SocketAddr),
    /// An attempt failed.
    Failed(SocketAddr, ConnectFailure),
    /// An attempt succeeded.
    Connected(SocketAddr, S),
    /// All attempts failed.
    Exhausted,
}

impl<S: Send + 'static> Attempts<S> {
    /// Attempts to connect to `addresses`, in this order, `delay` apart.
    pub(super) fn new(addresses: Vec<SocketAddr>, delay: Duration) -> Attempts<S> {
        Attempts {
            waiting: addresses.into(),
            running: FuturesUnordered::new(),
            delay,
            next: Instant::now(),
        }
    }

    /// Goes on until something happens. May be dropped at any time without losing an attempt.
    pub(super) async fn next<F>(&mut self, connect: impl Fn(SocketAddr) -> F) -> Progress<S>
    where
        F: Future<Output = io::Result<S>> + Send + 'static,
    {
        loop {
            let due = self.running.is_empty() || Instant::now() >= self.next;
            if due && let Some(address) = self.waiting.pop_front() {
                let attempt = connect(address);
                self.running
                    .push(Box::pin(async move { (address, attempt.await) }));
                self.next = Instant::now() + self.delay;
                return Progress::Started(address);
            }
            tokio::select! {
                biased;
                ended = self.running.next() => match ended {
                    None => return Progress::Exhausted,
                    Some((address, Ok(stream))) => return Progress::Connected(address, stream),
                    Some((address, Err(error))) => {
                        // RFC 8305 §5: the next one need not wait for an attempt that has failed.
                        self.next = Instant::now();
                        return Progress::Failed(address, connect_failure(error.kind()));
                    }
                },
                () = tokio::time::sleep_until(self.next), if !self.waiting.is_empty() => {}
            }
        }
    }
}

/// Connects. A connection that was reset as soon as it was established may still have octets to
/// read, which tokio's own `connect` would drop.
pub(super) async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = mio::net::TcpStream::connect(address)?;
    let stream = TcpStream::from_std(stream.into())?;
    stream.writable().await?;
    if let Some(error) = stream.take_error()? {
        let readable = error.kind() == ErrorKind::ConnectionReset
            && matches!(stream.peek(&mut [0]).await, Ok(1));
        if !readable {
            return Err(error);
        }
    }
    // Commands are small and must not wait to be joined with later ones.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    Ok(stream)
}

fn connect_failure(error: ErrorKind) -> ConnectFailure {
    match error {
        ErrorKind::ConnectionRefused => ConnectFailure::Refused,
        ErrorKind::TimedOut => ConnectFailure::TimedOut,
        // The reset may arrive before `connect` has returned.
        ErrorKind::ConnectionReset => ConnectFailure::Reset,
        _ => ConnectFailure::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// What an address does in a test: after so many milliseconds. None: nothing, ever.
    type Behaviour = Option<(u64, Result<(), ErrorKind>)>;

    const DEAD: Behaviour = None;
    const DELAY: Duration = Duration::from_millis(250);

    fn address(n: usize) -> SocketAddr {
        let last = u8::try_from(n).expect("few addresses");
        SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)), 25)
    }

    fn alive(ms: u64) -> Behaviour {
        Some((ms, Ok(())))
    }

    fn fails(ms: u64, kind: ErrorKind) -> Behaviour {
        Some((ms, Err(kind)))
    }

    /// Counts itself for as long as it lives.
    struct Counted(Arc<AtomicUsize>);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Runs the attempts to their end, or for a minute. Gives each event as `<ms> <what> <which>`.
    async fn run(behaviours: Vec<Behaviour>) -> Vec<String> {
        let start = Instant::now();
        let open = Arc::new(AtomicUsize::new(0));
        let addresses = (0..behaviours.len()).map(address).collect();
        let mut attempts = Attempts::new(addresses, DELAY);
        let mut events = Vec::new();
        let connect = |address: SocketAddr| {
            let IpAddr::V4(ip) = address.ip() else {
                panic!("{address} is none of the test's")
            };
            let behaviour = behaviours[usize::from(ip.octets()[3])];
            open.fetch_add(1, Ordering::Relaxed);
            let counted = Counted(open.clone());
            async move {
                let _counted = counted;
                match behaviour {
                    None => std::future::pending().await,
                    Some((ms, result)) => {
                        tokio::time::sleep(Duration::from_millis(ms)).await;
                        result.map_err(io::Error::from)
                    }
                }
            }
        };
        loop {
            // As the driver does: whatever else happens drops the future and begins it anew.
            let step = Duration::from_millis(70);
            let Ok(progress) = tokio::time::timeout(step, attempts.next(connect)).await else {
                if start.elapsed() > Duration::from_secs(60) {
                    break;
                }
                continue;
            };
            let ms = start.elapsed().as_millis();
            let last = |address: SocketAddr| address.ip().to_string().split_off(8);
            events.push(match progress {
                Progress::Started(address) => format!("{ms} start {}", last(address)),
                Progress::Failed(address, why) => format!("{ms} {why:?} {}", last(address)),
                Progress::Connected(address, ()) => {
                    events.push(format!("{ms} connected {}", last(address)));
                    break;
                }
                Progress::Exhausted => {
                    events.push(format!("{ms} exhausted"));
                    break;
                }
            });
        }
        drop(attempts);
        assert_eq!(
            open.load(Ordering::Relaxed),
            0,
            "attempts were not given up"
        );
        events
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_start_250_ms_apart_and_overlap() {
        let events = run(vec![DEAD, DEAD, alive(30), alive(1)]).await;
        let expect = ["0 start 0", "250 start 1", "500 start 2", "530 connected 2"];
        assert_eq!(events, expect);
        // The first is slow, and yet the first to stand.
        let events = run(vec![alive(400), DEAD, DEAD]).await;
        assert_eq!(events, ["0 start 0", "250 start 1", "400 connected 0"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_starts_the_next_attempt_at_once() {
        let refused = ErrorKind::ConnectionRefused;
        let unreachable = ErrorKind::NetworkUnreachable;
        let events = run(vec![fails(0, unreachable), fails(10, refused), alive(5)]).await;
        let expect = [
            "0 start 0",
            "0 Unreachable 0",
            "0 start 1",
            "10 Refused 1",
            "10 start 2",
            "15 connected 2",
        ];
        assert_eq!(events, expect);
        // The delay counts from the start of the newest attempt, whichever one has failed.
        let events = run(vec![fails(300, refused), DEAD, DEAD, alive(0)]).await;
        let expect = [
            "0 start 0",
            "250 start 1",
            "300 Refused 0",
            "300 start 2",
            "550 start 3",
            "550 connected 3",
        ];
        assert_eq!(events, expect);
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_when_all_have_failed() {
        let events = run(vec![
            fails(600, ErrorKind::TimedOut),
            fails(0, ErrorKind::HostUnreachable),
        ])
        .await;
        let expect = [
            "0 start 0",
            "250 start 1",
            "250 Unreachable 1",
            "600 TimedOut 0",
            "600 exhausted",
        ];
        assert_eq!(events, expect);
        assert_eq!(run(vec![]).await, ["0 exhausted"]);
        assert_eq!(
            run(vec![DEAD]).await,
            ["0 start 0"],
            "the dialogue has the limit"
        );
    }

    #[test]
    fn connections_that_did_not_come_about() {
        let check = |error, expect| assert_eq!(connect_failure(error), expect, "{error}");
        check(ErrorKind::ConnectionRefused, ConnectFailure::Refused);
        check(ErrorKind::TimedOut, ConnectFailure::TimedOut);
        check(ErrorKind::ConnectionReset, ConnectFailure::Reset);
        check(ErrorKind::NetworkUnreachable, ConnectFailure::Unreachable);
        check(ErrorKind::HostUnreachable, ConnectFailure::Unreachable);
    }
}
