//! Unexpected behavior of servers, each with the line of the transcript that shows it.

use super::journey::Column;
use super::road::OR;
use super::server::Kind;

/// An unexpected behavior of one server.
pub struct Surprise {
    /// The server.
    pub kind: Kind,
    /// The scenario that shows it.
    pub road: &'static str,
    /// The behavior, in a sentence that ends with the quoted reply.
    pub does: &'static str,
    /// A part of the transcript as written by [`crate::page::Sent::transcript`], without prefixes
    /// such as `S: `.
    pub shown_by: &'static str,
}

/// All quirks, in the order of the table's columns.
pub const ALL: &[Surprise] = &[
    Surprise {
        kind: Kind::Postfix,
        road: "sender refused",
        does: "takes a sender whom it refuses, and says so at each recipient:",
        shown_by: "550 5.7.1 <blocked@example.org>: Sender address rejected: Sender blocked",
    },
    Surprise {
        kind: Kind::Postfix,
        road: "no sign-in where it is wanted",
        does: "does not ask for a sign-in that it wants (530); it refuses the recipients:",
        shown_by: "554 5.7.1 <hana@example.org>: Recipient address rejected: Access denied",
    },
    Surprise {
        kind: Kind::Postfix,
        road: "thirty recipients, all refused",
        does: "ends a session after twenty refusals, so that the other recipients are never answered:",
        shown_by: "421 4.7.0 mx.interop.example Error: too many errors",
    },
    Surprise {
        kind: Kind::OpenSmtpd,
        road: "the only recipient refused",
        does: "offers ENHANCEDSTATUSCODES and refuses without one:",
        shown_by: "550 Invalid recipient: <refused@example.org>",
    },
    Surprise {
        kind: Kind::OpenSmtpd,
        road: "a local part in quotes",
        does: "takes quotes in an address for an error:",
        shown_by: "501 5.1.3 Recipient address syntax error",
    },
    Surprise {
        kind: Kind::OpenSmtpd,
        road: "too large, found out at the end",
        does: "passes over the size that MAIL declares, and refuses what is too large when all of it is there:",
        shown_by: "554 5.3.4 Message too big for system: Transaction failed, message too big",
    },
    Surprise {
        kind: Kind::Dovecot,
        road: "the only recipient refused",
        does: "puts an enhanced code of its own, which says nothing, before the one of the server behind it:",
        shown_by: "550 5.0.0 <refused@example.org> 5.1.1 No such mailbox",
    },
    Surprise {
        kind: Kind::Dovecot,
        road: "in clear",
        does: "does so where the code is the same, too:",
        shown_by: "250 2.1.0 2.1.0 Ok",
    },
    Surprise {
        kind: Kind::Dovecot,
        road: "by BDAT, sender refused",
        does: "may crash (an assertion in 2.4.1) when it refuses a MAIL with more commands behind it: here before it answers any of them, and elsewhere \
               at an RSET. By then the message has left here, with its end, so that nobody can say what became of it:",
        shown_by: "Closed { by: Server }",
    },
    Surprise {
        kind: Kind::Aiosmtpd,
        road: "sign-in, LOGIN",
        does: "ends its questions with a NUL; in base64 it asks for `User Name\\0`:",
        shown_by: "334 VXNlciBOYW1lAA==",
    },
    Surprise {
        kind: Kind::Aiosmtpd,
        road: "a line held for longer than the server waits",
        does: "closes without a 421 when it has waited long enough; the end is all there is in the transcript:",
        shown_by: "Closed { by: Server }",
    },
    Surprise {
        kind: Kind::SmtpServer,
        road: "sign-in in clear where TLS is wanted",
        does: "offers AUTH before STARTTLS, to refuse it:",
        shown_by: "538 Error: Must issue a STARTTLS command first",
    },
    Surprise {
        kind: Kind::SmtpServer,
        road: "a local part in quotes",
        does: "takes quotes in an address for an error:",
        shown_by: "501 Error: Bad recipient address syntax",
    },
];

/// The quirks that were not observed, although the scenario has only one possible result. They are
/// no longer true and must be removed.
#[must_use]
pub fn absent(column: &Column) -> Vec<String> {
    ALL.iter()
        .filter(|surprise| surprise.kind == column.kind)
        .filter(|surprise| {
            !column.cells.get(surprise.road).is_some_and(|cell| {
                // With an alternative result, the quirk may not show.
                cell.text.contains(OR) || cell.transcript.contains(surprise.shown_by)
            })
        })
        .map(|surprise| {
            format!(
                "{}, {}: it is said that {} `{}`, and it was not so",
                surprise.kind.name(),
                surprise.road,
                surprise.does,
                surprise.shown_by
            )
        })
        .collect()
}
