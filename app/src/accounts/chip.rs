//! The button in the header that shows the chosen server.

use leptos::prelude::*;

use super::store::use_accounts;
use crate::connection::{LinkState, use_connection};
use crate::i18n::{Locale, protocol, use_language};

/// Which server, and whether the bridge is there. Opens the server dialog.
#[component]
#[must_use]
pub fn ServerChip() -> impl IntoView {
    let language = use_language();
    let accounts = use_accounts();
    let connection = use_connection();
    let class = move || match connection.state() {
        LinkState::Open(_) => "dot",
        LinkState::Connecting => "dot waiting",
        _ => "dot gone",
    };
    let name = move || {
        if accounts.server().practice && connection.is_alone() {
            language.get().practice_simulated()
        } else if accounts.server().practice {
            language.get().practice_server()
        } else {
            ""
        }
    };
    let security =
        move || protocol::security(language.get(), accounts.server().effective_security());
    view! {
        <button type="button" class="chip"
            aria-label=language.words(Locale::mail_server) aria-haspopup="dialog"
            on:click=move |_| accounts.set_picking(true)>
            <i class=class></i>
            <span class="chip-name">{name}</span>
            <b>{move || accounts.address()}</b>
            <span class="chip-security">{security}</span>
            <span aria-hidden="true">"▾"</span>
        </button>
    }
}
