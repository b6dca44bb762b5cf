//! The parts of an opened message in their order: texts, attachments, enclosed messages.

use std::iter::Peekable;
use std::time::Duration;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, Part, Slice};

use super::download::{Saver, name_of_attachment, name_of_message};
use super::message::{headers, subject};
use crate::i18n::{Language, Locale};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, numbers};

/// How many attachments are shown at once.
const STEP: usize = 200;

/// An attachment: its name, type and size, and where it is in the message.
type Attached = (String, String, u64, Slice);

/// What the views of all parts of a message need.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) language: Language,
    pub(super) saver: Saver,
}

impl Parts {
    /// All parts, and how many are left out.
    pub(super) fn whole(self, all: Vec<Part>, omitted: u64) -> impl IntoView {
        let language = self.language;
        let nothing = omitted == 0
            && all.iter().all(|part| match &part.content {
                Content::Text { text, cut } => text.is_empty() && !cut,
                _ => false,
            });
        if nothing {
            return view! { <p class="nothing">{language.words(Locale::no_text)}</p> }.into_any();
        }
        let mut rest = all.into_iter().peekable();
        let more = (omitted > 0).then(|| {
            view! { <p class="more">{move || language.get().parts_omitted(omitted)}</p> }
        });
        view! { {self.siblings(&mut rest, 0)}{more} }.into_any()
    }

    /// The parts from here on that are at least so deep.
    fn siblings(self, rest: &mut Peekable<IntoIter<Part>>, depth: u32) -> Vec<AnyView> {
        let mut shown = Vec::new();
        while let Some(part) = rest.next_if(|part| part.depth >= depth) {
            shown.push(match part.content {
                Content::Text { text, cut } => self.text(text, cut).into_any(),
                Content::Message { headers, at } => {
                    self.enclosed(headers, at, rest, part.depth).into_any()
                }
                Content::Attachment {
                    name,
                    media_type,
                    size,
                    at,
                } => {
                    let mut files = vec![(name, media_type, size, at)];
                    while let Some(next) = next_attachment(rest, part.depth) {
                        files.push(next);
                    }
                    self.attachments(files).into_any()
                }
            });
        }
        shown
    }

    /// Attachments that stand one after another. Thousands take seconds to show, so they are shown
    /// in steps, and the page can be used meanwhile.
    fn attachments(self, files: Vec<Attached>) -> impl IntoView + use<> {
        let label = self.language.words(Locale::attachments);
        let steps = files.len().div_ceil(STEP);
        let files = StoredValue::new(files);
        let shown = RwSignal::new(1);
        Effect::new(move |_| {
            if shown.get() < steps {
                let next = move || {
                    // Another message may be open by then.
                    shown.try_update(|shown| *shown += 1);
                };
                set_timeout(next, Duration::ZERO);
            }
        });
        let step = move |step: usize| {
            let files = files.with_value(|files| {
                let step = files.chunks(STEP).nth(step).unwrap_or_default();
                step.to_vec()
            });
            let rows = files
                .into_iter()
                .map(|(name, media_type, size, at)| self.attachment(name, &media_type, size, at));
            rows.collect_view()
        };
        view! {
            <ul class="atts" aria-label=label>
                <For each=move || 0..shown.get() key=|at| *at children=step/>
            </ul>
        }
    }

    fn text(self, text: String, cut: bool) -> impl IntoView {
        let more = cut.then(|| {
            view! { <p class="more">"… "{self.language.words(Locale::text_cut)}</p> }
        });
        view! { <div class="text" dir="auto">{text}</div>{more} }
    }

    fn attachment(self, name: String, media_type: &str, size: u64, at: Slice) -> AnyView {
        let file_name = name_of_attachment(&name, media_type);
        let name = if name.is_empty() {
            view! { <span class="muted">{self.language.words(Locale::no_name)}</span> }.into_any()
        } else {
            view! { <b dir="auto">{visible(&name)}</b> }.into_any()
        };
        view! {
            <li class="att">
                <Icon glyph=Glyph::File/>
                {name}
                " "<small>{visible(media_type)}" · "{numbers::octets(size)}</small>
                {self.download(file_name, at)}
            </li>
        }
        .into_any()
    }

    /// The button that saves a part. Its label has the name that the file will have.
    fn download(self, file_name: String, at: Slice) -> AnyView {
        let Parts { language, saver } = self;
        let name = file_name.clone();
        let label = move || language.get().download_file(&name);
        view! {
            <button type="button" class="icon" title=label.clone() aria-label=label
                on:click=move |_| saver.save_part(&file_name, at)>
                <Icon glyph=Glyph::Download/>
            </button>
        }
        .into_any()
    }

    /// A message enclosed in one of this depth, with its parts.
    fn enclosed(
        self,
        fields: Vec<(String, String)>,
        at: Slice,
        rest: &mut Peekable<IntoIter<Part>>,
        depth: u32,
    ) -> impl IntoView + use<> {
        let subject = subject(&fields);
        let kind = self.language.words(Locale::enclosed_message);
        let title = view! { <small>{kind}</small>" "<bdi>{visible(subject)}</bdi> };
        // The message itself has a heading of the second level.
        let heading = match depth {
            0 => view! { <h3>{title}</h3> }.into_any(),
            1 => view! { <h4>{title}</h4> }.into_any(),
            2 => view! { <h5>{title}</h5> }.into_any(),
            _ => view! { <h6>{title}</h6> }.into_any(),
        };
        let download = self.download(name_of_message(subject), at);
        let inside = self.siblings(rest, depth.saturating_add(1));
        view! {
            <section class="enclosed">
                <div class="enclosed-head">{heading}{download}</div>
                {headers(&fields)}
                {inside}
            </section>
        }
    }
}

/// The attachment that comes next, if it belongs to the same message.
fn next_attachment(rest: &mut Peekable<IntoIter<Part>>, depth: u32) -> Option<Attached> {
    let same =
        |part: &Part| part.depth == depth && matches!(part.content, Content::Attachment { .. });
    match rest.next_if(same)?.content {
        Content::Attachment {
            name,
            media_type,
            size,
            at,
        } => Some((name, media_type, size, at)),
        _ => None,
    }
}
