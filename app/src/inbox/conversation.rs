//! The conversation with the server that brought a message. Whoever has it provides the view.

use leptos::prelude::*;
use wire::MailboxSummary;

use crate::i18n::{Language, Locale};
use crate::ui::Later;
use crate::ui::part::Making;
use crate::ui::visible::visible;

/// Shows the conversation that brought a message, which it gets as [`Brought`].
#[derive(Clone, Copy)]
pub struct ConversationView(pub fn() -> Making);

/// The message whose conversation is shown.
#[derive(Clone)]
pub struct Brought {
    /// What the list of messages says of it. None: it has been deleted meanwhile.
    pub summary: Option<MailboxSummary>,
    /// Shows the source of the message.
    pub show_source: Callback<()>,
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
    let lines = provided.map(|ConversationView(view)| view! { <Later view/> });
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
