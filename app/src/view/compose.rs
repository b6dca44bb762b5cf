//! Where a message is written.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use smtp::Pace;

use crate::draft::{Draft, Mailbox, Place, Problem, split_addresses};
use crate::effect::effect;
use crate::state::{State, use_state};
use crate::view::icon::{Icon, icon};
use crate::view::part::{button, click, labelled, live, on, part, parts, toggle, typed};
use crate::words::{self, say, w};

/// The compose pane.
#[component]
#[must_use]
pub fn Compose() -> AnyView {
    let state = use_state();
    let source = RwSignal::new(false);
    let more = RwSignal::new(
        state
            .draft
            .with_untracked(|draft| (!draft.cc.is_empty(), !draft.bcc.is_empty())),
    );
    // A draft that is brought back, or stored, shows all it has.
    let cc = move || more.get().0 || state.draft.with(|draft| !draft.cc.is_empty());
    let bcc = move || more.get().1 || state.draft.with(|draft| !draft.bcc.is_empty());
    let reveal = move || {
        part! {
            <span>
                {move || (!cc()).then(|| button("link", click(move || more.update(|more| more.0 = true)), "Cc".into_any()))}
                {move || (!bcc()).then(|| button("link", click(move || more.update(|more| more.1 = true)), "Bcc".into_any()))}
            </span>
        }
    };
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            send(state, Pace::Run, source.get_untracked());
        }
    };
    part! {
        <section class="pane compose" aria-label=w!(state, compose) on:keydown=on(keys)>
            <div class="field">
                <label for="from">{w!(state, from)}</label>
                <input id="from" type="text" autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(state, Place::From) aria-describedby="from-problem"
                    prop:value=move || state.draft.with(|draft| draft.from.clone())
                    on:input=typed(move |text| state.edit(|draft| draft.from = text))/>
                <span></span>
                <FieldProblem place=Place::From id="from-problem"/>
            </div>
            {addresses(Place::To, "to", false, Some(reveal()))}
            {move || cc().then(|| addresses(Place::Cc, "cc", more.get_untracked().0, None))}
            {move || bcc().then(|| addresses(Place::Bcc, "bcc", more.get_untracked().1, None))}
            <div class="field subject">
                <label for="subject">{w!(state, subject)}</label>
                <input id="subject" type="text" autocomplete="off"
                    aria-invalid=move || invalid(state, Place::Subject) aria-describedby="subject-problem"
                    prop:value=move || state.draft.with(|draft| draft.subject.clone())
                    on:input=typed(move |text| state.edit(|draft| draft.subject = text))/>
                <span></span>
                <FieldProblem place=Place::Subject id="subject-problem"/>
            </div>
            <div class="tools">
                {button("link", click(move || state.new_message()), labelled(Icon::Plus, w!(state, new_message)))}
                {move || state.aside.with(Option::is_some).then(|| button("link", click(move || state.bring_back()), w!(state, bring_back).into_any()))}
                <div class="seg" role="group" aria-label=w!(state, compose_as)>
                    {toggle(move || !source.get(), w!(state, write), click(move || source.set(false)))}
                    {toggle(move || source.get(), w!(state, source), click(move || source.set(true)))}
                </div>
            </div>
            {move || if source.get() { part! { <Source/> } } else { part! { <Body/> } }}
            <Footer source/>
        </section>
    }
}

/// What kept the last try to send from sending, at one field.
#[component]
fn FieldProblem(place: Place, #[prop(into)] id: String) -> AnyView {
    let state = use_state();
    let words = move || {
        state.problems.with(|problems| {
            let here: Vec<String> = problems
                .iter()
                .filter(|problem| problem.place == place)
                .map(|problem| words::wrong(state, &problem.what))
                .collect();
            here.join(" ")
        })
    };
    part! { <p class="problem" id=id>{move || words()}</p> }
}

fn invalid(state: State, place: Place) -> Option<&'static str> {
    state
        .problems
        .with(|problems| problems.iter().any(|problem| problem.place == place))
        .then_some("true")
}

fn list(draft: &mut Draft, place: Place) -> &mut Vec<String> {
    match place {
        Place::Cc => &mut draft.cc,
        Place::Bcc => &mut draft.bcc,
        _ => &mut draft.to,
    }
}

