//! Unexpected behavior of servers, each with the line of the transcript that shows it.

use super::run::ServerResults;
use super::scenario::OR;
use super::server::Kind;

/// An unexpected behavior of one server.
pub struct Quirk {
    /// The server.
    pub kind: Kind,
    /// The scenario that shows it.
    pub scenario: &'static str,
    /// The behavior, in a sentence that ends with the quoted reply.
    pub does: &'static str,
    /// A part of the transcript as written by [`crate::page::Sent::transcript`], without prefixes
    /// such as `S: `.
    pub shown_by: &'static str,
}

/// All quirks, in the order of the table's columns.
pub const ALL: &[Quirk] = &[
    Quirk {
        kind: Kind::Postfix,
        scenario: "sender refused",
        does: "accepts a sender that it refuses, and then refuses each recipient:",
        shown_by: "550 5.7.1 <blocked@example.org>: Sender address rejected: Sender blocked",
    },
    Quirk {
        kind: Kind::Postfix,
        scenario: "no sign-in where it is required",
        does: "refuses the recipients instead of asking for sign-in with 530:",
        shown_by: "554 5.7.1 <hana@example.org>: Recipient address rejected: Access denied",
    },
    Quirk {
        kind: Kind::Postfix,
        scenario: "thirty recipients, all refused",
        does: "closes the session after twenty refusals, without answering the other recipients:",
        shown_by: "421 4.7.0 mx.interop.example Error: too many errors",
    },
    Quirk {
        kind: Kind::OpenSmtpd,
        scenario: "the only recipient refused",
        does: "offers ENHANCEDSTATUSCODES but sends refusals without one:",
        shown_by: "550 Invalid recipient: <refused@example.org>",
    },
    Quirk {
        kind: Kind::OpenSmtpd,
        scenario: "quoted local part",
        does: "treats quotes in an address as an error:",
        shown_by: "501 5.1.3 Recipient address syntax error",
    },
    Quirk {
        kind: Kind::OpenSmtpd,
        scenario: "too large, refused at the end",
        does: "ignores the size declared in MAIL, and refuses a message that is too large only at \
               its end:",
        shown_by: "554 5.3.4 Message too big for system: Transaction failed, message too big",
    },
    Quirk {
        kind: Kind::Dovecot,
        scenario: "the only recipient refused",
        does: "adds a generic enhanced code before the one of the server that it forwards to:",
        shown_by: "550 5.0.0 <refused@example.org> 5.1.1 No such mailbox",
    },
    Quirk {
        kind: Kind::Dovecot,
        scenario: "no TLS",
        does: "does so even if both codes are the same:",
        shown_by: "250 2.1.0 2.1.0 Ok",
    },
    Quirk {
        kind: Kind::Dovecot,
        scenario: "BDAT, sender refused",
        does: "may crash (an assertion in 2.4.1) when it refuses MAIL while more commands \
               are in flight: here before it answers any of them, elsewhere at RSET. By then the \
               whole message has been sent, so it is unknown whether it was delivered:",
        shown_by: "Closed { by: Server }",
    },
    Quirk {
        kind: Kind::Aiosmtpd,
        scenario: "sign-in, LOGIN",
        does: "ends its challenges with a NUL; this one is base64 of `User Name\\0`:",
        shown_by: "334 VXNlciBOYW1lAA==",
    },
    Quirk {
        kind: Kind::Aiosmtpd,
        scenario: "a pause longer than the server's timeout",
        does: "closes without a 421 after its timeout; the transcript only shows the close:",
        shown_by: "Closed { by: Server }",
    },
    Quirk {
        kind: Kind::SmtpServer,
        scenario: "sign-in without TLS where it is required",
        does: "offers AUTH before STARTTLS but refuses it there:",
        shown_by: "538 Error: Must issue a STARTTLS command first",
    },
    Quirk {
        kind: Kind::SmtpServer,
        scenario: "quoted local part",
        does: "treats quotes in an address as an error:",
        shown_by: "501 Error: Bad recipient address syntax",
    },
];

/// The quirks that were not observed, although the scenario has only one possible result. They are
/// no longer true and must be removed.
#[must_use]
pub fn absent(results: &ServerResults) -> Vec<String> {
    ALL.iter()
        .filter(|quirk| quirk.kind == results.kind)
        .filter(|quirk| {
            !results
                .by_scenario
                .get(quirk.scenario)
                .is_some_and(|result| {
                    // With an alternative result, the quirk may not show.
                    result.text.contains(OR) || result.transcript.contains(quirk.shown_by)
                })
        })
        .map(|quirk| {
            format!(
                "{}, {}: not observed: {} `{}`",
                quirk.kind.name(),
                quirk.scenario,
                quirk.does,
                quirk.shown_by
            )
        })
        .collect()
}
