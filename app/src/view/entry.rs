//! One line of the conversation.

use leptos::prelude::*;
use smtp::{Class, Entry, Event, Origin, Reply, Side, Span, TlsFacts};

use crate::session::Session;
use crate::state::{State, use_state};
use crate::view::icon::{Icon, icon};
use crate::view::part::{click, part, parts};
use crate::visible::visible;
use crate::words::{self, say, w};

/// The line with this number.
#[component]
#[must_use]
pub fn Row(
    /// The number.
    seq: u32,
) -> AnyView {
    let state = use_state();
    // An entry never changes once it is recorded.
    let entry = state
        .session
        .with_untracked(|session| session.by_seq(seq).cloned());
    let row = |entry: Entry| {
        let chosen = Memo::new(move |_| is_chosen(state, seq));
        let class = class(&entry);
        let secured = entry.secured;
        let at = words::milliseconds(entry.at_us);
        let wait = match entry.event {
            Event::Received { wait_us, .. } => words::milliseconds(wait_us),
            _ => String::new(),
        };
        part! {
            <div id=format!("line-{seq}") class=class class:tls=secured class:sel=move || chosen.get() role="option" aria-selected=move || if chosen.get() { "true" } else { "false" }
                on:click=click(move || state.selected.set(Some(seq)))>
                <time>{at}</time>
                {content(state, entry, chosen)}
                <em>{wait}</em>
            </div>
        }
    };
    parts(entry.map(row))
}

fn is_chosen(state: State, seq: u32) -> bool {
    match state.selected.get() {
        Some(chosen) => chosen == seq,
        // Nothing chosen: the newest line is explained, unless something newer than it is.
        None => state.session.with(|session| {
            explains_newest(session) && session.entries.last().is_some_and(|last| last.seq == seq)
        }),
    }
}

/// Whether the newest line is what there is to explain: not while a line is held, and not once the end is known.
#[must_use]
pub fn explains_newest(session: &Session) -> bool {
    session.held().is_none() && session.ending().is_none()
}

fn class(entry: &Entry) -> &'static str {
    match &entry.event {
        Event::Sent { .. } => "row c",
        Event::Received { .. } => "row s",
        Event::Violation { .. } => "row s violation",
        Event::Skipped { .. } => "row c skipped",
        Event::Secured { .. } => "row mark secured",
        Event::Connected { .. } | Event::Message { .. } | Event::Closed { .. } => "row mark",
    }
}

fn content(state: State, entry: Entry, chosen: Memo<bool>) -> AnyView {
    match entry.event {
        Event::Sent { line, origin } => sent(state, line, origin),
        Event::Received { reply, .. } => received(state, reply, chosen),
        Event::Secured { tls } => {
            let names = tls.clone();
            part! { <div class="l">{icon(Icon::Lock)}<span>{move || facts(state, &names)}</span></div> }
        }
        Event::Connected { peer } => {
            part! { <div class="l"><span>{w!(state, connected_to)}" "<code>{peer}</code></span></div> }
        }
        Event::Message {
            wire_octets,
            lines,
            stuffed,
            ..
        } => part! {
            <div class="l"><span>
                {w!(state, the_message)}": "{words::octets(wire_octets)}", "{lines}" "{w!(state, lines)}
                {(stuffed > 0).then(|| part! { ", " {stuffed} " " {w!(state, dots_stuffed)} })}
            </span><span class="arrow"></span></div>
        },
        Event::Skipped { line } => {
            part! { <div class="l"><span class="tag">{w!(state, skipped)}</span><code>{spans(state, line)}</code></div> }
        }
        Event::Violation { what, text } => part! {
            <div class="l"><span class="arrow"></span><code><span class="code k5">"!"</span>" "{visible(&what)}{(!text.is_empty()).then(|| format!(": {}", visible(&text)))}</code></div>
        },
        Event::Closed { by } => part! {
            <div class="l"><span>{move || match by {
                Side::Client => say!(state, closed_by_client),
                Side::Server => say!(state, closed_by_server),
            }}</span></div>
        },
    }
}

