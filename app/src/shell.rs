//! The page as a whole: header, panes, tabs.

pub mod history;

use leptos::prelude::*;

use crate::accounts::picker::Picker;
use crate::compose::pane::Compose;
use crate::connection::Connection;
use crate::i18n::Locale;
use crate::i18n::words::{self, say, w};
use crate::inbox::pane::Inbox;
use crate::state::{Pane, State, listen, use_state};
use crate::storage::{self, keys};
use crate::submission::pane::Wire;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::ime;
use crate::ui::widgets::IconButton;

/// Shows the page.
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(App);
}

/// The page.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    let state = State::open(preferred_language());
    provide_context(state);
    theme(storage::text(keys::THEME).as_deref());
    Effect::new(move |_| {
        let language = words::tag(state.locale.get());
        if let Some(root) = document().document_element() {
            root.set_attribute("lang", language).ok();
        }
    });
    follow_the_browser(state);
    ime::watch();
    state.keep_drafts();
    let inbox = move || state.pane.get() == Pane::Inbox;
    view! {
        <div class="page" data-pane=move || pane_name(state.pane.get())>
            <Header/>
            <Notice/>
            <main>
                <Show when=inbox fallback=|| view! { <Compose/><Wire/> }>
                    <Inbox/>
                </Show>
            </main>
            <Tabs/>
            <Picker/>
        </div>
    }
}

fn pane_name(pane: Pane) -> &'static str {
    match pane {
        Pane::Write => "write",
        Pane::Wire => "wire",
        Pane::Inbox => "inbox",
    }
}

#[component]
fn Header() -> impl IntoView {
    let state = use_state();
    let here = move |pane: Pane| {
        let inbox = state.pane.get() == Pane::Inbox;
        (inbox == (pane == Pane::Inbox)).then_some("page")
    };
    view! {
        <header>
            <h1 class="brand">
                <svg viewBox="0 0 24 24" fill="none" aria-hidden="true">
                    <rect class="brand-line" x="2.5" y="5" width="19" height="14" rx="2.5"/>
                    <path class="brand-line" d="M3.5 7l8.5 6.5L20.5 7"/>
                    <path class="brand-text" d="M7 15.5h4M7 12.5h2"/>
                </svg>
                <span>"Glasspost"</span>
            </h1>
            <nav aria-label=w!(state, views)>
                <button type="button" aria-current=move || here(Pane::Write)
                    on:click=move |_| state.go(Pane::Write)>
                    <Icon glyph=Glyph::Pen/><span>{w!(state, compose)}</span>
                </button>
                <button type="button" aria-current=move || here(Pane::Inbox)
                    on:click=move |_| state.go(Pane::Inbox)>
                    <Icon glyph=Glyph::Inbox/><span>{w!(state, inbox)}</span><Unseen/>
                </button>
            </nav>
            <div class="spacer"></div>
            <Chip/>
            <button type="button" class="icon"
                aria-label=w!(state, language) title=w!(state, language)
                on:click=move |_| switch_language(state)>
                "한/EN"
            </button>
            <IconButton glyph=Glyph::Sun label=w!(state, theme) on:click=move |_| switch_theme()/>
        </header>
    }
}

#[component]
fn Unseen() -> impl IntoView {
    let state = use_state();
    move || {
        let count = state.unseen();
        (count > 0).then(|| view! { <b class="count">{count.to_string()}</b> })
    }
}

/// Which server, and whether the bridge is there.
#[component]
fn Chip() -> impl IntoView {
    let state = use_state();
    let class = move || match state.connection.get() {
        Connection::Open(_) => "dot",
        Connection::Connecting => "dot waiting",
        _ => "dot gone",
    };
    let name = move || {
        if state.server.with(|server| server.practice) {
            say!(state, practice_server)
        } else {
            ""
        }
    };
    let security = move || {
        words::security(
            state,
            state
                .server
                .with(crate::state::ServerChoice::effective_security),
        )
    };
    view! {
        <button type="button" class="chip"
            aria-label=w!(state, mail_server) aria-haspopup="dialog"
            on:click=move |_| state.picking.set(true)>
            <i class=class></i>
            <span class="chip-name">{name}</span>
            <b>{move || state.server_address()}</b>
            <span class="chip-security">{security}</span>
            <span aria-hidden="true">"▾"</span>
        </button>
    }
}

