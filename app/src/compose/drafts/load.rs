//! What a page begins with: read before it is shown, so that nothing on it jumps. A first visit
//! does not wait: there is nothing to read, and the browser has to create the database.

use std::cell::RefCell;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::browser::{is_first_visit, tab_memory};
use super::old::Versions;
use super::record::{Head, Write};
use super::session::{Access, Stored};
use super::{TabMemory, journal, lock, now, old, records};
use crate::storage::locks::{Answer, Claim};
use crate::storage::{self, StoreError};

/// The page is shown after this time in milliseconds even if the database does not answer.
const LIMIT: i32 = 2000;

/// A page that was reloaded has its lock again by then: the browser takes it from the page that
/// was there before.
const RELOAD: i32 = 300;

/// What a page begins with.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The draft to show, and who may write to it.
    pub shown: Option<(Stored, Access)>,
    /// The text to show where the database can't be used.
    pub unstored: Option<Write>,
    /// The heads of all drafts.
    pub heads: Vec<Head>,
    /// Why the database can't be used.
    pub error: Option<StoreError>,
    /// Whether the database has not been read yet.
    pub late: bool,
    /// What the tab remembers. The ids in it are those that the drafts have now.
    pub memory: TabMemory,
}

thread_local! {
    static LOADED: RefCell<Option<Loaded>> = const { RefCell::new(None) };
}

/// Reads what the page begins with, for [`loaded`].
pub async fn load() {
    if is_first_visit() {
        LOADED.replace(Some(Loaded {
            memory: tab_memory(),
            late: true,
            ..Loaded::default()
        }));
        return;
    }
    let done = future_to_promise(async {
        let loaded = read().await;
        LOADED.replace(Some(loaded));
        Ok(JsValue::UNDEFINED)
    });
    first_of(done, LIMIT).await;
}

/// What [`load`] has read.
#[must_use]
pub fn loaded() -> Loaded {
    LOADED.take().unwrap_or_else(|| Loaded {
        error: Some(StoreError::Failed),
        late: true,
        memory: tab_memory(),
        ..Loaded::default()
    })
}

/// Waits for a promise, but not longer than so many milliseconds.
async fn first_of(promise: Promise, milliseconds: i32) {
    let timeout = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let set = window
                .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
            set.ok();
        }
    });
    let both = js_sys::Array::of2(&promise, &timeout);
    JsFuture::from(Promise::race(&both)).await.ok();
}

async fn read() -> Loaded {
    let mut loaded = Loaded {
        memory: tab_memory(),
        ..Loaded::default()
    };
    match take_over().await {
        Ok(taken) => taken.rename(&mut loaded.memory),
        Err(error) => loaded.error = Some(error),
    }
    if let Err(error) = read_database(&mut loaded).await {
        loaded.error = Some(error);
    }
    if loaded.error.is_some() {
        // What could not be stored is shown, rather than what it has replaced.
        let entries = journal::entries().into_iter();
        let texts = entries.filter_map(|(_, text)| journal::read(&text));
        let is_shown = |write: &Write| Some(&write.id) == loaded.memory.draft.as_ref();
        let nothing_shown = loaded.shown.is_none();
        loaded.unstored = texts
            .filter(|write| write.deleted.is_none() && (nothing_shown || is_shown(write)))
            .max_by_key(|write| (is_shown(write), write.time));
    }
    loaded
}

async fn read_database(loaded: &mut Loaded) -> Result<(), StoreError> {
    loaded.heads = records::heads().await?;
    let (heads, memory) = (&loaded.heads, &loaded.memory);
    let shows = |head: &&Head| Some(&head.id) == memory.draft.as_ref();
    let reloaded = heads.iter().any(|head| shows(&head));
    let newest = || {
        let kept = heads.iter().filter(|head| head.deleted.is_none());
        kept.max_by_key(|head| head.time)
            .filter(|_| memory.blank_from.is_none())
    };
    let Some(head) = heads.iter().find(shows).or_else(newest) else {
        return Ok(());
    };
    let Some(stored) = records::get(&head.id).await? else {
        return Ok(());
    };
    let access = claim(&stored.head.id, reloaded).await;
    loaded.shown = Some((stored, access));
    Ok(())
}

/// Asks for the lock of the draft that is shown.
async fn claim(id: &str, reloaded: bool) -> Access {
    first_of(ask(id, Claim::Try), LIMIT).await;
    if lock::answer(id) == Some(Answer::Refused) && reloaded {
        first_of(ask(id, Claim::Wait), RELOAD).await;
    }
    match lock::answer(id) {
        Some(Answer::Granted) => Access::Writer,
        _ => Access::Reader,
    }
}

fn ask(id: &str, claim: Claim) -> Promise {
    Promise::new(&mut |resolve, _| {
        lock::listen(move |_, _| drop(resolve.call0(&JsValue::NULL)));
        lock::ask(id, claim);
    })
}

/// What became of the drafts that were not in the database.
#[derive(Debug, Default)]
pub struct TakenOver {
    /// The ids they had, and those they have.
    ids: Vec<(String, String)>,
    old: Versions,
}

impl TakenOver {
    fn id(&self, before: &str) -> Option<String> {
        let ids = self.ids.iter();
        let mut found = ids.filter(|(id, _)| id == before);
        found.next_back().map(|(_, now)| now.clone())
    }

    /// Writes the ids that drafts have now into what the tab remembers.
    fn rename(&self, memory: &mut TabMemory) {
        if let Some(stamp) = memory.shows.take() {
            let version = self.old.newest_of(&stamp);
            memory.draft = version.and_then(|version| self.id(&version.stamp.id));
        }
        for id in [&mut memory.draft, &mut memory.left].into_iter().flatten() {
            if let Some(now) = self.id(id) {
                *id = now;
            }
        }
    }
}

/// Stores in the database what is in localStorage: drafts of earlier versions of the page, and what
/// pages left in the journal. It is removed there when it is stored.
///
/// # Errors
/// Why it is not stored. It is still in localStorage.
pub async fn take_over() -> Result<TakenOver, StoreError> {
    let texts = old_texts();
    let entries = journal::entries();
    if texts.is_empty() && entries.is_empty() {
        return Ok(TakenOver::default());
    }
    let old = Versions::read(texts.clone());
    let mut writes = old.writes(now());
    let entries = entries.into_iter();
    let entries = entries.filter_map(|(key, text)| Some((journal::read(&text)?, key, text)));
    let (journaled, mut done): (Vec<Write>, Vec<(String, String)>) = entries
        .map(|(write, key, text)| (write, (key, text)))
        .unzip();
    writes.extend(journaled);
    let before: Vec<String> = writes.iter().map(|write| write.id.clone()).collect();
    let after = records::store_all(writes).await?;
    let whole: Vec<&str> = old.keys().collect();
    let taken = texts.into_iter();
    done.extend(taken.filter(|(key, _)| whole.contains(&key.as_str())));
    for (key, text) in done {
        // It may have been written anew meanwhile.
        if storage::text(&key).is_some_and(|now| now == text) {
            storage::remove(&key);
        }
    }
    let ids = before.into_iter().zip(after).collect();
    Ok(TakenOver { ids, old })
}

fn old_texts() -> Vec<(String, String)> {
    let keys = storage::keys(old::PREFIX).into_iter();
    keys.filter_map(|key| storage::text(&key).map(|text| (key, text)))
        .collect()
}

/// The drafts in localStorage that can't be read: their keys, and what they are.
#[must_use]
pub fn unreadable() -> Vec<(String, String)> {
    let old = Versions::read(old_texts());
    let unreadable = old.unreadable();
    unreadable
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .collect()
}
