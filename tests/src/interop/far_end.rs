//! Checks that accepted messages arrive as they were sent.

use smtp::Fate;
use wire::Start;

use super::arrivals::Arrived;
use super::server::{Kind, Server};
use super::{USER, letter};
use crate::page::Sent;

/// A message that a server has accepted.
struct Awaited {
    /// The scenario that sent it.
    road: &'static str,
    start: Start,
    message: Vec<u8>,
    /// The recipients for whom it has not arrived.
    missing: Vec<String>,
}

/// The header field at the top of every message with its number among the accepted messages.
const MARK: &str = "X-Road: ";

/// All messages accepted by one server.
#[derive(Default)]
pub(super) struct FarEnd(Vec<Awaited>);

impl FarEnd {
    /// Adds the header field that identifies the message.
    pub(super) fn marked(&self, message: &[u8]) -> Vec<u8> {
        [format!("{MARK}{}\r\n", self.0.len()).as_bytes(), message].concat()
    }

    /// Records an accepted message, which has the header field.
    pub(super) fn expect(
        &mut self,
        road: &'static str,
        start: Start,
        sent: &Sent,
        message: Vec<u8>,
    ) {
        let missing = sent
            .outcome()
            .recipients()
            .iter()
            .filter(|recipient| matches!(recipient.fate, Fate::Accepted { .. }))
            .map(|recipient| recipient.address.clone())
            .collect();
        self.0.push(Awaited {
            road,
            start,
            message,
            missing,
        });
    }

    /// Waits until all messages have arrived. Returns the differences. A server may forward
    /// messages at any time and in any order, and may split a message by its recipients.
    pub(super) async fn reached(mut self, server: &mut Server) -> Vec<String> {
        let mut wrong = Vec::new();
        loop {
            let missing: Vec<&str> = self
                .0
                .iter()
                .filter(|awaited| !awaited.missing.is_empty())
                .map(|awaited| awaited.road)
                .collect();
            if missing.is_empty() {
                return wrong;
            }
            let what = format!("{} to hand on {missing:?}", server.kind.name());
            let arrived = server.arrivals.next(&what).await;
            let message = arrived.message();
            let message = without_trace(&message);
            let Some(awaited) = mark(message).and_then(|place| self.0.get_mut(place)) else {
                wrong.push(format!("{}: nobody sent {arrived:?}", server.kind.name()));
                continue;
            };
            wrong.extend(
                amiss(server.kind, awaited, &arrived, message)
                    .into_iter()
                    .map(|amiss| format!("{}, {}: {amiss}", server.kind.name(), awaited.road)),
            );
        }
    }
}

/// The number in the header field.
fn mark(message: &[u8]) -> Option<usize> {
    let line = message.split(|octet| *octet == b'\r').next()?;
    std::str::from_utf8(line)
        .ok()?
        .strip_prefix(MARK)?
        .parse()
        .ok()
}

/// Compares a received message with the one that was sent.
fn amiss(kind: Kind, awaited: &mut Awaited, arrived: &Arrived, message: &[u8]) -> Vec<String> {
    let mut amiss = Vec::new();
    for to in &arrived.to {
        match awaited.missing.iter().position(|address| address == to) {
            Some(at) => drop(awaited.missing.swap_remove(at)),
            None => {
                amiss.push(format!(
                    "it arrived for {to}, not for {:?}",
                    awaited.missing
                ));
                // Otherwise the check would wait for it forever.
                awaited.missing.pop();
            }
        }
    }
    let sender = awaited.start.from.as_deref().unwrap_or_default();
    if arrived.from.as_deref().unwrap_or_default() != sender {
        amiss.push(format!("it says to be from {:?}", arrived.from));
    }
    amiss.extend(signed(kind, &awaited.start, arrived));
    amiss.extend(difference(&letter::canonical(&awaited.message), message));
    amiss
}

/// A server that receives directly knows who has signed in.
fn signed(kind: Kind, start: &Start, arrived: &Arrived) -> Option<String> {
    let own = matches!(kind, Kind::Aiosmtpd | Kind::SmtpServer);
    let user = start.credentials.is_some().then_some(USER);
    (own && arrived.user.as_deref() != user).then(|| format!("it knows {:?}", arrived.user))
}

/// Where two messages differ, if they do.
fn difference(expected: &[u8], got: &[u8]) -> Option<String> {
    if expected == got {
        return None;
    }
    let at = expected
        .iter()
        .zip(got)
        .position(|(expected, got)| expected != got)
        .unwrap_or(expected.len().min(got.len()));
    let near = |message: &[u8]| {
        let window = &message[at.saturating_sub(60)..message.len().min(at + 60)];
        String::from_utf8_lossy(window).into_owned()
    };
    Some(format!(
        "of {} octets {} arrived, other from octet {at} on: {:?}, not {:?}",
        expected.len(),
        got.len(),
        near(got),
        near(expected)
    ))
}

/// The message without the trace fields at its top (RFC 5321 §4.4), which a forwarding server must
/// add.
fn without_trace(mut message: &[u8]) -> &[u8] {
    while message.starts_with(b"Received:") || message.starts_with(b"Return-Path:") {
        loop {
            let Some(end) = crate::http::find(message, b"\r\n") else {
                return b"";
            };
            message = &message[end + 2..];
            if !message.starts_with(b" ") && !message.starts_with(b"\t") {
                break;
            }
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trace_fields_are_told_from_the_message() {
        fn check(message: &str, expect: &str) {
            assert_eq!(without_trace(message.as_bytes()), expect.as_bytes());
        }
        check(
            "Received: from a\r\n\tby b\r\nFrom: x\r\n\r\n",
            "From: x\r\n\r\n",
        );
        check(
            "From: x\r\nReceived: y\r\n\r\n",
            "From: x\r\nReceived: y\r\n\r\n",
        );
    }

    #[test]
    fn a_difference_is_found_wherever_it_is() {
        assert_eq!(difference(b"abc", b"abc"), None);
        for (expected, got, at) in [("abc", "abd", 2), ("abc", "ab", 2), ("ab", "abc", 2)] {
            let said = difference(expected.as_bytes(), got.as_bytes()).expect("a difference");
            assert!(said.contains(&format!("from octet {at} on")), "{said}");
        }
    }
}
