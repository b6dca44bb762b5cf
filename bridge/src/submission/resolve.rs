//! From a host to the addresses that are tried, in their order (RFC 8305 §3 and §4).

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use smtp::{Lookup, limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Lookups that run at once. Each is a thread, and one that nobody waits for any more can't be
/// cancelled: the system's resolver gives it up after some 30 s.
const LOOKUPS: usize = 32;

/// Finds the addresses of hosts.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// `--resolve`.
    given: HashMap<String, Vec<IpAddr>>,
    lookups: Lookups,
}

/// The addresses of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// What to tell of them; None where there was no name to look up.
    pub(crate) lookup: Option<Lookup>,
    /// The addresses to try, in this order. Each is allowed by the policy.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Every address found is one of this machine.
    pub(crate) loopback: bool,
}

/// None of the addresses found may be connected to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotAllowed;

impl Resolver {
    /// One that asks the system, except for the hosts that are `given` with their addresses.
    pub(crate) fn system(given: &[(String, IpAddr)]) -> Resolver {
        Resolver::new(given, |host| Ok((host, 0).to_socket_addrs()?.collect()))
    }

    /// One that asks `function`, on a thread of its own.
    fn new(
        given: &[(String, IpAddr)],
        function: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Resolver {
        let mut hosts: HashMap<String, Vec<IpAddr>> = HashMap::new();
        for (host, address) in given {
            hosts.entry(host.clone()).or_default().push(*address);
        }
        Resolver {
            given: hosts,
            lookups: Lookups {
                function: Arc::new(function),
                running: Arc::default(),
                permits: Arc::new(Semaphore::new(LOOKUPS)),
            },
        }
    }

    /// The addresses of a host that are known without asking anybody: given ones, or its own where
    /// it is an address.
    pub(crate) fn known(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let given = self.given.get(host).cloned();
        let ips = given.or_else(|| host.parse().ok().map(|ip| vec![ip]))?;
        Some(
            ips.into_iter()
                .map(|ip| SocketAddr::new(ip, port))
                .collect(),
        )
    }

    /// Looks a name up, in the system's order (RFC 6724). No address where it has none, or where
    /// that can't be known. There is no limit in time; dropping the future ends the wait.
    pub(crate) async fn lookup(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        let mut addresses = self.lookups.run(host).await;
        for address in &mut addresses {
            address.set_port(port);
        }
        addresses
    }
}

/// Those addresses that are tried, of those found for a host.
///
/// # Errors
/// Addresses were found, and none is allowed.
pub(crate) fn choose(
    host: &str,
    found: &[SocketAddr],
    allowed: impl Fn(SocketAddr) -> bool,
) -> Result<Found, NotAllowed> {
    let mut seen = HashSet::new();
    let found: Vec<SocketAddr> = found
        .iter()
        .copied()
        .filter(|address| seen.insert(*address))
        .collect();
    let (addresses, denied): (Vec<_>, Vec<_>) =
        found.iter().copied().partition(|address| allowed(*address));
    if addresses.is_empty() && !denied.is_empty() {
        return Err(NotAllowed);
    }
    let mut addresses = interleaved(addresses);
    let left_out = addresses.len().saturating_sub(limits::ADDRESSES);
    addresses.truncate(limits::ADDRESSES);
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let is_name = host.parse::<IpAddr>().is_err();
    Ok(Found {
        lookup: is_name.then(|| Lookup {
            name: host.to_owned(),
            addresses: addresses.iter().map(ToString::to_string).collect(),
            left_out: count(left_out),
            not_allowed: count(denied.len()),
        }),
        // Those that are not tried count as well: a name of which one address is elsewhere is not a
        // name of this machine.
        loopback: found
            .iter()
            .all(|address| address.ip().to_canonical().is_loopback()),
        addresses,
    })
}

/// IPv6 and IPv4 in turn, IPv6 first, so that a family that does not work costs one attempt and not
/// all of them (RFC 8305 §4). Within a family the order stays.
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let (mut one, mut other): (VecDeque<_>, VecDeque<_>) = addresses
        .into_iter()
        .partition(|address| address.ip().to_canonical().is_ipv6());
    let mut order = Vec::new();
    while let Some(address) = one.pop_front() {
        order.push(address);
        if !other.is_empty() {
            std::mem::swap(&mut one, &mut other);
        }
    }
    order.extend(other);
    order
}

type Function = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// The answer to a lookup, once there is one.
type Answer = watch::Receiver<Option<Vec<SocketAddr>>>;

/// Lookups on threads of their own, [`LOOKUPS`] at most. They are not tokio's: those are waited for
/// when the program ends, and are everybody's.
#[derive(Clone)]
struct Lookups {
    function: Arc<Function>,
    /// By name: whoever asks for one that is being looked up waits for the same answer, so that
    /// asking again and again starts no more threads.
    running: Arc<Mutex<HashMap<String, Answer>>>,
    permits: Arc<Semaphore>,
}

impl std::fmt::Debug for Lookups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lookups").finish_non_exhaustive()
    }
}

