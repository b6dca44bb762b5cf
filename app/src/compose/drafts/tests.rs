//! Several tabs with one database, locks and messages, none of which is real: each step of each
//! happens when a test says so.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::record::{Head, Verdict, Write};
use super::session::{Access, Claim, DraftNotice, Message, Output, Session, Stored, Written};
use crate::compose::draft::Draft;
use crate::storage::StoreError;

mod crash_table;
mod losing;
mod old;
mod orders;

thread_local! {
    static IDS: Cell<u64> = const { Cell::new(0) };
}

fn new_id() -> String {
    IDS.set(IDS.get() + 1);
    format!("id{}", IDS.get())
}

fn clock() -> u64 {
    new_id()[2..].parse().expect("a number")
}

type Words = BTreeSet<String>;

fn words(draft: &Draft) -> Words {
    draft.body.split_whitespace().map(str::to_owned).collect()
}

/// What all tabs share.
#[derive(Default)]
struct Browser {
    heads: BTreeMap<String, Head>,
    drafts: BTreeMap<String, Draft>,
    journal: BTreeMap<String, Write>,
    /// Who has each lock.
    locks: BTreeMap<String, u64>,
    /// Who waits for it.
    waiting: BTreeMap<String, Vec<u64>>,
    full: bool,
    tabs: Vec<Tab>,
    closed: Vec<Memory>,
    tab_ids: u64,
    without_locks: bool,
}

#[derive(Clone, Debug)]
struct Memory {
    draft: Option<String>,
}

/// Something that a tab asked for and that has not happened yet.
#[derive(Debug)]
enum Pending {
    /// Not begun.
    Write(u64, Box<Write>),
    /// Committed, but the tab has not heard.
    Answer(Box<Written>),
    Failed(u64),
    Read(String),
    Lock(String, Claim),
    Unlock(String),
    Purge(String, u64),
}

struct Tab {
    id: u64,
    session: Session,
    shown: Draft,
    pending: VecDeque<Pending>,
    heard: VecDeque<Message>,
    /// What the browser tells it about locks.
    lock_news: VecDeque<(String, bool)>,
    notices: Vec<DraftNotice>,
    overdue: Vec<String>,
    asks_to_be_saved: bool,
}

impl Browser {
    /// A tab takes the shown draft from another one, which does not answer.
    fn take_without_answer(&mut self, tab: usize) {
        self.tabs[tab].session.take();
        self.perform(tab);
        let id = self.tabs[tab].overdue.pop().expect("it has asked");
        self.act(tab, |session, _| session.overdue(&id));
        self.step(tab);
        self.hear(tab);
    }

    fn open(&mut self, memory: &Memory) {
        self.take_over();
        let kept = || self.heads.values().filter(|head| head.deleted.is_none());
        let remembered = memory.draft.as_ref().and_then(|id| self.heads.get(id));
        let head = remembered.or_else(|| kept().max_by_key(|head| head.time));
        let (session, shown) = match head {
            Some(head) => {
                let session = Session::of(new_id, clock, head, Access::Asking);
                (session, self.drafts[&head.id].clone())
            }
            None => (Session::new(new_id, clock), Draft::default()),
        };
        self.tab_ids += 1;
        self.tabs.push(Tab {
            id: self.tab_ids,
            session,
            shown,
            pending: VecDeque::new(),
            heard: VecDeque::new(),
            lock_news: VecDeque::new(),
            notices: Vec::new(),
            overdue: Vec::new(),
            asks_to_be_saved: false,
        });
        self.perform(self.tabs.len() - 1);
    }

    /// Stores what is in the journal, as a page that is loaded does.
    fn take_over(&mut self) {
        if self.full {
            return;
        }
        for (_, write) in std::mem::take(&mut self.journal) {
            self.commit(write);
        }
    }

