//! The list of scenarios.
//!
//! To add a scenario, add an entry here: its name, its endpoint, what is sent, and the expected
//! result at each server.

use smtp::Security;
use wire::Start;

use super::road::{Act, Connections, NO_DOOR, Road, SignIn};
use super::server::{Door, Kind};
use super::{BLOCKED, FULL, HANA, IDN, KOREAN, MINA, QUOTED, REFUSED, SMALL, TINY, USER, letter};
use crate::job;

/// All scenarios, in the order of the table's rows.
#[must_use]
pub fn all() -> Vec<Road> {
    let mut roads = ways_in();
    roads.extend(envelopes());
    roads.extend(refusals());
    roads.extend(messages());
    roads.extend(by_bdat());
    roads.extend(sessions());
    roads
}

/// Protection and sign-in.
fn ways_in() -> Vec<Road> {
    vec![
        Road::new("in clear"),
        Road::new("a greeting that takes its time")
            .through(|_| Door::Slow)
            .expect(postfix_only),
        Road::new("STARTTLS").through(|_| Door::Starttls),
        Road::new("TLS from the first octet").through(|_| Door::Tls),
        Road {
            believed: false,
            ..Road::new("STARTTLS, certificate signed by a stranger")
                .through(|_| Door::Starttls)
                .expect(|_| "failed tls unknown_issuer")
        },
        Road {
            believed: false,
            ..Road::new("TLS from the first octet, certificate signed by a stranger")
                .through(|_| Door::Tls)
                .sign_in(SignIn::Right)
                .expect(|_| "failed tls unknown_issuer")
        },
        Road::new("STARTTLS, of version 1.1 and older")
            .through(|_| Door::Old)
            .sign_in(SignIn::Right)
            .expect(too_old),
        Road::new("TLS from the first octet, of version 1.1 and older")
            .through(|_| Door::OldTls)
            .sign_in(SignIn::Right)
            .expect(too_old),
        Road::new("sign-in, PLAIN")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Right),
        Road::new("sign-in, PLAIN, TLS from the first octet")
            .through(|_| Door::Tls)
            .sign_in(SignIn::Right),
        Road::new("sign-in, LOGIN")
            .through(|_| Door::Login)
            .sign_in(SignIn::Right),
        Road::new("sign-in, wrong password")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Wrong)
            .expect(|_| "refused 535"),
        Road::new("sign-in, LOGIN, wrong password")
            .through(|_| Door::Login)
            .sign_in(SignIn::Wrong)
            .expect(|_| "refused 535"),
        Road::new("in clear where TLS is wanted")
            .through(|_| Door::Starttls)
            .job(|start| protect(start, Security::None))
            .expect(|kind| match kind {
                Kind::Dovecot | Kind::SmtpServer => "accepted 250",
                _ => "refused 530",
            }),
        Road::new("sign-in in clear where TLS is wanted")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Right)
            .job(|start| protect(start, Security::None))
            .expect(|kind| match kind {
                Kind::Dovecot => "accepted 250",
                Kind::SmtpServer => "refused 538",
                _ => "failed sign_in_not_offered",
            }),
        Road::new("STARTTLS where there is none")
            .job(|start| protect(start, Security::Starttls))
            .expect(|kind| match kind {
                Kind::Dovecot => "accepted 250",
                _ => "failed starttls_not_offered",
            }),
        Road::new("TLS from the first octet where STARTTLS is due")
            .through(|_| Door::Starttls)
            .job(|start| protect(start, Security::Tls))
            .expect(|_| "failed tls not_tls"),
        Road::new("no sign-in where it is wanted")
            .through(|_| Door::Locked)
            .sign_in(SignIn::Never)
            .expect(|kind| match kind {
                Kind::Postfix => "refused 554",
                _ => "refused 530",
            }),
        Road::new("sign-in where it is wanted")
            .through(|_| Door::Locked)
            .sign_in(SignIn::Right),
    ]
}

/// An endpoint that only Postfix has.
fn postfix_only(kind: Kind) -> &'static str {
    match kind {
        Kind::Postfix => "accepted 250",
        _ => NO_DOOR,
    }
}

/// TLS older than 1.2, at servers that can be configured for it.
fn too_old(kind: Kind) -> &'static str {
    match kind {
        Kind::Aiosmtpd => "failed tls closed",
        Kind::SmtpServer => "failed tls no_common_version",
        _ => NO_DOOR,
    }
}

