//! What the practice server has of a conversation: that of another program, too.

use leptos::prelude::*;
use smtp::Code;
use wire::{Conversation, ConversationLine, Speaker};

use crate::connection::use_connection;
use crate::i18n::{Language, Locale, use_language};
use crate::inbox::Record;
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{code_class, numbers};

part! { later:
    /// The record of [`crate::inbox::ConversationView`].
    pub(in crate::submission) fn record() -> View {
        || {
            let record = use_context::<Record>();
            record.map(|record| view! { <ServerRecord record/> }).into_any()
        }
    }
}

/// The lines that the server has, which it is asked for.
#[component]
pub(super) fn ServerRecord(
    /// Where they are.
    record: Record,
) -> impl IntoView {
    let language = use_language();
    let connection = use_connection();
    // What was asked of a bridge that is gone has no answer.
    Effect::new(move |_| {
        if connection.is_open() {
            record.ask.run(());
        }
    });
    move || match record.said.get() {
        None => view! { <p class="nothing">{language.words(Locale::fetching)}</p> }.into_any(),
        Some(None) => {
            view! { <p class="nothing">{language.words(Locale::no_record)}</p> }.into_any()
        }
        Some(Some(said)) => recorded(language, &said, record).into_any(),
    }
}

fn recorded(language: Language, said: &Conversation, record: Record) -> impl IntoView + use<> {
    let rows = said.lines.iter().map(row).collect_view();
    let left_out = (said.left_out > 0).then(|| {
        let count = said.left_out;
        view! { <p class="more">{move || language.get().lines_not_kept(count)}</p> }
    });
    let open = (!said.ended).then(|| {
        view! {
            <p class="more">
                {language.words(Locale::still_connected)}" "
                <button type="button" class="link" on:click=move |_| record.ask.run(())>
                    {language.words(Locale::ask_again)}
                </button>
            </p>
        }
    });
    view! {
        <div class="wire of-server"><div class="lines">{rows}</div></div>
        {left_out}
        {open}
    }
}

fn row(line: &ConversationLine) -> impl IntoView + use<> {
    let text = visible(&line.text);
    let (class, content) = match line.who {
        Speaker::Client => {
            let code = view! { <code>{text}</code> };
            (
                "row c",
                view! { {code}<span class="arrow"></span> }.into_any(),
            )
        }
        Speaker::Server => {
            let code = reply(&line.text);
            (
                "row s",
                view! { <span class="arrow"></span><code>{code}</code> }.into_any(),
            )
        }
        // As the server wrote it, which is in English.
        Speaker::Note => (
            "row mark",
            view! { <span lang="en">{text}</span> }.into_any(),
        ),
    };
    view! {
        <div class=class class:tls=line.tls>
            <time>{numbers::milliseconds(line.at_us)}</time>
            <div class="l">{content}</div>
        </div>
    }
}

/// A line of a reply, with its code marked where it has one.
fn reply(text: &str) -> AnyView {
    let digits = text.split_at_checked(3);
    let digits = digits.filter(|(code, _)| code.bytes().all(|octet| octet.is_ascii_digit()));
    let code = digits.and_then(|(code, rest)| Some((Code::new(code.parse().ok()?)?, rest)));
    match code {
        Some((code, rest)) => view! {
            <span class=code_class(code.class())>{code.to_string()}</span>{visible(rest)}
        }
        .into_any(),
        None => visible(text).into_any(),
    }
}
