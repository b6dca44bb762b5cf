//! The shortcuts of the page, and the dialogs about its commands.

use leptos::prelude::*;

use super::keyboard::follow_keys;
use super::palette::Palette;
use super::sheet::Sheet;
use super::store::{Shown, use_commands};
use super::table::{PALETTE, SHEET};
use crate::ui::part::{View, part};
use crate::ui::{Dialog, Later};

/// The shortcuts and the dialogs. Once on the page.
#[component]
#[must_use]
pub fn Commands() -> impl IntoView {
    view! { <Later view=commands quiet=true at_start=true/> }
}

part! { later:
    fn commands() -> View {
        || view! { <All/> }.into_any()
    }
}

#[component]
fn All() -> impl IntoView {
    let commands = use_commands();
    follow_keys();
    commands.offer(&PALETTE, || true, move || commands.show(Shown::Palette));
    commands.offer(&SHEET, || true, move || commands.show(Shown::Sheet));
    let is = move |shown| Signal::derive(move || commands.shown.get() == Some(shown));
    // One may have been opened from the other, which is closed by that.
    let closed = move |shown| {
        if commands.shown.get_untracked() == Some(shown) {
            commands.shown.set(None);
        }
    };
    view! {
        <Dialog open=is(Shown::Palette) title="palette-title"
            on_close=move |()| closed(Shown::Palette)>
            <Palette/>
        </Dialog>
        <Dialog open=is(Shown::Sheet) title="sheet-title"
            on_close=move |()| closed(Shown::Sheet)>
            <Sheet/>
        </Dialog>
    }
}
