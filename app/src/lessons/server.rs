//! What the server makes of the conversation: what it waits for, the envelope so far, and the
//! octets of the line that was sent last.

use leptos::prelude::*;
use smtp::{Class, CommandKind, Entry, Event, Span};

use super::store::use_lessons;
use crate::connection::use_connection;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;

/// The most octets of a line that are shown.
const MOST_OCTETS: usize = 96;

/// What a server waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Waits {
    /// A connection.
    #[default]
    Nothing,
    /// EHLO or HELO.
    Hello,
    /// The answer to a challenge.
    Response,
    /// MAIL, or STARTTLS or AUTH before it.
    Mail,
    /// RCPT.
    Rcpt,
    /// Another RCPT, or the message.
    RcptOrData,
    /// The message, until its dot.
    Message,
    /// Nothing any more.
    Closed,
}

/// In the order of a dialogue.
const ALL: [Waits; 7] = [
    Waits::Hello,
    Waits::Response,
    Waits::Mail,
    Waits::Rcpt,
    Waits::RcptOrData,
    Waits::Message,
    Waits::Closed,
];

impl Waits {
    fn words(self, locale: Locale) -> &'static str {
        match self {
            Waits::Nothing => "",
            Waits::Hello => "EHLO / HELO",
            Waits::Response => locale.server_response(),
            Waits::Mail => "MAIL",
            Waits::Rcpt => "RCPT",
            Waits::RcptOrData => "RCPT / DATA",
            Waits::Message => locale.server_message(),
            Waits::Closed => locale.server_closed(),
        }
    }
}

/// What the server has understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Understood {
    waits: Waits,
    from: Option<String>,
    to: Vec<String>,
    signed_in: bool,
    tls: bool,
    /// The line that was sent last, as it was shown.
    line: Option<String>,
}

impl Understood {
    fn of(entries: &[Entry]) -> Understood {
        let mut all = Understood::default();
        for entry in entries {
            all.tls = entry.secured;
            match &entry.event {
                Event::Sent { line, .. } => all.line = Some(text(line)),
                Event::Secured { .. } => {
                    all.waits = Waits::Hello;
                    all.tls = true;
                }
                Event::Closed { .. } => all.waits = Waits::Closed,
                Event::Received { reply, answers, .. } => {
                    let line = answers.and_then(|seq| {
                        let at = entries.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
                        match &entries[at].event {
                            Event::Sent { command, line, .. } => Some((*command, text(line))),
                            _ => None,
                        }
                    });
                    match line {
                        Some((command, line)) => all.answered(command, &line, reply.class()),
                        None if reply.is(220) => all.waits = Waits::Hello,
                        None => {}
                    }
                    if reply.is(421) {
                        all.waits = Waits::Closed;
                    }
                }
                _ => {}
            }
        }
        all
    }

    fn answered(&mut self, command: CommandKind, line: &str, class: Class) {
        use CommandKind as Kind;
        match (command, class) {
            (Kind::Auth | Kind::AuthResponse, Class::Intermediate) => {
                self.waits = Waits::Response;
            }
            (Kind::Auth | Kind::AuthResponse | Kind::AuthCancel, class) => {
                self.signed_in |= class == Class::Success;
                if self.waits == Waits::Response {
                    self.waits = Waits::Mail;
                }
            }
            (Kind::Ehlo | Kind::Helo | Kind::Rset, Class::Success) => {
                self.waits = Waits::Mail;
                self.from = None;
                self.to.clear();
            }
            (Kind::Mail(_), Class::Success) => {
                self.waits = Waits::Rcpt;
                self.from = Some(path(line));
                self.to.clear();
            }
            (Kind::Rcpt, Class::Success) => {
                self.waits = Waits::RcptOrData;
                self.to.push(path(line));
            }
            (Kind::Data, Class::Intermediate) => self.waits = Waits::Message,
            (Kind::EndOfData | Kind::Bdat { last: true }, _) if self.from.is_some() => {
                self.waits = Waits::Mail;
            }
            (Kind::Quit, Class::Success) => self.waits = Waits::Closed,
            _ => {}
        }
    }
}

