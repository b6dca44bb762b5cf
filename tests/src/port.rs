//! Free ports for programs that can't choose one themselves.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports that systems use for outgoing connections (Linux: from 32768), so that none of
/// those takes the port between the check and its use.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A loopback address on which nobody listens, and which this process has not returned before.
#[must_use]
pub fn free() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at the same time start at different ports.
    let begin = std::process::id() as u16;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + begin.wrapping_add(step) % COUNT;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no free port from {FIRST} on");
}