    /// A transaction, see `records::store_in`. Nothing that a person wrote may go missing.
    fn commit(&mut self, write: Write) -> (Head, bool) {
        let stored = self.heads.get(&write.id).cloned();
        match (write.verdict(stored.as_ref()), stored) {
            (Verdict::Covered, Some(stored)) => {
                let newer = stored.writers.last() != Some(&write.by);
                (stored, newer)
            }
            (Verdict::Conflicts, Some(stored)) => {
                if self.drafts[&write.id] == write.draft {
                    return (stored, true);
                }
                let own = write.own();
                let stored = self.heads.get(&own.id).cloned();
                match (own.verdict(stored.as_ref()), stored) {
                    (Verdict::Covered, Some(stored)) => {
                        let newer = stored.writers.last() != Some(&own.by);
                        (stored, newer)
                    }
                    (_, stored) => self.put(own, stored.as_ref()),
                }
            }
            (_, stored) => self.put(write, stored.as_ref()),
        }
    }

    fn put(&mut self, write: Write, stored: Option<&Head>) -> (Head, bool) {
        if let Some(before) = self.drafts.get(&write.id) {
            let (before, after) = (words(before), words(&write.draft));
            assert!(
                after.is_superset(&before),
                "{after:?} replaced {before:?}, which did not go into it"
            );
        }
        let head = write.head(stored);
        self.heads.insert(head.id.clone(), head.clone());
        self.drafts.insert(head.id.clone(), write.draft);
        (head, false)
    }

    /// Does what a tab's session wants, as far as it happens at once.
    fn perform(&mut self, at: usize) {
        while let Some(output) = self.tabs[at].session.poll() {
            let tab = &mut self.tabs[at];
            match output {
                Output::Write(serial, write) => {
                    tab.pending.push_back(Pending::Write(serial, write));
                }
                Output::Read(id) => tab.pending.push_back(Pending::Read(id)),
                Output::Lock(id, claim) => tab.pending.push_back(Pending::Lock(id, claim)),
                Output::Unlock(id) => tab.pending.push_back(Pending::Unlock(id)),
                Output::Purge(id, revision) => {
                    tab.pending.push_back(Pending::Purge(id, revision));
                }
                Output::Post(message) => {
                    let sender = tab.id;
                    for other in self.tabs.iter_mut().filter(|other| other.id != sender) {
                        other.heard.push_back(message.clone());
                    }
                }
                Output::Journal(serial, entry) => {
                    let edits = entry.write.by.edits;
                    tab.session.journaled(serial, edits);
                    self.journal.insert(entry.key, entry.write);
                }
                Output::Unjournal(key) => drop(self.journal.remove(&key)),
                Output::Show(draft) => tab.shown = *draft,
                Output::Notify(notice) => tab.notices.push(notice),
                Output::Wake | Output::Retry => tab.asks_to_be_saved = true,
                Output::Expect(id) => tab.overdue.push(id),
            }
        }
    }

    fn act(&mut self, at: usize, tell: impl FnOnce(&mut Session, &Draft)) {
        let tab = &mut self.tabs[at];
        tell(&mut tab.session, &tab.shown);
        self.perform(at);
    }

    fn write(&mut self, at: usize, word: &str) {
        let tab = &mut self.tabs[at];
        if tab.session.access().writes() {
            tab.shown.body.push_str(word);
            tab.shown.body.push(' ');
            self.act(at, |session, _| session.edited());
        }
    }

    /// The next thing that this tab waits for happens. Whether there was one.
    fn step(&mut self, at: usize) -> bool {
        let Some(pending) = self.tabs[at].pending.pop_front() else {
            return false;
        };
        match pending {
            Pending::Write(serial, _) if self.full => {
                self.tabs[at].pending.push_front(Pending::Failed(serial));
            }
            Pending::Write(serial, write) => {
                let edits = write.by.edits;
                let (head, newer) = self.commit(*write);
                let written = Written {
                    serial,
                    edits,
                    head,
                    newer,
                };
                let answer = Pending::Answer(Box::new(written));
                self.tabs[at].pending.push_front(answer);
            }
            Pending::Answer(written) => {
                self.act(at, |session, shown| session.written(&written, shown));
            }
            Pending::Failed(serial) => {
                self.act(at, |session, shown| {
                    session.failed(serial, StoreError::Full, shown);
                });
            }
            Pending::Read(id) => {
                let stored = self.heads.get(&id).map(|head| Stored {
                    head: head.clone(),
                    draft: self.drafts[&id].clone(),
                });
                self.act(at, |session, shown| session.read(&id, stored, shown));
            }
            Pending::Lock(id, claim) => self.lock(at, id, claim),
            Pending::Unlock(id) => self.unlock(at, &id),
            Pending::Purge(id, revision) => {
                if self
                    .heads
                    .get(&id)
                    .is_some_and(|head| head.revision == revision)
                {
                    self.heads.remove(&id);
                    self.drafts.remove(&id);
                }
            }
        }
        true
    }

