//! The files that the rows of the table name.

use js_sys::JsString;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::store::{MergeStore, Trouble, use_merge};
use crate::compose::{Attachment, media_type_of};
use crate::i18n::{Locale, use_language};
use crate::storage::files;
use crate::ui::{FileField, Glyph, Icon, choose_files, dom};

/// Chooses them, where a column names files.
#[component]
#[must_use]
pub(super) fn Files() -> impl IntoView {
    let language = use_language();
    let merge = use_merge();
    let wanted = Memo::new(move |_| merge.read(|plan| plan.attach.is_some()).unwrap_or_default());
    let field = NodeRef::<html::Input>::new();
    let take = move |files: Vec<File>| merge.take_files(files);
    let about = move || {
        let many = merge.read(|plan| plan.given.len()).unwrap_or_default();
        match merge.copying.get() {
            0 => language.get().merge_files(many),
            copying => language.get().merge_copying(copying),
        }
    };
    view! {
        <Show when=move || wanted.get()>
            <div class="merge-line">
                <FileField field multiple=true class="merge-files"
                    on_choose=take/>
                <button type="button" class="btn" on:click=move |_| choose_files(field)>
                    <Icon glyph=Glyph::Plus/>{language.words(Locale::merge_add_files)}
                </button>
                <span role="status">{about}</span>
            </div>
        </Show>
    }
}

impl MergeStore {
    /// Takes files that rows name. One of the same name takes the place of the one before.
    fn take_files(self, chosen: Vec<File>) {
        self.trouble.set(None);
        self.copying.update(|copying| *copying += chosen.len());
        spawn_local(async move {
            for file in chosen {
                // As the table has it: macOS writes letters and their accents apart.
                let name = String::from(JsString::from(file.name()).normalize("NFC"));
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the size of a file is a whole number below 2^53"
                )]
                let size = file.size() as u64;
                let attachment = Attachment {
                    file: dom::long_id(),
                    media_type: media_type_of(&name, &file.type_()),
                    name,
                    size,
                    ..Attachment::default()
                };
                let stored = files::add(&attachment.file, &file).await;
                self.copying.update(|copying| *copying -= 1);
                match stored {
                    Ok(()) => self.edit(|plan| {
                        plan.given.retain(|one| one.name != attachment.name);
                        plan.given.push(attachment);
                    }),
                    Err(_) => self.trouble.set(Some(Trouble::File(attachment.name))),
                }
            }
        });
    }
}
