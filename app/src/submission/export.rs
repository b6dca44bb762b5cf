//! The transcript as a text file.

use std::fmt::Write as _;

use smtp::{Entry, Event, Side, Span};

use super::entry;
use super::store::SubmissionStore;
use crate::i18n::{Locale, protocol};
use crate::ui::download::{NotSaved, save};
use crate::ui::visible::visible;

/// Saves the transcript as a text file, with the arrows that swaks made common. Such a file is also
/// read in a terminal, so it holds nothing that a terminal would take for a command.
///
/// # Errors
/// If the browser can't create the file.
pub(super) fn export(submission: SubmissionStore, locale: Locale) -> Result<(), NotSaved> {
    let text = submission.read_untracked(|submission| transcript(&submission.entries, locale));
    save("glasspost-transcript.txt", text.as_bytes())
}

/// These entries as a text, see [`export`].
#[must_use]
pub fn transcript(entries: &[Entry], locale: Locale) -> String {
    let mut text = String::new();
    for entry in entries {
        line(&mut text, locale, entry);
    }
    text
}

fn line(text: &mut String, locale: Locale, entry: &Entry) {
    // Writing to a String can't fail.
    let _ = match &entry.event {
        Event::Sent { line, .. } => {
            let line: String = line
                .iter()
                .map(|span| match span {
                    Span::Text(text) => visible(text),
                    Span::Secret => format!("[{}]", locale.secret()),
                })
                .collect();
            writeln!(text, " {} {line}", if entry.secured { "~>" } else { "->" })
        }
        Event::Received { reply, .. } => {
            let arrow = match (entry.secured, reply.class()) {
                (false, smtp::Class::Success | smtp::Class::Intermediate) => "<- ",
                (true, smtp::Class::Success | smtp::Class::Intermediate) => "<~ ",
                (false, _) => "<**",
                (true, _) => "<~*",
            };
            let last = reply.lines.len().saturating_sub(1);
            reply.lines.iter().enumerate().try_for_each(|(at, line)| {
                writeln!(
                    text,
                    "{arrow} {}{}{}",
                    reply.code,
                    if at == last { ' ' } else { '-' },
                    visible(line)
                )
            })
        }
        Event::Resolved { lookup } => {
            writeln!(text, "=== {}", entry::found(locale, lookup))
        }
        Event::Connecting { peer } => {
            writeln!(text, "=== {} {peer}", locale.connecting_to())
        }
        Event::ConnectFailed { peer, why } => writeln!(
            text,
            "*** {} {peer}: {}",
            locale.no_connection_to(),
            entry::reason(locale, *why)
        ),
        Event::NoGreeting { waited_ms, .. } => {
            let waited = format_args!("{waited_ms} ms");
            writeln!(text, "*** {}", locale.no_greeting_after(waited))
        }
        Event::Connected { peer } => {
            writeln!(text, "=== {} {peer}", locale.connected_to())
        }
        Event::Secured { tls } => writeln!(
            text,
            "=== {} {} {} {}",
            tls.version,
            tls.cipher,
            tls.key_exchange.as_deref().unwrap_or(""),
            visible(&tls.name)
        ),
        Event::Message {
            octets,
            wire_octets,
            lines,
            stuffed,
        } => {
            let wire = locale.on_the_wire(format_args!("{wire_octets} B"));
            let message = locale.the_message(format_args!("{octets} B, {wire}"), lines);
            writeln!(text, "=== {}", locale.lines_and_dots(message, stuffed))
        }
        Event::Skipped { .. } => writeln!(text, "=== {}", locale.skipped()),
        Event::Violation { what, text: sent } => {
            let what = visible(&protocol::violation(locale, what));
            writeln!(text, "*** {what}: {}", visible(sent))
        }
        Event::Closed { by } => {
            let words = match by {
                Side::Client => locale.closed_by_client(),
                Side::Server => locale.closed_by_server(),
            };
            writeln!(text, "=== {words}")
        }
    };
}

#[cfg(test)]
mod tests {
    use smtp::{Code, Origin, Reply, Stage};

    use super::*;

    fn check(event: Event, expect: &str) {
        let mut text = String::new();
        let entry = Entry {
            seq: 0,
            at_us: 0,
            secured: false,
            stage: Stage::Connect,
            event,
        };
        line(&mut text, Locale::En, &entry);
        assert_eq!(text, expect);
    }

    #[test]
    fn an_exported_line_is_text_and_one_line() {
        let reply = |lines: &[&str]| Event::Received {
            reply: Reply::new(
                Code::new(250).expect("a code"),
                lines.iter().map(|line| (*line).to_owned()).collect(),
            ),
            answers: None,
            wait_us: 0,
            capabilities: None,
        };
        check(reply(&["a", "b"]), "<-  250-a\n<-  250 b\n");
        check(
            Event::Resolved {
                lookup: smtp::Lookup {
                    name: "mail.example".to_owned(),
                    addresses: vec!["[::1]:25".to_owned(), "127.0.0.2:25".to_owned()],
                    left_out: 2,
                    not_allowed: 1,
                },
            },
            "=== Addresses of mail.example: [::1]:25, 127.0.0.2:25 \
             · not tried (too many): 2 · not allowed: 1\n",
        );
        check(
            Event::ConnectFailed {
                peer: "[::1]:25".to_owned(),
                why: smtp::ConnectFailure::Refused,
            },
            "*** No connection to [::1]:25: refused\n",
        );
        check(
            reply(&["fine\r<** 550 refused", "\u{1b}[2J\u{202e}x"]),
            "<-  250-fine␍<** 550 refused\n<-  250 ␛[2J⟨U+202E⟩x\n",
        );
        check(
            Event::Violation {
                what: smtp::Violation::NoGreeting,
                text: "\u{1b}]0;x\u{7}".to_owned(),
            },
            "*** no SMTP greeting: ␛]0;x␇\n",
        );
        check(
            Event::Sent {
                command: smtp::CommandKind::Unknown,
                line: vec![Span::Text("A\r\nB ".to_owned()), Span::Secret],
                origin: Origin::Typed,
            },
            " -> A␍␊B [secret, not shown]\n",
        );
    }
}
