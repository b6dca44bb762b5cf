//! The size of the message beside the most that the server takes.

use leptos::prelude::*;

use super::list::total;
use super::store::use_attachments;
use crate::compose::store::use_compose;
use crate::i18n::{Locale, use_language};
use crate::submission::use_submission;
use crate::ui::numbers;

/// The size of the message as it is sent. With the server's own limit, where that is known from its
/// last reply to EHLO, as a bar; and a warning beyond it.
#[component]
#[must_use]
pub(in crate::compose) fn SizeBar() -> impl IntoView {
    let language = use_language();
    let (compose, attachments) = (use_compose(), use_attachments());
    let submission = use_submission();
    let size = Memo::new(move |_| compose.size());
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
