//! Attaching files to the draft that is shown.

use std::future::Future;

use js_sys::{Date, JsString};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{DataTransfer, File, FileList};

use super::given::{self, Given, Pictures};
use super::list::{self, MOST};
use crate::compose::body::Inserted;
use crate::compose::draft::rich::Rich;
use crate::compose::draft::{
    AsIs, AsIsCheck, Attachment, BodyFormat, Place, is_picture, media_type_of, picture_mark,
};
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore};
use crate::storage::{StoreError, files};
use crate::ui::{LaterPart, dom, use_later};

/// Something about attaching that the person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// More files than a message can have. None was attached.
    TooMany,
    /// There was no file in what was given.
    Nothing,
    /// This file could not be read.
    Unreadable(String),
    /// This file could not be stored.
    NotStored(String, StoreError),
    /// Another draft is shown than the one that this file was for.
    OtherDraft(String),
    /// Another tab writes to the draft, so nothing is attached here.
    ReadOnly,
    /// This message goes along as a file like others, because it can't be enclosed as it is.
    NotEnclosed(String),
}

/// What was done last with a file in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It is sent under another name than it had.
    Renamed {
        /// The name that it had.
        before: String,
        /// The name that it is sent with.
        now: String,
    },
    /// It was removed from this place, which can be undone.
    Removed(usize, Attachment),
    /// It was moved, which can be undone.
    Moved {
        /// Its key.
        file: String,
        /// Where it was.
        before: usize,
        /// Where it is now.
        now: usize,
    },
}

/// The files of the draft that is shown. Copies are the same files.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Attachments {
    compose: ComposeStore,
    later: LaterPart,
    /// How many files are being copied.
    pub(super) copying: RwSignal<usize>,
    /// What went wrong when files were attached last.
    pub(super) problems: RwSignal<Vec<Problem>>,
    /// What was done last.
    pub(super) done: RwSignal<Option<Done>>,
    /// The file that is being dragged to another place.
    pub(super) dragged: RwSignal<Option<String>>,
}

impl Attachments {
    /// Provides the files of the draft to all components below.
    pub(in crate::compose) fn provide(compose: ComposeStore) {
        provide_context(Attachments {
            compose,
            later: use_later(),
            copying: RwSignal::new(0),
            problems: RwSignal::new(Vec::new()),
            done: RwSignal::new(None),
            dragged: RwSignal::new(None),
        });
    }

    /// Fetches the code that attaches files, if it could not be fetched before.
    pub(super) fn fetch_code(self) {
        self.later.fetch();
    }

    /// Attaches files. They are copied into the browser's database first.
    pub(super) fn attach(self, given: impl Future<Output = Given> + 'static) {
        self.problems.set(Vec::new());
        self.done.set(None);
        if !untrack(|| self.compose.writes()) {
            return self.problem(Problem::ReadOnly);
        }
        let shown = self.shown();
        spawn_local(async move {
            let given = given.await;
            let has = self.compose.attachments().with_untracked(Vec::len);
            if given.too_many || has + given.files.len() > MOST {
                return self.problem(Problem::TooMany);
            }
            if given.files.is_empty() && given.unreadable.is_empty() {
                return self.problem(Problem::Nothing);
            }
            for name in given.unreadable {
                self.problem(Problem::Unreadable(name));
            }
            self.copying.update(|count| *count += given.files.len());
            for (at, (name, file)) in given.files.into_iter().enumerate() {
                let id = match &given.pictures {
                    Pictures::Attached => None,
                    Pictures::AtCaret => Some(new_content_id()),
                    Pictures::Named(ids) => ids.get(at).cloned().flatten(),
                };
                let copied = self.copy(&shown, composed(&name), &file, id).await;
                self.copying.update(|count| *count -= 1);
                if let Some(copied) = copied {
                    self.show_copied(&copied, &given.pictures);
                }
            }
        });
    }

    /// Attaches these files, each under its name, and with the Content-ID by which the text shows
    /// it.
    pub(in crate::compose) fn attach_shown(self, files: Vec<(String, File, Option<String>)>) {
        let (mut given, mut ids) = (Given::default(), Vec::new());
        for (name, file, id) in files {
            given.files.push((name, file));
            ids.push(id);
        }
        given.pictures = Pictures::Named(ids);
        self.attach(std::future::ready(given));
    }

    /// Attaches the pictures that were chosen, and shows them in the text where the caret is.
    pub(in crate::compose) fn insert_pictures(self, files: &FileList) {
        let mut given = given::chosen(files);
        given.pictures = Pictures::AtCaret;
        self.attach(std::future::ready(given));
    }

