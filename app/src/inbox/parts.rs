//! The parts of an opened message in their order: texts, attachments, enclosed messages.

use std::iter::Peekable;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, Part, Slice};

use super::download::{Saver, name_of_attachment, name_of_message};
use super::message::{headers, subject};
use crate::i18n::{Language, Locale};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, numbers};

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
                    let mut row = vec![self.attachment(name, &media_type, size, at)];
                    while let Some(next) = self.next_attachment(rest, part.depth) {
                        row.push(next);
                    }
                    let label = self.language.words(Locale::attachments);
                    view! { <ul class="atts" aria-label=label>{row}</ul> }.into_any()
                }
            });
        }
        shown
    }

    /// The attachment that comes next, if it belongs to the same message.
    fn next_attachment(self, rest: &mut Peekable<IntoIter<Part>>, depth: u32) -> Option<AnyView> {
        let same =
            |part: &Part| part.depth == depth && matches!(part.content, Content::Attachment { .. });
        match rest.next_if(same)?.content {
            Content::Attachment {
                name,
                media_type,
                size,
                at,
            } => Some(self.attachment(name, &media_type, size, at)),
            _ => None,
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
