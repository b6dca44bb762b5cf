//! What has to be true of every conversation, whatever comes of it.

use smtp::{Capabilities, Entry, Event, Pace, Security, Trust};
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
        // What failed before TLS stood must not have gone on. On a connection that was there before, TLS stood before.
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

/// Whether commands went in groups where they should, and only there.
pub(super) fn grouped(sent: &Sent, start: &Start) -> Vec<String> {
    let line = |verb: &str| {
        sent.entries
            .iter()
            .rev()
            .find(|entry| matches!(&entry.event, Event::Sent { line, .. } if starts(line, verb)))
    };
    let reply = |to: &Entry| {
        sent.entries.iter().find_map(|entry| match &entry.event {
            Event::Received { reply, answers, .. } if *answers == Some(to.seq) => {
                Some((entry.seq, reply))
            }
            _ => None,
        })
    };
    let first = sent
        .entries
        .iter()
        .find(|entry| matches!(&entry.event, Event::Sent { line, .. } if starts(line, "RCPT")));
    let (Some(mail), Some(rcpt)) = (line("MAIL"), first) else {
        return Vec::new();
    };
    // What counts is what the server said last.
    let Some((_, hello)) = line("EHLO").or_else(|| line("HELO")).and_then(reply) else {
        return Vec::new();
    };
    let offered = Capabilities::read(hello).pipelining;
    let is = reply(mail).is_none_or(|(answered, _)| rcpt.seq < answered);
    let ought = offered && start.pipelining && start.pace == Pace::Run;
    if is == ought {
        Vec::new()
    } else {
        vec![format!("pipelined is {is} and ought to be {ought}")]
    }
}
