//! The header fields of the sender's own: a row of two fields for each.

use leptos::html;
use leptos::prelude::*;

use super::{name_id, value_id};
use crate::compose::draft::OwnHeader;
use crate::compose::draft::Wrong;
use crate::compose::footer::focus;
use crate::compose::store::use_compose;
use crate::compose::words;
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::follow;
use crate::ui::{Glyph, Icon, IconButton};

/// The rows, and a button that adds one.
#[component]
#[must_use]
pub(super) fn Headers() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let options = compose.options();
    let many = Memo::new(move |_| options.with(|options| options.headers.len()));
    let add = move |_| {
        let at = many.get_untracked();
        let added = compose.edit(|| {
            options.update(|options| options.headers.push(OwnHeader::default()));
        });
        if added {
            request_animation_frame(move || focus(&name_id(at)));
        }
    };
    view! {
        <fieldset class="own-headers">
            <legend>{language.words(Locale::own_headers)}</legend>
            <p class="hint">{language.words(Locale::own_headers_hint)}</p>
            <For each=move || 0..many.get() key=|at| *at let:at>
                <Row at/>
            </For>
            <button type="button" class="link" id="add-header" on:click=add>
                <Icon glyph=Glyph::Plus/>{language.words(Locale::add_header)}
            </button>
        </fieldset>
    }
}

/// The field of this number.
#[component]
fn Row(at: usize) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let options = compose.options();
    let text = move |pick: fn(&OwnHeader) -> &String| {
        options.with(|options| {
            options
                .headers
                .get(at)
                .map(pick)
                .cloned()
                .unwrap_or_default()
        })
    };
    let change = move |change: fn(&mut OwnHeader) -> &mut String, text: String| {
        compose.edit(|| {
            options.update(|options| {
                if let Some(header) = options.headers.get_mut(at) {
                    *change(header) = text;
                }
            });
        });
    };
    let remove = move |_| {
        let removed = compose.edit(|| {
            options.update(|options| {
                if at < options.headers.len() {
                    options.headers.remove(at);
                }
            });
        });
        if removed {
            focus("add-header");
        }
    };
    let (name, value) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    follow(name, move || text(|header| &header.name));
    follow(value, move || text(|header| &header.value));
    // What is still being typed is not wrong yet.
    let left = RwSignal::new(false);
    let fault = Memo::new(move |_| compose.header_fault(at));
    let problem = move || {
        let fault = fault.get().filter(|_| left.get())?;
        Some(words::wrong(language.get(), &Wrong::Header(fault)))
    };
    let invalid = move || (fault.get().is_some() && left.get()).then_some("true");
    Effect::new(move |_| {
        // Sending has found it.
        let found = compose.header_problem(at);
        if found {
            left.set(true);
        }
    });
    let number = at + 1;
    let problem_id = format!("own-problem-{at}");
    let name_label = move || language.get().header_name_of(number);
    let value_label = move || language.get().header_value_of(number);
    let remove_label = Signal::derive(move || language.get().remove_header());
    view! {
        <div class="own-header" on:focusout=move |_| left.set(true)>
            <input id=name_id(at) type="text" node_ref=name autocomplete="off" spellcheck="false"
                aria-label=name_label placeholder="X-Example" aria-invalid=invalid
                aria-describedby=problem_id.clone()
                on:input=move |event| {
                    change(|header| &mut header.name, event_target_value(&event));
                }/>
            <input id=value_id(at) type="text" node_ref=value autocomplete="off"
                aria-label=value_label aria-describedby=problem_id.clone()
                on:input=move |event| {
                    change(|header| &mut header.value, event_target_value(&event));
                }/>
            <IconButton glyph=Glyph::Cross label=remove_label on:click=remove/>
            <p class="problem" id=problem_id>{problem}</p>
        </div>
    }
}
