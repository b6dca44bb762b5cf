//! The shortcuts.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::command::Command;
use super::keys::{Keys, Pressed};
use super::place::{edits_rich_text, takes_letters};
use super::store::{CommandsStore, use_commands};
use super::table::{ALL, FIRST_KEY, PALETTE};
use crate::ui::dom::has_dialog;
use crate::ui::ime;

/// Most milliseconds between two keys that are pressed one after the other.
const SEQUENCE_MS: f64 = 1_500.0;

/// When the first of two keys was pressed.
#[derive(Clone, Copy)]
struct First(Option<f64>);

/// Carries out commands by their keys, for as long as the component lives.
pub(super) fn follow_keys() {
    let commands = use_commands();
    let first = StoredValue::new(First(None));
    // After the widget that has the focus has seen the key.
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let pressed = Pressed::of(&event);
        if pressed.is_modifier() {
            return;
        }
        let First(since) = first
            .try_update_value(|first| std::mem::replace(first, First(None)))
            .unwrap_or(First(None));
        let begun = since.is_some_and(|since| event.time_stamp() - since < SEQUENCE_MS);
        if is_taken(&event) {
            return;
        }
        match commands.command_for(&pressed, begun) {
            Some(command) => {
                // A key that is held down moves on in a list, and does nothing else again.
                if !event.repeat() || command.repeats {
                    commands.run(command);
                }
                event.prevent_default();
            }
            None if pressed.is_key(FIRST_KEY) && commands.takes_single() => {
                first.set_value(First(Some(event.time_stamp())));
                event.prevent_default();
            }
            None => {}
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether something else has handled the key, or will.
fn is_taken(event: &KeyboardEvent) -> bool {
    // Outside text fields an input method has nothing to compose, and still marks its keys.
    let composes = ime::composes() || (takes_letters() && ime::handles(event));
    event.default_prevented() || composes || has_dialog()
}

impl CommandsStore {
    /// Whether a single key is a shortcut where the focus is.
    fn takes_single(self) -> bool {
        self.single.get_untracked() && !takes_letters()
    }

    /// The command for a key. `begun`: the first of two keys was pressed just before.
    fn command_for(self, pressed: &Pressed, begun: bool) -> Option<&'static Command> {
        let single = self.takes_single();
        let turn = |keys: &Keys| match keys.is_single() {
            true => single && keys.first.is_some() == begun,
            false => keys.first.is_none(),
        };
        let is = |keys: &Keys| !keys.here && turn(keys) && keys.is(pressed);
        let found = ALL.iter().copied();
        let mut found = found.filter(|command| command.keys.iter().any(is));
        let command = found.next()?;
        let makes_link = *command == PALETTE && edits_rich_text() && !pressed.is_key("F1");
        (!makes_link && self.is_ready(command)).then_some(command)
    }
}
