//! A message that was sent: what became of it, and the message itself.

use std::sync::Arc;

use leptos::prelude::*;

use super::model::{Details, Piece, Sent};
use super::store::use_history;
use crate::i18n::{Locale, use_language};
use crate::submission::{Recipient, ending_words};
use crate::ui::visible::{visible, visible_lines};
use crate::ui::{Glyph, Icon, IconButton, dom, moment, numbers, show_pane};

/// The most octets of the message that are shown. All of it can be saved.
const SHOWN: usize = 200_000;

/// The message, with what can be done with it. None of it sends anything.
#[component]
#[must_use]
pub(super) fn Detail(
    /// What the list shows of it.
    sent: Sent,
    /// The rest.
    details: Arc<Details>,
) -> impl IntoView {
    let language = use_language();
    let history = use_history();
    let show = show_pane();
    let title = visible(&sent.title);
    let title = move || match title.as_str() {
        "" => language.get().no_subject().to_owned(),
        title => title.to_owned(),
    };
    let act =
        |act: fn(super::store::HistoryStore, &Details, Callback<&'static crate::ui::Pane>)| {
            let details = Arc::clone(&details);
            move |_: leptos::ev::MouseEvent| act(history, &details, show)
        };
    let has_draft = details.draft.is_some();
    let over = details.ending.is_some();
    let any_refused = !details.refused().is_empty();
    let resend = has_draft.then(|| {
        view! {
            <button type="button" class="btn" on:click=act(|history, details, show| {
                history.resend(details, show);
            })>
                <Icon glyph=Glyph::Pen/>{language.words(Locale::resend)}
            </button>
        }
    });
    let refused = (has_draft && any_refused).then(|| {
        view! {
            <button type="button" class="btn" on:click=act(|history, details, show| {
                history.write_to_refused(details, show);
            })>
                {language.words(Locale::write_to_refused)}
            </button>
        }
    });
    let transcript = over.then(|| {
        view! {
            <button type="button" class="btn" on:click=act(|history, details, show| {
                history.show_transcript(details, show);
            })>
                <Icon glyph=Glyph::Wire/>{language.words(Locale::open_transcript)}
            </button>
        }
    });
    let whole = details.segments().is_some();
    let saved = (Arc::clone(&details), sent.title.clone());
    let save = whole.then(|| {
        view! {
            <button type="button" class="btn"
                on:click=move |_| history.save_message(&saved.0, &saved.1)>
                <Icon glyph=Glyph::Download/>{language.words(Locale::save_message)}
            </button>
        }
    });
    let lines = (Arc::clone(&details), sent.title.clone());
    let save_lines = over.then(|| {
        view! {
            <button type="button" class="btn" on:click=move |_| {
                history.save_transcript(&lines.0, &lines.1, language.get_untracked());
            }>
                {language.words(Locale::save_transcript)}
            </button>
        }
    });
    let ending = details.ending.clone();
    let words = move || match &ending {
        Some(ending) => ending_words(language.get(), ending),
        None => language.get().history_sending(),
    };
    let time = sent.time;
    let when = move || moment::words(time, dom::now(), language.get());
    let id = sent.id.clone();
    let results = details.results().into_iter();
    let results = results.map(|recipient| view! { <Recipient recipient/> });
    let source = source(&details.message, |file, size| {
        language.get_untracked().base64_of(file, size)
    });
    view! {
        <article data-sent-open=sent.id>
            <div class="inbox-head">
                <button type="button" class="link back" on:click=move |_| history.open(None)>
                    "← "{language.words(Locale::back)}
                </button>
                <h2>{title}</h2>
                <span class="spacer"></span>
                <span class="muted">{numbers::octets(sent.size)}</span>
                <IconButton glyph=Glyph::Bin label=language.words(Locale::delete)
                    on:click=move |_| history.delete(vec![id.clone()])/>
            </div>
            <div class="answers">{resend}{refused}{transcript}{save_lines}{save}</div>
            <dl>
                <dt>{language.words(Locale::sent_at)}</dt><dd>{when}</dd>
                <dt>{language.words(Locale::from)}</dt><dd>{visible(&sent.from)}</dd>
                <dt>{language.words(Locale::sent_to_server)}</dt><dd>{visible(&sent.server)}</dd>
                <dt>{language.words(Locale::outcome)}</dt><dd><b>{words}</b></dd>
                <dt>{language.words(Locale::sent_recipients)}</dt>
                <dd><ul class="results">{results.collect_view()}</ul></dd>
            </dl>
            <pre class="source" tabindex="0" role="region"
                aria-label=language.words(Locale::source)>
                {match source {
                    Some(source) => source.into_any(),
                    None => language.words(Locale::history_too_long).into_any(),
                }}
            </pre>
        </article>
    }
}

/// The message as text, files named. None: it was not kept.
fn source(message: &[Piece], name: impl Fn(String, String) -> String) -> Option<String> {
    if message.is_empty() {
        return None;
    }
    let mut source = String::new();
    for piece in message {
        match piece {
            Piece::Text(text) => source.push_str(text),
            Piece::File {
                name: file, size, ..
            } => {
                let line = name(visible(file), numbers::octets(*size));
                source.push_str(&format!("[{line}]\r\n"));
            }
        }
    }
    if source.len() > SHOWN {
        let mut end = SHOWN;
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        source.truncate(end);
        source.push('…');
    }
    Some(visible_lines(&source))
}
