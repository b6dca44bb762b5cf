//! The senders of this browser, and what a person does with them.

use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Identities, Identity};
use crate::accounts::presets;
use crate::accounts::store::AccountsStore;
use crate::storage;
use crate::ui::dom;

/// Their key in localStorage.
const KEY: &str = "glasspost.identities";

/// The senders. Copies are the same.
#[derive(Clone, Copy)]
pub struct IdentitiesStore {
    all: RwSignal<Identities>,
    /// The senders before the last change in the dialog, which can be undone.
    before: RwSignal<Option<Vec<Identity>>>,
    /// They can't be stored, and are lost with this tab.
    unsaved: RwSignal<bool>,
    /// Whether the dialog is open.
    managing: RwSignal<bool>,
    /// Name and address of a sender that may be kept.
    offered: RwSignal<Option<(String, String)>>,
    /// A sender was chosen whose server was not the one chosen before.
    switched: RwSignal<bool>,
    accounts: AccountsStore,
}

impl IdentitiesStore {
    /// Provides the senders to all components below, and follows other tabs.
    pub(in crate::accounts) fn provide(accounts: AccountsStore) {
        let store = IdentitiesStore {
            all: RwSignal::new(storage::value(KEY).unwrap_or_default()),
            before: RwSignal::new(None),
            unsaved: RwSignal::new(false),
            managing: RwSignal::new(false),
            offered: RwSignal::new(None),
            switched: RwSignal::new(false),
            accounts,
        };
        provide_context(store);
        drop(window_event_listener_untyped("storage", move |event| {
            let event = event.dyn_ref::<web_sys::StorageEvent>();
            if event.is_some_and(|event| event.key().is_none_or(|key| key == KEY)) {
                store.all.set(storage::value(KEY).unwrap_or_default());
                store.before.set(None);
            }
        }));
    }

    /// All senders. Follows them.
    #[must_use]
    pub fn list(self) -> Vec<Identity> {
        self.all.with(|all| all.list.clone())
    }

    /// The sender with this name and address. Follows the senders.
    #[must_use]
    pub fn named(self, name: &str, address: &str) -> Option<Identity> {
        self.all.with(|all| all.named(name, address).cloned())
    }

    /// The server that messages of this sender go through, where another one is chosen: the
    /// sender's address or its domain, and the name of the server. None: that is not known, or the
    /// practice server is chosen, which delivers nothing. Follows both.
    #[must_use]
    pub fn other_server(self, name: &str, address: &str) -> Option<(String, String)> {
        let chosen = self.accounts.server();
        if chosen.practice {
            return None;
        }
        let own = self.named(name, address).and_then(|one| one.server);
        if let Some(own) = own {
            let same = own.server() == chosen.server() || own.practice;
            return (!same).then(|| (address.to_owned(), own.host));
        }
        let domain = address.rsplit('@').next().unwrap_or_default();
        let provider = presets::of_domain(domain)?;
        let other = !provider.may_be(&chosen.host);
        other.then(|| (domain.to_owned(), provider.host.to_owned()))
    }

    /// The sender that a new message begins with.
    #[must_use]
    pub fn usual(self) -> Option<Identity> {
        self.all.with_untracked(|all| all.usual().cloned())
    }

    /// A message is written as this sender from now on: through the sender's server, if there is
    /// one. Someone else's server, or the password for it, is not lost by that.
    pub fn choose(self, identity: &Identity) {
        self.change(|all| all.last = Some(identity.id.clone()));
        let server = identity.server.as_ref();
        let other = server.filter(|server| **server != untrack(|| self.accounts.server()));
        if let Some(server) = other {
            self.accounts.choose_known(server.clone());
        }
        self.switched.set(other.is_some());
    }

    /// A sender was chosen whose server was not the one chosen before.
    pub(super) fn has_switched(self) -> bool {
        self.switched.get()
    }

    /// The person has seen which server is chosen.
    pub(super) fn close_notice(self) {
        self.switched.set(false);
    }

    /// A message was sent by someone who is no kept sender. The first is offered to be kept, until
    /// the person says no.
    pub fn sent_by(self, name: String, address: String) {
        let first = |all: &Identities| all.list.is_empty() && !all.declined;
        if self.all.with_untracked(first) {
            self.offered.set(Some((name, address)));
        }
    }

    /// Name and address of the sender that may be kept.
    pub(super) fn offered(self) -> Option<(String, String)> {
        self.offered.get()
    }

    /// The person does not want to keep the sender that is offered.
    pub(super) fn decline(self) {
        self.offered.set(None);
        self.change(|all| all.declined = true);
    }

    /// Keeps a sender, and opens the dialog with it.
    pub(super) fn keep(self, name: String, address: String) {
        self.offered.set(None);
        let identity = Identity {
            id: dom::new_id(),
            name,
            address,
            ..Identity::default()
        };
        self.edit(|all| {
            all.last = Some(identity.id.clone());
            all.put(identity);
        });
    }

    /// Whether the dialog is open.
    pub(super) fn is_managing(self) -> bool {
        self.managing.get()
    }

    /// Opens or closes the dialog.
    pub fn manage(self, open: bool) {
        self.before.set(None);
        self.managing.set(open);
    }

    /// Changes the senders in a way that can be undone.
    pub(super) fn edit(self, change: impl FnOnce(&mut Identities)) {
        let before = self.all.with_untracked(|all| all.list.clone());
        self.change(change);
        let changed = self.all.with_untracked(|all| all.list != before);
        if changed {
            self.before.set(Some(before));
        }
    }

    /// Whether the last change can be undone.
    pub(super) fn can_undo(self) -> bool {
        self.before.with(Option::is_some)
    }

    /// Takes back the last change.
    pub(super) fn undo(self) {
        if let Some(before) = self.before.get_untracked() {
            self.before.set(None);
            self.change(|all| all.list = before);
        }
    }

    /// Whether the senders can't be stored.
    pub(super) fn is_unsaved(self) -> bool {
        self.unsaved.get()
    }

    /// Changes what is stored now, which another tab may have changed since it was read here.
    fn change(self, change: impl FnOnce(&mut Identities)) {
        let stored = storage::value(KEY).filter(|_| !self.unsaved.get_untracked());
        let mut all = stored.unwrap_or_else(|| self.all.get_untracked());
        change(&mut all);
        let text = serde_json::to_string(&all).unwrap_or_default();
        self.unsaved.set(storage::keep_text(KEY, &text).is_err());
        if self.all.with_untracked(|shown| *shown != all) {
            self.all.set(all);
        }
    }
}

/// The senders, from any component.
#[must_use]
pub fn use_identities() -> IdentitiesStore {
    expect_context()
}
