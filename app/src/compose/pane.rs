//! The pane in which a message is written.

use leptos::ev::{ClipboardEvent, DragEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use smtp::SendMode;

use super::addresses::{Addresses, ManyRecipients, use_chips};
use super::draft::{Place, split_pasted};
use super::footer::{Footer, Sender};
use super::other_drafts::{DraftNotices, OtherDrafts};
use super::problem::{FieldProblem, invalid};
use super::source::{LeftSourceNotice, RawSource, Source};
use super::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::{follow, insert, plain_text, show_text};
use crate::ui::{Glyph, Icon, Pane, Toggle, ime};

/// The pane in which a message is written.
pub static PANE: Pane = Pane {
    name: "write",
    glyph: Glyph::Pen,
    tab: |locale| locale.write(),
    button: Some(|locale| locale.compose()),
    count: None,
    provide: ComposeStore::provide,
    view: || view! { <Compose/> }.into_any(),
};

#[component]
fn Compose() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let sender = Sender::new();
    let source = RwSignal::new(false);
    let has = move |place| compose.has_addresses(place);
    let more = RwSignal::new(untrack(|| (has(Place::Cc), has(Place::Bcc))));
    // A draft that is brought back, or was stored, shows every field that has something in it. The
    // field stays while the draft is shown, because the focus may be in it.
    let shows = move |place, asked: fn((bool, bool)) -> bool| {
        let shown = Memo::new(move |before: Option<&(u32, bool)>| {
            let shown = compose.state.shown().get();
            let stays = before.is_some_and(|(draft, shows)| *draft == shown && *shows);
            (shown, asked(more.get()) || has(place) || stays)
        });
        Memo::new(move |_| shown.get().1)
    };
    let cc = shows(Place::Cc, |more| more.0);
    let bcc = shows(Place::Bcc, |more| more.1);
    let chips = use_chips();
    let over = move |event: DragEvent| {
        if chips.is_dragging() {
            event.prevent_default();
        }
    };
    let dropped = move |event: DragEvent, place| {
        event.prevent_default();
        chips.drop_into(place);
    };
    let pane = NodeRef::<html::Section>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if sends(&event)
            && pane
                .try_get_untracked()
                .flatten()
                .is_some_and(|pane| is_reachable(&pane))
        {
            event.prevent_default();
            sender.send(SendMode::Run, source.get_untracked());
        }
    });
    on_cleanup(move || keys.remove());
    let from = NodeRef::<html::Input>::new();
    let subject = NodeRef::<html::Input>::new();
    follow(from, move || compose.text(Place::From).get());
    follow(subject, move || compose.text(Place::Subject).get());
    let into_from = move |text: Option<String>| {
        let (Some(from), Some(text)) = (from.try_get_untracked().flatten(), text) else {
            return false;
        };
        // A field has one line. Addresses from several lines are separated by commas.
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
        <section class="pane compose" aria-label=language.words(Locale::compose) node_ref=pane>
            <DraftNotices/>
            <div class="field">
                <label for="from">{language.words(Locale::from)}</label>
                <input id="from" type="text" node_ref=from autocomplete="off" spellcheck="false"
                    aria-invalid=move || invalid(compose, Place::From)
                    aria-describedby="from-problem"
                    on:paste=on_paste on:drop=on_drop
                    on:input=move |event| {
                        compose.type_text(Place::From, event_target_value(&event));
                    }/>
                <span></span>
                <FieldProblem place=Place::From id="from-problem"/>
            </div>
            <Addresses place=Place::To id="to">
                <span>
                    <Show when=move || !cc.get()>
                        <button type="button" class="link"
                            on:dragover=over on:drop=move |event| dropped(event, Place::Cc)
                            on:click=move |_| more.update(|more| more.0 = true)>
                            "Cc"
                        </button>
                    </Show>
                    <Show when=move || !bcc.get()>
                        <button type="button" class="link"
                            on:dragover=over on:drop=move |event| dropped(event, Place::Bcc)
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
            <ManyRecipients/>
            <div class="field subject" hidden=move || compose.is_raw()>
                <label for="subject">{language.words(Locale::subject)}</label>
                <input id="subject" type="text" node_ref=subject autocomplete="off"
                    aria-invalid=move || invalid(compose, Place::Subject)
                    aria-describedby="subject-problem"
                    on:input=move |event| {
                        compose.type_text(Place::Subject, event_target_value(&event));
                    }/>
                <span></span>
                <FieldProblem place=Place::Subject id="subject-problem"/>
            </div>
            <div class="tools">
                <button type="button" class="link" on:click=move |_| compose.new_message()>
                    <Icon glyph=Glyph::Plus/>{language.words(Locale::new_message)}
                </button>
                <Show when=move || compose.state.others().with(|others| !others.is_empty())>
                    <button type="button" class="link" on:click=move |_| compose.bring_back()>
                        {language.words(Locale::bring_back)}
                    </button>
                </Show>
                <OtherDrafts/>
                <div class="seg" role="group" aria-label=language.words(Locale::compose_as)>
                    <Toggle pressed=move || !source.get() label=language.words(Locale::write)
                        on:click=move |_| source.set(false)/>
                    <Toggle pressed=source label=language.words(Locale::source)
                        on:click=move |_| source.set(true)/>
                </div>
            </div>
            <LeftSourceNotice/>
            <Show when=move || compose.is_raw() fallback=Body>
                <RawSource/>
            </Show>
            <Show when=move || source.get()>
                <Source/>
            </Show>
            <Footer sender source/>
        </section>
    }
}

/// The message's text.
#[component]
fn Body() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let field = NodeRef::<html::Textarea>::new();
    // What is typed here is in the field already. It is read back only when another draft is shown,
    // because a body can be large.
    Effect::new(move |_| {
        compose.state.shown().track();
        let Some(field) = field.get() else { return };
        // As a text area has it: lines are ended by LF.
        let lf = |body: &String| body.replace("\r\n", "\n").replace('\r', "\n");
        show_text(&field, &compose.text(Place::Message).with_untracked(lf));
    });
    view! {
        <div class="body">
            <textarea id="message" node_ref=field spellcheck="true"
                aria-label=language.words(Locale::message)
                on:input=move |event| {
                    compose.type_text(Place::Message, event_target_value(&event));
                }></textarea>
        </div>
    }
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
/// paused line is being edited.
fn is_reachable(pane: &web_sys::HtmlElement) -> bool {
    let focused = document().active_element();
    let edits =
        focused.is_some_and(|focused| focused.closest(".pause").is_ok_and(|at| at.is_some()));
    let dialog = document().query_selector("dialog[open]");
    pane.offset_parent().is_some() && dialog.is_ok_and(|dialog| dialog.is_none()) && !edits
}
