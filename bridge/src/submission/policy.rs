//! Which servers a page may have the bridge connect to: only mail ports, and no addresses that no
//! mail server has.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The mail ports: relay (RFC 5321), submission over TLS (RFC 8314), submission (RFC 6409), and
/// the two that practice servers use.
pub(crate) const MAIL_PORTS: [u16; 5] = [25, 465, 587, 2465, 2525];

/// What targets are allowed.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// None: any port.
    ports: Option<BTreeSet<u16>>,
    /// Where the bridge itself listens, never a target.
    own: SocketAddr,
}

/// Why a target is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    Port,
    Address,
}

impl Policy {
    /// Mail ports and those given besides; `any` lifts the limit.
    pub(crate) fn new(more: &[u16], any: bool, own: SocketAddr) -> Policy {
        Policy {
            ports: (!any).then(|| MAIL_PORTS.iter().chain(more).copied().collect()),
            own,
        }
    }

    /// The ports allowed; empty means any.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.ports.iter().flatten().copied().collect()
    }

    /// Whether connections to this port are allowed.
    pub(crate) fn port(&self, port: u16) -> Result<(), Denied> {
        let allowed = self
            .ports
            .as_ref()
            .is_none_or(|ports| ports.contains(&port));
        if allowed && port != 0 {
            Ok(())
        } else {
            Err(Denied::Port)
        }
    }

    fn is_own(&self, target: SocketAddr) -> bool {
        let own = self.own.ip();
        let is_own = |ip: IpAddr| ip == own || ip.is_loopback();
        let inside = match target.ip() {
            IpAddr::V4(_) => vec![],
            IpAddr::V6(ip) => embedded_v4(ip),
        };
        // If it listens on every address of this machine, every address may be its own.
        target.port() == self.own.port()
            && (own.to_canonical().is_unspecified()
                || is_own(target.ip())
                || inside.into_iter().map(IpAddr::V4).any(is_own))
    }

    /// Whether a connection to this address is allowed. It has to be the address that is connected
    /// to, not one from an earlier lookup of its name.
    pub(crate) fn address(&self, target: SocketAddr) -> Result<(), Denied> {
        self.port(target.port())?;
        if reachable(target.ip()) && !self.is_own(target) {
            Ok(())
        } else {
            Err(Denied::Address)
        }
    }
}

/// Whether a mail server can have this address. It can't be link-local (as those of cloud metadata
/// services are), multicast, broadcast or unspecified, also when an IPv4 address is embedded in an
/// IPv6 one.
fn reachable(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => reachable_v4(ip),
        IpAddr::V6(ip) => {
            let metadata = [
                Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
                Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
            ];
            !ip.is_unspecified()
                && !ip.is_multicast()
                && !ip.is_unicast_link_local()
                && !metadata.contains(&ip)
                && embedded_v4(ip).into_iter().all(reachable_v4)
        }
    }
}

/// A metadata service that is not at a link-local address.
const METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);

fn reachable_v4(ip: Ipv4Addr) -> bool {
    // 0.0.0.0/8 is "this host" (RFC 1122 §3.2.1.3); Linux takes it for loopback.
    !ip.is_link_local()
        && !ip.is_multicast()
        && !ip.is_broadcast()
        && ip.octets()[0] != 0
        && ip != METADATA
        && ip.octets()[0] < 240
}

