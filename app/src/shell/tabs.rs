//! The tabs at the bottom of narrow screens.

use leptos::prelude::*;

use super::PANES;
use super::navigation::use_navigation;
use crate::i18n::{Locale, use_language};
use crate::ui::PaneButton;

/// On narrow screens: one pane at a time.
#[component]
#[must_use]
pub(super) fn Tabs() -> impl IntoView {
    let language = use_language();
    let navigation = use_navigation();
    let tabs = PANES.iter().copied().map(|pane| {
        let current = Signal::derive(move || navigation.pane() == pane);
        view! { <PaneButton pane label=pane.tab current/> }
    });
    view! { <nav class="tabs" aria-label=language.words(Locale::panes)>{tabs.collect_view()}</nav> }
}