/// Senders and recipients. Scenarios with several commands in flight run twice, pipelined and not.
fn envelopes() -> Vec<Road> {
    let some_refused = |_| "accepted 250 [550, 250, 452, 250]";
    vec![
        Road::new("not pipelined").job(|start| start.pipelining = false),
        Road::new("from nobody").job(|start| start.from = None),
        Road::new("a local part in quotes")
            .job(|start| start.to = to(&[QUOTED]))
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::SmtpServer => "refused 501",
                _ => "accepted 250",
            }),
        Road::new("four recipients, two refused")
            .job(|start| start.to = to(&[REFUSED, HANA, FULL, TINY]))
            .expect(some_refused),
        Road::new("four recipients, two refused, not pipelined")
            .job(|start| {
                start.to = to(&[REFUSED, HANA, FULL, TINY]);
                start.pipelining = false;
            })
            .expect(some_refused),
        Road::new("a domain beyond ASCII").job(|start| start.to = to(&[IDN])),
        Road::new("a hundred recipients")
            .job(|start| start.to = (1..=100).map(|n| format!("r{n}@example.org")).collect()),
    ]
}

/// Commands and messages that servers refuse.
fn refusals() -> Vec<Road> {
    vec![
        Road::new("sender refused")
            .job(|start| start.from = Some(BLOCKED.into()))
            .expect(|_| "refused 550"),
        Road::new("sender refused, not pipelined")
            .job(|start| {
                start.from = Some(BLOCKED.into());
                start.pipelining = false;
            })
            .expect(|_| "refused 550"),
        Road::new("the only recipient refused")
            .job(|start| start.to = to(&[REFUSED]))
            .expect(|_| "refused 550"),
        Road::new("the only recipient refused, not pipelined")
            .job(|start| {
                start.to = to(&[REFUSED]);
                start.pipelining = false;
            })
            .expect(|_| "refused 550"),
        Road::new("every recipient refused")
            .job(|start| start.to = to(&[REFUSED, FULL]))
            .expect(|_| "refused 452 [550, 452]"),
        Road::new("thirty recipients, all refused")
            .job(|start| start.to = vec![REFUSED.to_owned(); 30])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 421 [20 × 550, 10 × –]",
                _ => "refused 550",
            }),
        Road::new("too large for the size offered")
            .through(|_| Door::Small)
            .messages(|| vec![letter::long(SMALL as usize + 1)])
            .expect(|_| "failed too_large"),
        Road::new("a size too large declared by hand")
            .through(|_| Door::Small)
            .by_hand(|_, line| {
                Act::change(line, "MAIL ", |_| {
                    format!("MAIL FROM:<{USER}> SIZE={}", SMALL + 1)
                })
            })
            .expect(|kind| match kind {
                Kind::OpenSmtpd => "accepted 250",
                _ => "refused 552",
            }),
        Road::new("too large, found out at the end")
            // After HELO a server offers nothing, so the size is not checked in advance. There is
            // no sign-in either, so at a server that requires it, a small mailbox behind the server
            // is used instead.
            .through(|kind| match kind.wants_sign_in() {
                true => Door::Clear,
                false => Door::Small,
            })
            .by_hand(|kind, line| match kind.wants_sign_in() {
                true => Act::Release,
                false => Act::change(line, "EHLO ", |rest| format!("HELO {rest}")),
            })
            .job(|start| start.to = to(&[TINY]))
            .messages(|| vec![letter::long(3 * SMALL as usize)])
            .expect(|kind| match kind {
                Kind::OpenSmtpd => "refused 554",
                _ => "refused 552",
            }),
        Road::new("a line held for longer than the server waits")
            .through(|_| Door::Hasty)
            .by_hand(|_, line| match line.starts_with("MAIL ") {
                true => Act::Tarry,
                false => Act::Release,
            })
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => NO_DOOR,
                Kind::Aiosmtpd => "failed connection_lost",
                Kind::Postfix | Kind::SmtpServer => "refused 421",
            }),
        Road::new("content refused")
            .messages(|| vec![letter::spam()])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 550",
                _ => "refused 554",
            }),
    ]
}

/// Contents of messages.
fn messages() -> Vec<Road> {
    vec![
        Road::new("a body of 8-bit text").messages(|| vec![job::KOREAN.as_bytes().to_vec()]),
        Road::new("header and local parts in UTF-8")
            .job(|start| {
                start.from = Some(MINA.into());
                start.to = to(&[KOREAN]);
            })
            .messages(|| vec![letter::utf8()])
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => "failed utf8_not_offered",
                _ => "accepted 250",
            }),
        Road::new("header in UTF-8, addresses in ASCII")
            .messages(|| vec![letter::utf8()])
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => "failed utf8_not_offered",
                _ => "accepted 250",
            }),
        Road::new("line ends of LF alone and of CR alone")
            .messages(|| vec![letter::bare_line_ends()]),
        Road::new("lines that begin with dots, no CRLF at the end")
            .messages(|| vec![letter::dots()]),
        Road::new("35 MB")
            .through(|_| Door::Tls)
            .messages(|| vec![letter::long(35_000_000)]),
        Road::new("three messages, one after the other")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Right)
            .messages(|| (1..=3).map(letter::numbered).collect())
            .expect(|_| "3 × accepted 250"),
    ]
}

