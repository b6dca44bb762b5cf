//! What is seen of a message to many: the dialog, and how far it is while the dialog is closed.

use leptos::prelude::*;

use super::Wanted;
use super::progress::{Bar, Progress};
use super::setup::Setup;
use super::store::{MergeStore, Trouble, use_merge};
use super::words;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Dialog, DialogHead};

part! { merge:
    /// All of it.
    pub(super) fn whole() -> View {
        || view! { <Whole/> }.into_any()
    }
}

#[component]
fn Whole() -> impl IntoView {
    let open = expect_context::<Wanted>().open;
    MergeStore::provide(open);
    view! {
        <Bar/>
        <Dialog open title="merge-title" on_close=move |()| open.set(false)>
            <Content/>
        </Dialog>
    }
}

#[component]
fn Content() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let begun = Memo::new(move |_| merge.run.with(Option::is_some));
    let trouble = move || {
        let trouble = merge.trouble.get()?;
        let elsewhere = trouble == Trouble::Elsewhere;
        let class = if elsewhere { "hint" } else { "problem" };
        Some(view! { <p class=class>{words::trouble(language.get(), &trouble)}</p> })
    };
    view! {
        <div class="dialog-body merge">
            <DialogHead id="merge-title" title=Locale::merge_title
                on_close=move |()| merge.open.set(false)/>
            <div role="alert">{trouble}</div>
            {move || if begun.get() {
                view! { <Progress/> }.into_any()
            } else {
                view! { <Setup/> }.into_any()
            }}
        </div>
    }
}
