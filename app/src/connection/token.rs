//! The token with which the page presents itself to the bridge. It comes in the fragment of the
//! page's address; the tab remembers it, so that the page can be reloaded. A tab that was opened
//! without it, as by a `mailto:` link or as an installed app, gets it from another tab.

use wasm_bindgen::JsValue;
use wire::handshake;

use crate::storage;
use crate::storage::channel::Channel;

/// The key of the token in sessionStorage.
const KEY: &str = "glasspost.token";

/// Whether a token is in the address bar.
pub(super) fn is_in_address() -> bool {
    let fragment = web_sys::window().and_then(|window| window.location().hash().ok());
    fragment.is_some_and(|fragment| fragment.starts_with(&prefix()))
}

/// The token of this run: from the address bar, from which it is removed, or from the memory of
/// this tab. What else is in the fragment stays there.
pub(super) fn take() -> Option<String> {
    let window = web_sys::window()?;
    let location = window.location();
    let fragment = location.hash().unwrap_or_default();
    let Some(rest) = fragment.strip_prefix(&prefix()) else {
        return storage::tab_text(KEY);
    };
    let (token, rest) = rest.split_once('&').unwrap_or((rest, ""));
    storage::keep_tab_text(KEY, token);
    let mut path = location.pathname().unwrap_or_else(|_| "/".into());
    if !rest.is_empty() {
        path = format!("{path}#{rest}");
    }
    if let Ok(history) = window.history() {
        history
            .replace_state_with_url(&JsValue::NULL, "", Some(&path))
            .ok();
    }
    Some(token.to_owned())
}

/// The token comes from another tab: this tab remembers it.
pub(super) fn keep(token: &str) {
    storage::keep_tab_text(KEY, token);
}

fn prefix() -> String {
    format!("#{}=", handshake::FRAGMENT_KEY)
}

/// What tabs say to each other about the token. Only pages of this origin hear it, which are served
/// by a bridge at this port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said<'a> {
    /// A tab has no token, or one of an earlier run.
    Asked,
    /// The token of the run that a tab is connected to.
    Is(&'a str),
}

impl Said<'_> {
    /// What a message of another tab says. None: nothing that this version of the page knows.
    pub(super) fn read(text: &str) -> Option<Said<'_>> {
        match text.strip_prefix('=') {
            Some(token) => Some(Said::Is(token)),
            None => (text == "?").then_some(Said::Asked),
        }
    }

    /// Tells the other tabs.
    pub(super) fn post(self, channel: &Channel) {
        match self {
            Said::Asked => channel.post("?"),
            Said::Is(token) => channel.post(&format!("={token}")),
        }
    }
}

/// The channel for it.
pub(super) fn channel(on_said: impl Fn(Said<'_>) + 'static) -> Channel {
    Channel::open(KEY, move |text| {
        if let Some(said) = Said::read(&text) {
            on_said(said);
        }
    })
}
