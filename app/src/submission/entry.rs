//! One line of the conversation.

use leptos::prelude::*;
use smtp::{
    Capabilities, ConnectFailure, Entry, Event, Lookup, Origin, Reply, Side, Span, TlsFacts,
};

use super::store::SubmissionStore;
use super::transcript::line_id;
use crate::i18n::{Language, Locale, protocol};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, code_class, numbers};

/// The row of an entry that is only looked at.
pub(super) fn plain_row(language: Language, entry: &Entry) -> impl IntoView + use<> {
    view! {
        <div class=class(entry) class:tls=entry.secured>
            <time>{numbers::milliseconds(entry.at_us)}</time>
            {content(language, &entry.event)}
            <em>{wait(entry)}</em>
        </div>
    }
}

/// How long a reply took.
fn wait(entry: &Entry) -> String {
    match entry.event {
        Event::Received { wait_us, .. } => numbers::milliseconds(wait_us),
        _ => String::new(),
    }
}

/// The row of an entry. The transcript marks the one that is chosen.
pub(super) fn row(
    submission: SubmissionStore,
    language: Language,
    entry: &Entry,
) -> impl IntoView + use<> {
    let seq = entry.seq;
    view! {
        <div id=line_id(seq) class=class(entry) class:tls=entry.secured
            role="option" aria-selected="false"
            on:click=move |_| submission.select(Some(seq))>
            <time>{numbers::milliseconds(entry.at_us)}</time>
            {content(language, &entry.event)}
            <em>{wait(entry)}</em>
        </div>
    }
}

fn class(entry: &Entry) -> &'static str {
    match &entry.event {
        Event::Sent { .. } => "row c",
        Event::Received { .. } => "row s",
        Event::Violation { .. } => "row s violation",
        Event::Skipped { .. } => "row c skipped",
        Event::Secured { .. } => "row mark secured",
        Event::Resolved { .. }
        | Event::Connecting { .. }
        | Event::ConnectFailed { .. }
        | Event::Connected { .. }
        | Event::NoGreeting { .. }
        | Event::Message { .. }
        | Event::Closed { .. } => "row mark",
    }
}

fn content(language: Language, event: &Event) -> AnyView {
    match event {
        Event::Sent { line, origin, .. } => sent(language, line, *origin).into_any(),
        Event::Received {
            reply,
            capabilities,
            ..
        } => received(language, reply, capabilities.as_deref()).into_any(),
        Event::Secured { tls } => {
            let names = tls.clone();
            view! {
                <div class="l">
                    <Icon glyph=Glyph::Lock/><span>{move || facts(language, &names)}</span>
                </div>
            }
            .into_any()
        }
        Event::Resolved { lookup } => {
            let lookup = lookup.clone();
            view! {
                <div class="l"><span>{move || found(language.get(), &lookup)}</span></div>
            }
            .into_any()
        }
        Event::Connecting { peer } => view! {
            <div class="l">
                <span>{language.words(Locale::connecting_to)}" "<code>{peer.clone()}</code></span>
            </div>
        }
        .into_any(),
        Event::ConnectFailed { peer, why } => {
            let why = *why;
            let why = move || reason(language.get(), why);
            let words = language.words(Locale::no_connection_to);
            view! {
                <div class="l"><span class="code k4">"!"</span>
                    <span>{words}" "<code>{peer.clone()}</code>": "{why}</span></div>
            }
            .into_any()
        }
        Event::NoGreeting { waited_ms, .. } => {
            let waited = numbers::milliseconds(waited_ms.saturating_mul(1_000));
            let words = move || language.get().no_greeting_after(&waited);
            view! {
                <div class="l"><span class="code k4">"!"</span><span>{words}</span></div>
            }
            .into_any()
        }
        Event::Connected { peer } => view! {
            <div class="l">
                <span>{language.words(Locale::connected_to)}" "<code>{peer.clone()}</code></span>
            </div>
        }
        .into_any(),
        Event::Message {
            wire_octets,
            lines,
            stuffed,
            ..
        } => {
            let (size, lines, stuffed) = (numbers::octets(*wire_octets), *lines, *stuffed);
            let words = move || {
                let message = language.get().the_message(&size, lines);
                match stuffed {
                    0 => message,
                    dots => language.get().lines_and_dots(message, dots),
                }
            };
            view! { <div class="l"><span>{words}</span><span class="arrow"></span></div> }
                .into_any()
        }
        Event::Skipped { line } => view! {
            <div class="l">
                <span class="tag">{language.words(Locale::skipped)}</span>
                <code>{spans(language, line)}</code>
            </div>
        }
        .into_any(),
        Event::Violation { what, text } => {
            let what = what.clone();
            let what = move || visible(&protocol::violation(language.get(), &what));
            let sent = (!text.is_empty()).then(|| format!(": {}", visible(text)));
            view! {
                <div class="l">
                    <span class="arrow"></span>
                    <code><span class="code k5">"!"</span>" "{what}{sent}</code>
                </div>
            }
            .into_any()
        }
        Event::Closed { by } => {
            let words = match by {
                Side::Client => language.words(Locale::closed_by_client),
                Side::Server => language.words(Locale::closed_by_server),
            };
            view! { <div class="l"><span>{words}</span></div> }.into_any()
        }
    }
}