fn text(line: &[Span]) -> String {
    let span = |span: &Span| match span {
        Span::Text(text) => text.clone(),
        Span::Secret => smtp::SECRET.to_owned(),
    };
    line.iter().map(span).collect()
}

/// What stands between the angle brackets.
fn path(line: &str) -> String {
    let behind = line.split_once('<').map_or("", |(_, behind)| behind);
    behind
        .rsplit_once('>')
        .map_or(behind, |(path, _)| path)
        .to_owned()
}

/// Octets as hexadecimal numbers.
fn hex(octets: &[u8]) -> String {
    let numbers = octets.iter().map(|octet| format!("{octet:02x}"));
    numbers.collect::<Vec<_>>().join(" ")
}

/// What the server makes of the conversation.
#[component]
#[must_use]
pub(super) fn ServerSide() -> impl IntoView {
    let language = use_language();
    let lessons = use_lessons();
    let understood = Memo::new(move |_| {
        let run = lessons.run.get()?;
        let understood = |told: crate::submission::Rehearsed<'_>| Understood::of(told.entries);
        lessons.submission.rehearsed(run.id, understood)
    });
    let understood = move || understood.get().unwrap_or_default();
    let waits = move || {
        let now = understood().waits;
        let all = ALL.into_iter().map(|one| {
            let class = if one == now {
                "server-state now"
            } else {
                "server-state"
            };
            view! {
                <li class=class aria-current=(one == now).then_some("step")>
                    {one.words(language.get())}
                </li>
            }
        });
        all.collect_view()
    };
    let yes_no = move |yes: bool| {
        let locale = language.get();
        if yes {
            locale.server_yes()
        } else {
            locale.server_no()
        }
    };
    let connection = use_connection();
    let tls = move || match understood().tls {
        true if connection.is_alone() => language.get().server_tls_simulated(),
        tls => yes_no(tls),
    };
    let from = move || match understood().from {
        Some(from) => visible(&format!("<{from}>")),
        None => "–".to_owned(),
    };
    let to = move || {
        let to = understood().to;
        if to.is_empty() {
            return "–".to_owned();
        }
        let to = to.iter().map(|to| visible(&format!("<{to}>")));
        to.collect::<Vec<_>>().join(" ")
    };
    let octets = move || {
        let line = understood().line?;
        let shown = if line.contains(smtp::SECRET) {
            // The octets of a secret are not known here, and would not be shown.
            visible(&line)
        } else {
            let octets = [line.as_bytes(), b"\r\n"].concat();
            let more = if octets.len() > MOST_OCTETS {
                " …"
            } else {
                ""
            };
            format!("{}{more}", hex(&octets[..octets.len().min(MOST_OCTETS)]))
        };
        Some(view! {
            <p class="server-line">{visible(&line)}</p>
            <p class="server-octets">{shown}</p>
        })
    };
    view! {
        <section class="pane server-side" aria-label=language.words(Locale::server_side)>
            <h3>{language.words(Locale::server_waits)}</h3>
            <ol>{waits}</ol>
            <h3>{language.words(Locale::server_envelope)}</h3>
            <dl>
                <dt>"MAIL FROM"</dt><dd>{from}</dd>
                <dt>"RCPT TO"</dt><dd>{to}</dd>
                <dt>{language.words(Locale::server_signed_in)}</dt>
                <dd>{move || yes_no(understood().signed_in)}</dd>
                <dt>"TLS"</dt><dd>{tls}</dd>
            </dl>
            <h3>{language.words(Locale::server_octets)}</h3>
            {octets}
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_stands_between_the_brackets() {
        assert_eq!(path("MAIL FROM:<a@b> SIZE=1"), "a@b");
        assert_eq!(path("MAIL FROM:<>"), "");
        assert_eq!(path("RCPT TO:a"), "");
    }

    #[test]
    fn octets_are_shown_as_numbers() {
        assert_eq!(hex(b"EHLO\r\n"), "45 48 4c 4f 0d 0a");
    }
}