/// What is wrong between page and bridge, and what to do.
#[component]
fn Notice() -> impl IntoView {
    let state = use_state();
    let words = move || match state.connection.get() {
        Connection::Open(_) | Connection::Connecting => None,
        Connection::Lost => Some((say!(state, bridge_lost), true)),
        Connection::NoToken => Some((say!(state, bridge_no_token), false)),
        Connection::Stale => Some((say!(state, bridge_stale), false)),
        Connection::OtherVersion => Some((say!(state, bridge_other_version), false)),
        Connection::TooMany => Some((say!(state, bridge_too_many), true)),
        Connection::Misunderstood => Some((say!(state, bridge_misunderstood), true)),
    };
    view! {
        <div role="status" class="notice-place">
            {move || words().map(|(text, retry)| view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/><p>{text}</p>
                    {retry.then(|| view! {
                        <button type="button" class="btn" on:click=move |_| state.reconnect()>
                            {w!(state, try_now)}
                        </button>
                    })}
                </div>
            })}
        </div>
    }
}

/// On narrow screens: one pane at a time.
#[component]
fn Tabs() -> impl IntoView {
    let state = use_state();
    let tab = move |pane: Pane, glyph: Glyph, label: Signal<&'static str>| {
        let current = move || (state.pane.get() == pane).then_some("page");
        view! {
            <button type="button" aria-current=current on:click=move |_| state.go(pane)>
                <Icon glyph/><span>{label}</span>
                {(pane == Pane::Inbox).then(|| view! { <Unseen/> })}
            </button>
        }
    };
    view! {
        <nav class="tabs" aria-label=w!(state, panes)>
            {tab(Pane::Write, Glyph::Pen, w!(state, write))}
            {tab(Pane::Wire, Glyph::Wire, w!(state, wire))}
            {tab(Pane::Inbox, Glyph::Inbox, w!(state, inbox))}
        </nav>
    }
}

fn preferred_language() -> Locale {
    let chosen = storage::text(keys::LANGUAGE);
    let preferred = window().navigator().language();
    let language = chosen.or(preferred).unwrap_or_default();
    if language.starts_with("ko") {
        Locale::ko
    } else {
        Locale::en
    }
}

fn switch_language(state: State) {
    let next = match state.locale.get_untracked() {
        Locale::en => Locale::ko,
        Locale::ko => Locale::en,
    };
    storage::keep_text(keys::LANGUAGE, words::tag(next));
    state.locale.set(next);
}

/// `light` or `dark`; anything else goes by what the system prefers.
fn theme(name: Option<&str>) {
    if let (Some(root), Some(name @ ("light" | "dark"))) = (document().document_element(), name) {
        root.set_attribute("data-theme", name).ok();
    }
}

fn switch_theme() {
    let root = document().document_element();
    let set = root.and_then(|root| root.get_attribute("data-theme"));
    let prefers_dark = || {
        window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches())
    };
    let dark = set.map_or_else(prefers_dark, |set| set == "dark");
    let next = if dark { "light" } else { "dark" };
    storage::keep_text(keys::THEME, next);
    theme(Some(next));
}

/// What the browser does beside the page: Back and Forward, another tab, this tab out of view.
fn follow_the_browser(state: State) {
    listen(&window(), "popstate", move || state.history_moved());
    listen(&window(), "hashchange", move || state.history_moved());
    listen(&window(), "storage", move || state.seen_elsewhere());
    listen(&document(), "visibilitychange", move || {
        state.visibility_changed()
    });
}
