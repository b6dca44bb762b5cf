//! The conversation with the server that brought a message. Whoever has it provides the view.

use std::ops::Range;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use wire::{Conversation, ConversationOf, FromPage, MailboxSummary};

use super::store::{InboxStateStoreFields as _, InboxStore};
use crate::i18n::{Language, Locale};
use crate::ui::Later;
use crate::ui::part::Making;
use crate::ui::visible::visible;

/// What the conversations that brought messages are shown with.
#[derive(Clone, Copy)]
pub struct ConversationView {
    /// The view of one, for the message that it gets as [`Brought`].
    pub lines: fn() -> Making,
    /// The view of what the server has of one, for the one that it gets as [`Record`].
    pub record: fn() -> Making,
    /// The lines that carried the octets of a message, by the name that the server gave it and its
    /// size. None: the conversation is not known.
    pub carried: Callback<(String, u64), Vec<Carried>>,
}

/// A line that carried octets of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The number of its entry.
    pub seq: u32,
    /// The command that was sent.
    pub line: String,
    /// Which octets of the message.
    pub octets: Range<u64>,
}

impl Carried {
    /// The number of the first octet, from 1.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.octets.end.min(self.octets.start + 1)
    }

    /// The number of the last octet.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.octets.end
    }
}

/// The message whose conversation is shown.
#[derive(Clone)]
pub struct Brought {
    /// What the list of messages says of it. None: it has been deleted meanwhile.
    pub summary: Option<MailboxSummary>,
    /// The lines that carried it.
    pub carried: Arc<[Carried]>,
    /// The line that is looked for, by its number.
    pub aim: RwSignal<Option<u32>>,
    /// Shows the octets that the line of this number carried.
    pub show_source: Callback<u32>,
    /// What the server has of the conversation.
    pub record: Record,
}

/// What the practice server has of a conversation, whoever it was with.
#[derive(Clone, Copy)]
pub struct Record {
    /// What was said up to now. None: the answer has not come. None in it: the server has nothing.
    pub said: Signal<Option<Option<Arc<Conversation>>>>,
    /// Asks the server for it.
    pub ask: Callback<()>,
}

impl Record {
    /// The record of this conversation.
    pub(super) fn of(inbox: InboxStore, of: ConversationOf) -> Record {
        let said = inbox.state.said();
        Record {
            said: Signal::derive(move || {
                let answer = said.get().filter(|(one, _)| *one == of);
                answer.map(|(_, said)| said)
            }),
            ask: Callback::new(move |()| {
                inbox.connection.send(&FromPage::Conversation { of });
            }),
        }
    }
}

/// A link between a line of the conversation and the octets that it carried. It gets the focus
/// once it is there, if it is the one that is looked for.
#[component]
#[must_use]
pub fn LineLink<L>(
    /// The class of what it is in.
    class: &'static str,
    /// The number of the line.
    seq: u32,
    /// The line that is looked for.
    aim: RwSignal<Option<u32>>,
    /// Called with the number of the line.
    on_follow: Callback<u32>,
    /// What it says.
    label: L,
) -> impl IntoView
where
    L: Fn() -> String + Send + 'static,
{
    let button = NodeRef::<html::Button>::new();
    let is_aim = aim.get_untracked() == Some(seq);
    Effect::new(move |_| {
        if let Some(button) = button.get().filter(|_| is_aim) {
            button.focus().ok();
            button.scroll_into_view();
        }
    });
    view! {
        <span class=class class:aim=is_aim>
            <button type="button" class="link" node_ref=button
                on:click=move |_| on_follow.run(seq)>
                {label}
            </button>
        </span>
    }
}

/// The lines that carried the octets of a message of this size. None are known of one that this
/// page did not send.
pub(super) fn carried(summary: Option<&MailboxSummary>, size: u64) -> Arc<[Carried]> {
    let queue_id = summary.map(|summary| summary.queue_id.clone());
    let provided = use_context::<ConversationView>();
    let carried = provided.zip(queue_id.filter(|id| !id.is_empty()));
    let carried = carried.map(|(provided, queue_id)| provided.carried.run((queue_id, size)));
    carried.unwrap_or_default().into()
}

/// The view of the conversation, with the envelope that the server was given.
pub(super) fn conversation(language: Language, brought: Brought) -> AnyView {
    let opened = brought
        .summary
        .as_ref()
        .is_some_and(|summary| summary.opened);
    if opened {
        let words = language.words(Locale::opened_from_file);
        return view! { <p class="nothing">{words}</p> }.into_any();
    }
    let envelope = brought
        .summary
        .as_ref()
        .map(|summary| envelope(language, summary));
    let provided = use_context::<ConversationView>();
    provide_context(brought);
    let lines = provided.map(|provided| view! { <Later view=provided.lines/> });
    view! { {envelope}<div class="brought">{lines}</div> }.into_any()
}

/// What the server knows besides the message.
fn envelope(language: Language, summary: &MailboxSummary) -> impl IntoView + use<> {
    let path = |path: &str| format!("<{}>", visible(path));
    let to: Vec<String> = summary.to.iter().map(|to| path(to)).collect();
    let tls = match summary.tls {
        true => language.words(Locale::came_inside_tls),
        false => language.words(Locale::came_in_clear),
    };
    let user = summary.user.as_deref().map(visible);
    let user = user.map(|user| {
        view! { <dt>{language.words(Locale::signed_in_as)}</dt><dd>{user}</dd> }
    });
    view! {
        <dl>
            <dt>"MAIL FROM"</dt><dd>{path(&summary.from)}</dd>
            <dt>"RCPT TO"</dt><dd>{to.join(", ")}</dd>
            <dt>{language.words(Locale::came_by)}</dt><dd>{tls}</dd>
            {user}
            <dt>{language.words(Locale::queue_id)}</dt><dd>{summary.queue_id.clone()}</dd>
        </dl>
    }
}
