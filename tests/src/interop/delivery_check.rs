//! Checks that accepted messages arrive as they were sent.

use smtp::Fate;
use wire::Start;

use super::receiver::ReceivedMessage;
use super::server::{Kind, Server};
use super::{USER, messages};
use crate::page::Sent;

/// A message that a server has accepted.
struct Expected {
    /// The scenario that sent it.
    scenario: &'static str,
    start: Start,
    message: Vec<u8>,
    /// The recipients for whom it has not arrived.
    missing: Vec<String>,
}

/// The header field at the top of every message with its number among the accepted messages.
const ID_FIELD: &str = "X-Scenario: ";

/// All messages accepted by one server.
#[derive(Default)]
pub(super) struct DeliveryCheck(Vec<Expected>);

impl DeliveryCheck {
    /// Adds the header field that identifies the message.
    pub(super) fn with_id(&self, message: &[u8]) -> Vec<u8> {
        [
            format!("{ID_FIELD}{}\r\n", self.0.len()).as_bytes(),
            message,
        ]
        .concat()
    }

    /// Records an accepted message, which has the header field.
    pub(super) fn expect(
        &mut self,
        scenario: &'static str,
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
        self.0.push(Expected {
            scenario,
            start,
            message,
            missing,
        });
    }

    /// Waits until all messages have arrived. Returns the differences. A server may forward
    /// messages at any time and in any order, and may split a message by its recipients.
    pub(super) async fn wait(mut self, server: &mut Server) -> Vec<String> {
        let mut failures = Vec::new();
        loop {
            let missing: Vec<&str> = self
                .0
                .iter()
                .filter(|expected| !expected.missing.is_empty())
                .map(|expected| expected.scenario)
                .collect();
            if missing.is_empty() {
                return failures;
            }
            let what = format!("{} to deliver {missing:?}", server.kind.name());
            let arrived = server.receiver.next(&what).await;
            let message = arrived.message();
            let message = without_trace(&message);
            let Some(expected) = id_of(message).and_then(|place| self.0.get_mut(place)) else {
                failures.push(format!(
                    "{}: received but not sent: {arrived:?}",
                    server.kind.name()
                ));
                continue;
            };
            failures.extend(
                differences(server.kind, expected, &arrived, message)
                    .into_iter()
                    .map(|difference| {
                        format!(
                            "{}, {}: {difference}",
                            server.kind.name(),
                            expected.scenario
                        )
                    }),
            );
        }
    }
}

/// The number in the header field.
fn id_of(message: &[u8]) -> Option<usize> {
    let line = message.split(|octet| *octet == b'\r').next()?;
    std::str::from_utf8(line)
        .ok()?
        .strip_prefix(ID_FIELD)?
        .parse()
        .ok()
}

/// Compares a received message with the one that was sent.
fn differences(
    kind: Kind,
    expected: &mut Expected,
    arrived: &ReceivedMessage,
    message: &[u8],
) -> Vec<String> {
    let mut differences = Vec::new();
    for to in &arrived.to {
        match expected.missing.iter().position(|address| address == to) {
            Some(at) => drop(expected.missing.swap_remove(at)),
            None => {
                differences.push(format!(
                    "it arrived for {to} instead of {:?}",
                    expected.missing
                ));
                // Otherwise the check would wait for it forever.
                expected.missing.pop();
            }
        }
    }
    let sender = expected.start.from.as_deref().unwrap_or_default();
    if arrived.from.as_deref().unwrap_or_default() != sender {
        differences.push(format!("the envelope sender is {:?}", arrived.from));
    }
    differences.extend(signed(kind, &expected.start, arrived));
    differences.extend(difference(&messages::canonical(&expected.message), message));
    differences
}

/// A server that receives directly knows who has signed in.
fn signed(kind: Kind, start: &Start, arrived: &ReceivedMessage) -> Option<String> {
    let own = matches!(kind, Kind::Aiosmtpd | Kind::SmtpServer);
    let user = start.credentials.is_some().then_some(USER);
    (own && arrived.user.as_deref() != user).then(|| format!("the user is {:?}", arrived.user))
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
        "{} octets were sent and {} arrived, different from octet {at} on: {:?}, not {:?}",
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
    fn trace_fields_are_removed() {
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
    fn a_difference_is_found_at_any_position() {
        assert_eq!(difference(b"abc", b"abc"), None);
        for (expected, got, at) in [("abc", "abd", 2), ("abc", "ab", 2), ("ab", "abc", 2)] {
            let text = difference(expected.as_bytes(), got.as_bytes()).expect("a difference");
            assert!(text.contains(&format!("from octet {at} on")), "{text}");
        }
    }
}
