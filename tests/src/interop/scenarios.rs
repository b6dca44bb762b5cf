//! The list of scenarios.
//!
//! To add a scenario, add an entry here: its name, its endpoint, what is sent, and the expected
//! result at each server.

use smtp::Security;
use wire::Start;

use super::scenario::{Act, Connections, NO_ENDPOINT, Scenario, SignIn};
use super::server::{Endpoint, Kind};
use super::{BLOCKED, FULL, HANA, IDN, KOREAN, MINA, QUOTED, REFUSED, SMALL, TINY, USER, messages};
use crate::job;

/// All scenarios, in the order of the table's rows.
#[must_use]
pub fn all() -> Vec<Scenario> {
    let mut scenarios = security();
    scenarios.extend(envelopes());
    scenarios.extend(refusals());
    scenarios.extend(messages());
    scenarios.extend(by_bdat());
    scenarios.extend(sessions());
    scenarios
}

/// Protection and sign-in.
fn security() -> Vec<Scenario> {
    vec![
        Scenario::new("no TLS"),
        Scenario::new("slow greeting")
            .through(|_| Endpoint::SlowGreeting)
            .expect(postfix_only),
        Scenario::new("STARTTLS").through(|_| Endpoint::Starttls),
        Scenario::new("implicit TLS").through(|_| Endpoint::Tls),
        Scenario {
            trusted: false,
            ..Scenario::new("STARTTLS, unknown issuer")
                .through(|_| Endpoint::Starttls)
                .expect(|_| "failed tls unknown_issuer")
        },
        Scenario {
            trusted: false,
            ..Scenario::new("implicit TLS, unknown issuer")
                .through(|_| Endpoint::Tls)
                .sign_in(SignIn::Right)
                .expect(|_| "failed tls unknown_issuer")
        },
        Scenario::new("STARTTLS, TLS 1.1 or older")
            .through(|_| Endpoint::Old)
            .sign_in(SignIn::Right)
            .expect(too_old),
        Scenario::new("implicit TLS, TLS 1.1 or older")
            .through(|_| Endpoint::OldTls)
            .sign_in(SignIn::Right)
            .expect(too_old),
        Scenario::new("sign-in, PLAIN")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Right),
        Scenario::new("sign-in, PLAIN, implicit TLS")
            .through(|_| Endpoint::Tls)
            .sign_in(SignIn::Right),
        Scenario::new("sign-in, LOGIN")
            .through(|_| Endpoint::Login)
            .sign_in(SignIn::Right),
        Scenario::new("sign-in, wrong password")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Wrong)
            .expect(|_| "refused 535"),
        Scenario::new("sign-in, LOGIN, wrong password")
            .through(|_| Endpoint::Login)
            .sign_in(SignIn::Wrong)
            .expect(|_| "refused 535"),
        Scenario::new("no TLS where it is required")
            .through(|_| Endpoint::Starttls)
            .job(|start| protect(start, Security::None))
            .expect(|kind| match kind {
                Kind::Dovecot | Kind::SmtpServer => "accepted 250",
                _ => "refused 530",
            }),
        Scenario::new("sign-in without TLS where it is required")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Right)
            .job(|start| protect(start, Security::None))
            .expect(|kind| match kind {
                Kind::Dovecot => "accepted 250",
                Kind::SmtpServer => "refused 538",
                _ => "failed sign_in_not_offered",
            }),
        Scenario::new("STARTTLS where it is not offered")
            .job(|start| protect(start, Security::Starttls))
            .expect(|kind| match kind {
                Kind::Dovecot => "accepted 250",
                _ => "failed starttls_not_offered",
            }),
        Scenario::new("implicit TLS at a STARTTLS port")
            .through(|_| Endpoint::Starttls)
            .job(|start| protect(start, Security::Tls))
            .expect(|_| "failed tls not_tls"),
        Scenario::new("no sign-in where it is required")
            .through(|_| Endpoint::AuthRequired)
            .sign_in(SignIn::Never)
            .expect(|kind| match kind {
                Kind::Postfix => "refused 554",
                _ => "refused 530",
            }),
        Scenario::new("sign-in where it is required")
            .through(|_| Endpoint::AuthRequired)
            .sign_in(SignIn::Right),
    ]
}

/// An endpoint that only Postfix has.
fn postfix_only(kind: Kind) -> &'static str {
    match kind {
        Kind::Postfix => "accepted 250",
        _ => NO_ENDPOINT,
    }
}

/// TLS older than 1.2, at servers that can be configured for it.
fn too_old(kind: Kind) -> &'static str {
    match kind {
        Kind::Aiosmtpd => "failed tls closed",
        Kind::SmtpServer => "failed tls no_common_version",
        _ => NO_ENDPOINT,
    }
}

