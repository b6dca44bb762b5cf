//! Finds the addresses of a host that are tried, and their order (RFC 8305 §3 and §4).

mod choose;
mod lookups;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use smtp::Lookup;

pub(crate) use choose::choose;
use lookups::Lookups;

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
    /// What the transcript shows of them. None: there was no name to look up.
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
    /// A resolver that asks the system, except for hosts whose addresses are `given`.
    pub(crate) fn system(given: &[(String, IpAddr)]) -> Resolver {
        Resolver::new(given, |host| Ok((host, 0).to_socket_addrs()?.collect()))
    }

    /// A resolver that calls `function`, on a thread of its own.
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
            lookups: Lookups::new(function),
        }
    }

    /// The addresses of a host that are known without a lookup: those given for it, or the host
    /// itself if it is an address.
    pub(crate) fn known(&self, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        let given = self.given.get(host).cloned();
        let ips = given.or_else(|| host.parse().ok().map(|ip| vec![ip]))?;
        Some(
            ips.into_iter()
                .map(|ip| SocketAddr::new(ip, port))
                .collect(),
        )
    }

    /// Looks a name up. Returns its addresses in the system's order (RFC 6724), and none if the
    /// lookup fails. There is no time limit. Dropping the future stops waiting.
    pub(crate) async fn lookup(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        let mut addresses = self.lookups.run(host).await;
        for address in &mut addresses {
            address.set_port(port);
        }
        addresses
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::{Arc, Mutex, PoisonError, mpsc};
    use std::task::{Context, Waker};
    use std::time::Duration;

    use super::choose::tests::addresses;
    use super::lookups::LOOKUPS;
    use super::*;

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
