//! How the panes stand beside each other on a wide screen, as a person arranged them.

use leptos::prelude::*;

use super::widths::{Around, Edge, Widths};
use crate::storage;
use crate::ui::Folding;

/// The key of the arrangement in localStorage.
const LAYOUT: &str = "glasspost.layout";

/// The arrangement of the panes. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    widths: RwSignal<Widths>,
    /// Whether the conversation is folded to a strip.
    folded: RwSignal<bool>,
}

impl Layout {
    /// The arrangement that was stored. The conversation is folded, unless a person left it open.
    pub(super) fn provide() -> Layout {
        let widths = storage::value::<Widths>(LAYOUT).unwrap_or_default();
        let widths = widths.checked();
        let layout = Layout {
            widths: RwSignal::new(widths),
            folded: RwSignal::new(widths.wire_open != Some(true)),
        };
        provide_context(layout);
        layout
    }

    /// The widths that were chosen.
    pub(super) fn widths(self) -> Widths {
        self.widths.get()
    }

    /// Whether the conversation is folded.
    pub(super) fn folded(self) -> bool {
        self.folded.get()
    }

    /// Opens the conversation for as long as the page is open.
    pub(super) fn unfold(self) {
        self.folded.set(false);
    }

    /// Moves an edge, without storing it yet.
    pub(super) fn move_edge(self, edge: Edge, to: f64, around: Around) {
        self.widths
            .update(|widths| *widths = widths.moved(edge, to, around));
    }

    /// Puts an edge back to where it was at first.
    pub(super) fn reset(self, edge: Edge) {
        self.widths.update(|widths| *widths = widths.reset(edge));
        self.keep();
    }

    /// Stores the arrangement.
    pub(super) fn keep(self) {
        storage::keep(LAYOUT, &self.widths.get_untracked());
    }

    /// A person folds the conversation, or opens it.
    pub(super) fn fold(self, folded: bool) {
        self.folded.set(folded);
        self.widths
            .update(|widths| widths.wire_open = Some(!folded));
        self.keep();
    }

    /// Opens the conversation, unless a person has folded it.
    fn offer(self) {
        let chosen = self.widths.with_untracked(|widths| widths.wire_open);
        if chosen != Some(false) {
            self.unfold();
        }
    }

    /// What the pane that is folded needs of this.
    pub(super) fn folding(self) -> Folding {
        Folding {
            foldable: true,
            folded: self.folded.into(),
            fold: Callback::new(move |folded| self.fold(folded)),
            offer: Callback::new(move |()| self.offer()),
        }
    }
}

/// The arrangement of the panes, from any component of the shell.
pub(super) fn use_layout() -> Layout {
    expect_context()
}
