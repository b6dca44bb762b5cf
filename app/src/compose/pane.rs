//! Where a message is written.

use leptos::ev::{ClipboardEvent, DragEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use smtp::SendMode;

use crate::compose::addresses::Addresses;
use crate::compose::draft::{Draft, Place, Problem, split_pasted};
use crate::compose::other_drafts::{DraftNotices, OtherDrafts};
use crate::i18n::words::{self, say, w};
use crate::state::{State, use_state};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::ime;
use crate::ui::text_field::{follow, insert, plain_text};
use crate::ui::widgets::Toggle;

/// The compose pane.
#[component]
#[must_use]
pub fn Compose() -> impl IntoView {
    let state = use_state();
    let source = RwSignal::new(false);
    let more = RwSignal::new(
        state
            .draft
            .with_untracked(|draft| (has(draft, Place::Cc), has(draft, Place::Bcc))),
    );
    // A draft that is brought back, or stored, shows all it has.
    let shows = move |place| state.draft.with(|draft| has(draft, place));
    let cc = Memo::new(move |_| more.get().0 || shows(Place::Cc));
    let bcc = Memo::new(move |_| more.get().1 || shows(Place::Bcc));
    let pane = NodeRef::<html::Section>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if sends(&event)
            && pane
                .try_get_untracked()
                .flatten()
                .is_some_and(|pane| is_reachable(&pane))
        {
            event.prevent_default();
            send(state, SendMode::Run, source.get_untracked());
        }
    });
    on_cleanup(move || keys.remove());
    let from = NodeRef::<html::Input>::new();
    let subject = NodeRef::<html::Input>::new();
    follow(from, move || state.draft.with(|draft| draft.from.clone()));
    follow(subject, move || {
        state.draft.with(|draft| draft.subject.clone())
    });
    let into_from = move |text: Option<String>| {
        let (Some(from), Some(text)) = (from.try_get_untracked().flatten(), text) else {
            return false;
        };
        // A field has one line. What stood in several stays apart.
        let lines = text.chars().any(char::is_control);
        if lines {
            from.focus().ok();
            insert(&from, &split_pasted(&text).join(", "));
        }
        lines
    };
    let on_paste = move |event: ClipboardEvent| {
        if into_from(plain_text(event.clipboard_data())) {
            event.prevent_default();
        }
    };
    let on_drop = move |event: DragEvent| {
        if into_from(plain_text(event.data_transfer())) {
            event.prevent_default();
        }
    };
    view! {
        <section class="pane compose" aria-label=w!(state, compose) node_ref=pane>
            <DraftNotices/>
            <div class="field">
                <label for="from">{w!(state, from)}</label>
                <input id="from" type="text" node_ref=from autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(state, Place::From)
                    aria-describedby="from-problem"
                    on:paste=on_paste on:drop=on_drop
                    on:input=move |event| {
                        state.edit(|draft| draft.from = event_target_value(&event));
                    }/>
                <span></span>
                <FieldProblem place=Place::From id="from-problem"/>
            </div>
            <Addresses place=Place::To id="to">
                <span>
                    <Show when=move || !cc.get()>
                        <button type="button" class="link"
                            on:click=move |_| more.update(|more| more.0 = true)>
                            "Cc"
                        </button>
                    </Show>
                    <Show when=move || !bcc.get()>
                        <button type="button" class="link"
                            on:click=move |_| more.update(|more| more.1 = true)>
                            "Bcc"
                        </button>
                    </Show>
                </span>
            </Addresses>
            <Show when=move || cc.get()>
                <Addresses place=Place::Cc id="cc" autofocus=more.get_untracked().0/>
            </Show>
            <Show when=move || bcc.get()>
                <Addresses place=Place::Bcc id="bcc" autofocus=more.get_untracked().1/>
            </Show>
            <div class="field subject">
                <label for="subject">{w!(state, subject)}</label>
                <input id="subject" type="text" node_ref=subject autocomplete="off"
                    aria-invalid=move || invalid(state, Place::Subject)
                    aria-describedby="subject-problem"
                    on:input=move |event| {
                        state.edit(|draft| draft.subject = event_target_value(&event));
                    }/>
                <span></span>
                <FieldProblem place=Place::Subject id="subject-problem"/>
            </div>
            <div class="tools">
                <button type="button" class="link" on:click=move |_| state.new_message()>
                    <Icon glyph=Glyph::Plus/>{w!(state, new_message)}
                </button>
                <Show when=move || state.other_drafts.with(|others| !others.is_empty())>
                    <button type="button" class="link" on:click=move |_| state.bring_back()>
                        {w!(state, bring_back)}
                    </button>
                </Show>
                <OtherDrafts/>
                <div class="seg" role="group" aria-label=w!(state, compose_as)>
                    <Toggle pressed=move || !source.get() label=w!(state, write)
                        on:click=move |_| source.set(false)/>
                    <Toggle pressed=source label=w!(state, source)
                        on:click=move |_| source.set(true)/>
                </div>
            </div>
            <Show when=move || source.get() fallback=Body>
                <Source/>
            </Show>
            <Footer source/>
        </section>
    }
}

