//! Asks the browser to open `mailto:` links in this page. `mailto.rs` receives them.

use leptos::prelude::*;
use wire::handshake;

use crate::i18n::{Locale, use_language};

/// What became of asking.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    /// The browser may ask the person now.
    Browser,
    /// The browser can't, or does not want to.
    Refused,
}

/// The button that asks, and what it does.
#[component]
#[must_use]
pub(super) fn MailLinks() -> impl IntoView {
    let language = use_language();
    let asked = RwSignal::new(None::<Asked>);
    let ask = move |_| asked.set(Some(register()));
    let said = move |what: Asked, words: fn(Locale) -> &'static str| {
        move || (asked.get() == Some(what)).then(|| language.words(words))
    };
    view! {
        <fieldset class="mail-links">
            <legend>{language.words(Locale::mail_links)}</legend>
            <button type="button" class="btn" on:click=ask>
                {language.words(Locale::open_mail_links_here)}
            </button>
            <p class="hint">{language.words(Locale::mail_links_hint)}</p>
            <p role="status">{said(Asked::Browser, Locale::mail_links_asked)}</p>
            <p role="alert" class="problem">{said(Asked::Refused, Locale::mail_links_refused)}</p>
        </fieldset>
    }
}

/// Registers the page for `mailto:` (HTML, "Custom scheme handlers").
fn register() -> Asked {
    let address = || {
        let location = window().location();
        let origin = location.origin().ok()?;
        Some(format!("{origin}/#{}=%s", handshake::MAILTO_KEY))
    };
    let navigator = window().navigator();
    // A browser that has no such function throws, too.
    let registered = address().is_some_and(|address| {
        let done = navigator.register_protocol_handler("mailto", &address, "Glasspost");
        done.is_ok()
    });
    if registered {
        Asked::Browser
    } else {
        Asked::Refused
    }
}