/// A field of several addresses: each that is complete becomes a chip.
fn addresses(place: Place, id: &'static str, autofocus: bool, extra: Option<AnyView>) -> AnyView {
    let state = use_state();
    let unfinished = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    let label = move || match place {
        Place::Cc => "Cc",
        Place::Bcc => "Bcc",
        _ => say!(state, to),
    };
    let chips = move || {
        state
            .draft
            .with(|draft| list(&mut draft.clone(), place).clone())
    };
    let take = move || {
        let found = split_addresses(&unfinished.get_untracked());
        unfinished.set(String::new());
        if !found.is_empty() {
            state.edit(|draft| list(draft, place).extend(found));
        }
    };
    let on_input = move |text: String| {
        let ends = text.ends_with([',', ';', '\n'])
            || text.contains([';', '\n'])
            || split_addresses(&text).len() > 1;
        unfinished.set(text);
        if ends {
            take();
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.ctrl_key() && !event.meta_key() => {
            event.prevent_default();
            take();
        }
        "Enter" => take(),
        "Backspace" if unfinished.with_untracked(String::is_empty) => {
            state.edit(|draft| {
                list(draft, place).pop();
            });
        }
        _ => {}
    };
    effect(move || {
        if let Some(input) = input.get().filter(|_| autofocus) {
            input.focus().ok();
        }
    });
    let remove = move |at: usize| {
        state.edit(|draft| {
            let list = list(draft, place);
            if at < list.len() {
                list.remove(at);
            }
        });
        if let Some(input) = input.get_untracked() {
            input.focus().ok();
        }
    };
    let problem = format!("{id}-problem");
    let described = problem.clone();
    part! {
        <div class="field addresses">
            <label for=id>{move || label()}</label>
            <div class="chips">
                {move || parts(chips().into_iter().enumerate().map(|(at, text)| {
                    let bad = Mailbox::parse(&text).is_err();
                    let name = format!("{} {text}", say!(state, remove));
                    part! {
                        <span class="addr" class:bad=bad>{text}
                            <button type="button" aria-label=name on:click=click(move || remove(at))>{icon(Icon::Cross)}</button>
                        </span>
                    }
                }))}
                <input id=id type="text" node_ref=input autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(state, place) aria-describedby=described
                    prop:value=move || unfinished.get()
                    on:input=typed(on_input) on:keydown=on(on_key) on:blur=on(move |_| take())/>
            </div>
            {extra}
            <FieldProblem place id=problem/>
        </div>
    }
}

/// The message's text.
#[component]
fn Body() -> AnyView {
    let state = use_state();
    part! {
        <div class="body">
            <textarea id="message" aria-label=w!(state, message) spellcheck="true"
                prop:value=move || state.draft.with(|draft| draft.body.clone())
                on:input=typed(move |text| state.edit(|draft| draft.body = text))></textarea>
        </div>
    }
}

/// The octets that will be sent, to the letter.
#[component]
fn Source() -> AnyView {
    let state = use_state();
    live(move || match state.built() {
        Ok(built) => Some(part! {
            <pre class="source" tabindex="0" role="region" aria-label=w!(state, source)>{String::from_utf8_lossy(&built.bytes).into_owned()}</pre>
        }),
        Err(problems) => Some(part! {
            <div class="source"><p>{w!(state, source_not_yet)}</p><ul>{parts(problems.iter().map(|problem| part! { <li>{words::wrong(state, &problem.what)}</li> }))}</ul></div>
        }),
    })
}

#[component]
fn Footer(source: RwSignal<bool>) -> AnyView {
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
    part! {
        <div class="send">
            <button type="button" class="btn primary" disabled=move || cannot() on:click=click(move || send(state, Pace::Run, source.get_untracked()))>
                {icon(Icon::Play)}{w!(state, send)}" "<kbd aria-hidden="true">"Ctrl ⏎"</kbd>
            </button>
            <button type="button" class="btn" disabled=move || cannot() on:click=click(move || send(state, Pace::Step, source.get_untracked()))>
                {icon(Icon::Step)}{w!(state, step_through)}
            </button>
            <div class="quiet"><span>{move || size()}</span><span>{move || saved()}</span></div>
        </div>
    }
}

/// Sends, or takes the person to the first thing in the way.
fn send(state: State, pace: Pace, source_shown: bool) {
    // An address being typed counts: its field gives it up when it loses the focus.
    if let Some(focused) = document().active_element()
        && let Ok(element) = wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlInputElement>(focused)
        && matches!(element.id().as_str(), "to" | "cc" | "bcc")
    {
        element.blur().ok();
    }
    state.send(pace, !source_shown);
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