/// Senders and recipients. Scenarios with several commands in flight run twice, pipelined and not.
fn envelopes() -> Vec<Scenario> {
    let some_refused = |_| "accepted 250 [550, 250, 452, 250]";
    vec![
        Scenario::new("not pipelined").job(|start| start.pipelining = false),
        Scenario::new("null sender").job(|start| start.from = None),
        Scenario::new("quoted local part")
            .job(|start| start.to = to(&[QUOTED]))
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::SmtpServer => "refused 501",
                _ => "accepted 250",
            }),
        Scenario::new("four recipients, two refused")
            .job(|start| start.to = to(&[REFUSED, HANA, FULL, TINY]))
            .expect(some_refused),
        Scenario::new("four recipients, two refused, not pipelined")
            .job(|start| {
                start.to = to(&[REFUSED, HANA, FULL, TINY]);
                start.pipelining = false;
            })
            .expect(some_refused),
        Scenario::new("non-ASCII domain").job(|start| start.to = to(&[IDN])),
        Scenario::new("a hundred recipients")
            .job(|start| start.to = (1..=100).map(|n| format!("r{n}@example.org")).collect()),
    ]
}

/// Commands and messages that servers refuse.
fn refusals() -> Vec<Scenario> {
    vec![
        Scenario::new("sender refused")
            .job(|start| start.from = Some(BLOCKED.into()))
            .expect(|_| "refused 550"),
        Scenario::new("sender refused, not pipelined")
            .job(|start| {
                start.from = Some(BLOCKED.into());
                start.pipelining = false;
            })
            .expect(|_| "refused 550"),
        Scenario::new("the only recipient refused")
            .job(|start| start.to = to(&[REFUSED]))
            .expect(|_| "refused 550"),
        Scenario::new("the only recipient refused, not pipelined")
            .job(|start| {
                start.to = to(&[REFUSED]);
                start.pipelining = false;
            })
            .expect(|_| "refused 550"),
        Scenario::new("every recipient refused")
            .job(|start| start.to = to(&[REFUSED, FULL]))
            .expect(|_| "refused 452 [550, 452]"),
        Scenario::new("thirty recipients, all refused")
            .job(|start| start.to = vec![REFUSED.to_owned(); 30])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 421 [20 × 550, 10 × –]",
                _ => "refused 550",
            }),
        Scenario::new("larger than the announced size")
            .through(|_| Endpoint::Small)
            .messages(|| vec![messages::long(SMALL as usize + 1)])
            .expect(|_| "failed too_large"),
        Scenario::new("size limit exceeded in an edited MAIL")
            .through(|_| Endpoint::Small)
            .edit(|_, line| {
                Act::change(line, "MAIL ", |_| {
                    format!("MAIL FROM:<{USER}> SIZE={}", SMALL + 1)
                })
            })
            .expect(|kind| match kind {
                Kind::OpenSmtpd => "accepted 250",
                _ => "refused 552",
            }),
        Scenario::new("too large, refused at the end")
            // After HELO a server offers nothing, so the size is not checked in advance. There is
            // no sign-in either, so at a server that requires it, a small mailbox behind the server
            // is used instead.
            .through(|kind| match kind.wants_sign_in() {
                true => Endpoint::Clear,
                false => Endpoint::Small,
            })
            .edit(|kind, line| match kind.wants_sign_in() {
                true => Act::Send,
                false => Act::change(line, "EHLO ", |rest| format!("HELO {rest}")),
            })
            .job(|start| start.to = to(&[TINY]))
            .messages(|| vec![messages::long(3 * SMALL as usize)])
            .expect(|kind| match kind {
                Kind::OpenSmtpd => "refused 554",
                _ => "refused 552",
            }),
        Scenario::new("a pause longer than the server's timeout")
            .through(|_| Endpoint::ShortTimeout)
            .edit(|_, line| match line.starts_with("MAIL ") {
                true => Act::Wait,
                false => Act::Send,
            })
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => NO_ENDPOINT,
                Kind::Aiosmtpd => "failed connection_lost",
                Kind::Postfix | Kind::SmtpServer => "refused 421",
            }),
        Scenario::new("content refused")
            .messages(|| vec![messages::spam()])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 550",
                _ => "refused 554",
            }),
    ]
}

