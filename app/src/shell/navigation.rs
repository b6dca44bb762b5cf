//! Which pane is shown, kept in step with the browser's Back and Forward buttons.

use leptos::prelude::*;
use reactive_stores::Store;
use wasm_bindgen::JsValue;

use super::PANES;
use super::history::{self, Entry, Place, Step};
use super::layout::{Layout, use_layout};
use super::mailto;
use crate::compose::{self, ShownDraft, use_shown_draft};
use crate::connection::{ConnectionStore, LinkEvent, LinkState, use_connection};
use crate::inbox::{self, InboxStore, use_inbox};
use crate::submission;
use crate::ui::dom::listen;
use crate::ui::{Pane, ShowPane};

#[derive(Store)]
struct NavigationState {
    /// The pane that is shown.
    pane: &'static Pane,
}

/// The entry of the browser's history that the page is at.
#[derive(Clone, Copy)]
struct Position {
    entry: Entry,
    /// The page has asked the browser to go back, and the browser has not done it yet.
    going_back: bool,
}

/// Which pane is shown. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Navigation {
    state: Store<NavigationState>,
    position: StoredValue<Position>,
    connection: ConnectionStore,
    inbox: InboxStore,
    drafts: ShownDraft,
    layout: Layout,
}

impl Navigation {
    /// Shows the first pane that has a button, and provides to all components below what shows
    /// another.
    pub(super) fn provide() -> Navigation {
        let pane = super::group(PANES[0]);
        let entry = Entry {
            place: Place {
                pane,
                message: None,
                draft: None,
            },
            above_list: false,
        };
        let navigation = Navigation {
            state: Store::new(NavigationState { pane }),
            position: StoredValue::new(Position {
                entry,
                going_back: false,
            }),
            connection: use_connection(),
            inbox: use_inbox(),
            drafts: use_shown_draft(),
            layout: use_layout(),
        };
        provide_context(navigation);
        provide_context(ShowPane(Callback::new(move |pane| navigation.show(pane))));
        navigation.connection.on_event(move |event| {
            if let LinkEvent::State(LinkState::Open(_)) = event {
                navigation.check_run();
            }
        });
        navigation
    }

    /// The pane that is shown.
    pub(super) fn pane(self) -> &'static Pane {
        self.state.pane().get()
    }

    /// Shows a pane. A message that is open in the inbox is closed.
    fn show(self, pane: &'static Pane) {
        self.inbox.close_message();
        if *pane == submission::PANE {
            self.layout.unfold();
        }
        self.state.pane().set(pane);
    }

    /// A person works in a pane that is on the screen: it is the one that would stay if the window
    /// became narrow.
    pub(super) fn enter(self, pane: &'static Pane) {
        if self.state.pane().get_untracked() != pane && !narrow() {
            self.state.pane().set(pane);
        }
    }

    /// Shows what the browser's history says was shown, as after a reload. From then on the page
    /// follows the browser's history, and the history follows the page.
    pub(super) fn follow_history(self) {
        match entry_text().and_then(|text| read(&text, None)) {
            Some(entry) => {
                self.set_position(entry);
                self.show_place(entry.place);
            }
            None => self.rewrite(),
        }
        Effect::new(move |_| {
            let place = self.place();
            untrack(|| self.follow(place));
        });
        self.follow_link();
        listen(&window(), "popstate", move |_| self.history_moved());
        listen(&window(), "hashchange", move |_| self.history_moved());
    }

    /// Begins a message for the `mailto:` link that was opened in this tab, if one was.
    fn follow_link(self) {
        if let Some(link) = mailto::take() {
            self.state.pane().set(&compose::PANE);
            self.drafts.write_to(link);
        }
    }

    /// The browser has gone back or forward, or to another address of this page.
    fn history_moved(self) {
        let run = self.inbox.run();
        let Some(entry) = entry_text().and_then(|text| read(&text, Some(&run))) else {
            // No entry of this page's, but an address that was opened in this tab.
            self.connection.address_changed();
            self.follow_link();
            return self.rewrite();
        };
        let going_back = self.position.get_value().going_back;
        self.set_position(entry);
        if going_back {
            // What is shown by now, rather than what was when the page asked for it.
            self.follow(untrack(|| self.place()));
        } else {
            self.show_place(entry.place);
        }
    }

    /// The bridge is there. A message of another run of it is not the one that was open.
    fn check_run(self) {
        let run = self.inbox.run();
        let of_run = entry_text().and_then(|text| read(&text, Some(&run)));
        if of_run.is_none_or(|entry| entry.place.message.is_none()) {
            self.inbox.close_message();
        }
    }

    fn place(self) -> Place {
        let pane = self.pane();
        let message = self.inbox.wanted();
        let in_inbox = *pane == inbox::PANE;
        Place {
            pane,
            message: message.filter(|_| in_inbox),
            draft: (!in_inbox).then(|| self.drafts.number()),
        }
    }

    fn show_place(self, place: Place) {
        self.state.pane().set(place.pane);
        if let Some(draft) = place.draft {
            self.drafts.open(draft);
        }
        match place.message {
            None => self.inbox.close_message(),
            Some(id) if self.inbox.wanted_untracked() == Some(id) => {}
            Some(id) => self.inbox.read(id),
        }
    }

    fn follow(self, place: Place) {
        let position = self.position.get_value();
        if position.going_back {
            return;
        }
        let Some(history) = browser_history() else {
            return;
        };
        let before = position.entry.place;
        let gone = before.draft.is_some_and(|draft| !self.drafts.has(draft));
        match history::step(position.entry, place, together(before, place), gone) {
            Step::Stay => {}
            Step::Push(entry) => {
                let text = JsValue::from_str(&entry.text(&self.inbox.run()));
                // The browser refuses where a page makes very many; then Back skips this place.
                if history.push_state_with_url(&text, "", None).is_ok() {
                    self.set_position(entry);
                }
            }
            Step::Replace(entry) => self.write(entry),
            Step::Back => {
                if history.back().is_ok() {
                    self.position
                        .update_value(|position| position.going_back = true);
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
        let text = JsValue::from_str(&entry.text(&self.inbox.run()));
        if let Some(history) = browser_history() {
            history.replace_state_with_url(&text, "", None).ok();
        }
        self.set_position(entry);
    }

    fn set_position(self, entry: Entry) {
        self.position.set_value(Position {
            entry,
            going_back: false,
        });
    }
}

fn browser_history() -> Option<web_sys::History> {
    window().history().ok()
}

/// Whether both panes are on the screen at the same time.
fn together(one: Place, other: Place) -> bool {
    super::group(one.pane) == super::group(other.pane) && !narrow()
}

fn entry_text() -> Option<String> {
    browser_history()?.state().ok()?.as_string()
}

/// Whether the window shows one pane at a time, see `shell.css`.
fn narrow() -> bool {
    window()
        .match_media("(max-width: 900px)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

fn read(text: &str, run: Option<&str>) -> Option<Entry> {
    Entry::read(text, run, PANES)
}

/// What shows panes, from any component of the shell.
pub(super) fn use_navigation() -> Navigation {
    expect_context()
}
