//! The view of a conversation that brought a message.

use leptos::prelude::*;
use smtp::Entry;

use super::carried::carried;
use super::record::ServerRecord;
use crate::i18n::{Locale, use_language};
use crate::inbox::{Brought, Carried, LineLink};
use crate::submission::entry::plain_row;
use crate::submission::store::{SubmissionStore, use_submission};
use crate::ui::Toggle;
use crate::ui::part::{View, part};

/// Which lines carried which octets of the message of this name and size.
type CarriedOctets = fn(SubmissionStore, &str, u64) -> Vec<Carried>;

part! { later:
    /// The view of [`crate::inbox::ConversationView`].
    pub(in crate::submission) fn brought() -> View {
        || view! { <Lines/> }.into_any()
    }

    /// The lines of [`crate::inbox::ConversationView`].
    pub(in crate::submission) fn carried_octets() -> CarriedOctets {
        |submission, queue_id, size| {
            let lines = submission.brought(queue_id);
            lines.map_or(Vec::new(), |lines| carried(lines.own(), size))
        }
    }
}

#[component]
fn Lines() -> impl IntoView {
    let language = use_language();
    let submission = use_submission();
    let Some(brought) = use_context::<Brought>() else {
        return ().into_any();
    };
    let summary = brought.summary.as_ref();
    let found = summary.and_then(|summary| submission.brought(&summary.queue_id));
    let record = brought.record;
    let Some(lines) = found else {
        let words = language.words(Locale::brought_elsewhere);
        return view! { <p class="more">{words}</p><ServerRecord record/> }.into_any();
    };
    let of_server = RwSignal::new(false);
    let toggle = move |server: bool, label: fn(Locale) -> &'static str| {
        view! {
            <Toggle pressed=move || of_server.get() == server label=language.words(label)
                on:click=move |_| of_server.set(server)/>
        }
    };
    let body = move || {
        if of_server.get() {
            return view! { <ServerRecord record/> }.into_any();
        }
        let row = |entry: &Entry| {
            let carried = brought.carried.iter().find(|one| one.seq == entry.seq);
            let link = carried.map(|carried| view! { <ToSource carried=carried.clone()/> });
            view! { {plain_row(language, entry)}{link} }
        };
        let rows = lines.entries.iter().map(row).collect_view();
        view! {
            <p class="more">{language.words(Locale::brought_here)}</p>
            <div class="wire"><div class="lines">{rows}</div></div>
        }
        .into_any()
    };
    view! {
        <div class="seg views" role="group" aria-label=language.words(Locale::conversation_of)>
            {toggle(false, Locale::of_client)}
            {toggle(true, Locale::of_server)}
        </div>
        {body}
    }
    .into_any()
}

/// The link from a line to the octets that it carried.
#[component]
fn ToSource(carried: Carried) -> impl IntoView {
    let language = use_language();
    let brought = expect_context::<Brought>();
    let seq = carried.seq;
    let label = move || language.get().show_octets(carried.first(), carried.last());
    view! {
        <LineLink class="to-source" seq aim=brought.aim
            on_follow=brought.show_source label/>
    }
}
