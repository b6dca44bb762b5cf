//! What happens in the field.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

use super::List;
use crate::ui::ime;

/// The listeners of a field, for as long as they are kept.
struct Listeners {
    field: HtmlInputElement,
    all: Vec<Listener>,
}

struct Listener {
    event: &'static str,
    /// It is called before the field's own.
    first: bool,
    handle: Closure<dyn Fn(Event)>,
}

impl Listeners {
    fn add(&mut self, event: &'static str, first: bool, handle: impl Fn(Event) + 'static) {
        let handle = Closure::<dyn Fn(Event)>::new(handle);
        let function = handle.as_ref().unchecked_ref();
        self.field
            .add_event_listener_with_callback_and_bool(event, function, first)
            .ok();
        self.all.push(Listener {
            event,
            first,
            handle,
        });
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        for listener in &self.all {
            let function = listener.handle.as_ref().unchecked_ref();
            self.field
                .remove_event_listener_with_callback_and_bool(
                    listener.event,
                    function,
                    listener.first,
                )
                .ok();
        }
    }
}

impl List {
    /// Follows the field for as long as the component lives. Keys are heard before the field's own
    /// handlers, and what is typed after them.
    pub(super) fn listen(self) {
        let kept = StoredValue::new_local(None::<Listeners>);
        Effect::new(move |_| {
            let Some(field) = self.input.get() else {
                return;
            };
            let mut listeners = Listeners {
                field,
                all: Vec::new(),
            };
            listeners.add("keydown", true, move |event| {
                if let Some(key) = event.dyn_ref::<KeyboardEvent>()
                    && self.key(key)
                {
                    event.prevent_default();
                    event.stop_immediate_propagation();
                }
            });
            listeners.add("input", false, move |_| self.look());
            listeners.add("compositionend", false, move |_| self.look());
            // The field has taken its text, without an event.
            listeners.add("keyup", false, move |_| {
                if self.open.get_untracked() {
                    self.look();
                }
            });
            listeners.add("blur", false, move |_| self.close());
            kept.set_value(Some(listeners));
        });
        on_cleanup(move || kept.set_value(None));
    }

    /// Whether a key was for the list.
    fn key(self, event: &KeyboardEvent) -> bool {
        if ime::handles(event) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let open = self.open.get_untracked();
        let chosen = self.chosen.get_untracked().filter(|_| open);
        match (event.key().as_str(), chosen) {
            ("ArrowDown" | "ArrowUp", _) if event.shift_key() => return false,
            ("ArrowDown", _) if !open => {
                // Closed by Escape, or not opened yet.
                self.look();
                return self.open.get_untracked();
            }
            ("ArrowDown", _) => self.go(true),
            ("ArrowUp", _) if open => self.go(false),
            ("Enter", Some(at)) => self.take(at),
            ("Tab", Some(at)) if !event.shift_key() => self.take(at),
            ("Escape", _) if open => self.close(),
            ("Delete", Some(at)) if event.shift_key() || self.erases() => self.erase(at),
            _ => return false,
        }
        true
    }

    /// Whether Delete is for the list: a person has chosen there, and there is nothing to delete
    /// behind the caret.
    fn erases(self) -> bool {
        let at_end = self.field().is_some_and(|field| {
            let end = u32::try_from(field.value().encode_utf16().count()).ok();
            field.selection_start().ok().flatten() == end
        });
        self.moved.get_untracked() && at_end
    }
}
