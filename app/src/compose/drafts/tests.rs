//! Several tabs at one storage, which each of them sees with a delay of its own.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use super::*;
use crate::compose::rail::DraftRow;

mod orders;
mod stories;

thread_local! {
    static IDS: Cell<u64> = const { Cell::new(0) };
}

fn new_id() -> String {
    IDS.set(IDS.get() + 1);
    format!("id{}", IDS.get())
}

/// The storage as the browser has it.
#[derive(Debug, Default)]
struct Shared {
    truth: BTreeMap<String, String>,
    /// Counts the writes.
    writes: u64,
    views: Vec<View>,
    /// The most bytes, keys and texts together.
    quota: Option<usize>,
    forbidden: bool,
}

impl Shared {
    fn size(&self) -> usize {
        let sizes = self.truth.iter().map(|(key, text)| key.len() + text.len());
        sizes.sum()
    }
}

/// The storage as one tab has it: what others wrote arrives late.
#[derive(Debug, Default)]
struct View {
    cache: BTreeMap<String, String>,
    arriving: VecDeque<(u64, String, Option<String>)>,
    own_writes: BTreeMap<String, u64>,
}

#[derive(Clone, Debug)]
struct TabStore {
    shared: Rc<RefCell<Shared>>,
    view: usize,
}

impl TabStore {
    fn new(shared: &Rc<RefCell<Shared>>) -> TabStore {
        let mut storage = shared.borrow_mut();
        let cache = storage.truth.clone();
        storage.views.push(View {
            cache,
            ..View::default()
        });
        TabStore {
            shared: Rc::clone(shared),
            view: storage.views.len() - 1,
        }
    }

    fn put(&self, key: &str, text: Option<&str>) -> Result<(), StoreError> {
        let mut shared = self.shared.borrow_mut();
        if shared.forbidden {
            return Err(StoreError::Unavailable);
        }
        let mut next = shared.truth.clone();
        let old = match text {
            Some(text) => next.insert(key.to_owned(), text.to_owned()),
            None => next.remove(key),
        };
        if old.as_deref() == text {
            return Ok(());
        }
        let before = std::mem::replace(&mut shared.truth, next);
        let too_much = shared.quota.is_some_and(|quota| shared.size() > quota);
        if text.is_some() && too_much {
            shared.truth = before;
            return Err(StoreError::Full);
        }
        shared.writes += 1;
        let write = shared.writes;
        for (at, view) in shared.views.iter_mut().enumerate() {
            if at == self.view {
                view.own_writes.insert(key.to_owned(), write);
                view.apply(key, text);
            } else {
                let text = text.map(str::to_owned);
                view.arriving.push_back((write, key.to_owned(), text));
            }
        }
        Ok(())
    }

    /// Lets what the others wrote arrive. Whether anything did.
    fn arrive(&self) -> bool {
        let mut shared = self.shared.borrow_mut();
        let view = &mut shared.views[self.view];
        let any = !view.arriving.is_empty();
        while let Some((write, key, text)) = view.arriving.pop_front() {
            // Its own later write comes after it.
            if view.own_writes.get(&key).is_none_or(|own| *own < write) {
                view.apply(&key, text.as_deref());
            }
        }
        any
    }
}

impl View {
    fn apply(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.cache.insert(key.to_owned(), text.to_owned()),
            None => self.cache.remove(key),
        };
    }
}

impl Store for TabStore {
    fn keys(&self) -> Vec<String> {
        let shared = self.shared.borrow();
        if shared.forbidden {
            return Vec::new();
        }
        shared.views[self.view].cache.keys().cloned().collect()
    }

    fn get(&self, key: &str) -> Option<String> {
        let shared = self.shared.borrow();
        let text = shared.views[self.view].cache.get(key).cloned();
        text.filter(|_| !shared.forbidden)
    }

    fn set(&self, key: &str, text: &str) -> Result<(), StoreError> {
        self.put(key, Some(text))
    }

    fn remove(&self, key: &str) {
        self.put(key, None).ok();
    }
}

fn sample() -> Draft {
    Draft {
        body: "sample".into(),
        ..Draft::from_sender("mina@example.org")
    }
}

/// A tab and what is on its screen.
#[derive(Debug)]
struct Tab {
    drafts: Drafts<TabStore>,
    shown: Draft,
    /// What the tab remembers through a reload.
    memory: TabMemory,
}

impl Tab {
    fn open(shared: &Rc<RefCell<Shared>>) -> Tab {
        Tab::open_with(shared, &TabMemory::default())
    }

    fn open_with(shared: &Rc<RefCell<Shared>>, memory: &TabMemory) -> Tab {
        let (drafts, shown) = Drafts::open(TabStore::new(shared), new_id, memory, sample());
        let memory = drafts.tab_memory();
        Tab {
            drafts,
            shown,
            memory,
        }
    }

    fn write(&mut self, body: &str) {
        self.shown.body = body.to_owned();
        self.drafts.edited();
    }

    fn save(&mut self) -> Result<bool, StoreError> {
        let done = self.drafts.save(&self.shown);
        self.memory = self.drafts.tab_memory();
        done
    }

    /// Types and waits until it is saved.
    fn write_and_save(&mut self, body: &str) {
        self.write(body);
        assert_eq!(self.save(), Ok(true));
    }

    /// Looks at what the other tabs have stored.
    fn look(&mut self) -> Change {
        self.drafts.store.arrive();
        let change = self.drafts.look(&self.shown);
        match &change {
            Change::Newer(draft) => self.shown = (**draft).clone(),
            Change::Both | Change::Removed => drop(self.save()),
            Change::None => {}
        }
        self.memory = self.drafts.tab_memory();
        change
    }

    fn begin(&mut self) {
        self.shown = self.drafts.begin(&self.shown);
        self.memory = self.drafts.tab_memory();
    }

    fn others(&self) -> Vec<DraftRow> {
        self.drafts.others(&self.shown)
    }

    fn titles(&self) -> Vec<Option<String>> {
        let others = self.others().into_iter();
        others.map(|other| other.title).collect()
    }

    fn switch_to(&mut self, id: &str) {
        if let Some(next) = self.drafts.switch_to(id, &self.shown) {
            self.shown = next;
        }
        self.memory = self.drafts.tab_memory();
    }

    fn bring_back(&mut self) {
        let first = self.others().first().map(|other| other.id.clone());
        if let Some(id) = first {
            self.switch_to(&id);
        }
    }

    /// What happens when it is closed or reloaded.
    fn close(mut self) -> TabMemory {
        self.save().ok();
        self.memory
    }

    fn reload(self, shared: &Rc<RefCell<Shared>>) -> Tab {
        let memory = self.close();
        Tab::open_with(shared, &memory)
    }
}

fn shared() -> Rc<RefCell<Shared>> {
    Rc::default()
}
