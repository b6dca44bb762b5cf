//! The header.

use leptos::prelude::*;

use super::appearance::{switch_language, switch_theme};
use super::navigation::use_navigation;
use super::{PANES, group};
use crate::accounts::ServerChip;
use crate::commands::table::PALETTE;
use crate::commands::{Shown, mark, use_commands};
use crate::i18n::{Locale, use_language};
use crate::scenarios::ScenarioButton;
use crate::ui::{Glyph, IconButton, PaneButton};

/// The header: which pane is shown, which mail server is chosen, language and theme.
#[component]
#[must_use]
pub(super) fn Header() -> impl IntoView {
    let language = use_language();
    let navigation = use_navigation();
    let commands = use_commands();
    let buttons = PANES.iter().copied().filter_map(|pane| {
        let label = pane.button?;
        let current = Signal::derive(move || group(navigation.pane()) == pane);
        Some(view! { <PaneButton pane label current/> })
    });
    view! {
        <header>
            <h1 class="brand">
                <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
                    <rect class="brand-line" x="2.5" y="5" width="19" height="14" rx="2.5"/>
                    <path class="brand-line" d="M3.5 7l8.5 6.5L20.5 7"/>
                    <path class="brand-text" d="M7 15.5h4M7 12.5h2"/>
                </svg>
                <span>"Glasspost"</span>
            </h1>
            <nav aria-label=language.words(Locale::views)>{buttons.collect_view()}</nav>
            <div class="spacer"></div>
            <ScenarioButton/>
            <ServerChip/>
            <IconButton glyph=Glyph::Keyboard label=language.words(Locale::all_commands)
                attr:aria-haspopup="dialog" {..mark(&PALETTE)}
                on:click=move |_| commands.show(Shown::Palette)/>
            <button type="button" class="icon"
                aria-label=language.words(Locale::language) title=language.words(Locale::language)
                on:click=move |_| switch_language(language)>
                "한/EN"
            </button>
            <IconButton glyph=Glyph::Sun label=language.words(Locale::theme)
                on:click=move |_| switch_theme()/>
        </header>
    }
}
