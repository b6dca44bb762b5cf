//! The contacts of this browser, and what a person does with them.
//!
//! All but the beginning is code of the part `later`.

mod erasing;

use js_sys::Date;
use leptos::leptos_dom::helpers::window_event_listener_untyped;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::book::{Book, Suggestion};
use super::import::{Import, Rejected};
use super::model::Contact;
use super::sent::Pending;
use crate::connection::{LinkEvent, use_connection};
use crate::storage::database::Table;
use crate::storage::{self, table};
use crate::ui::dom;
use crate::ui::part::part;

/// Changed in localStorage whenever the contacts are, so that other tabs read them again.
const CHANGED: &str = "glasspost.contacts";

/// What was erased, and can be brought back: each contact with its key.
pub(super) type Erased = Vec<(String, Contact)>;

/// What an import has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    /// How many contacts are new.
    pub added: usize,
    /// How many addresses were known.
    pub merged: usize,
    /// What was not imported.
    pub rejected: Vec<Rejected>,
}

/// The contacts. Copies are the same.
#[derive(Clone, Copy)]
pub struct ContactsStore {
    book: StoredValue<Book>,
    /// Counts the changes of `book`.
    changes: RwSignal<u32>,
    erased: RwSignal<Erased>,
    report: RwSignal<Option<Report>>,
    /// The contacts can't be stored, and are lost with this tab.
    unsaved: RwSignal<bool>,
    open: RwSignal<bool>,
    pending: StoredValue<Pending>,
    writes: StoredValue<Writes>,
    /// They are read, or being read.
    loaded: StoredValue<bool>,
}

/// What is being written. What was read meanwhile may be older than what is in memory.
#[derive(Clone, Copy, Debug, Default)]
struct Writes {
    /// How many writes have begun.
    begun: u32,
    /// How many of them are under way.
    under_way: u32,
    /// The contacts are to be read once none is.
    read_after: bool,
}

impl ContactsStore {
    /// Provides the contacts to all components below. They are not read yet.
    pub fn provide() {
        let store = ContactsStore {
            book: StoredValue::new(Book::default()),
            changes: RwSignal::new(0),
            erased: RwSignal::new(Vec::new()),
            report: RwSignal::new(None),
            unsaved: RwSignal::new(false),
            open: RwSignal::new(false),
            pending: StoredValue::new(Pending::default()),
            writes: StoredValue::new(Writes::default()),
            loaded: StoredValue::new(false),
        };
        provide_context(store);
        use_connection().on_event(move |event| {
            if let LinkEvent::Submission(said) = event {
                store.follow(said);
            }
        });
    }

    /// Reads the contacts, and follows other tabs. Called again, it does nothing.
    pub(super) fn load(self) {
        if self.loaded.get_value() {
            return;
        }
        self.loaded.set_value(true);
        spawn_local(self.read());
        drop(window_event_listener_untyped("storage", move |event| {
            let event = event.dyn_ref::<web_sys::StorageEvent>();
            if event.is_some_and(|event| event.key().as_deref() == Some(CHANGED)) {
                spawn_local(self.read());
            }
        }));
    }

    /// Reads what is stored, unless this tab has something that is not stored.
    async fn read(self) {
        let begun = self.writes.get_value().begun;
        let Ok(contacts) = table::all(Table::Contacts).await else {
            return;
        };
        let writes = self.writes.get_value();
        if writes.under_way > 0 || writes.begun != begun {
            self.writes.update_value(|writes| writes.read_after = true);
            self.read_after_writes();
        } else if !self.unsaved.get_untracked() {
            self.book.set_value(Book::of(contacts));
            self.changed();
        }
    }

    fn read_after_writes(self) {
        let writes = self.writes.get_value();
        if writes.read_after && writes.under_way == 0 {
            self.writes.update_value(|writes| writes.read_after = false);
            spawn_local(self.read());
        }
    }

    /// A message to these people is being sent: the address as it is sent, the name, and the
    /// address as it was typed. They are recorded once the server has accepted it.
    pub fn sending(self, people: impl IntoIterator<Item = (String, String, String)>) {
        self.pending.update_value(|pending| pending.begin(people));
    }

    fn follow(self, said: &[wire::FromBridge]) {
        let mut sent = Vec::new();
        self.pending.update_value(|pending| {
            sent = said.iter().flat_map(|said| pending.apply(said)).collect();
        });
        if sent.is_empty() {
            return;
        }
        let now = Date::now();
        spawn_local(async move {
            // It was loaded long ago, or can be loaded now: the bridge is there.
            record(self, sent, now).await.ok();
        });
    }

