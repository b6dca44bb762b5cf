//! The parts of an opened message in their order: texts, attachments, enclosed messages.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;
use std::vec::IntoIter;

use leptos::prelude::*;
use wire::{Content, Part, Slice, View};

use super::download::{Saver, name_of_attachment, name_of_message, save_button};
use super::message::{headers, subject};
use super::pictures::Made;
use super::steps::steps;
use crate::calendar::{Event, card, events, is_calendar};
use crate::i18n::{Language, Locale};
use crate::ui::sealed::{Pictures, SealedFrame};
use crate::ui::visible::visible;
use crate::ui::{Glyph, Icon, numbers};

/// How many attachments are shown at once.
const STEP: usize = 200;

/// How many parts are shown at once.
const STRETCH: usize = 100;

/// How many formatted texts are shown at once. Each is a document of its own.
const FRAMES: usize = 20;

/// How many events are shown, and octets of a calendar that are read.
const EVENTS: usize = 20;
const CALENDAR: usize = 512 * 1024;

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
    /// Events that are shown.
    pub(super) events: StoredValue<Vec<Event>>,
}

/// Whether a part belongs to the message in this view.
fn belongs(part: &Part, view: View) -> bool {
    part.only.is_none_or(|only| only == view)
}

/// Cuts parts into stretches that are shown one after another: between parts of the message itself,
/// but not between attachments that stand together.
fn stretches(parts: &[Part]) -> Vec<Range<usize>> {
    let attached = |part: &Part| matches!(part.content, Content::Attachment { .. });
    let mut stretches = Vec::new();
    let mut start = 0;
    for (at, pair) in parts.windows(2).enumerate() {
        let together = pair.iter().all(attached);
        let end = at + 1;
        if end - start >= STRETCH && pair[1].depth == 0 && !together {
            stretches.push(start..end);
            start = end;
        }
    }
    stretches.push(start..parts.len());
    stretches
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
        self.events.set_value(Vec::new());
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
        let more = (omitted > 0).then(|| {
            view! { <p class="more">{move || language.get().parts_omitted(omitted)}</p> }
        });
        let stretches = stretches(&all);
        let count = stretches.len();
        let stretch = move |range: Range<usize>| {
            let parts: Vec<Part> = stretches[range]
                .iter()
                .flat_map(|stretch| all[stretch.clone()].iter().cloned())
                .collect();
            let mut rest = parts.into_iter().peekable();
            self.siblings(&mut rest, 0).into_any()
        };
        view! { {steps(count, 1, stretch)}{more} }.into_any()
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
                    let events = self.events(&media_type, at);
                    let mut files = vec![(name, media_type, size, at)];
                    let mut events = events;
                    while let Some(next) = next_attachment(rest, part.depth) {
                        events.extend(self.events(&next.1, next.3));
                        files.push(next);
                    }
                    view! { {events}{self.attachments(files)} }.into_any()
                }
            });
        }
        shown
    }

    /// The events in an attachment that is a calendar. One that is there twice is shown once.
    fn events(self, media_type: &str, at: Slice) -> Vec<AnyView> {
        if !is_calendar(media_type) {
            return Vec::new();
        }
        let Some(calendar) = self.saver.text(at, CALENDAR) else {
            return Vec::new();
        };
        let mut cards = Vec::new();
        self.events.update_value(|known| {
            for event in events(&calendar) {
                if known.len() < EVENTS && !known.contains(&event) {
                    cards.push(card(self.language, event.clone()));
                    known.push(event);
                }
            }
        });
        cards
    }

    /// Attachments that stand one after another.
    fn attachments(self, files: Vec<Attached>) -> impl IntoView + use<> {
        let label = self.language.words(Locale::attachments);
        let count = files.len();
        let rows = move |range: Range<usize>| {
            let rows = files[range].iter().map(|(name, media_type, size, at)| {
                self.attachment(name.clone(), media_type, *size, *at)
            });
            rows.collect_view().into_any()
        };
        view! {
            <ul class="atts" aria-label=label>
                {steps(count, STEP, rows)}
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
        let picture = RwSignal::new(self.made.small(media_type, size, at));
        // What claims to be a picture may be none.
        let icon = move || match picture.get() {
            Some(address) => view! {
                <span class="thumb">
                    <img src=address alt="" loading="lazy" on:error=move |_| picture.set(None)/>
                </span>
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
                {save_button(self.language, self.saver, file_name, at)}
            </li>
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
        let download = save_button(self.language, self.saver, name_of_message(subject), at);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_all_parts_in_their_order() {
        let part = |depth, content| Part {
            depth,
            content,
            only: None,
        };
        let text = |depth| {
            let text = String::new();
            part(depth, Content::Text { text, cut: false })
        };
        let file = |depth| {
            part(
                depth,
                Content::Attachment {
                    name: String::new(),
                    media_type: String::new(),
                    id: String::new(),
                    size: 0,
                    at: Slice::default(),
                },
            )
        };
        let check = |parts: Vec<Part>, expect: usize| {
            let stretches = stretches(&parts);
            assert_eq!(stretches.len(), expect);
            let all: Vec<usize> = stretches.iter().cloned().flatten().collect();
            assert_eq!(all, (0..parts.len()).collect::<Vec<_>>());
        };
        check(Vec::new(), 1);
        check(vec![text(0); STRETCH], 1);
        check(vec![text(0); STRETCH * 3], 3);
        check(vec![file(0); STRETCH * 3], 1);
        check([vec![text(0)], vec![text(1); STRETCH * 3]].concat(), 1);
        check(
            [vec![file(0); STRETCH * 2], vec![text(0); STRETCH]].concat(),
            2,
        );
    }
}
