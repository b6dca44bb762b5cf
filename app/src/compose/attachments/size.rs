//! The size of the message beside the most that the server takes.

use std::time::Duration;

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;

use super::list::total;
use super::store::use_attachments;
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::i18n::{Locale, use_language};
use crate::submission::use_submission;
use crate::ui::numbers;

/// A long text with formatting is measured so long after its last change: its HTML is written anew
/// for that, and typing would wait.
const MEASURED_AFTER: Duration = Duration::from_millis(300);

/// A text is long from so many octets on.
const LONG: usize = 20_000;

/// The size of the message. None: it is not known.
fn measured(compose: ComposeStore) -> Memo<Option<u64>> {
    let stamp = compose.state.stamp();
    let at_rest = RwSignal::new(stamp.get_untracked());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    Effect::new(move |_| {
        let now = stamp.get();
        stop();
        if at_rest.get_untracked() != now {
            let rest = move || at_rest.set(now);
            timer.set_value(set_timeout_with_handle(rest, MEASURED_AFTER).ok());
        }
    });
    on_cleanup(stop);
    let size = Memo::new(move |before: Option<&(u32, Option<u64>)>| {
        let shown = compose.state.shown().get();
        let changing = compose.has_long_formatting(LONG) && at_rest.get() != stamp.get();
        match before {
            Some((same, Some(size))) if changing && *same == shown => (shown, Some(*size)),
            _ => (shown, compose.size()),
        }
    });
    Memo::new(move |_| size.get().1)
}

/// The size of the message as it is sent. With the server's own limit, where that is known from its
/// last reply to EHLO, as a bar; and a warning beyond it.
#[component]
#[must_use]
pub(in crate::compose) fn SizeBar() -> impl IntoView {
    let language = use_language();
    let (compose, attachments) = (use_compose(), use_attachments());
    let submission = use_submission();
    let size = measured(compose);
    let limit = Memo::new(move |_| submission.size_limit());
    let in_files = Memo::new(move |_| total(&attachments.list()));
    let words = move || {
        let locale = language.get();
        let Some(size) = size.get() else {
            return String::new();
        };
        let sent = numbers::octets(size);
        // A bar that never moves says nothing.
        match limit.get() {
            Some(most) if in_files.get() > 0 => locale.size_of(sent, numbers::octets(most)),
            _ => locale.on_the_wire(sent),
        }
    };
    // What is held, and what that is with the encoding.
    let files = move || {
        let size = in_files.get();
        (size > 0).then(|| language.get().in_files(numbers::octets(size)))
    };
    let part = Memo::new(move |_| {
        let (size, limit) = (size.get()?, limit.get()?);
        (in_files.get() > 0).then(|| (size.min(limit) * 100 / limit.max(1), size > limit))
    });
    let too_large = Memo::new(move |_| part.get().is_some_and(|(_, over)| over));
    let warning = move || {
        let most = numbers::octets(limit.get().unwrap_or_default());
        language.get().too_large_for_server(most)
    };
    view! {
        <span>{files}</span>
        {move || part.get().map(|(percent, over)| view! {
            <span class="fill" class:over=over role="meter" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=percent.to_string() aria-valuetext=words
                aria-label=language.words(Locale::message_size)>
                <i style:width=format!("{percent}%")></i>
            </span>
        })}
        <span>{words}</span>
        <span role="status" class="size-warning">
            <Show when=move || too_large.get()>{warning}</Show>
        </span>
    }
}
