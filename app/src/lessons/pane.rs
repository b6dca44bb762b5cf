//! The pane of the lessons: the list, or a lesson beside the conversation and what the server makes
//! of it.

use leptos::prelude::*;

use super::list::List;
use super::reading::Reading;
use super::server::ServerSide;
use super::store::LessonsStore;
use crate::i18n::{Locale, use_language};
use crate::submission;
use crate::ui::Folding;
use crate::ui::part::{View, part};

part! { lessons:
    /// All of it.
    pub(super) fn whole() -> View {
        || view! { <Whole/> }.into_any()
    }
}

#[component]
fn Whole() -> impl IntoView {
    let language = use_language();
    let lessons = LessonsStore::provide();
    // The conversation stands beside the lesson, and is never folded.
    provide_context(Folding {
        foldable: false,
        folded: Signal::stored(false),
        fold: Callback::new(|_| ()),
        offer: Callback::new(|()| ()),
    });
    let open = Memo::new(move |_| lessons.open.get().is_some());
    view! {
        <div class="lessons" class:lesson-open=open>
            <section class="pane lesson-pane" aria-label=language.words(Locale::lessons)>
                {move || if open.get() {
                    view! { <Reading/> }.into_any()
                } else {
                    view! { <List/> }.into_any()
                }}
            </section>
            {move || open.get().then(|| {
                view! {
                    {(submission::PANE.view)()}
                    <ServerSide/>
                }
            })}
        </div>
    }
}
