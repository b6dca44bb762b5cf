//! Where the person is on the page, kept in step with the browser's Back and Forward buttons.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{Pane, State};
use crate::shell::history::{self, Entry, Place, Step};

/// The entry of the browser's history that the page stands on.
#[derive(Clone, Copy)]
pub(super) struct Here {
    entry: Entry,
    /// The page has asked the browser to go back, and the browser has not got there yet.
    going_back: bool,
}

impl Here {
    /// Where a page begins.
    pub(super) const START: Here = Here {
        entry: Entry {
            place: Place {
                pane: Pane::Write,
                message: None,
            },
            above_list: false,
        },
        going_back: false,
    };
}

impl State {
    /// Goes to a pane; from an open message to the inbox: closes it.
    pub fn go(self, pane: Pane) {
        self.close_message();
        self.pane.set(pane);
        if pane == Pane::Inbox {
            self.all_seen();
        }
    }

    /// Closes the message that is open in the inbox, as the Back button does.
    pub fn close_message(self) {
        if self.wanted.get_untracked().is_some() {
            self.wanted.set(None);
            self.reading.set(None);
        }
    }

    /// Goes where the browser's history says the page was, as after a reload; from then on history
    /// follows the page.
    pub(super) fn keep_history(self) {
        match entry_text().and_then(|text| Entry::read(&text, None)) {
            Some(entry) => {
                self.stand_on(entry);
                self.show_place(entry.place);
            }
            None => self.rewrite(),
        }
        Effect::new(move |_| {
            let place = self.place();
            untrack(|| self.follow(place));
        });
    }

    /// The browser has gone back or forward, or to another address of this page.
    pub fn history_moved(self) {
        let run = self.run();
        let Some(entry) = entry_text().and_then(|text| Entry::read(&text, Some(&run))) else {
            // No entry of this page's, but an address that was opened in this tab.
            self.with_link(super::Link::address_changed);
            return self.rewrite();
        };
        let going_back = self.here.get_value().going_back;
        self.stand_on(entry);
        if going_back {
            // What is shown by now, rather than what was when the page asked for it.
            self.follow(untrack(|| self.place()));
        } else {
            self.show_place(entry.place);
        }
    }

    /// The bridge is there. A message of another run of it is not the one that was open.
    pub(super) fn check_run(self) {
        let run = self.run();
        let of_run = entry_text().and_then(|text| Entry::read(&text, Some(&run)));
        if of_run.is_none_or(|entry| entry.place.message.is_none()) {
            self.close_message();
        }
    }

    fn place(self) -> Place {
        let pane = self.pane.get();
        Place {
            pane,
            message: self.wanted.get().filter(|_| pane == Pane::Inbox),
        }
    }

    fn show_place(self, place: Place) {
        self.pane.set(place.pane);
        match place.message {
            None => self.close_message(),
            Some(id) if self.wanted.get_untracked() == Some(id) => {}
            Some(id) => self.read(id),
        }
        if place.pane == Pane::Inbox {
            self.all_seen();
        }
    }

    fn follow(self, place: Place) {
        let here = self.here.get_value();
        if here.going_back {
            return;
        }
        let Some(history) = browser_history() else {
            return;
        };
        match history::step(here.entry, place, narrow()) {
            Step::Stay => {}
            Step::Push(entry) => {
                let text = JsValue::from_str(&entry.text(&self.run()));
                // The browser refuses where a page makes very many; then Back skips this place.
                if history.push_state_with_url(&text, "", None).is_ok() {
                    self.stand_on(entry);
                }
            }
            Step::Replace(entry) => self.write(entry),
            Step::Back => {
                if history.back().is_ok() {
                    self.here.update_value(|here| here.going_back = true);
                }
            }
        }
    }

    /// Writes what is shown into the current entry.
    fn rewrite(self) {
        self.write(Entry {
            place: untrack(|| self.place()),
            above_list: false,
        });
    }

    fn write(self, entry: Entry) {
        let text = JsValue::from_str(&entry.text(&self.run()));
        if let Some(history) = browser_history() {
            history.replace_state_with_url(&text, "", None).ok();
        }
        self.stand_on(entry);
    }

    fn stand_on(self, entry: Entry) {
        self.here.set_value(Here {
            entry,
            going_back: false,
        });
    }
}

fn browser_history() -> Option<web_sys::History> {
    window().history().ok()
}

fn entry_text() -> Option<String> {
    browser_history()?.state().ok()?.as_string()
}

/// Whether the window shows one pane at a time, see `shell/page.css`.
fn narrow() -> bool {
    window()
        .match_media("(max-width: 900px)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// Calls `then` whenever this happens to `target`, for as long as the page lives.
pub(crate) fn listen(target: &web_sys::EventTarget, event: &str, then: impl Fn() + 'static) {
    let then = wasm_bindgen::closure::Closure::<dyn Fn()>::new(then);
    target
        .add_event_listener_with_callback(event, then.as_ref().unchecked_ref())
        .ok();
    then.forget();
}
