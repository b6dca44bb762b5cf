//! The field in which a person edits the source instead of the fields of the draft.

use leptos::html;
use leptos::prelude::*;
use web_sys::File;

use crate::commands::mark;
use crate::commands::table::UNDO;
use crate::compose::attachments::use_attachments;
use crate::compose::draft::raw::Remark;
use crate::compose::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::text_field::show_text;
use crate::ui::{FileField, Glyph, Icon, IconButton, choose_files};

/// The source, to be edited. It is sent as it is.
#[component]
#[must_use]
pub(in crate::compose) fn RawSource() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let field = NodeRef::<html::Textarea>::new();
    // Read back only when another draft is shown, as with the text of a message.
    Effect::new(move |_| {
        compose.state.shown().track();
        if let Some(field) = field.get() {
            show_text(&field, &compose.raw_source());
        }
    });
    let remarks = move || {
        let remarks = compose.source_remarks().into_iter();
        let locale = language.get();
        let words = remarks.map(|remark| match remark {
            Remark::NoBody => locale.raw_no_body().to_owned(),
            Remark::Lacks(name) => locale.raw_lacks(name),
            Remark::Bcc => locale.raw_bcc().to_owned(),
            Remark::FileLeftOut => locale.raw_file_left_out().to_owned(),
        });
        words.map(|words| view! { <li>{words}</li> }).collect_view()
    };
    view! {
        <div class="body raw">
            <p class="hint" id="raw-note">{language.words(Locale::raw_note)}</p>
            <textarea id="raw" node_ref=field spellcheck="false" wrap="off"
                aria-label=language.words(Locale::raw_source) aria-describedby="raw-note"
                on:input=move |event| compose.type_source(event_target_value(&event))></textarea>
            <ul class="source-remarks" role="status">{remarks}</ul>
        </div>
    }
}

/// What can be done with the source.
#[component]
#[must_use]
pub(in crate::compose) fn SourceTools() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let attachments = use_attachments();
    let edits = move || {
        if compose.is_raw() {
            let label = language.words(Locale::leave_source);
            view! {
                <button type="button" class="link" on:click=move |_| compose.leave_source()>
                    {label}
                </button>
            }
            .into_any()
        } else {
            let label = language.words(Locale::edit_source);
            view! {
                <button type="button" class="link" on:click=move |_| compose.edit_source()>
                    <Icon glyph=Glyph::Pen/>{label}
                </button>
            }
            .into_any()
        }
    };
    let field = NodeRef::<html::Input>::new();
    let open = move |files: Vec<File>| {
        if let Some(file) = files.into_iter().next() {
            compose.open_message(attachments, file);
        }
    };
    view! {
        <div class="source-tools">
            {edits}
            <FileField field accept=".eml,message/rfc822" on_choose=open/>
            <button type="button" class="link" on:click=move |_| choose_files(field)>
                <Icon glyph=Glyph::File/>{language.words(Locale::open_eml)}
            </button>
            <button type="button" class="link" on:click=move |_| compose.save_eml()>
                <Icon glyph=Glyph::Download/>{language.words(Locale::save_eml)}
            </button>
        </div>
    }
}

/// Says that the fields are used again, and takes that back.
#[component]
#[must_use]
pub(in crate::compose) fn LeftSourceNotice() -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let notice = move || {
        compose.has_left_source().then(|| {
            view! {
                <div class="notice">
                    <Icon glyph=Glyph::Alert/>
                    <p>{language.words(Locale::source_left)}</p>
                    <button type="button" {..mark(&UNDO)} class="btn"
                        on:click=move |_| compose.undo_leave_source()>
                        {language.words(Locale::undo)}
                    </button>
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| compose.forget_left_source()/>
                </div>
            }
        })
    };
    view! { <div role="status" class="notice-place">{notice}</div> }
}
