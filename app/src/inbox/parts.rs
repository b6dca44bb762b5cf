//! The parts of an opened message in their order: texts, attachments, enclosed messages.

use std::iter::Peekable;
use std::sync::Arc;
use std::time::Duration;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, Part, Slice, View};

use super::download::{Saver, name_of_attachment, name_of_message};
use super::message::{headers, subject};
use super::pictures::Made;
use crate::i18n::{Language, Locale};
use crate::ui::sealed::{Pictures, SealedFrame};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, numbers};

/// How many attachments are shown at once.
const STEP: usize = 200;

/// How many formatted texts are shown at once. Each is a document of its own.
const FRAMES: usize = 20;

/// An attachment: its name, type and size, and where it is in the message.
type Attached = (String, String, u64, Slice);

/// What the views of all parts of a message need.
#[derive(Clone, Copy)]
pub(super) struct Parts {
    pub(super) language: Language,
    pub(super) saver: Saver,
    /// How the message is shown.
    pub(super) view: View,
    pub(super) made: Made,
    /// The pictures that HTML names.
    pub(super) pictures: Signal<Arc<Pictures>>,
    /// Formatted texts that may still be shown at once.
    pub(super) frames: StoredValue<usize>,
}

/// Whether a part belongs to the message in this view.
fn belongs(part: &Part, view: View) -> bool {
    part.only.is_none_or(|only| only == view)
}

/// Whether the two views of a message differ.
pub(super) fn has_views(parts: &[Part]) -> bool {
    let formatted = |part: &Part| matches!(part.content, Content::Html { .. });
    parts
        .iter()
        .any(|part| part.only.is_some() || formatted(part))
}

impl Parts {
    /// All parts, and how many are left out.
    pub(super) fn whole(self, all: &[Part], omitted: u64) -> impl IntoView + use<> {
        let language = self.language;
        self.frames.set_value(FRAMES);
        let all = all.iter().filter(|part| belongs(part, self.view));
        let all: Vec<Part> = all.cloned().collect();
        let nothing = omitted == 0
            && all.iter().all(|part| match &part.content {
                Content::Text { text, cut } => text.is_empty() && !cut,
                Content::Html { text, cut, .. } => {
                    self.view == View::Text && text.is_empty() && !cut
                }
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
                Content::Html { html, text, cut } => self.html(html, text, cut).into_any(),
                Content::Message { headers, at } => {
                    self.enclosed(headers, at, rest, part.depth).into_any()
                }
                Content::Attachment {
                    name,
                    media_type,
                    size,
                    at,
                    ..
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

    /// Formatted text, or its text.
    fn html(self, html: String, text: String, cut: bool) -> AnyView {
        let language = self.language;
        if self.view == View::Text {
            return self.text(text, cut).into_any();
        }
        let left = self.frames.get_value();
        self.frames.set_value(left.saturating_sub(1));
        let shown = RwSignal::new(left > 0);
        let more = cut.then(|| {
            view! { <p class="more">"… "{language.words(Locale::text_cut)}</p> }
        });
        let html = StoredValue::new(html);
        let frame = move || {
            if shown.get() {
                let html = Signal::derive(move || html.get_value());
                view! {
                    <div class="formatted"><SealedFrame html pictures=self.pictures/></div>
                }
                .into_any()
            } else {
                // There may be thousands.
                view! {
                    <div class="text" dir="auto">{text.clone()}</div>
                    <p class="more">
                        <button type="button" class="link" on:click=move |_| shown.set(true)>
                            {language.words(Locale::show_formatted)}
                        </button>
                    </p>
                }
                .into_any()
            }
        };
        view! { {frame}{more} }.into_any()
    }

    fn attachment(self, name: String, media_type: &str, size: u64, at: Slice) -> AnyView {
        let file_name = name_of_attachment(&name, media_type);
        let icon = match self.made.small(media_type, size, at) {
            Some(address) => view! {
                <span class="thumb"><img src=address alt="" loading="lazy"/></span>
            }
            .into_any(),
            None => view! { <Icon glyph=Glyph::File/> }.into_any(),
        };
        let name = if name.is_empty() {
            view! { <span class="muted">{self.language.words(Locale::no_name)}</span> }.into_any()
        } else {
            view! { <b dir="auto">{visible(&name)}</b> }.into_any()
        };
        view! {
            <li class="att">
                {icon}
                {name}
                " "<small>{visible(media_type)}" · "{numbers::octets(size)}</small>
                {self.download(file_name, at)}
            </li>
        }
        .into_any()
    }

    /// The button that saves a part. Its label has the name that the file will have.
    fn download(self, file_name: String, at: Slice) -> AnyView {
        let Parts {
            language, saver, ..
        } = self;
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
            ..
        } => Some((name, media_type, size, at)),
        _ => None,
    }
}
