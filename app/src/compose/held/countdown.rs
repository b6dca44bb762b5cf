//! When the page looks at the messages that are held back: at their times, and whenever something
//! happens that may decide about them. No timer is relied on, because timers of hidden tabs are
//! late, and clocks can be set.

use std::time::Duration;

use leptos::leptos_dom::helpers::{set_timeout, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::Next;
use super::records;
use super::store::HeldStore;
use crate::compose::drafts::now;
use crate::connection::LinkEvent;
use crate::storage::channel::Channel;
use crate::storage::locks::{self, Answer, Claim};
use crate::ui::dom::{self, listen};

/// The page looks again after this time at the latest, in milliseconds: a clock may have been set.
const LONGEST: u64 = 600_000;

/// What all tabs say when something about held messages has changed.
const CHANGED: &str = "changed";

fn lock(id: &str) -> String {
    format!("glasspost.held.{id}")
}

/// Gives up being in charge of a message.
pub(super) fn release(id: &str) {
    locks::release(&lock(id));
}

impl HeldStore {
    /// Reads the messages that are held back, and looks after them for as long as the page lives.
    pub(super) fn start(self) {
        self.read_choice();
        let channel = Channel::open("glasspost.held", move |_| self.reload());
        self.inner
            .update_value(|inner| inner.channel = Some(channel));
        self.connection.on_event(move |event| {
            if let LinkEvent::State(_) = event {
                self.look();
            }
        });
        for name in ["focus", "pageshow"] {
            drop(window_event_listener_untyped(name, move |_| self.look()));
        }
        listen(&document(), "visibilitychange", move |_| self.look());
        listen(&document(), "resume", move |_| self.look());
        drop(window_event_listener_untyped(
            "beforeunload",
            move |event| {
                if self.is_counting() {
                    event.prevent_default();
                }
            },
        ));
        // A message that is over makes way for the next.
        Effect::new(move |_| {
            let _ = self.submission.can_send();
            let _ = self.accounts.password();
            untrack(|| self.look());
        });
        self.follow_sending();
        self.reload();
    }

    /// Whether a message is about to be sent by this tab.
    fn is_counting(self) -> bool {
        let items = self.items.get_untracked();
        items.iter().any(|held| {
            let next = untrack(|| self.next(held));
            !held.is_later() && matches!(next, Next::Wait(_) | Next::Send | Next::Blocked(_))
        })
    }

    /// Tells the other tabs that something has changed.
    pub(super) fn tell(self) {
        self.inner.with_value(|inner| {
            if let Some(channel) = &inner.channel {
                channel.post(CHANGED);
            }
        });
    }

    /// Reads them anew.
    pub(super) fn reload(self) {
        spawn_local(async move {
            match records::all().await {
                Ok(mut items) => {
                    self.inner.with_value(|inner| {
                        let unstored = self.items.get_untracked().into_iter();
                        items.extend(unstored.filter(|held| inner.unstored.contains(&held.id)));
                    });
                    items.sort_by_key(|held| held.due);
                    if self.items.with_untracked(|before| *before != items) {
                        self.items.set(items);
                    }
                    self.take_charge();
                    self.look();
                }
                Err(error) => self.trouble.set(Some(error)),
            }
        });
    }

    /// Asks for the locks of all. The first tab that does gets it, and another when that is gone.
    pub(super) fn take_charge(self) {
        for held in self.items.get_untracked() {
            let mut new = false;
            self.inner.update_value(|inner| {
                new = !inner.asked.contains(&held.id);
                if new {
                    inner.asked.push(held.id.clone());
                }
            });
            if new {
                self.ask(held.id, Claim::Wait);
            }
        }
    }

    /// Takes charge of one at once: the person is here, not in the other tab.
    pub(super) fn take_over(self, id: &str) {
        let mine = self
            .mine
            .with_untracked(|mine| mine.iter().any(|one| one == id));
        if !mine && self.get(id).is_some() {
            self.ask(id.to_owned(), Claim::Steal);
        }
    }

    fn ask(self, id: String, claim: Claim) {
        locks::request(&lock(&id), claim, move |answer| {
            let is_mine = answer == Answer::Granted;
            self.mine.update(|mine| {
                mine.retain(|one| *one != id);
                if is_mine {
                    mine.push(id.clone());
                }
            });
            if !is_mine {
                // For when the tab that has taken it is gone.
                self.inner
                    .update_value(|inner| inner.asked.retain(|one| *one != id));
                if answer == Answer::Lost {
                    self.take_charge();
                }
            } else {
                // What has become of it meanwhile?
                self.reload();
            }
        });
    }

    /// Looks which are due, and at the clock.
    pub(super) fn look(self) {
        self.now.set(now());
        let items = self.items.get_untracked();
        let mut soonest = LONGEST;
        for held in &items {
            match untrack(|| self.next(held)) {
                Next::Send => self.send(held.clone()),
                Next::Wait(left) => {
                    // The seconds are shown.
                    let until = if held.is_later() || dom::is_hidden() {
                        left
                    } else {
                        (left - 1) % 1000 + 1
                    };
                    soonest = soonest.min(until);
                }
                Next::Blocked(_) => soonest = soonest.min(1000),
                _ => {}
            }
        }
        if !items.is_empty() {
            self.look_after(soonest);
        }
    }

    fn look_after(self, milliseconds: u64) {
        let mut number = 0;
        self.inner.update_value(|inner| {
            inner.timer += 1;
            number = inner.timer;
        });
        let look = move || {
            if self.inner.with_value(|inner| inner.timer == number) {
                self.look();
            }
        };
        set_timeout(look, Duration::from_millis(milliseconds));
    }
}