/// What kept the last try to send from sending, at one field.
#[component]
pub(super) fn FieldProblem(place: Place, #[prop(into)] id: String) -> impl IntoView {
    let state = use_state();
    let words = move || {
        state.problems.with(|problems| {
            let here: Vec<String> = problems
                .iter()
                .filter(|problem| problem.place == place)
                .map(|problem| words::wrong(state, &problem.what))
                .collect();
            here.join("\n")
        })
    };
    view! { <p class="problem" id=id>{words}</p> }
}

pub(super) fn invalid(state: State, place: Place) -> Option<&'static str> {
    state
        .problems
        .with(|problems| problems.iter().any(|problem| problem.place == place))
        .then_some("true")
}

/// The message's text.
#[component]
fn Body() -> impl IntoView {
    let state = use_state();
    let field = NodeRef::<html::Textarea>::new();
    // As a text area has it: lines are ended by LF.
    follow(field, move || {
        let body = |draft: &Draft| draft.body.replace("\r\n", "\n").replace('\r', "\n");
        state.draft.with(body)
    });
    view! {
        <div class="body">
            <textarea id="message" node_ref=field aria-label=w!(state, message) spellcheck="true"
                on:input=move |event| {
                    state.edit(|draft| draft.body = event_target_value(&event));
                }></textarea>
        </div>
    }
}

/// The octets that will be sent, to the letter.
#[component]
fn Source() -> impl IntoView {
    let state = use_state();
    move || match state.built() {
        Ok(built) => view! {
            <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>
                {String::from_utf8_lossy(&built.bytes).into_owned()}
            </pre>
        }
        .into_any(),
        Err(problems) => {
            let problems = problems
                .iter()
                .map(|problem| words::wrong(state, &problem.what));
            view! {
                <div class="source">
                    <p>{w!(state, source_not_yet)}</p>
                    <ul>{problems.map(|problem| view! { <li>{problem}</li> }).collect_view()}</ul>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn Footer(source: RwSignal<bool>) -> impl IntoView {
    let state = use_state();
    let size = move || match state.built() {
        Ok(built) => format!(
            "{} {}",
            words::octets(built.bytes.len() as u64),
            say!(state, on_the_wire)
        ),
        Err(_) => String::new(),
    };
    let saved = move || {
        state.saved_at.get().map_or_else(String::new, |at| {
            format!("{} {at}", say!(state, draft_saved))
        })
    };
    let cannot = move || !state.can_send();
    view! {
        <div class="send">
            <button type="button" class="btn primary" disabled=cannot
                on:click=move |_| send(state, SendMode::Run, source.get_untracked())>
                <Icon glyph=Glyph::Play/>{w!(state, send)}
                " "<kbd aria-hidden="true">"Ctrl ⏎"</kbd>
            </button>
            <button type="button" class="btn" disabled=cannot
                on:click=move |_| send(state, SendMode::Step, source.get_untracked())>
                <Icon glyph=Glyph::Step/>{w!(state, step_through)}
            </button>
            <div class="quiet"><span>{size}</span><span>{saved}</span></div>
        </div>
    }
}

/// Whether anything has been written in this field of addresses.
fn has(draft: &Draft, place: Place) -> bool {
    let (list, unfinished) = draft.addresses(place);
    !list.is_empty() || !unfinished.is_empty()
}

/// Whether this key is the one that the button Send shows.
fn sends(event: &KeyboardEvent) -> bool {
    event.key() == "Enter"
        && (event.ctrl_key() || event.meta_key())
        && !event.alt_key()
        && !event.shift_key()
        && !event.repeat()
        && !event.default_prevented()
        && !ime::handles(event)
}

/// Whether a key pressed now is for the compose pane: it is shown, no dialog is over it, and no
/// held line is being edited.
fn is_reachable(pane: &web_sys::HtmlElement) -> bool {
    let focused = document().active_element();
    let holds =
        focused.is_some_and(|focused| focused.closest(".hold").is_ok_and(|at| at.is_some()));
    let dialog = document().query_selector("dialog[open]");
    pane.offset_parent().is_some() && dialog.is_ok_and(|dialog| dialog.is_none()) && !holds
}

/// Sends, or takes the person to the first thing in the way.
fn send(state: State, mode: SendMode, source_shown: bool) {
    state.send(mode, !source_shown);
    let first = state
        .problems
        .with_untracked(|problems| problems.first().map(|Problem { place, .. }| *place));
    let id = match first {
        None => return,
        Some(Place::From) => "from",
        Some(Place::To) => "to",
        Some(Place::Cc) => "cc",
        Some(Place::Bcc) => "bcc",
        Some(Place::Subject) => "subject",
        Some(Place::Message) => "message",
    };
    if let Some(field) = document().get_element_by_id(id)
        && let Ok(field) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(field)
    {
        field.focus().ok();
    }
}
