//! The panes of which the page is made, and how a feature asks for one to be shown.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::i18n::{Locale, use_language};

/// A pane. Each feature that has one describes it in a `static`, which the shell lists.
pub struct Pane {
    /// Its name in the browser's history and in style sheets. Never shown.
    pub name: &'static str,
    /// The icon of its tab and of its button.
    pub glyph: Glyph,
    /// What its tab is called on narrow screens, where one pane is shown at a time.
    pub tab: fn(Locale) -> &'static str,
    /// What its button in the header is called. None: on wide screens the pane is shown
    /// beside one that has a button, see `shell.rs`.
    pub button: Option<fn(Locale) -> &'static str>,
    /// A count beside its name. It is not shown while it is 0.
    pub count: Option<fn() -> Signal<usize>>,
    /// Provides the store of its feature. Called once, when the page is opened.
    pub provide: fn(),
    /// Draws it.
    pub view: fn() -> AnyView,
}

impl PartialEq for Pane {
    fn eq(&self, other: &Pane) -> bool {
        self.name == other.name
    }
}

impl Eq for Pane {}

impl std::fmt::Debug for Pane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// How the shell shows a pane; a context.
#[derive(Clone, Copy)]
pub struct ShowPane(pub Callback<&'static Pane>);

/// What shows a pane. Called in a component; the result can be kept for its handlers.
#[must_use]
pub fn show_pane() -> Callback<&'static Pane> {
    expect_context::<ShowPane>().0
}

/// Whether the pane that asks is folded to a strip on wide screens, and how it asks for a change; a
/// context of each pane that can be folded. Narrow screens fold no pane.
#[derive(Clone, Copy)]
pub struct Folding {
    /// Whether it can be folded here.
    pub foldable: bool,
    /// Whether it is folded.
    pub folded: Signal<bool>,
    /// A person folds it, or opens it. This is remembered.
    pub fold: Callback<bool>,
    /// There is something to see in it: it opens, unless a person has folded it.
    pub offer: Callback<()>,
}

/// How the pane of this component is folded.
#[must_use]
pub fn use_folding() -> Folding {
    expect_context()
}

/// A button that shows a pane.
#[component]
#[must_use]
pub fn PaneButton(
    /// The pane.
    pane: &'static Pane,
    /// What the button is called.
    label: fn(Locale) -> &'static str,
    /// Whether the pane is shown.
    #[prop(into)]
    current: Signal<bool>,
) -> impl IntoView {
    let label = use_language().words(label);
    let show = show_pane();
    let count = pane.count.map(|count| count());
    let count = move || {
        let count = count.map(|count| count.get()).filter(|count| *count > 0);
        count.map(|count| view! { <b class="count">{count.to_string()}</b> })
    };
    view! {
        <button type="button" aria-current=move || current.get().then_some("page")
            on:click=move |_| show.run(pane)>
            <Icon glyph=pane.glyph/><span>{label}</span>{count}
        </button>
    }
}