    /// Records that a message was sent to these people: name and address.
    async fn record(self, sent: Vec<(String, String)>, now: f64) {
        self.load();
        // What other tabs have recorded is counted, too.
        self.read().await;
        let mut keys = Vec::new();
        self.book.update_value(|book| {
            let sent = sent.iter();
            keys = sent
                .filter_map(|(name, address)| book.written_to(name, address, now))
                .collect();
        });
        self.store(keys);
    }

    /// The contacts that may be meant by what is being typed, without those left out.
    pub(super) fn suggest(self, typed: &str, left_out: &[String]) -> Vec<Suggestion> {
        self.book
            .with_value(|book| book.suggest(typed, Date::now(), left_out))
    }

    /// All contacts in which this is found. Follows them.
    pub(super) fn find(self, sought: &str) -> Vec<Suggestion> {
        self.changes.track();
        self.book.with_value(|book| book.find(sought, Date::now()))
    }

    /// How many there are. Follows them.
    pub(super) fn many(self) -> usize {
        self.changes.track();
        self.book.with_value(Book::count)
    }

    /// Follows every change.
    pub(super) fn track(self) {
        self.changes.track();
    }

    /// The address that may be meant by this one. Follows the contacts.
    pub(super) fn meant_by(self, address: &str) -> Option<String> {
        self.changes.track();
        self.book.with_value(|book| book.meant_by(address))
    }

    /// Adds what was found in a file.
    pub(super) fn import(self, import: Import) {
        let (mut keys, mut added) = (Vec::new(), 0);
        self.book.update_value(|book| {
            for contact in &import.contacts {
                if let Some((key, is_new)) = book.merge(contact) {
                    added += usize::from(is_new);
                    keys.push(key);
                }
            }
        });
        self.report.set(Some(Report {
            added,
            merged: keys.len() - added,
            rejected: import.rejected,
        }));
        keys.sort();
        keys.dedup();
        self.store(keys);
    }

    /// What the last import has done. Follows it.
    pub(super) fn report(self) -> Option<Report> {
        self.report.get()
    }

    /// Whether the dialog is open.
    pub(super) fn is_open(self) -> bool {
        self.open.get()
    }

    /// Opens or closes the dialog.
    pub fn show(self, open: bool) {
        self.report.set(None);
        self.forget_erased();
        self.open.set(open);
    }

    /// Whether the contacts can't be stored. Follows it.
    pub(super) fn is_unsaved(self) -> bool {
        self.unsaved.get()
    }

    /// Stores the contacts of these keys, and removes those that are too many.
    fn store(self, keys: Vec<String>) {
        let mut forgotten = Vec::new();
        self.book
            .update_value(|book| forgotten = book.forget_excess(Date::now()));
        let contacts: Vec<(String, Contact)> = self.book.with_value(|book| {
            let contact = |key: String| Some((key.clone(), book.get(&key)?.clone()));
            keys.into_iter().filter_map(contact).collect()
        });
        self.begin_write();
        spawn_local(async move {
            let mut stored = table::put(Table::Contacts, &contacts).await.is_ok();
            for key in forgotten {
                stored &= table::delete(Table::Contacts, &key).await.is_ok();
            }
            self.settle(stored);
        });
    }

    /// The contacts have been changed here, and are going to be written.
    fn begin_write(self) {
        self.writes.update_value(|writes| {
            writes.begun = writes.begun.wrapping_add(1);
            writes.under_way += 1;
        });
        self.changed();
    }

    /// A write has ended.
    fn settle(self, stored: bool) {
        self.writes.update_value(|writes| writes.under_way -= 1);
        self.unsaved.set(!stored);
        if stored {
            let random = dom::random::<8>();
            storage::keep_text(CHANGED, &format!("{:x}", u64::from_le_bytes(random))).ok();
        }
        self.read_after_writes();
    }

    fn changed(self) {
        self.changes.update(|changes| *changes += 1);
    }
}

part! { later:
    fn record(contacts: ContactsStore, sent: Vec<(String, String)>, now: f64) -> () {
        spawn_local(contacts.record(sent, now));
    }
}

/// The contacts, from any component.
#[must_use]
pub fn use_contacts() -> ContactsStore {
    expect_context()
}