    /// Attaches pictures that were pasted into the text, and shows them there.
    pub(in crate::compose) fn paste_pictures(self, data: &DataTransfer) {
        let dropped = given::dropped(data);
        self.attach(async move {
            let mut given = dropped.read().await;
            for (name, _) in &mut given.files {
                *name = pasted_name(name);
            }
            given.pictures = Pictures::AtCaret;
            given
        });
    }

    /// Copies one file and adds it to the draft. `id`: the Content-ID of a picture that the text
    /// shows. None: it was not added.
    async fn copy(
        self,
        shown: &(u32, String),
        name: String,
        file: &File,
        id: Option<String>,
    ) -> Option<Attachment> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the size of a file is a whole number below 2^53"
        )]
        let size = file.size() as u64;
        let media_type = media_type_of(&name, &file.type_());
        let content_id = id.filter(|_| is_picture(&media_type));
        let mut attachment = Attachment {
            file: dom::long_id(),
            media_type,
            name: name.clone(),
            size,
            content_id,
            as_is: None,
        };
        let is_message = is_message(&name, &file.type_());
        if is_message {
            attachment.as_is = as_is(file, size).await;
            if attachment.as_is.is_some() {
                attachment.media_type = ENCLOSED.to_owned();
            }
        }
        if let Err(why) = files::add(&attachment.file, file).await {
            self.problem(match why {
                StoreError::Unreadable => Problem::Unreadable(name),
                why => Problem::NotStored(name, why),
            });
            return None;
        }
        // A draft has another id where it became two, and is shown anew with another tab's text.
        let now = self.shown();
        if now.0 != shown.0 && now.1 != shown.1 {
            self.problem(Problem::OtherDraft(name));
            return None;
        }
        let mut list = self.compose.attachments().get_untracked();
        list::add(&mut list, attachment);
        let added = list.last().cloned();
        if !self.set(list) {
            self.problem(Problem::ReadOnly);
            return None;
        }
        if is_message && added.as_ref().is_some_and(|added| added.as_is.is_none()) {
            self.problem(Problem::NotEnclosed(name.clone()));
        }
        let now = added.as_ref().map(|file| file.name.clone());
        if let Some(now) = now.filter(|now| *now != name) {
            self.done.set(Some(Done::Renamed { before: name, now }));
        }
        added
    }

    /// Shows a picture that was attached, or its name where the text shows it already.
    fn show_copied(self, picture: &Attachment, how: &Pictures) {
        let Some(id) = &picture.content_id else {
            return;
        };
        match how {
            Pictures::Attached => {}
            Pictures::AtCaret => self.show_in_text(picture),
            Pictures::Named(_) => self
                .compose
                .change_text(|_| None, |rich| rich.rename_picture(id, &picture.name)),
        }
    }

    /// Gives a file another name, also in the text if that shows it.
    pub(super) fn rename(self, file: &str, typed: &str) {
        let mut list = self.compose.attachments().get_untracked();
        let Some(before) = list::rename(&mut list, file, &composed(typed)) else {
            return;
        };
        let renamed = list.iter().find(|other| other.file == file).cloned();
        let Some(renamed) = renamed.filter(|_| self.set(list)) else {
            return;
        };
        if let Some(id) = &renamed.content_id {
            self.compose.change_text(
                |text| list::renamed_in(text, &before, &renamed.name),
                |rich| rich.rename_picture(id, &renamed.name),
            );
        }
        if renamed.name != typed {
            self.done.set(Some(Done::Renamed {
                before: typed.to_owned(),
                now: renamed.name,
            }));
        }
    }

    /// Removes a file from the draft. Its octets stay until this can't be undone any more.
    pub(super) fn remove(self, file: &str) {
        let mut list = self.compose.attachments().get_untracked();
        if let Some((at, removed)) = list::remove(&mut list, file)
            && self.set(list)
        {
            self.done.set(Some(Done::Removed(at, removed)));
        }
    }

    /// Takes back what was done last, if that can be undone.
    pub(super) fn undo(self) {
        let mut list = self.compose.attachments().get_untracked();
        match self.done.get_untracked() {
            Some(Done::Removed(at, file)) => list::put_back(&mut list, at, file),
            Some(Done::Moved { file, before, .. }) => drop(list::move_to(&mut list, &file, before)),
            Some(Done::Renamed { .. }) | None => return,
        }
        if self.set(list) {
            self.done.set(None);
        }
    }

    /// Moves a file to this place.
    pub(super) fn move_to(self, file: &str, place: usize) {
        let mut list = self.compose.attachments().get_untracked();
        let Some(before) = list::position(&list, file) else {
            return;
        };
        if list::move_to(&mut list, file, place) {
            let now = list::position(&list, file).unwrap_or(place);
            if self.set(list) {
                self.done.set(Some(Done::Moved {
                    file: file.to_owned(),
                    before,
                    now,
                }));
            }
        }
    }

    /// Moves a file towards the end of the list, or with a negative number towards its beginning.
    pub(super) fn move_by(self, file: &str, by: isize) {
        let list = self.compose.attachments();
        if let Some(at) = list.with_untracked(|list| list::position(list, file)) {
            self.move_to(file, at.saturating_add_signed(by));
        }
    }

    /// Shows a picture in the text, or shows it there no more. The text gets or loses its mark.
    pub(super) fn toggle_in_text(self, file: &str) {
        let mut list = self.compose.attachments().get_untracked();
        let Some(picture) = list.iter_mut().find(|other| other.file == file) else {
            return;
        };
        let name = picture.name.clone();
        let mark = picture_mark(&name);
        let in_text = self.compose.text(Place::Message);
        let marked = in_text.with_untracked(|text| text.contains(&mark));
        let before = picture.content_id.clone().filter(|_| marked);
        picture.content_id = before.is_none().then(new_content_id);
        let picture = picture.clone();
        if !self.set(list) {
            return;
        }
        if let Some(id) = before {
            self.compose.change_text(
                |text| list::without_mark(text, &name),
                |rich| rich.remove_picture(&id),
            );
        } else if !marked || untrack(|| self.compose.format()) == BodyFormat::Rich {
            self.show_in_text(&picture);
        }
    }

    /// Puts a picture where the caret is, or where there is none at the end of the text.
    fn show_in_text(self, picture: &Attachment) {
        let Some(id) = picture.content_id.as_deref() else {
            return;
        };
        let name = &picture.name;
        if self
            .compose
            .insert_into_text(Inserted::Picture { id, name })
        {
            return;
        }
        self.compose.change_text(
            |text| Some(format!("{text}\n{}\n", picture_mark(name))),
            |rich| {
                rich.nodes.extend(Rich::picture(id, name).nodes);
                true
            },
        );
    }

    /// The files of the draft. Follows them.
    pub(super) fn list(self) -> Vec<Attachment> {
        self.compose.attachments().get()
    }

    /// Whether the text shows this picture. Follows both.
    pub(super) fn is_in_text(self, file: &Attachment) -> bool {
        let mark = picture_mark(&file.name);
        let text = self.compose.text(Place::Message);
        file.content_id.is_some() && text.with(|text| text.contains(&mark))
    }

    /// Gives the draft these files. False: it can't be written to here.
    fn set(self, list: Vec<Attachment>) -> bool {
        self.compose.edit(|| self.compose.attachments().set(list))
    }

    /// Which text is shown, and of which draft.
    fn shown(self) -> (u32, String) {
        let times = self.compose.state.shown().get_untracked();
        (times, self.compose.shown_id())
    }

    fn problem(self, problem: Problem) {
        self.problems.update(|problems| problems.push(problem));
    }
}

