//! The page as a whole: its panes, header and tabs, and the stores of all features.

mod appearance;
mod commands;
mod header;
mod history;
mod layout;
mod mail_links;
mod mailto;
mod navigation;
mod print;
mod separator;
mod settings;
mod tabs;
mod widths;

use std::time::Duration;

use leptos::prelude::*;

use self::header::Header;
use self::layout::{Layout, use_layout};
use self::navigation::{Navigation, use_navigation};
use self::separator::Separator;
use self::settings::Settings;
use self::tabs::Tabs;
use self::widths::Edge;
use crate::accounts::{AccountsStore, IdentityDialog, Picker};
use crate::commands::{Commands, CommandsStore};
use crate::compose::{HeldMessages, HeldStore};
use crate::connection::{ConnectionStore, LinkNotice, SimulationBar};
use crate::contacts::{ContactsDialog, ContactsStore};
use crate::explain::ExplainStore;
use crate::i18n::{Language, tag};
use crate::inbox::InboxStore;
use crate::merge::Merge;
use crate::scenarios::{ScenariosDialog, ScenariosStore};
use crate::ui::{LaterPart, Pane, ime};

/// The panes, in the order of their tabs. On wide screens a pane without a button in the header is
/// beside the one before it that has one; those at the beginning are beside the first that has one.
static PANES: &[&Pane] = &[
    // Beside each other on wide screens.
    &crate::compose::DRAFTS,
    &crate::compose::PANE,
    &crate::submission::PANE,
    // Alone.
    &crate::inbox::PANE,
    &crate::lessons::PANE,
    &crate::history::PANE,
];

/// Shows the page, when the draft that it begins with has been read.
pub fn mount() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        crate::compose::load().await;
        leptos::mount::mount_to_body(App);
    });
}

/// The page.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    ime::watch();
    appearance::show_stored_theme();
    let language = Language::provide(appearance::preferred_language());
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            root.set_attribute("lang", tag(language.get())).ok();
        }
    });
    let connection = ConnectionStore::provide();
    let later = LaterPart::provide();
    CommandsStore::provide();
    AccountsStore::provide();
    ContactsStore::provide();
    ExplainStore::provide();
    ScenariosStore::provide();
    // Before the panes that ask it.
    InboxStore::provide();
    for pane in PANES {
        (pane.provide)();
    }
    HeldStore::provide();
    crate::merge::provide();
    Layout::provide();
    let navigation = Navigation::provide();
    // Behind the page, which can be used without it; again when the bridge is back, if it failed.
    Effect::new(move |_| {
        if connection.is_open() {
            set_timeout(move || later.fetch(), Duration::ZERO);
        }
    });
    connection.open();
    // After the connection, which removes the token from the address first.
    navigation.follow_history();
    view! {
        <div class="page">
            <Header/>
            <LinkNotice/>
            <Panes/>
            <SimulationBar/>
            <Merge/>
            <HeldMessages/>
            <Tabs/>
            <Picker/>
            <IdentityDialog/>
            <ContactsDialog/>
            <Commands/>
            <Settings/>
            <ScenariosDialog/>
        </div>
    }
}

/// The pane that is shown, and those beside it. On a narrow screen only the first is seen.
#[component]
fn Panes() -> impl IntoView {
    let navigation = use_navigation();
    let layout = use_layout();
    provide_context(layout.folding());
    let group = Memo::new(move |_| group(navigation.pane()));
    let slot = move |pane: &'static Pane| {
        view! {
            <div class="slot" class:current=move || navigation.pane() == pane
                on:focusin=move |_| navigation.enter(pane)
                on:pointerdown=move |_| navigation.enter(pane)>
                {(pane.view)()}
            </div>
        }
    };
    let panes = move || {
        let shown = group.get();
        let panes = PANES
            .iter()
            .copied()
            .filter(|pane| self::group(pane) == shown);
        let mut before = None;
        let with_edge = |pane| {
            let edge = before.replace(pane).and_then(|before| edge(before, pane));
            let edge = edge.map(|edge| view! { <Separator edge/> });
            view! { {edge}{slot(pane)} }
        };
        panes.map(with_edge).collect_view()
    };
    let message = move || format!("{:.2}fr", 100.0 - layout.widths().wire());
    view! {
        <main data-group=move || group.get().name class:folded=move || layout.folded()
            style:--drafts=move || format!("{:.0}px", layout.widths().drafts())
            style:--message=message
            style:--wire=move || format!("{:.2}fr", layout.widths().wire())>
            {panes}
        </main>
    }
}

/// What can be moved between two panes.
fn edge(before: &Pane, after: &Pane) -> Option<Edge> {
    if *before == crate::compose::DRAFTS {
        Some(Edge::Drafts)
    } else if *after == crate::submission::PANE {
        Some(Edge::Wire)
    } else {
        None
    }
}

/// The pane whose button in the header stands for this one: the panes with the same are beside each
/// other on a wide screen.
fn group(pane: &'static Pane) -> &'static Pane {
    let has_button = |one: &&'static Pane| one.button.is_some();
    let until = PANES.iter().position(|one| *one == pane).unwrap_or(0);
    let mut before = PANES[..=until].iter().copied().rev();
    let first = || PANES.iter().copied().find(has_button);
    before.find(has_button).or_else(first).unwrap_or(pane)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_and_conversation_are_beside_the_message_and_the_inbox_is_alone() {
        use crate::{compose, inbox, submission};
        for (pane, beside) in [
            (&compose::DRAFTS, &compose::PANE),
            (&compose::PANE, &compose::PANE),
            (&submission::PANE, &compose::PANE),
            (&inbox::PANE, &inbox::PANE),
        ] {
            assert_eq!(group(pane), beside);
        }
    }

    #[test]
    fn every_pane_has_a_name_of_its_own() {
        for (at, pane) in PANES.iter().enumerate() {
            assert!(PANES[..at].iter().all(|other| other != pane), "{pane:?}");
        }
    }
}
