//! Which commands can be carried out now, and whether single keys are shortcuts.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;

use super::command::Command;
use crate::storage;

/// The key in localStorage.
const SINGLE_KEYS: &str = "glasspost.single_keys";

/// A dialog about the commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All commands, to be searched.
    Palette,
    /// All shortcuts.
    Sheet,
}

/// Whether single keys are shortcuts.
pub type SingleKeys = bool;

/// What carries a command out.
#[derive(Clone)]
pub(super) struct Offer {
    number: u32,
    command: &'static Command,
    pub(super) ready: Rc<dyn Fn() -> bool>,
    pub(super) run: Rc<dyn Fn()>,
}

/// The commands, from any component. Copies are the same.
#[derive(Clone, Copy)]
pub struct CommandsStore {
    pub(super) single: RwSignal<SingleKeys>,
    pub(super) shown: RwSignal<Option<Shown>>,
    offers: StoredValue<Vec<Offer>, LocalStorage>,
}

impl CommandsStore {
    /// Provides them to all components below.
    pub fn provide() -> CommandsStore {
        let single = storage::text(SINGLE_KEYS).as_deref() != Some("false");
        let commands = CommandsStore {
            single: RwSignal::new(single),
            shown: RwSignal::new(None),
            offers: StoredValue::new_local(Vec::new()),
        };
        provide_context(commands);
        commands
    }

    /// Shows a dialog about the commands.
    pub fn show(self, shown: Shown) {
        self.shown.set(Some(shown));
    }

    /// Whether single keys are shortcuts. Follows it.
    #[must_use]
    pub fn single_keys(self) -> SingleKeys {
        self.single.get()
    }

    /// Turns single keys on or off, and stores that.
    pub fn set_single_keys(self, on: SingleKeys) {
        self.single.set(on);
        let text = if on { "true" } else { "false" };
        storage::keep_text(SINGLE_KEYS, text).ok();
    }

    /// The component that calls this carries out a command, for as long as it is shown. `ready`:
    /// whether it can now.
    pub fn offer(
        self,
        command: &'static Command,
        ready: impl Fn() -> bool + 'static,
        run: impl Fn() + 'static,
    ) {
        let newest = |offers: &Vec<Offer>| offers.last().map_or(0, |offer| offer.number);
        let number = self.offers.with_value(newest) + 1;
        self.offers.update_value(|offers| {
            offers.push(Offer {
                number,
                command,
                ready: Rc::new(ready),
                run: Rc::new(run),
            });
        });
        on_cleanup(move || {
            self.offers
                .try_update_value(|offers| offers.retain(|offer| offer.number != number));
        });
    }

    /// What carries this command out, the newest first.
    pub(super) fn offered(self, command: &Command) -> Option<Offer> {
        self.offers.with_value(|offers| {
            let mut offers = offers.iter().rev();
            offers.find(|offer| offer.command == command).cloned()
        })
    }
}

/// The commands, from any component.
#[must_use]
pub fn use_commands() -> CommandsStore {
    expect_context()
}

/// Marks a control as the one that carries out this command, and says its keys. None: it is not.
pub fn mark(command: impl Into<Option<&'static Command>>) -> impl Attribute {
    let command = command.into();
    let commands = use_commands();
    let keys = move || command.and_then(|command| command.aria(commands.single.get()));
    view! { <{..} data-command=command.map(|command| command.id) aria-keyshortcuts=keys/> }
}