fn sent(state: State, line: Vec<Span>, origin: Origin) -> AnyView {
    let tag = move || match origin {
        Origin::Planned => None,
        Origin::Edited => Some(say!(state, edited)),
        Origin::Typed => Some(say!(state, typed)),
    };
    part! {
        <div class="l"><code>{spans(state, line)}</code>{move || tag().map(|tag| part! { <span class="tag">{tag}</span> })}<span class="arrow"></span></div>
    }
}

fn spans(state: State, line: Vec<Span>) -> AnyView {
    parts(line.into_iter().map(|span| match span {
        Span::Text(text) => visible(&text).into_any(),
        // A secret leaves no trace, not even its length.
        Span::Secret => {
            part! { <span class="red" role="img" aria-label=w!(state, secret)>"••••••••"</span> }
        }
    }))
}

fn received(state: State, reply: Reply, chosen: Memo<bool>) -> AnyView {
    let code = reply.code.to_string();
    let class = code_class(reply.class());
    let several = reply.lines.len() > 1;
    let short = summary(&reply);
    let all = reply
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            format!(
                "{}{}{}",
                reply.code,
                if at + 1 == reply.lines.len() {
                    ' '
                } else {
                    '-'
                },
                visible(line)
            )
        })
        .collect::<Vec<_>>();
    part! {
        <div class="l">
            <span class="arrow"></span>
            <code><span class=class>{code}</span>" "{short}</code>
        </div>
        {move || (several && chosen.get()).then(|| part! {
            <div class="all" role="group" aria-label=w!(state, whole_reply)>{parts(all.iter().map(|line| part! { <code>{line.clone()}</code> }))}</div>
        })}
    }
}

/// The colours of a reply code.
#[must_use]
pub fn code_class(class: Class) -> &'static str {
    match class {
        Class::Success => "code k2",
        Class::Intermediate => "code k3",
        Class::Temporary => "code k4",
        Class::Permanent => "code k5",
    }
}

/// Capabilities worth a place in one line: those that decide how a message is sent.
const TELLING: [&str; 8] = [
    "STARTTLS",
    "AUTH",
    "SIZE",
    "PIPELINING",
    "CHUNKING",
    "SMTPUTF8",
    "8BITMIME",
    "DSN",
];

/// A reply in one line. Of an EHLO's reply, what it offers.
fn summary(reply: &Reply) -> String {
    let lines = &reply.lines;
    if lines.len() == 1 {
        return visible(&lines[0]);
    }
    let offered: Vec<&str> = TELLING
        .iter()
        .filter_map(|keyword| {
            lines[1..].iter().map(String::as_str).find(|line| {
                line.get(..keyword.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(keyword))
                    && line[keyword.len()..]
                        .chars()
                        .next()
                        .is_none_or(|next| next == ' ')
            })
        })
        .take(4)
        .collect();
    if reply.is(250) && !offered.is_empty() {
        let rest = lines.len() - 1 - offered.len();
        let more = if rest == 0 {
            String::new()
        } else {
            format!(" · +{rest}")
        };
        return visible(&offered.join(" · ")) + &more;
    }
    format!("{} · +{}", visible(&lines[0]), lines.len() - 1)
}

fn facts(state: State, tls: &TlsFacts) -> String {
    let trust = match &tls.trust {
        smtp::Trust::Platform => format!("{} {}", say!(state, tls_issued_by), tls.issuer),
        smtp::Trust::ExtraCa => format!("{} {}", say!(state, tls_extra_ca), tls.issuer),
        smtp::Trust::PracticeCa => say!(state, tls_practice_ca).to_owned(),
        smtp::Trust::Unverified { why } => format!("{} {why}", say!(state, tls_unverified)),
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
        assert_eq!(summary(&reply), expect);
    }

    #[test]
    fn replies_in_one_line() {
        check(250, &["ok"], "ok");
        check(
            250,
            &["mail.example", "SIZE 1000", "starttls", "XFOO", "STARTTLSX"],
            "starttls · SIZE 1000 · +2",
        );
        check(250, &["mail.example", "8BITMIME"], "8BITMIME");
        check(550, &["no", "really"], "no · +1");
        check(250, &["a\u{1b}[2J"], "a␛[2J");
    }
}
