//! Commands that the page carries out whatever view is shown.

use leptos::prelude::*;

use super::appearance::{switch_language, switch_theme};
use super::print::show_all_on_paper;
use crate::accounts::{use_accounts, use_identities};
use crate::commands::table::{
    COMPOSE, CONTACTS, HISTORY, IDENTITIES, INBOX, LANGUAGE, LESSONS, PRINT, SERVER, THEME, WIRE,
};
use crate::commands::use_commands;
use crate::contacts::use_contacts;
use crate::i18n::use_language;
use crate::ui::dom::focus_first;
use crate::ui::show_pane;
use crate::{compose, history, inbox, lessons, submission};

/// Offers them, for as long as the component lives that calls this.
pub(super) fn offer_commands() {
    let commands = use_commands();
    let show = show_pane();
    let places: [(_, _, &[&str]); 5] = [
        (
            &INBOX,
            &inbox::PANE,
            &[".inbox [aria-current]", ".inbox h2"],
        ),
        (&COMPOSE, &compose::PANE, &["#message", "#raw", ".compose"]),
        (
            &HISTORY,
            &history::PANE,
            &[".history [aria-current]", ".history h2"],
        ),
        (
            &LESSONS,
            &lessons::PANE,
            &[".lesson-list button", ".lesson-body h2"],
        ),
        (&WIRE, &submission::PANE, &[".lines", ".hide-wire"]),
    ];
    for (command, pane, places) in places {
        commands.offer(
            command,
            || true,
            move || {
                show.run(pane);
                // What had the focus may not be on the screen any more.
                request_animation_frame(move || focus_first(places));
            },
        );
    }
    let (accounts, identities, contacts) = (use_accounts(), use_identities(), use_contacts());
    commands.offer(&SERVER, || true, move || accounts.set_picking(true));
    commands.offer(&IDENTITIES, || true, move || identities.manage(true));
    commands.offer(&CONTACTS, || true, move || contacts.show(true));
    let language = use_language();
    commands.offer(&LANGUAGE, || true, move || switch_language(language));
    commands.offer(&THEME, || true, switch_theme);
    show_all_on_paper();
    commands.offer(&PRINT, || true, || drop(window().print()));
}