/// Every IPv4 address inside an IPv6 address, in whatever way it may be meant: IPv4-mapped and
/// IPv4-compatible (RFC 4291 §2.5.5), translated (RFC 2765 §2.1), NAT64 (RFC 6052 §2.2; with the
/// local prefix of RFC 8215 at every place where a network may have put it), 6to4 (RFC 3056),
/// Teredo (RFC 4380 §4: its server, and its client in disguise) and ISATAP (RFC 5214).
fn embedded_v4(ip: Ipv6Addr) -> Vec<Ipv4Addr> {
    let s = ip.segments();
    let o = ip.octets();
    let at = |places: [usize; 4]| Ipv4Addr::from(places.map(|place| o[place]));
    let last = [12, 13, 14, 15];
    match s {
        [0, 0, 0, 0, 0, 0, 0, 1] => vec![],
        [0, 0, 0, 0, 0, 0 | 0xffff, ..]
        | [0, 0, 0, 0, 0xffff, 0, ..]
        | [0x64, 0xff9b, 0 | 1, 0, 0, 0, ..] => vec![at(last)],
        // Octet 8 is no part of the address. Three of the four places hold something else, so only
        // what is forbidden for its own sake counts.
        [0x64, 0xff9b, 1, ..] => [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], last]
            .map(at)
            .into_iter()
            .filter(|ip| ip.is_link_local() || ip.is_loopback() || *ip == METADATA)
            .collect(),
        [0x2002, ..] => vec![at([2, 3, 4, 5])],
        [0x2001, 0, ..] => vec![at([4, 5, 6, 7]), Ipv4Addr::from_bits(!at(last).to_bits())],
        [_, _, _, _, 0 | 0x200, 0x5efe, ..] => vec![at(last)],
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8025);

    fn check(target: &str, expect: Result<(), Denied>) {
        let policy = Policy::new(&[26, 8025], false, OWN);
        let target: SocketAddr = target.parse().expect("an address");
        assert_eq!(policy.address(target), expect, "{target}");
    }

    #[test]
    fn targets() {
        check("192.0.2.1:587", Ok(()));
        check("127.0.0.1:2525", Ok(()));
        check("[::1]:25", Ok(()));
        check("10.0.0.1:26", Ok(()));
        check("192.0.2.1:22", Err(Denied::Port));
        check("192.0.2.1:8025", Ok(()));
        for own in [
            "127.0.0.1",
            "127.0.0.2",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b:1:7f00:0:1::]",
            "[::ffff:0:127.0.0.1]",
            "[2002:7f00:1::1]",
        ] {
            check(&format!("{own}:8025"), Err(Denied::Address));
        }
        check("127.0.0.1:0", Err(Denied::Port));
        for odd in [
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "250.0.0.1",
            "100.100.100.200",
        ] {
            check(&format!("{odd}:25"), Err(Denied::Address));
            check(&format!("[::ffff:{odd}]:25"), Err(Denied::Address));
            check(&format!("[::ffff:0:{odd}]:25"), Err(Denied::Address));
            check(&format!("[64:ff9b::{odd}]:25"), Err(Denied::Address));
            check(&format!("[64:ff9b:1::{odd}]:25"), Err(Denied::Address));
        }
        check("[2002:a9fe:a9fe::1]:25", Err(Denied::Address));
        // The local NAT64 prefix with 16, 24, 32 and 64 bits more of the network's own (RFC 6052
        // §2.2).
        check("[64:ff9b:1:a9fe:a9:fe00::]:25", Err(Denied::Address));
        check("[64:ff9b:1:ffa9:fe:a9fe::]:25", Err(Denied::Address));
        check("[64:ff9b:1:ffff:a9:fea9:fe00:0]:25", Err(Denied::Address));
        check(
            "[64:ff9b:1:ffff:ff:ffff:a9fe:a9fe]:25",
            Err(Denied::Address),
        );
        check("[64:ff9b:1:c000:2:100::]:25", Ok(()));
        check("[64:ff9b:1:ffff:c0:2:100:0]:25", Ok(()));
        check("[64:ff9b:1::192.0.2.1]:25", Ok(()));
        check("[2001:0:a9fe:a9fe::ffff:ffff]:25", Err(Denied::Address));
        check("[2001:0:c000:201::5601:5601]:25", Err(Denied::Address));
        check("[2001:0:c000:201::3fff:fdfe]:25", Ok(()));
        check("[2001:db8::1]:25", Ok(()));
        check("[fec0::1]:25", Ok(()));
        check("[fe80::1]:25", Err(Denied::Address));
        check("[ff02::1]:25", Err(Denied::Address));
        check("[::]:25", Err(Denied::Address));
        check("[fd00:ec2::254]:25", Err(Denied::Address));
        check("[2001:db8::5efe:a9fe:a9fe]:25", Err(Denied::Address));
    }

    #[test]
    fn any_port_is_any_but_none() {
        let policy = Policy::new(&[], true, OWN);
        assert_eq!(policy.port(1), Ok(()));
        assert_eq!(policy.port(0), Err(Denied::Port));
        assert_eq!(policy.ports(), Vec::<u16>::new());
    }
}
