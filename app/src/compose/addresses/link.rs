//! A message for a `mailto:` link.

use leptos::prelude::*;

use super::Field;
use crate::compose::store::ComposeStateStoreFields as _;
use crate::ui::use_later;

impl Field {
    /// Writes what a link says into the draft that was begun for it: once the code that reads it is
    /// there, or as it is where that code can't be loaded.
    pub(super) fn follow_link(self) {
        let later = use_later();
        let compose = self.chips.compose;
        Effect::new(move |_| {
            let Some(link) = compose.state.link().get() else {
                return;
            };
            // Browsers pass on spaces that the link should have encoded.
            let encoded: Vec<&str> = link.split_whitespace().collect();
            self.chips.code.track();
            let pasted = self.chips.code.pasted(&encoded.join("%20"), "");
            if pasted.is_none() && !later.has_failed() {
                return;
            }
            untrack(|| match pasted {
                Some(pasted) => self.add(0, pasted),
                None => self.chips.typed(self.place, link),
            });
            compose.state.link().set(None);
        });
    }
}
