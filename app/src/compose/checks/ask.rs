//! The question whether a message is to be sent as it is, beside the message.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Finding, use_asking};
use crate::accounts::use_accounts;
use crate::compose::addresses::use_chips;
use crate::compose::footer::focus;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon};

/// What can be clicked first in the question.
const FIRST: &str = ".ask button";

/// What may have been overlooked, each with a button that goes there, and one that sends the
/// message as it is.
#[component]
#[must_use]
pub(in crate::compose) fn Ask() -> impl IntoView {
    let language = use_language();
    let asking = use_asking();
    let open = Memo::new(move |_| asking.open());
    let any = Memo::new(move |_| open.with(|open| !open.is_empty()));
    Effect::new(move |before: Option<bool>| {
        let any = any.get();
        if any && before != Some(true) {
            request_animation_frame(|| click_or_focus(FIRST, false));
        }
        any
    });
    let rows = move || {
        let findings = open.get().into_iter();
        findings
            .map(|finding| view! { <Question finding/> })
            .collect_view()
    };
    view! {
        <div role="alert" class="ask-place">
            <Show when=move || any.get()>
                <div class="ask">
                    <ul>{rows}</ul>
                    <button type="button" class="btn" on:click=move |_| asking.send_anyway()>
                        {language.words(Locale::send_anyway)}
                    </button>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn Question(finding: Finding) -> impl IntoView {
    let language = use_language();
    let chips = use_chips();
    let accounts = use_accounts();
    let button: fn(Locale) -> &'static str = match finding {
        Finding::NoSubject => Locale::edit_subject,
        Finding::NoText => Locale::edit_text,
        Finding::NoAttachment { .. } => Locale::choose_file,
        Finding::ManyVisible => Locale::move_to_bcc,
        Finding::Link { .. } => Locale::edit_link,
        Finding::OtherServer { .. } => Locale::choose_server,
    };
    let kind = finding.clone();
    let act = move |_| match kind {
        Finding::NoSubject => focus("subject"),
        Finding::NoText | Finding::Link { .. } => focus("message"),
        Finding::NoAttachment { .. } => click_or_focus(".attach-add .attach", true),
        Finding::ManyVisible => chips.hide_recipients(),
        Finding::OtherServer { .. } => accounts.set_picking(true),
    };
    let words = move || words(language.get(), &finding, chips.visible_recipients());
    view! {
        <li>
            <Icon glyph=Glyph::Alert/><span>{words}</span>
            <button type="button" class="btn" on:click=act>{language.words(button)}</button>
        </li>
    }
}

fn words(locale: Locale, finding: &Finding, recipients: usize) -> String {
    match finding {
        Finding::NoSubject => locale.ask_no_subject().to_owned(),
        Finding::NoText => locale.ask_no_text().to_owned(),
        Finding::NoAttachment { word } => locale.ask_no_attachment(visible(word)),
        Finding::ManyVisible => locale.many_recipients(recipients),
        Finding::Link { says, goes } => locale.ask_link(visible(says), visible(goes)),
        Finding::OtherServer { sender, server } => {
            locale.ask_other_server(visible(sender), visible(server))
        }
    }
}

fn click_or_focus(selector: &str, click: bool) {
    let found = document().query_selector(selector).ok().flatten();
    let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    found.focus().ok();
    if click {
        found.click();
    }
}
