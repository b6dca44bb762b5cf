//! The words that explain, in the language of the page. They are fetched behind the page,
//! one language at a time.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use reactive_stores::Store;

use super::meaning::Meanings;
use crate::connection::{self, use_connection};
use crate::i18n::{Language, Locale, tag, use_language};

#[derive(Store)]
struct ExplainState {
    /// The words, in the language of the page or in the last one that could be fetched. None: not
    /// there yet.
    meanings: Option<Meanings>,
    /// The language they are in.
    language: Option<Locale>,
}

/// The words that explain. Copies are the same.
#[derive(Clone, Copy)]
pub struct ExplainStore {
    state: Store<ExplainState>,
    language: Language,
}

impl ExplainStore {
    /// Provides the words to all components below, and fetches them once a message can be sent.
    pub fn provide() {
        let explain = ExplainStore {
            state: Store::new(ExplainState {
                meanings: None,
                language: None,
            }),
            language: use_language(),
        };
        provide_context(explain);
        let connection = use_connection();
        // Again when the bridge is back, if it was not there when they were wanted.
        Effect::new(move |_| {
            let wanted = explain.language.get();
            let there = explain.state.language().get_untracked() == Some(wanted);
            if connection.is_open() && !there {
                set_timeout(move || spawn_local(explain.fetch(wanted)), Duration::ZERO);
            }
        });
    }

    async fn fetch(self, language: Locale) {
        let path = Meanings::path(tag(language));
        let fetched = connection::file(&path).await;
        let meanings = fetched.map(|json| Meanings::read(&json));
        // If the language was switched meanwhile, the other one is wanted.
        if let Some(Ok(meanings)) = meanings
            && self.language.get_untracked() == language
        {
            self.state.language().set(Some(language));
            self.state.meanings().set(Some(meanings));
        }
    }

    /// What `explain` makes of the words. None while they are not there. Whatever calls this runs
    /// again when they change.
    pub fn with<T>(self, explain: impl FnOnce(&Meanings) -> Option<T>) -> Option<T> {
        let meanings = self.state.meanings();
        meanings.with(|meanings| explain(meanings.as_ref()?))
    }
}

/// The words that explain, from any component.
#[must_use]
pub fn use_explain() -> ExplainStore {
    expect_context()
}
