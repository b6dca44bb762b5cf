//! The structure of an opened message: every multipart, every message and what is in them.

use std::ops::Range;

use leptos::prelude::*;
use wire::{Entity, Reading};

use super::download::{Saver, name_of_attachment, save_button};
use super::steps::steps;
use crate::i18n::{Language, Locale};
use crate::ui::numbers;
use crate::ui::visible::visible;

/// Entities that are shown at once.
const STEP: usize = 200;

/// The deepest level that is indented further.
const INDENTED: u32 = 8;

/// The numbers of the entities, as `1.2.3`. The message itself has none.
fn section_numbers(levels: impl Iterator<Item = u32>) -> Vec<String> {
    let mut numbers: Vec<u32> = Vec::new();
    levels
        .map(|level| {
            let level = level as usize;
            numbers.truncate(level);
            // A level can't be skipped, but whoever sent this decides.
            numbers.resize(level, 0);
            if let Some(last) = numbers.last_mut() {
                *last += 1;
            }
            let numbers: Vec<String> = numbers.iter().map(u32::to_string).collect();
            // What is inside begins anew.
            numbers.join(".")
        })
        .collect()
}

/// The view of the structure.
pub(super) fn structure(
    language: Language,
    saver: Saver,
    reading: &Reading,
) -> impl IntoView + use<> {
    let entities = reading.entities.clone();
    let count = entities.len();
    let sections = section_numbers(entities.iter().map(|entity| entity.level));
    let rows = move |range: Range<usize>| {
        let rows = range.map(|at| row(language, saver, &entities[at], &sections[at]));
        rows.collect_view().into_any()
    };
    let unlisted = reading.unlisted;
    let more = (unlisted > 0).then(|| {
        view! { <p class="more">{move || language.get().parts_omitted(unlisted)}</p> }
    });
    let label = language.words(Locale::structure);
    view! { <ul class="structure" aria-label=label>{steps(count, STEP, rows)}</ul>{more} }
}

fn row(language: Language, saver: Saver, entity: &Entity, section: &str) -> AnyView {
    let level = entity.level.min(INDENTED);
    let whole = entity.media_type.starts_with("multipart/");
    let facts = [&entity.charset, &entity.encoding, &entity.disposition];
    let facts = facts.into_iter().filter(|fact| !fact.is_empty());
    let mut facts: Vec<String> = facts.map(|fact| visible(fact)).collect();
    facts.push(numbers::octets(entity.size));
    if !entity.id.is_empty() {
        facts.push(format!("cid:{}", visible(&entity.id)));
    }
    let name = (!entity.name.is_empty()).then(|| {
        view! { <b dir="auto">{visible(&entity.name)}</b> }
    });
    let file_name = name_of_attachment(&entity.name, &entity.media_type);
    let download = (!whole).then(|| save_button(language, saver, file_name, entity.at));
    view! {
        <li class=format!("level-{level}")>
            <span class="section">{section.to_owned()}</span>
            <span class="entity">
                <code>{visible(&entity.media_type)}</code>
                {name}
                <small>{facts.join(" · ")}</small>
            </span>
            {download}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::section_numbers;

    #[test]
    fn entities_are_numbered() {
        let check = |levels: &[u32], expect: &[&str]| {
            assert_eq!(section_numbers(levels.iter().copied()), expect);
        };
        check(&[0], &[""]);
        check(&[0, 1, 1, 2, 2, 1], &["", "1", "2", "2.1", "2.2", "3"]);
        check(&[0, 1, 2, 1, 2], &["", "1", "1.1", "2", "2.1"]);
        check(&[0, 2], &["", "0.1"]);
    }
}
