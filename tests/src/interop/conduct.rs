//! What has to be true of every conversation, whatever comes of it.

use smtp::{Capabilities, Entry, Event, Security, SendMode, Trust};
use wire::Start;

use super::NAME;
use crate::page::Sent;

/// What is wrong with the protection of a conversation.
pub(super) fn protected(sent: &Sent, start: &Start) -> Vec<String> {
    let (wire::Server::Host { security, .. } | wire::Server::Practice { security }) = start.server;
    let mut wrong = Vec::new();
    let tls = sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Secured { tls } => Some(tls),
        _ => None,
    });
    match (tls, security) {
        (None, Security::None) => (),
        (Some(tls), Security::Starttls | Security::Tls) => {
            if tls.trust != Trust::ExtraCa || tls.names != [NAME] || tls.version != "TLS 1.3" {
                wrong.push(format!("odd TLS: {tls:?}"));
            }
        }
        // What failed before TLS stood must not have gone on. On a connection that was there
        // before, TLS stood before.
        (None, _) if !sent.accepted() || sent.entries.iter().all(|entry| entry.secured) => (),
        (tls, _) => wrong.push(format!("TLS where {security:?} was asked for: {tls:?}")),
    }
    let bare = sent.entries.iter().any(|entry| {
        matches!(&entry.event, Event::Sent { line, .. } if ["AUTH", "MAIL"].iter().any(|verb| starts(line, verb)))
            && !entry.secured
    });
    if bare && security != Security::None {
        wrong.push("a line went in clear that must not".to_owned());
    }
    wrong
}

fn starts(line: &[smtp::Span], verb: &str) -> bool {
    matches!(line.first(), Some(smtp::Span::Text(text)) if text.starts_with(verb))
}

/// What the server offers on this connection, if the conversation has its EHLO: what it said last
/// counts. To HELO it offers nothing.
pub(super) fn offered(sent: &Sent) -> Option<Capabilities> {
    let hello = sent.entries.iter().rev().find(
        |entry| matches!(&entry.event, Event::Sent { line, .. } if starts(line, "EHLO") || starts(line, "HELO")),
    )?;
    reply(sent, hello).map(|(_, reply)| Capabilities::read(reply))
}

/// When a line was answered, and what.
fn reply<'a>(sent: &'a Sent, to: &Entry) -> Option<(u32, &'a smtp::Reply)> {
    sent.entries.iter().find_map(|entry| match &entry.event {
        Event::Received { reply, answers, .. } if *answers == Some(to.seq) => {
            Some((entry.seq, reply))
        }
        _ => None,
    })
}

fn first<'a>(sent: &'a Sent, verb: &str) -> Option<&'a Entry> {
    sent.entries
        .iter()
        .find(|entry| matches!(&entry.event, Event::Sent { line, .. } if starts(line, verb)))
}

/// Whether commands went in groups where they should, and only there.
pub(super) fn grouped(sent: &Sent, start: &Start, offered: &Capabilities) -> Option<String> {
    let (mail, rcpt) = (first(sent, "MAIL")?, first(sent, "RCPT")?);
    let is = reply(sent, mail).is_none_or(|(answered, _)| rcpt.seq < answered);
    let ought = offered.pipelining && start.pipelining && start.mode == SendMode::Run;
    (is != ought).then(|| format!("pipelined is {is} and ought to be {ought}"))
}

/// Whether the message went by BDAT where it should, and only there.
pub(super) fn chunked(sent: &Sent, start: &Start, offered: &Capabilities) -> Option<String> {
    let (bdat, data) = (first(sent, "BDAT"), first(sent, "DATA"));
    let ought = offered.chunking && start.chunking && start.mode == SendMode::Run;
    match (bdat, data) {
        (Some(_), None) if ought => None,
        (None, Some(_)) if !ought => None,
        // What is refused before there is a message goes by neither.
        (None, None) if !sent.accepted() => None,
        _ => Some(format!(
            "BDAT: {bdat:?}, DATA: {data:?}, and BDAT ought to be {ought}"
        )),
    }
}
