//! What others do with the text where it is edited: put something where the caret is, search it.

use std::ops::Range;
use std::rc::Rc;

use leptos::prelude::*;

use crate::compose::store::ComposeStore;

/// What is put into the text.
#[derive(Clone, Copy, Debug)]
pub(in crate::compose) enum Inserted<'a> {
    /// A text of one or more lines.
    Text(&'a str),
    /// Rich text, as HTML.
    Rich(&'a str),
    /// A picture of the message.
    Picture {
        /// Its Content-ID.
        id: &'a str,
        /// Its name.
        name: &'a str,
    },
}

/// The field of the text, whatever its format. Places are counted in UTF-16 code units.
pub(in crate::compose) trait TextView {
    /// Puts something where the caret is, so that it can be undone. False: it could not.
    fn insert(&self, what: Inserted<'_>) -> bool;

    /// The text as it is searched.
    fn text(&self) -> Vec<u16>;

    /// Where the caret is in it.
    fn caret(&self) -> usize;

    /// Selects a part of the text and scrolls there. `focus`: the field gets the focus.
    fn select(&self, range: Range<usize>, focus: bool);

    /// Replaces these parts, which are in order, so that it can be undone.
    fn replace(&self, ranges: &[Range<usize>], with: &str);

    /// Nothing is searched any more.
    fn unmark(&self) {}
}

/// The field that is on the screen.
pub(in crate::compose) type Shown = StoredValue<Option<Rc<dyn TextView>>, LocalStorage>;

/// This field is on the screen, for as long as the component lives.
pub(super) fn provide(compose: ComposeStore, view: Rc<dyn TextView>) {
    let own = Rc::clone(&view);
    compose.view.set_value(Some(view));
    // Another may have taken its place by then.
    let own = StoredValue::new_local(own);
    on_cleanup(move || {
        own.with_value(|own| {
            compose.view.try_update_value(|shown| {
                if shown.as_ref().is_some_and(|shown| Rc::ptr_eq(shown, own)) {
                    *shown = None;
                }
            });
        });
    });
}