/// BDAT if the server offers CHUNKING, DATA otherwise.
fn by_bdat() -> Vec<Road> {
    let road = |name| Road::new(name).job(|start| start.chunking = true);
    vec![
        road("by BDAT"),
        Road::new("by BDAT, not pipelined").job(|start| {
            start.chunking = true;
            start.pipelining = false;
        }),
        road("by BDAT, STARTTLS and sign-in")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Right),
        road("by BDAT, a body of 8-bit text").messages(|| vec![job::KOREAN.as_bytes().to_vec()]),
        road("by BDAT, line ends of LF alone and of CR alone")
            .messages(|| vec![letter::bare_line_ends()]),
        road("by BDAT, lines that begin with dots, no CRLF at the end")
            .messages(|| vec![letter::dots()]),
        road("by BDAT, 35 MB")
            .through(|_| Door::Tls)
            .messages(|| vec![letter::long(35_000_000)]),
        Road::new("by BDAT, 35 MB, not pipelined")
            .job(|start| {
                start.chunking = true;
                start.pipelining = false;
            })
            .through(|_| Door::Tls)
            .messages(|| vec![letter::long(35_000_000)]),
        Road::new("by BDAT, sender refused")
            .job(|start| {
                start.chunking = true;
                start.from = Some(BLOCKED.into());
            })
            .expect(|kind| match kind {
                Kind::Dovecot => "refused 550 or unknown connection_lost",
                _ => "refused 550",
            }),
        Road::new("by BDAT, the only recipient refused")
            .job(|start| {
                start.chunking = true;
                start.to = to(&[REFUSED]);
            })
            .expect(|_| "refused 550"),
        Road::new("by BDAT, four recipients, two refused")
            .job(|start| {
                start.chunking = true;
                start.to = to(&[REFUSED, HANA, FULL, TINY]);
            })
            .expect(|_| "accepted 250 [550, 250, 452, 250]"),
        road("by BDAT, content refused")
            .messages(|| vec![letter::spam()])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 550",
                _ => "refused 554",
            }),
    ]
}

/// Several messages over one connection.
fn sessions() -> Vec<Road> {
    let three = || (1..=3).map(letter::numbered).collect();
    vec![
        Road::new("one connection, three messages")
            .through(|_| Door::Starttls)
            .sign_in(SignIn::Right)
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "3 × accepted 250"),
        Road::new("one connection, three messages, by BDAT")
            .job(|start| start.chunking = true)
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "3 × accepted 250"),
        Road::new("one connection, opened ahead, three messages")
            .through(|_| Door::Tls)
            .sign_in(SignIn::Right)
            .connections(Connections::OneAhead)
            .messages(three)
            .expect(|_| "ready, 3 × accepted 250"),
        // Not pipelined, because pipelining could crash Dovecot here.
        Road::new("one connection, the second sender refused, not pipelined")
            .job(|start| {
                start.pipelining = false;
                if start.id == 2 {
                    start.from = Some(BLOCKED.into());
                }
            })
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "accepted 250, refused 550, accepted 250"),
        Road::new("one connection, the second recipient refused")
            .job(|start| {
                if start.id == 2 {
                    start.to = to(&[REFUSED]);
                }
            })
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "accepted 250, refused 550, accepted 250"),
        Road::new("one connection, the second content refused")
            .connections(Connections::One)
            .messages(one_is_spam)
            .expect(|kind| match kind {
                Kind::Postfix => "accepted 250, refused 550, accepted 250",
                _ => "accepted 250, refused 554, accepted 250",
            }),
        Road::new("one connection, the second content refused, by BDAT")
            .job(|start| start.chunking = true)
            .connections(Connections::One)
            .messages(one_is_spam)
            .expect(|kind| match kind {
                Kind::Postfix => "accepted 250, refused 550, accepted 250",
                _ => "accepted 250, refused 554, accepted 250",
            }),
    ]
}

fn one_is_spam() -> Vec<Vec<u8>> {
    vec![letter::numbered(1), letter::spam(), letter::numbered(3)]
}

fn protect(start: &mut Start, how: Security) {
    if let wire::Server::Host { security, .. } = &mut start.server {
        *security = how;
    }
}

fn to(addresses: &[&str]) -> Vec<String> {
    addresses
        .iter()
        .map(|address| (*address).to_owned())
        .collect()
}