/// Contents of messages.
fn messages() -> Vec<Scenario> {
    vec![
        Scenario::new("8-bit body").messages(|| vec![job::KOREAN.as_bytes().to_vec()]),
        Scenario::new("header and local parts in UTF-8")
            .job(|start| {
                start.from = Some(MINA.into());
                start.to = to(&[KOREAN]);
            })
            .messages(|| vec![messages::utf8()])
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => "failed utf8_not_offered",
                _ => "accepted 250",
            }),
        Scenario::new("header in UTF-8, addresses in ASCII")
            .messages(|| vec![messages::utf8()])
            .expect(|kind| match kind {
                Kind::OpenSmtpd | Kind::Dovecot => "failed utf8_not_offered",
                _ => "accepted 250",
            }),
        Scenario::new("bare LF and bare CR as line ends")
            .messages(|| vec![messages::bare_line_ends()]),
        Scenario::new("lines that begin with dots, no CRLF at the end")
            .messages(|| vec![messages::dots()]),
        Scenario::new("35 MB")
            .through(|_| Endpoint::Tls)
            .messages(|| vec![messages::long(35_000_000)]),
        Scenario::new("three messages in turn")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Right)
            .messages(|| (1..=3).map(messages::numbered).collect())
            .expect(|_| "3 × accepted 250"),
    ]
}

/// BDAT if the server offers CHUNKING, DATA otherwise.
fn by_bdat() -> Vec<Scenario> {
    let scenario = |name| Scenario::new(name).job(|start| start.chunking = true);
    vec![
        scenario("BDAT"),
        Scenario::new("BDAT, not pipelined").job(|start| {
            start.chunking = true;
            start.pipelining = false;
        }),
        scenario("BDAT, STARTTLS and sign-in")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Right),
        scenario("BDAT, 8-bit body").messages(|| vec![job::KOREAN.as_bytes().to_vec()]),
        scenario("BDAT, bare LF and bare CR as line ends")
            .messages(|| vec![messages::bare_line_ends()]),
        scenario("BDAT, lines that begin with dots, no CRLF at the end")
            .messages(|| vec![messages::dots()]),
        scenario("BDAT, 35 MB")
            .through(|_| Endpoint::Tls)
            .messages(|| vec![messages::long(35_000_000)]),
        Scenario::new("BDAT, 35 MB, not pipelined")
            .job(|start| {
                start.chunking = true;
                start.pipelining = false;
            })
            .through(|_| Endpoint::Tls)
            .messages(|| vec![messages::long(35_000_000)]),
        Scenario::new("BDAT, sender refused")
            .job(|start| {
                start.chunking = true;
                start.from = Some(BLOCKED.into());
            })
            .expect(|kind| match kind {
                Kind::Dovecot => "refused 550 or unknown connection_lost",
                _ => "refused 550",
            }),
        Scenario::new("BDAT, the only recipient refused")
            .job(|start| {
                start.chunking = true;
                start.to = to(&[REFUSED]);
            })
            .expect(|_| "refused 550"),
        Scenario::new("BDAT, four recipients, two refused")
            .job(|start| {
                start.chunking = true;
                start.to = to(&[REFUSED, HANA, FULL, TINY]);
            })
            .expect(|_| "accepted 250 [550, 250, 452, 250]"),
        scenario("BDAT, content refused")
            .messages(|| vec![messages::spam()])
            .expect(|kind| match kind {
                Kind::Postfix => "refused 550",
                _ => "refused 554",
            }),
    ]
}

/// Several messages over one connection.
fn sessions() -> Vec<Scenario> {
    let three = || (1..=3).map(messages::numbered).collect();
    vec![
        Scenario::new("one connection, three messages")
            .through(|_| Endpoint::Starttls)
            .sign_in(SignIn::Right)
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "3 × accepted 250"),
        Scenario::new("one connection, three messages, BDAT")
            .job(|start| start.chunking = true)
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "3 × accepted 250"),
        Scenario::new("one connection, opened ahead, three messages")
            .through(|_| Endpoint::Tls)
            .sign_in(SignIn::Right)
            .connections(Connections::OneAhead)
            .messages(three)
            .expect(|_| "ready, 3 × accepted 250"),
        // Not pipelined, because pipelining could crash Dovecot here.
        Scenario::new("one connection, the second sender refused, not pipelined")
            .job(|start| {
                start.pipelining = false;
                if start.id == 2 {
                    start.from = Some(BLOCKED.into());
                }
            })
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "accepted 250, refused 550, accepted 250"),
        Scenario::new("one connection, the second recipient refused")
            .job(|start| {
                if start.id == 2 {
                    start.to = to(&[REFUSED]);
                }
            })
            .connections(Connections::One)
            .messages(three)
            .expect(|_| "accepted 250, refused 550, accepted 250"),
        Scenario::new("one connection, the second content refused")
            .connections(Connections::One)
            .messages(one_is_spam)
            .expect(|kind| match kind {
                Kind::Postfix => "accepted 250, refused 550, accepted 250",
                _ => "accepted 250, refused 554, accepted 250",
            }),
        Scenario::new("one connection, the second content refused, BDAT")
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
    vec![
        messages::numbered(1),
        messages::spam(),
        messages::numbered(3),
    ]
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
