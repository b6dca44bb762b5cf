//! One address that is complete.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Field;
use super::notes::Note;
use super::selection::Selection;
use super::store::number;
use crate::ui::visible::visible_address;
use crate::ui::{Glyph, Icon};

/// The keys of a chip, for assistive technology.
const KEYS: &str = "Enter F2 Delete Control+C Control+X Control+Z Alt+Shift+ArrowUp \
    Alt+Shift+ArrowDown Alt+Shift+ArrowLeft Alt+Shift+ArrowRight";

/// The texts, each with how many of the same stand before it, by which elements are told apart.
pub(super) fn keyed(list: &[String]) -> Vec<(String, usize)> {
    let same = |at: usize| list[..at].iter().filter(|text| **text == list[at]).count();
    (0..list.len())
        .map(|at| (list[at].clone(), same(at)))
        .collect()
}

impl Field {
    /// A chip with this text, by its place in its grid.
    pub(super) fn chip(
        self,
        after: bool,
        index: ReadSignal<usize>,
        text: String,
    ) -> impl IntoView + use<> {
        let (chips, place, language) = (self.chips, self.place, self.language);
        let at = Memo::new(move |_| index.get() + if after { chips.caret(place) } else { 0 });
        let here = move || at.try_get_untracked().unwrap_or(usize::MAX);
        let note = Memo::new(move |_| {
            chips.notes.with(|notes| {
                notes[number(place)]
                    .get(at.get())
                    .cloned()
                    .unwrap_or_default()
            })
        });
        let selected = Memo::new(move |_| {
            chips.selected.with(|selected| {
                selected
                    .as_ref()
                    .is_some_and(|(one, selection)| *one == place && selection.contains(at.get()))
            })
        });
        let active = Memo::new(move |_| {
            chips.selected.with(|selected| {
                selected
                    .as_ref()
                    .is_some_and(|(one, selection)| *one == place && selection.active() == at.get())
            })
        });
        let cell = NodeRef::<html::Span>::new();
        Effect::new(move |_| {
            // A chip that is moved within the page loses the focus, so this looks each time.
            chips.selected.track();
            let active = active.get();
            if let Some(cell) = cell.get().filter(|_| active)
                && document().active_element().as_ref() != Some(&cell)
            {
                cell.focus().ok();
            }
        });
        let shown = visible_address(&text);
        let name = shown.clone();
        let edit = move || language.get().edit_address(&name);
        let name = shown.clone();
        let remove = move || language.get().remove(&name);
        let remark = move || {
            let locale = language.get();
            note.with(|note| chips.code.remarks(locale, &text, note).join(" "))
        };
        let described = remark.clone();
        let title = move || {
            let remark = remark();
            if remark.is_empty() {
                language.get().chip_keys().to_owned()
            } else {
                remark
            }
        };
        let forms = move || {
            note.with(|note| {
                let sent = note.sent_as.as_ref().map(|address| format!("→ {address}"));
                let reads = note.reads.as_ref().map(|address| format!("= {address}"));
                let forms = [sent, reads].into_iter().flatten();
                forms
                    .map(|form| view! { <small>{form}</small> })
                    .collect_view()
            })
        };
        let bad = move || note.with(|note| note.wrong.is_some());
        let warns = move || note.with(is_suspicious);
        let on_button = |event: &MouseEvent| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            target.is_some_and(|target| target.closest("button").is_ok_and(|at| at.is_some()))
        };
        let on_click = move |event: MouseEvent| {
            if !on_button(&event) {
                self.click(&event, here());
            }
        };
        let on_double_click = move |event: MouseEvent| {
            if !on_button(&event) {
                event.prevent_default();
                self.edit_chip(here());
            }
        };
        // Also when it is pressed to be dragged, with others that are selected.
        let on_focus = move |_| {
            let (now, at) = (chips.selection(place), here());
            let next = match now {
                Some(now) if now.active() == at => return,
                Some(now) if now.contains(at) => now.with_focus(at),
                _ => Selection::only(at),
            };
            chips.select(place, Some(next));
        };
        // The focus would change the selection before Shift or Ctrl does.
        let on_press = move |event: MouseEvent| {
            if event.shift_key() || event.ctrl_key() || event.meta_key() {
                event.prevent_default();
            }
        };
        let is_selected = move || if selected.get() { "true" } else { "false" };
        view! {
            <div class="addr" role="row" class:bad=bad class:warn=warns class:selected=selected
                draggable="true" data-at=at on:click=on_click on:dblclick=on_double_click
                on:mousedown=on_press on:dragstart=move |event| self.drag_start(&event, here())
                on:dragend=move |_| chips.drag(false)>
                <span class="addr-text" role="gridcell" tabindex="-1" node_ref=cell title=title
                    aria-selected=is_selected aria-description=described aria-keyshortcuts=KEYS
                    on:focus=on_focus on:keydown=move |event| self.chip_key(&event, here())>
                    {shown}{forms}
                </span>
                <span class="addr-tools" role="gridcell">
                    <button type="button" class="edit" tabindex="-1" aria-label=edit
                        on:click=move |_| self.edit_chip(here())>
                        <Icon glyph=Glyph::Pen/>
                    </button>
                    <button type="button" tabindex="-1" aria-label=remove
                        on:click=move |_| self.remove(here())>
                        <Icon glyph=Glyph::Cross/>
                    </button>
                </span>
            </div>
        }
    }

    fn click(self, event: &MouseEvent, at: usize) {
        let now = self.chips.selection(self.place);
        let selection = match now {
            Some(now) if event.shift_key() => now.extended(at),
            Some(now) if event.ctrl_key() || event.meta_key() => now.toggled(at),
            _ => Selection::only(at),
        };
        self.chips.select(self.place, Some(selection));
    }
}

fn is_suspicious(note: &Note) -> bool {
    !note.suspicions.is_empty() || note.again.is_some()
}