    fn lock(&mut self, at: usize, id: String, claim: Claim) {
        let tab = self.tabs[at].id;
        let holder = self.locks.get(&id).copied();
        let free = holder.is_none() || holder == Some(tab) || self.without_locks;
        if free || claim == Claim::Steal {
            if let Some(holder) = holder.filter(|holder| *holder != tab && !self.without_locks)
                && let Some(holder) = self.tabs.iter_mut().find(|one| one.id == holder)
            {
                holder.lock_news.push_back((id.clone(), false));
            }
            self.locks.insert(id.clone(), tab);
            return self.tabs[at].lock_news.push_back((id, true));
        }
        if claim == Claim::Try {
            return self.act(at, |session, shown| session.refused(&id, shown));
        }
        let waiting = self.waiting.entry(id).or_default();
        if !waiting.contains(&tab) {
            waiting.push(tab);
        }
    }

    fn unlock(&mut self, at: usize, id: &str) {
        let tab = self.tabs[at].id;
        if let Some(waiting) = self.waiting.get_mut(id) {
            waiting.retain(|one| *one != tab);
        }
        self.free(tab, Some(id));
    }

    /// A tab has a lock, or all of its locks, no more: whoever waits gets it.
    fn free(&mut self, tab: u64, id: Option<&str>) {
        let held = self.locks.iter();
        let freed: Vec<String> = held
            .filter(|(lock, holder)| **holder == tab && id.is_none_or(|id| id == *lock))
            .map(|(lock, _)| lock.clone())
            .collect();
        for lock in freed {
            self.locks.remove(&lock);
            let waiting = self.waiting.entry(lock.clone()).or_default();
            if !waiting.is_empty() {
                let next = waiting.remove(0);
                self.locks.insert(lock.clone(), next);
                if let Some(next) = self.tabs.iter_mut().find(|one| one.id == next) {
                    next.lock_news.push_back((lock, true));
                }
            }
        }
    }

    /// The tab hears of the next thing that happened elsewhere. Whether there was one.
    fn hear(&mut self, at: usize) -> bool {
        if let Some((id, granted)) = self.tabs[at].lock_news.pop_front() {
            self.act(at, |session, shown| {
                if granted {
                    session.granted(&id);
                } else {
                    session.lost(&id, shown);
                }
            });
            return true;
        }
        let Some(message) = self.tabs[at].heard.pop_front() else {
            return false;
        };
        self.act(at, |session, shown| session.heard(&message, shown));
        true
    }

    /// The tab is gone, without another step.
    fn crash(&mut self, at: usize) {
        let tab = self.tabs.remove(at);
        for waiting in self.waiting.values_mut() {
            waiting.retain(|one| *one != tab.id);
        }
        self.free(tab.id, None);
        self.closed.push(Memory {
            draft: Some(tab.session.shown().to_owned()),
        });
    }

    /// The tab is closed: the journal is all that it has time for.
    fn close(&mut self, at: usize) {
        self.act(at, Session::hidden);
        self.crash(at);
    }

    /// Everything that is under way comes to its end.
    fn settle(&mut self) {
        for _ in 0..1000 {
            let mut moved = false;
            for at in 0..self.tabs.len() {
                moved |= self.step(at) | self.hear(at);
                if std::mem::take(&mut self.tabs[at].asks_to_be_saved) {
                    self.act(at, Session::save);
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
        panic!("the tabs never come to rest");
    }

    /// All words that are stored or journaled, of drafts that are not deleted.
    fn kept(&self) -> Words {
        let drafts = self.drafts.values().map(words);
        let journal = self.journal.values().map(|write| words(&write.draft));
        drafts.chain(journal).flatten().collect()
    }

    fn on_screen(&self) -> Words {
        self.tabs.iter().flat_map(|tab| words(&tab.shown)).collect()
    }
}
