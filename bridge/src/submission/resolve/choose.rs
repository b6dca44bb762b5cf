//! Which of the addresses of a host are tried, and in which order (RFC 8305 §4).

use std::collections::{HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};

use smtp::{Lookup, limits};

use super::{Found, NotAllowed};

/// Chooses the addresses to try from those found for a host.
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
        // Addresses that are not tried count as well: if one is elsewhere, the name is not only
        // this machine's.
        loopback: found
            .iter()
            .all(|address| address.ip().to_canonical().is_loopback()),
        addresses,
    })
}

/// Alternates IPv6 and IPv4, IPv6 first, so that a family that does not work costs only every other
/// attempt (RFC 8305 §4). Within a family the order is kept.
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::submission::resolve) fn addresses(all: &[&str]) -> Vec<SocketAddr> {
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
}
