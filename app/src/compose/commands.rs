//! Commands that this feature carries out whatever view is shown.

use super::rail::{begin, show_drafts};
use super::store::use_compose;
use crate::commands::table::{DRAFTS, NEW};
use crate::commands::use_commands;
use crate::ui::show_pane;

/// Offers them, for as long as the component lives that calls this.
pub(super) fn offer_commands() {
    let commands = use_commands();
    let compose = use_compose();
    let show = show_pane();
    commands.offer(&NEW, || true, move || begin(compose, show));
    commands.offer(&DRAFTS, || true, move || show_drafts(show));
}
