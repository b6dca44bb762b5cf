//! The page as a whole: its panes, header and tabs, and the stores of all features.

mod appearance;
mod header;
mod history;
mod navigation;
mod tabs;

use leptos::prelude::*;

use self::header::Header;
use self::navigation::{Navigation, use_navigation};
use self::tabs::Tabs;
use crate::accounts::{AccountsStore, IdentityDialog, Picker};
use crate::connection::{ConnectionStore, LinkNotice};
use crate::contacts::{ContactsDialog, ContactsStore};
use crate::explain::ExplainStore;
use crate::i18n::{Language, tag};
use crate::ui::{Pane, ime};

/// The panes, in the order of their tabs.
static PANES: &[&Pane] = &[
    // Beside each other on wide screens.
    &crate::compose::PANE,
    &crate::submission::PANE,
    // Alone.
    &crate::inbox::PANE,
];

/// Shows the page.
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(App);
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
    AccountsStore::provide();
    ContactsStore::provide();
    ExplainStore::provide();
    for pane in PANES {
        (pane.provide)();
    }
    let navigation = Navigation::provide();
    connection.open();
    // After the connection, which removes the token from the address first.
    navigation.follow_history();
    view! {
        <div class="page">
            <Header/>
            <LinkNotice/>
            <main><Panes/></main>
            <Tabs/>
            <Picker/>
            <IdentityDialog/>
            <ContactsDialog/>
        </div>
    }
}

/// The pane that is shown, and those beside it. On a narrow screen only the first is seen.
#[component]
fn Panes() -> impl IntoView {
    let navigation = use_navigation();
    let group = Memo::new(move |_| group(navigation.pane()));
    let slot = move |pane: &'static Pane| {
        view! {
            <div class="slot" class:current=move || navigation.pane() == pane>{(pane.view)()}</div>
        }
    };
    move || {
        let shown = group.get();
        let panes = PANES
            .iter()
            .copied()
            .filter(|pane| self::group(pane) == shown);
        panes.map(slot).collect_view()
    }
}

/// The pane whose button in the header stands for this one: the panes with the same are beside each
/// other on a wide screen.
fn group(pane: &'static Pane) -> &'static Pane {
    let until = PANES.iter().position(|one| *one == pane).unwrap_or(0);
    let mut before = PANES[..=until].iter().rev();
    before
        .find(|one| one.button.is_some())
        .copied()
        .unwrap_or(pane)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_conversation_is_beside_the_message_and_the_inbox_is_alone() {
        use crate::{compose, inbox, submission};
        for (pane, beside) in [
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
