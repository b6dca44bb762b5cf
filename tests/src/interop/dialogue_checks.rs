//! Checks that apply to every dialogue, whatever its outcome.

use smtp::{Capabilities, Entry, Event, Security, SendMode, Trust};
use wire::Start;

use super::NAME;
use crate::page::Sent;

/// Checks the protection of a dialogue.
pub(super) fn protected(sent: &Sent, start: &Start) -> Vec<String> {
    let (wire::Server::Host { security, .. } | wire::Server::Practice { security }) = start.server;
    let mut failures = Vec::new();
    let tls = sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Secured { tls } => Some(tls),
        _ => None,
    });
    match (tls, security) {
        (None, Security::None) => (),
        (Some(tls), Security::Starttls | Security::Tls) => {
            if tls.trust != Trust::ExtraCa || tls.names != [NAME] || tls.version != "TLS 1.3" {
                failures.push(format!("unexpected TLS: {tls:?}"));
            }
        }
        // If the dialogue failed before TLS, nothing may have been sent after that. On a connection
        // that was already open, TLS was already established.
        (None, _) if !sent.accepted() || sent.entries.iter().all(|entry| entry.secured) => (),
        (tls, _) => failures.push(format!("{security:?} was requested, but TLS is {tls:?}")),
    }
    let bare = sent.entries.iter().any(|entry| {
        let private = ["AUTH", "MAIL"].iter().any(|verb| sends(entry, verb));
        private && !entry.secured
    });
    if bare && security != Security::None {
        failures.push("AUTH or MAIL was sent without TLS".to_owned());
    }
    failures
}

/// Whether the entry is a sent line with this prefix.
fn sends(entry: &Entry, verb: &str) -> bool {
    match &entry.event {
        Event::Sent { line, .. } => {
            matches!(line.first(), Some(smtp::Span::Text(text)) if text.starts_with(verb))
        }
        _ => false,
    }
}

/// The capabilities of the server on this connection, from the last EHLO in the dialogue. HELO
/// gives none.
pub(super) fn offered(sent: &Sent) -> Option<Capabilities> {
    let is_hello = |entry: &&Entry| sends(entry, "EHLO") || sends(entry, "HELO");
    let hello = sent.entries.iter().rev().find(is_hello)?;
    reply(sent, hello).map(|(_, reply)| Capabilities::read(reply))
}

/// The position and the reply of a line.
fn reply<'a>(sent: &'a Sent, to: &Entry) -> Option<(u32, &'a smtp::Reply)> {
    sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Received { reply, answers, .. } if *answers == Some(to.seq) => {
            Some((entry.seq, reply))
        }
        _ => None,
    })
}

fn first<'a>(sent: &'a Sent, verb: &str) -> Option<&'a Entry> {
    sent.entries.iter().find(|entry| sends(entry, verb))
}

/// Checks that commands were pipelined if and only if they should be.
pub(super) fn grouped(sent: &Sent, start: &Start, offered: &Capabilities) -> Option<String> {
    let (mail, rcpt) = (first(sent, "MAIL")?, first(sent, "RCPT")?);
    let is = reply(sent, mail).is_none_or(|(answered, _)| rcpt.seq < answered);
    let should_be = offered.pipelining && start.pipelining && start.mode == SendMode::Run;
    (is != should_be).then(|| format!("pipelined is {is}, expected {should_be}"))
}

/// Checks that the message was sent with BDAT if and only if it should be.
pub(super) fn chunked(sent: &Sent, start: &Start, offered: &Capabilities) -> Option<String> {
    let (bdat, data) = (first(sent, "BDAT"), first(sent, "DATA"));
    let should_be = offered.chunking && start.chunking && start.mode == SendMode::Run;
    match (bdat, data) {
        (Some(_), None) if should_be => None,
        (None, Some(_)) if !should_be => None,
        // A message whose envelope was refused is sent with neither.
        (None, None) if !sent.accepted() => None,
        _ => Some(format!(
            "BDAT: {bdat:?}, DATA: {data:?}, expected BDAT: {should_be}"
        )),
    }
}
