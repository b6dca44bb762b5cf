//! A network that is simulated: octets that take their time, lost segments that are sent again.

use std::collections::VecDeque;
use std::time::Duration;

/// Octets in one segment, as on an Ethernet (RFC 9293 §3.7.1).
const SEGMENT: usize = 1460;

/// How long TCP waits at least before it sends a segment again (RFC 6298 §2.4).
const RETRANSMIT: Duration = Duration::from_secs(1);

/// What the network does to octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// How long octets take from one end to the other; half a round trip.
    pub delay: Duration,
    /// Of a hundred segments so many are lost, and sent again.
    pub loss: u8,
    /// The most octets in a segment. 0: as on an Ethernet.
    pub segment: usize,
}

impl Default for Network {
    fn default() -> Network {
        Network {
            delay: Duration::ZERO,
            loss: 0,
            segment: 0,
        }
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound.max(1)
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// What arrives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    Octets(Vec<u8>),
    /// The other end has closed.
    End,
}

/// The octets on their way in one direction, in order.
#[derive(Debug, Default)]
pub(super) struct Path {
    on_the_way: VecDeque<(Duration, Arrival)>,
    /// When the last of them arrives.
    last: Duration,
    ended: bool,
}

impl Path {
    /// Octets leave now.
    pub(super) fn send(&mut self, octets: &[u8], now: Duration, net: Network, random: &mut Random) {
        if self.ended {
            return;
        }
        let size = if net.segment == 0 {
            SEGMENT
        } else {
            net.segment
        };
        for segment in octets.chunks(size) {
            let at = self.arrival(now, net, random);
            self.on_the_way
                .push_back((at, Arrival::Octets(segment.to_vec())));
        }
    }

    /// The sending end closes now.
    pub(super) fn end(&mut self, now: Duration, net: Network, random: &mut Random) {
        if !self.ended {
            let at = self.arrival(now, net, random);
            self.on_the_way.push_back((at, Arrival::End));
            self.ended = true;
        }
    }

    /// When a segment arrives that leaves now. What comes after a lost one waits for it.
    fn arrival(&mut self, now: Duration, net: Network, random: &mut Random) -> Duration {
        let mut at = now + net.delay;
        let mut wait = RETRANSMIT.max(net.delay * 2);
        while at < now + 64 * RETRANSMIT && random.below(100) < u64::from(net.loss) {
            at += wait;
            wait *= 2;
        }
        self.last = self.last.max(at);
        self.last
    }

    /// When the next thing arrives.
    pub(super) fn next_at(&self) -> Option<Duration> {
        self.on_the_way.front().map(|(at, _)| *at)
    }

    /// What has arrived by now. Octets that arrive at the same time come together.
    pub(super) fn receive(&mut self, now: Duration) -> Option<Arrival> {
        let mut octets = Vec::new();
        while let Some((at, arrival)) = self.on_the_way.front() {
            if *at > now {
                break;
            }
            match arrival {
                Arrival::End if octets.is_empty() => {
                    self.on_the_way.pop_front();
                    return Some(Arrival::End);
                }
                Arrival::End => break,
                Arrival::Octets(_) => {}
            }
            if let Some((_, Arrival::Octets(more))) = self.on_the_way.pop_front() {
                octets.extend(more);
            }
        }
        (!octets.is_empty()).then_some(Arrival::Octets(octets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn octets_take_their_time_and_stay_in_order() {
        let mut path = Path::default();
        let mut random = Random::new(1);
        let net = Network {
            delay: 50 * MS,
            loss: 0,
            segment: 4,
        };
        path.send(b"abcdef", Duration::ZERO, net, &mut random);
        path.end(10 * MS, net, &mut random);
        assert_eq!(path.next_at(), Some(50 * MS));
        assert_eq!(path.receive(49 * MS), None);
        assert_eq!(
            path.receive(50 * MS),
            Some(Arrival::Octets(b"abcdef".into()))
        );
        assert_eq!(path.receive(59 * MS), None);
        assert_eq!(path.receive(60 * MS), Some(Arrival::End));
        // Nothing follows the end.
        path.send(b"g", 70 * MS, net, &mut random);
        assert_eq!(path.next_at(), None);
    }

    #[test]
    fn a_lost_segment_delays_those_behind_it() {
        let net = Network {
            delay: 10 * MS,
            loss: 50,
            segment: 1,
        };
        let mut late = 0;
        for seed in 0..50 {
            let mut path = Path::default();
            let mut random = Random::new(seed);
            path.send(b"0123456789", Duration::ZERO, net, &mut random);
            let mut got = Vec::new();
            let mut before = Duration::ZERO;
            while let Some(at) = path.next_at() {
                assert!(at >= before, "seed {seed}");
                before = at;
                match path.receive(at) {
                    Some(Arrival::Octets(octets)) => got.extend(octets),
                    other => panic!("seed {seed}: {other:?}"),
                }
            }
            assert_eq!(got, b"0123456789", "seed {seed}");
            late += usize::from(before > 10 * MS);
        }
        assert!(late > 40, "{late}");
    }
}