/// The files of the draft, from any component of this feature.
pub(in crate::compose) fn use_attachments() -> Attachments {
    expect_context()
}

/// The media type of a message that is enclosed as it is.
const ENCLOSED: &str = "message/rfc822";

/// Octets of a message that are looked at together.
const LOOKED_AT: u64 = 1024 * 1024;

/// Whether a file is a message, by its name or its type.
fn is_message(name: &str, media_type: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.eq_ignore_ascii_case("eml") || media_type.eq_ignore_ascii_case(ENCLOSED)
}

/// How a message can be enclosed without an encoding. None: it can't.
async fn as_is(file: &File, size: u64) -> Option<AsIs> {
    let mut check = AsIsCheck::default();
    let mut start = 0;
    while start < size {
        let end = size.min(start + LOOKED_AT);
        check.push(&files::slice(file, start..end).await.ok()?);
        start = end;
    }
    check.finish()
}

/// A name in composed form. macOS has the syllables of Korean names in their letters, which other
/// systems show one by one.
fn composed(name: &str) -> String {
    JsString::from(name).normalize("NFC").into()
}

/// A name for a picture from the clipboard, which browsers call `image.png`.
pub(super) fn pasted_name(name: &str) -> String {
    let Some(ending) = name.strip_prefix("image.") else {
        return name.to_owned();
    };
    let now = Date::new_0();
    format!(
        "pasted-{}-{:02}-{:02}-{:02}{:02}{:02}.{ending}",
        now.get_full_year(),
        now.get_month() + 1,
        now.get_date(),
        now.get_hours(),
        now.get_minutes(),
        now.get_seconds(),
    )
}

/// A Content-ID that no other picture has.
pub(in crate::compose) fn new_content_id() -> String {
    format!("{}@glasspost", dom::long_id())
}