impl Lookups {
    async fn run(&self, host: &str) -> Vec<SocketAddr> {
        let mut answer = match self.joined(host) {
            Some(answer) => answer,
            None => {
                // Whoever gives up while it waits here leaves nothing behind.
                let Ok(permit) = self.permits.clone().acquire_owned().await else {
                    return Vec::new();
                };
                self.joined(host)
                    .unwrap_or_else(|| self.begin(host, permit))
            }
        };
        // No answer: its thread has ended without one.
        match answer.wait_for(Option::is_some).await {
            Ok(found) => found.clone().unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    fn joined(&self, host: &str) -> Option<Answer> {
        self.running().get(host).cloned()
    }

    fn begin(&self, host: &str, permit: OwnedSemaphorePermit) -> Answer {
        let (tell, answer) = watch::channel(None);
        self.running().insert(host.to_owned(), answer.clone());
        let running = Running {
            lookups: self.clone(),
            host: host.to_owned(),
            _permit: permit,
        };
        let thread = std::thread::Builder::new().name("lookup".into());
        let begun = thread.spawn(move || {
            let found = (running.lookups.function)(&running.host);
            let found = found.unwrap_or_else(|error| {
                tracing::debug!(%error, "lookup");
                Vec::new()
            });
            // Nobody may be waiting any more.
            tell.send_replace(Some(found));
            drop(running);
        });
        if let Err(error) = begun {
            tracing::warn!(%error, "no thread for a lookup");
        }
        answer
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Answer>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lookup that runs. However it ends, it is in the list no more, and the next may begin.
struct Running {
    lookups: Lookups,
    host: String,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.lookups.running().remove(&self.host);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::mpsc;
    use std::task::{Context, Waker};
    use std::time::Duration;

    use super::*;

    fn addresses(all: &[&str]) -> Vec<SocketAddr> {
        all.iter()
            .map(|one| one.parse().expect("an address and a port"))
            .collect()
    }

    #[test]
    fn families_take_turns_and_ipv6_begins() {
        let check = |given: &[&str], expect: &[&str]| {
            assert_eq!(
                interleaved(addresses(given)),
                addresses(expect),
                "{given:?}"
            );
        };
        check(&[], &[]);
        check(&["1.0.0.1:1", "1.0.0.2:1"], &["1.0.0.1:1", "1.0.0.2:1"]);
        check(&["[2::1]:1", "[2::2]:1"], &["[2::1]:1", "[2::2]:1"]);
        check(&["1.0.0.1:1", "[2::1]:1"], &["[2::1]:1", "1.0.0.1:1"]);
        check(
            &["1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1", "[2::1]:1"],
            &["[2::1]:1", "1.0.0.1:1", "1.0.0.2:1", "1.0.0.3:1"],
        );
        check(
            &["[2::1]:1", "[2::2]:1", "[2::3]:1", "1.0.0.1:1", "1.0.0.2:1"],
            &["[2::1]:1", "1.0.0.1:1", "[2::2]:1", "1.0.0.2:1", "[2::3]:1"],
        );
        // An IPv4 address in the form of an IPv6 one goes by IPv4.
        check(
            &["[::ffff:1.0.0.1]:1", "[2::1]:1"],
            &["[2::1]:1", "[::ffff:1.0.0.1]:1"],
        );
    }

    #[test]
    fn only_what_is_allowed_is_tried_and_not_too_much_of_it() {
        let allowed = |address: SocketAddr| address.port() == 25;
        let found = addresses(&["192.0.2.1:25", "192.0.2.1:26", "192.0.2.1:25", "[2::1]:25"]);
        let chosen = choose("mail.example", &found, allowed).expect("two are allowed");
        assert_eq!(chosen.addresses, addresses(&["[2::1]:25", "192.0.2.1:25"]));
        let expect = Lookup {
            name: "mail.example".into(),
            addresses: vec!["[2::1]:25".into(), "192.0.2.1:25".into()],
            left_out: 0,
            not_allowed: 1,
        };
        assert_eq!(chosen.lookup, Some(expect));
        let denied = addresses(&["192.0.2.1:26", "192.0.2.2:26"]);
        assert_eq!(choose("mail.example", &denied, allowed), Err(NotAllowed));

        let none = choose("mail.example", &[], allowed).expect("nothing was denied");
        assert_eq!(none.addresses, []);

        let many: Vec<SocketAddr> = (1..=20)
            .map(|n| SocketAddr::new(IpAddr::from([192, 0, 2, n]), 25))
            .collect();
        let chosen = choose("mail.example", &many, allowed).expect("all are allowed");
        assert_eq!(chosen.addresses, many[..limits::ADDRESSES]);
        let lookup = chosen.lookup.expect("a name");
        assert_eq!(lookup.addresses.len(), limits::ADDRESSES);
        assert_eq!(lookup.left_out as usize, 20 - limits::ADDRESSES);

        let one = choose("192.0.2.1", &many[..1], allowed).expect("it is allowed");
        assert_eq!(one.lookup, None, "there was no name to look up");
    }

    #[test]
    fn one_address_elsewhere_is_enough_to_be_elsewhere() {
        let check = |found: &[&str], expect| {
            let allowed = |address: SocketAddr| address.port() == 25;
            let chosen = choose("mail.example", &addresses(found), allowed);
            assert_eq!(chosen.map(|found| found.loopback), Ok(expect), "{found:?}");
        };
        check(&["127.0.0.1:25"], true);
        check(&["127.0.0.2:25", "[::1]:25", "[::ffff:127.0.0.1]:25"], true);
        check(&["127.0.0.1:25", "192.0.2.1:25"], false);
        check(&["192.0.2.1:25"], false);
        // Not even one that is not tried.
        check(&["127.0.0.1:25", "192.0.2.1:26"], false);
        let mut many: Vec<String> = (1..=9).map(|n| format!("127.0.0.{n}:25")).collect();
        many.push("192.0.2.1:25".into());
        check(&many.iter().map(String::as_str).collect::<Vec<_>>(), false);
    }

    #[test]
    fn what_is_given_is_not_looked_up() {
        let given = [
            ("mail.example".to_owned(), IpAddr::from([127, 0, 0, 2])),
            ("mail.example".to_owned(), IpAddr::from([127, 0, 0, 3])),
        ];
        let resolver = Resolver::new(&given, |_| Ok(Vec::new()));
        let known = |host| resolver.known(host, 25);
        let both = addresses(&["127.0.0.2:25", "127.0.0.3:25"]);
        assert_eq!(known("mail.example"), Some(both));
        assert_eq!(known("192.0.2.1"), Some(addresses(&["192.0.2.1:25"])));
        assert_eq!(known("::1"), Some(addresses(&["[::1]:25"])));
        assert_eq!(known("other.example"), None);
    }

    /// A resolver that says on `begun` what it is asked, and answers when the test lets it.
    fn slow() -> (Arc<Resolver>, mpsc::Receiver<String>, mpsc::Sender<()>) {
        let (begin, begun) = mpsc::channel();
        let (answer, answered) = mpsc::channel();
        let (begin, answered) = (Mutex::new(begin), Mutex::new(answered));
        let resolver = Resolver::new(&[], move |host: &str| {
            let begin = begin.lock().unwrap_or_else(PoisonError::into_inner);
            begin.send(host.to_owned()).expect("the test runs");
            drop(begin);
            let answered = answered.lock().unwrap_or_else(PoisonError::into_inner);
            // The end of the test answers, too.
            answered.recv().ok();
            Ok(vec![SocketAddr::from(([192, 0, 2, 1], 0))])
        });
        (Arc::new(resolver), begun, answer)
    }

    fn begin_and_give_up(lookup: impl Future<Output = Vec<SocketAddr>>) {
        let mut context = Context::from_waker(Waker::noop());
        assert!(pin!(lookup).poll(&mut context).is_pending());
    }

    #[tokio::test]
    async fn a_lookup_that_nobody_waits_for_is_joined_and_not_repeated() {
        let (resolver, begun, answer) = slow();
        for _ in 0..10_000 {
            begin_and_give_up(resolver.lookup("slow.example", 25));
        }
        assert_eq!(begun.recv().as_deref(), Ok("slow.example"));
        let mut joined = pin!(resolver.lookup("slow.example", 25));
        let mut context = Context::from_waker(Waker::noop());
        assert!(joined.as_mut().poll(&mut context).is_pending());
        answer.send(()).expect("a lookup runs");
        assert_eq!(joined.await, addresses(&["192.0.2.1:25"]));
        assert!(begun.try_recv().is_err(), "it was asked once");
    }

    #[tokio::test]
    async fn lookups_are_bounded_and_those_given_up_do_not_stand_in_line() {
        let (resolver, begun, answer) = slow();
        for n in 0..10_000 {
            let host = format!("slow-{n}.example");
            begin_and_give_up(resolver.lookup(&host, 25));
        }
        let waiting = tokio::spawn({
            let resolver = resolver.clone();
            async move { resolver.lookup("last.example", 25).await }
        });
        let first: Vec<String> = (0..LOOKUPS)
            .map(|_| begun.recv().expect("a lookup"))
            .collect();
        assert!(!first.contains(&"last.example".to_owned()), "{first:?}");
        assert!(begun.try_recv().is_err(), "more than {LOOKUPS} at once");
        answer.send(()).expect("a lookup runs");
        let next = tokio::task::spawn_blocking(move || (begun.recv(), begun));
        let (next, begun) = next.await.expect("no panic");
        assert_eq!(next.as_deref(), Ok("last.example"));
        drop(answer);
        assert_eq!(waiting.await.expect("no panic").len(), 1);
        assert!(begun.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_lookup_that_breaks_is_one_without_an_address() {
        let resolver = Resolver::new(&[], |host: &str| match host {
            "broken.example" => panic!("as it is to"),
            _ => Err(io::Error::other("no such name")),
        });
        for host in ["broken.example", "none.example", "broken.example"] {
            let wait = Duration::from_secs(60);
            let found = tokio::time::timeout(wait, resolver.lookup(host, 25)).await;
            assert_eq!(found, Ok(Vec::new()), "{host}");
        }
    }
}
