//! Erases contacts, and brings them back.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{ContactsStore, Erased};
use crate::contacts::book::Book;
use crate::storage::database::Table;
use crate::storage::table;

impl ContactsStore {
    /// Erases a contact, which can be undone.
    pub(in crate::contacts) fn erase(self, key: &str) {
        let mut contact = None;
        self.book.update_value(|book| contact = book.remove(key));
        let Some(contact) = contact else { return };
        self.erased.set(vec![(key.to_owned(), contact)]);
        self.begin_write();
        let key = key.to_owned();
        spawn_local(async move {
            self.settle(table::delete(Table::Contacts, &key).await.is_ok());
        });
    }

    /// Erases all contacts, which can be undone.
    pub(in crate::contacts) fn erase_all(self) {
        let mut erased = Vec::new();
        self.book.update_value(|book| {
            let all = book.iter();
            erased = all
                .map(|(key, contact)| (key.clone(), contact.clone()))
                .collect();
            *book = Book::default();
        });
        self.erased.set(erased);
        self.begin_write();
        spawn_local(async move {
            self.settle(table::clear(Table::Contacts).await.is_ok());
        });
    }

    /// What was erased last. Follows it.
    pub(in crate::contacts) fn erased(self) -> Erased {
        self.erased.get()
    }

    /// Forgets what was erased for good.
    pub(in crate::contacts) fn forget_erased(self) {
        if self.erased.with_untracked(|erased| !erased.is_empty()) {
            self.erased.set(Vec::new());
        }
    }

    /// Brings back what was erased last.
    pub(in crate::contacts) fn undo(self) {
        let erased = self.erased.get_untracked();
        self.erased.set(Vec::new());
        let keys: Vec<String> = erased.iter().map(|(key, _)| key.clone()).collect();
        self.book.update_value(|book| {
            for (_, contact) in &erased {
                book.merge(contact);
            }
        });
        self.store(keys);
    }
}
