//! The conversation, line by line.

use std::fmt::Write as _;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use smtp::{Entry, Event, Operator, Side, Span, Stage};
use wasm_bindgen::JsCast;

use crate::explain::bar::Explain;
use crate::i18n::Locale;
use crate::i18n::words::{self, in_language, say, w};
use crate::state::{State, use_state};
use crate::submission::entry;
use crate::submission::model::{Phase, STAGES, Session, Step};
use crate::submission::outcome::OutcomeBanner;
use crate::submission::transcript::Transcript;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::visible::visible;

/// The wire pane.
#[component]
#[must_use]
pub fn Wire() -> impl IntoView {
    let state = use_state();
    view! {
        <section class="pane wirepane" aria-label=w!(state, wire)>
            <Stages/>
            <Lanes/>
            <Transcript/>
            <OutcomeBanner/>
            <Explain/>
        </section>
    }
}

/// Where the send is, in six steps.
#[component]
fn Stages() -> impl IntoView {
    let state = use_state();
    let name = move |stage: Stage| match stage {
        Stage::Connect => say!(state, stage_connect),
        Stage::Tls => say!(state, stage_tls),
        Stage::SignIn => say!(state, stage_sign_in),
        Stage::Envelope => say!(state, stage_envelope),
        Stage::Message => say!(state, stage_message),
        Stage::Accepted => say!(state, stage_accepted),
    };
    let one = move |(at, step): (usize, Step)| {
        let (class, sign, said) = match step {
            Step::Todo => ("stage", (at + 1).to_string(), say!(state, step_todo)),
            Step::Now => ("stage now", (at + 1).to_string(), say!(state, step_now)),
            Step::Done => ("stage done", "✓".to_owned(), say!(state, step_done)),
            Step::Passed => ("stage passed", "–".to_owned(), say!(state, step_passed)),
            Step::Failed => ("stage failed", "✕".to_owned(), say!(state, step_failed)),
        };
        view! {
            <li class=class aria-current=(step == Step::Now).then_some("step")>
                <b aria-hidden="true">{sign}</b>
                <span class="stage-name">{name(STAGES[at])}</span>
                <span class="unseen">{said}</span>
            </li>
        }
    };
    let empty = move || state.session.with(|session| session.entries.is_empty());
    let steps = Memo::new(move |_| state.session.with(Session::steps));
    let abort = move |_| {
        state.operate(Operator::Abort);
    };
    // A line that is held has a button of its own for this.
    let running = move || {
        state
            .session
            .with(|session| session.phase == Phase::Running)
    };
    view! {
        <div class="stages">
            <ol aria-label=w!(state, stages)>
                {move || steps.get().into_iter().enumerate().map(one).collect_view()}
            </ol>
            <span class="spacer"></span>
            <Show when=running>
                <button type="button" class="btn danger abort" on:click=abort>
                    {w!(state, abort)}
                </button>
            </Show>
            <button type="button" class="icon" disabled=empty
                aria-label=w!(state, export) title=w!(state, export)
                on:click=move |_| export(state)>
                <Icon glyph=Glyph::Download/>
            </button>
        </div>
    }
}

#[component]
fn Lanes() -> impl IntoView {
    let state = use_state();
    let name = |session: &Session| {
        let sent_to = session.sent_to.as_ref();
        sent_to.map_or_else(String::new, |to| to.name.clone())
    };
    let name = Memo::new(move |_| state.session.with(name));
    view! {
        <div class="lanes" aria-hidden="true">
            <span>{w!(state, time)}</span>
            <span><b>{w!(state, lane_here)}</b><b>{move || name.get()}</b></span>
            <span>{w!(state, wait)}</span>
        </div>
    }
}

/// Saves the transcript as a text file, in the arrows that swaks made common. Such a file is read
/// in a terminal, too, so nothing in it may be more than text there.
fn export(state: State) {
    let locale = state.locale.get_untracked();
    let text = state.session.with_untracked(|session| {
        let mut text = String::new();
        for entry in &session.entries {
            line(&mut text, locale, entry);
        }
        text
    });
    let octets = Uint8Array::from(text.as_bytes());
    let saved = web_sys::Blob::new_with_u8_array_sequence(&Array::of1(&octets))
        .and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let Ok(url) = saved else { return };
    if let Ok(link) = document().create_element("a")
        && let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>()
    {
        link.set_href(&url);
        link.set_download("glasspost-transcript.txt");
        link.click();
    }
    web_sys::Url::revoke_object_url(&url).ok();
}

fn line(text: &mut String, locale: Locale, entry: &Entry) {
    // Writing to a String can't fail.
    let _ = match &entry.event {
        Event::Sent { line, .. } => {
            let line: String = line
                .iter()
                .map(|span| match span {
                    Span::Text(text) => visible(text),
                    Span::Secret => format!("[{}]", in_language!(locale, secret)),
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
            writeln!(text, "=== {} {peer}", in_language!(locale, connecting_to))
        }
        Event::ConnectFailed { peer, why } => writeln!(
            text,
            "*** {} {peer}: {}",
            in_language!(locale, no_connection_to),
            entry::reason(locale, *why)
        ),
        Event::NoGreeting { waited_ms, .. } => writeln!(
            text,
            "*** {} {waited_ms} ms",
            in_language!(locale, no_greeting_after)
        ),
        Event::Connected { peer } => {
            writeln!(text, "=== {} {peer}", in_language!(locale, connected_to))
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
        } => writeln!(
            text,
            "=== {}: {octets} B, {wire_octets} B {}, {lines} {}, {stuffed} {}",
            in_language!(locale, the_message),
            in_language!(locale, on_the_wire),
            in_language!(locale, lines),
            in_language!(locale, dots_stuffed),
        ),
        Event::Skipped { .. } => writeln!(text, "=== {}", in_language!(locale, skipped)),
        Event::Violation { what, text: sent } => {
            let what = visible(&words::violation(locale, what));
            writeln!(text, "*** {what}: {}", visible(sent))
        }
        Event::Closed { by } => {
            let words = match by {
                Side::Client => in_language!(locale, closed_by_client),
                Side::Server => in_language!(locale, closed_by_server),
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
        line(&mut text, Locale::en, &entry);
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