/// The addresses of a name, and what is not tried of them.
pub(super) fn found(locale: Locale, lookup: &Lookup) -> String {
    let (name, addresses) = (visible(&lookup.name), lookup.addresses.join(", "));
    let mut parts = vec![locale.addresses_of(name, addresses)];
    if lookup.left_out > 0 {
        parts.push(locale.addresses_left_out(lookup.left_out));
    }
    if lookup.not_allowed > 0 {
        parts.push(locale.addresses_not_allowed(lookup.not_allowed));
    }
    parts.join(" · ")
}

/// Why an attempt failed, in a word.
pub(super) fn reason(locale: Locale, why: ConnectFailure) -> &'static str {
    match why {
        ConnectFailure::Refused => locale.attempt_refused(),
        ConnectFailure::TimedOut => locale.attempt_timed_out(),
        ConnectFailure::Reset => locale.attempt_reset(),
        ConnectFailure::Unreachable
        | ConnectFailure::NoSuchHost
        | ConnectFailure::LookupTimedOut => locale.attempt_unreachable(),
    }
}

fn sent(language: Language, line: &[Span], origin: Origin) -> impl IntoView + use<> {
    let tag = match origin {
        Origin::Planned => None,
        Origin::Edited => Some(language.words(Locale::edited)),
        Origin::Typed => Some(language.words(Locale::typed)),
    };
    view! {
        <div class="l">
            <code>{spans(language, line)}</code>
            {tag.map(|tag| view! { <span class="tag">{tag}</span> })}
            <span class="arrow"></span>
        </div>
    }
}

fn spans(language: Language, line: &[Span]) -> Vec<AnyView> {
    line.iter()
        .map(|span| match span {
            Span::Text(text) => visible(text).into_any(),
            // Nothing of a secret is shown, not even its length.
            Span::Secret => view! {
                <span class="red" role="img" aria-label=language.words(Locale::secret)>
                    "••••••••"
                </span>
            }
            .into_any(),
        })
        .collect()
}

fn received(
    language: Language,
    reply: &Reply,
    capabilities: Option<&Capabilities>,
) -> impl IntoView + use<> {
    let last = reply.lines.len().saturating_sub(1);
    let line = |(at, line): (usize, &String)| {
        let between = if at == last { ' ' } else { '-' };
        view! { <code>{format!("{}{between}{}", reply.code, visible(line))}</code> }
    };
    view! {
        <div class="l">
            <span class="arrow"></span>
            <code>
                <span class=code_class(reply.class())>{reply.code.to_string()}</span>
                " "{summary(reply, capabilities)}
            </code>
        </div>
        {(last > 0).then(|| view! {
            <div class="all" role="group" aria-label=language.words(Locale::whole_reply)>
                {reply.lines.iter().enumerate().map(line).collect_view()}
            </div>
        })}
    }
}

/// Most extensions named in one line.
const EXTENSIONS: usize = 4;

/// A reply in one line. Of the reply to EHLO, what it offers.
fn summary(reply: &Reply, capabilities: Option<&Capabilities>) -> String {
    let first = reply.lines.first().map_or("", String::as_str);
    let more = reply.lines.len().saturating_sub(1);
    let offered: Vec<String> = capabilities
        .into_iter()
        .flat_map(|all| all.keywords().map(|keyword| extension(all, keyword)))
        .take(EXTENSIONS)
        .collect();
    let (shown, rest) = if offered.is_empty() {
        (visible(first), more)
    } else {
        let rest = more.saturating_sub(offered.len());
        (visible(&offered.join(" · ")), rest)
    };
    match rest {
        0 => shown,
        rest => format!("{shown} · +{rest}"),
    }
}

/// An extension and its parameters.
fn extension(all: &Capabilities, keyword: &str) -> String {
    match (keyword, all.size) {
        ("SIZE", Some(limit)) if limit > 0 => format!("SIZE {limit}"),
        ("AUTH", _) => format!("AUTH {}", all.auth.join(" ")),
        _ => keyword.to_owned(),
    }
}

fn facts(language: Language, tls: &TlsFacts) -> String {
    let trust = match &tls.trust {
        smtp::Trust::Platform => language.get().tls_issued_by(&tls.issuer),
        smtp::Trust::ExtraCa => language.get().tls_extra_ca(&tls.issuer),
        smtp::Trust::PracticeCa => language.get().tls_practice_ca().to_owned(),
        smtp::Trust::Simulated => language.get().tls_simulated().to_owned(),
    };
    let parts = [
        Some(tls.version.as_str()),
        Some(tls.cipher.as_str()),
        tls.key_exchange.as_deref(),
        Some(tls.name.as_str()),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .map(visible)
        .chain([visible(&trust)])
        .collect();
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use smtp::Code;

    use super::*;

    fn check(code: u16, lines: &[&str], expect: &str) {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let reply = Reply::new(Code::new(code).expect("a code"), lines);
        let capabilities = reply.is(250).then(|| Capabilities::read(&reply));
        assert_eq!(summary(&reply, capabilities.as_ref()), expect);
    }

    #[test]
    fn replies_in_one_line() {
        check(250, &["ok"], "ok");
        check(
            250,
            &["mail.example", "SIZE 1000", "starttls", "XFOO", "STARTTLSX"],
            "STARTTLS · SIZE 1000 · +2",
        );
        check(
            250,
            &["mail.example", "auth plain login", "DSN", "SIZE", "X"],
            "AUTH PLAIN LOGIN · SIZE · DSN · +1",
        );
        check(250, &["mail.example", "8BITMIME"], "8BITMIME");
        check(250, &["mail.example", "X"], "mail.example · +1");
        check(550, &["no", "really"], "no · +1");
        check(250, &["a\u{1b}[2J"], "a␛[2J");
    }
}
