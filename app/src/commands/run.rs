//! Carrying out a command.

use leptos::prelude::*;

use super::command::Command;
use super::place::{control, is_shown, press};
use super::store::CommandsStore;

impl CommandsStore {
    /// Whether this command can be carried out, maybe in a view that is not shown. Whether its
    /// control can be used there is only known once it is.
    pub(super) fn is_ready(self, command: &Command) -> bool {
        let offered = self.offered(command);
        offered.is_some_and(|offer| untrack(|| (offer.ready)()))
            || control(command).is_some()
            || self.view_of(command).is_some()
    }

    /// The command that shows the view with this command's control, if that is not shown and can
    /// be.
    fn view_of(self, command: &Command) -> Option<&'static Command> {
        let view = command.within.filter(|view| !is_shown(view));
        view.filter(|view| self.is_ready(view))
    }

    /// Carries out a command. Whether it could, or will when its view is shown.
    pub(super) fn run(self, command: &'static Command) -> bool {
        if self.run_here(command) {
            return true;
        }
        let shown = self.view_of(command).is_some_and(|view| self.run(view));
        if shown {
            // With the next frame its controls are there.
            request_animation_frame(move || {
                self.run_here(command);
            });
        }
        shown
    }

    fn run_here(self, command: &'static Command) -> bool {
        if let Some(offer) = self.offered(command)
            && untrack(|| (offer.ready)())
        {
            (offer.run)();
            return true;
        }
        let control = control(command);
        if let Some(control) = &control {
            press(control);
        }
        control.is_some()
    }
}
