//! An opened message of the inbox, and the views of it.

use std::sync::Arc;

use leptos::prelude::*;
use wire::{ConversationOf, NotRead, Reading, View};

use super::answers::AnswerButtons;
use super::conversation::{Brought, Record, carried, conversation};
use super::download::{Saver, name_of_message};
use super::fields::all_fields;
use super::parts::{Parts, has_views};
use super::pictures::Made;
use super::raw::{BroughtBy, source};
use super::store::use_inbox;
use super::structure::structure;
use crate::commands::table::{
    BACK, CONVERSATION, DELETE, DOWNLOAD, HEADERS, MESSAGE, MESSAGE_SOURCE, PARTS,
};
use crate::commands::{Command, mark};
use crate::connection::Arrived;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, IconButton, SaveProblem, Toggle, numbers};

/// What is shown of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    Message,
    Parts,
    Headers,
    Source,
    Conversation,
}

/// A message, with what can be done with it.
#[component]
#[must_use]
pub fn Message(
    /// The message.
    message: Arc<Arrived>,
) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let tab = RwSignal::new(Tab::Message);
    let shown = RwSignal::new(View::Formatted);
    let id = message.id;
    let made = Made::new(Arc::clone(&message));
    let pictures = message.reading.as_ref().map(|read| made.named(read));
    let pictures = Arc::new(pictures.unwrap_or_default());
    let frames = StoredValue::new(0);
    let events = StoredValue::new(Vec::new());
    let subject = match &message.reading {
        Ok(read) => subject(&read.headers).to_owned(),
        Err(_) => inbox.subject(id),
    };
    let file_name = name_of_message(&subject);
    let title = move || match subject.as_str() {
        "" => language.get().no_subject().to_owned(),
        subject => visible(subject),
    };
    let saver = Saver::new(Arc::clone(&message));
    let size = message.raw.len() as u64;
    let answers = Arc::clone(&message);
    // Where the message is deleted meanwhile, its lines are still known.
    let carried = carried(inbox.summary(id).as_ref(), size);
    // The line, or the octets of the line, that another view has led to.
    let aim = RwSignal::new(None);
    let show = move |one: Tab, seq: Option<u32>| {
        aim.set(seq);
        tab.set(one);
    };
    let brought_by = BroughtBy {
        carried: Arc::clone(&carried),
        aim,
        show: Callback::new(move |seq| show(Tab::Conversation, Some(seq))),
    };
    let body = move || {
        // A message that can't be read has nothing but its source.
        let read = match &message.reading {
            Ok(read) => read,
            Err(why) => {
                let why = *why;
                return view! {
                    <p class="more">{move || not_read(language.get(), why)}</p>
                    {source(language, Arc::clone(&message), brought_by.clone())}
                }
                .into_any();
            }
        };
        match tab.get() {
            Tab::Message => {
                let parts = Parts {
                    language,
                    saver,
                    view: View::Formatted,
                    made,
                    pictures: Signal::stored(Arc::clone(&pictures)),
                    frames,
                    events,
                };
                shown_message(read, parts, shown).into_any()
            }
            Tab::Parts => view! {
                <div class="reading-parts" tabindex="0" role="region"
                    aria-label=language.words(Locale::structure)>
                    {structure(language, saver, read)}
                </div>
            }
            .into_any(),
            Tab::Headers => view! {
                <div class="reading-parts" tabindex="0" role="region"
                    aria-label=language.words(Locale::header_fields)>
                    {all_fields(language, Arc::clone(&message), read)}
                </div>
            }
            .into_any(),
            Tab::Source => source(language, Arc::clone(&message), brought_by.clone()).into_any(),
            Tab::Conversation => {
                let brought = Brought {
                    summary: inbox.summary(id),
                    carried: Arc::clone(&carried),
                    aim,
                    show_source: Callback::new(move |seq| show(Tab::Source, Some(seq))),
                    record: Record::of(inbox, ConversationOf::Message(id)),
                };
                view! {
                    <div class="reading-parts" tabindex="0" role="region"
                        aria-label=language.words(Locale::conversation)>
                        {conversation(language, brought)}
                    </div>
                }
                .into_any()
            }
        }
    };
    let toggle = move |one: Tab, command: &'static Command| {
        view! {
            <Toggle pressed=move || tab.get() == one label=language.words(command.name)
                {..mark(command)}
                on:click=move |_| show(one, None)/>
        }
    };
    view! {
        <article data-reading=id.to_string()>
            <div class="inbox-head">
                <button type="button" {..mark(&BACK)} class="link back"
                    on:click=move |_| inbox.close_message()>
                    "← "{language.words(Locale::back)}
                </button>
                <h2>{title}</h2>
                <span class="spacer"></span>
                <span class="muted">{numbers::octets(size)}</span>
                <div class="seg tabs-of-message" role="group"
                    aria-label=language.words(Locale::read_as)>
                    {toggle(Tab::Message, &MESSAGE)}
                    {toggle(Tab::Parts, &PARTS)}
                    {toggle(Tab::Headers, &HEADERS)}
                    {toggle(Tab::Source, &MESSAGE_SOURCE)}
                    {toggle(Tab::Conversation, &CONVERSATION)}
                </div>
                <button type="button" {..mark(&DOWNLOAD)} class="btn"
                    on:click=move |_| saver.save_message(&file_name)>
                    <Icon glyph=Glyph::Download/>
                    <span>{language.words(Locale::download)}</span>
                </button>
                <IconButton glyph=Glyph::Bin label=language.words(Locale::delete) {..mark(&DELETE)}
                    on:click=move |_| inbox.delete(vec![id])/>
                <SaveProblem shown=saver.failed()/>
            </div>
            <AnswerButtons message=answers/>
            {body}
        </article>
    }
}

/// The message as it reads, formatted or as text.
fn shown_message(read: &Reading, parts: Parts, shown: RwSignal<View>) -> impl IntoView + use<> {
    let language = parts.language;
    let views = has_views(&read.parts);
    let (all, omitted) = (read.parts.clone(), read.omitted);
    let toggle = move |view: View, label: fn(Locale) -> &'static str| {
        view! {
            <Toggle pressed=move || shown.get() == view label=language.words(label)
                on:click=move |_| shown.set(view)/>
        }
    };
    let choice = views.then(|| {
        view! {
            <div class="seg views" role="group" aria-label=language.words(Locale::show_text_as)>
                {toggle(View::Formatted, Locale::formatted)}
                {toggle(View::Text, Locale::text)}
            </div>
        }
    });
    let whole = move || {
        let view = shown.get();
        Parts { view, ..parts }.whole(&all, omitted)
    };
    view! {
        {headers(&read.headers)}
        {choice}
        <div class="reading-parts" tabindex="0" role="region"
            aria-label=language.words(Locale::message)>
            {whole}
        </div>
    }
}

/// Why a message is shown as its source.
fn not_read(locale: Locale, why: NotRead) -> &'static str {
    match why {
        NotRead::TooSlow => locale.not_read_slow(),
        NotRead::TooLarge => locale.not_read_large(),
        NotRead::Failed => locale.not_read_failed(),
    }
}

/// The subject among these header fields; empty where there is none.
pub(super) fn subject(headers: &[(String, String)]) -> &str {
    let mut headers = headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("subject"));
    found.map_or("", |(_, value)| value)
}

pub(super) fn headers(headers: &[(String, String)]) -> impl IntoView + use<> {
    let rows = headers
        .iter()
        .map(|(name, value)| view! { <dt>{visible(name)}</dt><dd>{visible(value)}</dd> });
    view! { <dl>{rows.collect_view()}</dl> }
}
