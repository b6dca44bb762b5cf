//! What is known of scenarios, and what a person does with them.

use leptos::prelude::*;
use reactive_stores::Store;
use wire::{FromPage, KnownScenario, PlayedScenario, ScenarioFault};

use crate::connection::{ConnectionStore, LinkEvent, LinkState, ScenarioEvent, use_connection};
use crate::storage;

/// The scenario that was edited last, in localStorage.
const KEPT: &str = "glasspost.scenario";

#[derive(Default, Store)]
pub(super) struct ScenariosState {
    /// Those that come with the program; empty until they have been asked for.
    known: Vec<KnownScenario>,
    /// The one that is played.
    playing: Option<PlayedScenario>,
    /// What is wrong with the one that was to be played.
    faults: Vec<ScenarioFault>,
    /// Whether the answer to a person who plays one is awaited.
    asked: bool,
    /// The file that is edited.
    text: String,
    /// Whether the dialog is open.
    open: bool,
}

/// Scenarios. Copies are the same.
#[derive(Clone, Copy)]
pub struct ScenariosStore {
    pub(super) state: Store<ScenariosState>,
    connection: ConnectionStore,
}

impl ScenariosStore {
    /// Provides it to all components below.
    pub fn provide() {
        let connection = use_connection();
        let scenarios = ScenariosStore {
            state: Store::new(ScenariosState::default()),
            connection,
        };
        connection.on_event(move |event| scenarios.handle(event));
        provide_context(scenarios);
    }

    fn handle(self, event: &LinkEvent) {
        match event {
            // Another bridge may play another one; what it plays, it says.
            LinkEvent::State(LinkState::Open(_)) => {
                self.state.playing().set(None);
                self.state.asked().set(false);
                if self.state.open().get_untracked() {
                    self.connection.send(&FromPage::Scenarios);
                }
            }
            LinkEvent::Scenario(ScenarioEvent::Known(known)) => {
                self.state.known().set(known.clone());
            }
            LinkEvent::Scenario(ScenarioEvent::Playing(playing)) => {
                self.state.asked().set(false);
                self.state.faults().set(Vec::new());
                self.state.playing().set(playing.clone());
            }
            LinkEvent::Scenario(ScenarioEvent::Faults(faults)) => {
                self.state.asked().set(false);
                self.state.faults().set(faults.clone());
            }
            _ => {}
        }
    }

    /// The name of the one that is played; empty where it has none. None: there is none. Follows
    /// it.
    pub(super) fn playing(self) -> Option<String> {
        self.state.playing().get().map(|playing| playing.name)
    }

    /// Opens the dialog.
    pub(super) fn open(self) {
        if self.state.text().with_untracked(String::is_empty) {
            self.state
                .text()
                .set(storage::value(KEPT).unwrap_or_default());
        }
        self.connection.send(&FromPage::Scenarios);
        self.state.open().set(true);
    }

    /// Closes the dialog. What was written stays.
    pub(super) fn close(self) {
        self.state.open().set(false);
    }

    /// A person has changed the file.
    pub(super) fn edit(self, text: String) {
        storage::keep(KEPT, &text);
        self.state.text().set(text);
        self.state.faults().set(Vec::new());
    }

    /// The practice server is to play the file that is edited.
    pub(super) fn play(self) {
        let text = self.state.text().get_untracked();
        self.ask(Some(text));
    }

    /// The practice server is to play none.
    pub(super) fn stop(self) {
        self.ask(None);
    }

    fn ask(self, text: Option<String>) {
        self.state.faults().set(Vec::new());
        self.state.asked().set(true);
        self.connection.send(&FromPage::Play { text });
    }
}

/// Scenarios, from any component.
pub(super) fn use_scenarios() -> ScenariosStore {
    expect_context()
}
