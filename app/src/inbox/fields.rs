//! All header fields of an opened message, in order: decoded, and as they are written.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use wire::Reading;

use super::steps::steps;
use crate::connection::Arrived;
use crate::i18n::{Language, Locale};
use crate::ui::visible::{visible, visible_lines};

/// Fields that are shown at once, and in all.
const STEP: usize = 200;
const MOST: usize = 10_000;

/// Octets of a value that are shown.
const LONGEST: usize = 64 * 1024;

/// A header field: where its name and its value are in the message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: Range<usize>,
    value: Range<usize>,
}

/// The fields of the header section, at most so many, and how many there are.
fn fields(raw: &[u8], section: Range<usize>, most: usize) -> (Vec<Field>, usize) {
    let mut fields: Vec<Field> = Vec::new();
    let mut count = 0;
    let mut at = section.start;
    let end = section.end.min(raw.len());
    while at < end {
        let line = line_end(raw, at, end);
        let text = &raw[at..line];
        if text.trim_ascii_end().is_empty() {
            // The end of the section.
        } else if b" \t".contains(&text[0]) && count > 0 {
            if let Some(field) = fields.last_mut().filter(|_| count <= most) {
                field.value.end = line;
            }
        } else {
            count += 1;
            if count <= most {
                let colon = text.iter().position(|octet| *octet == b':');
                let name = at..colon.map_or(at, |colon| at + colon);
                let value = colon.map_or(at, |colon| at + colon + 1)..line;
                fields.push(Field { name, value });
            }
        }
        at = line;
    }
    (fields, count)
}

/// The end of the line that begins here, behind its line end.
fn line_end(raw: &[u8], at: usize, end: usize) -> usize {
    let rest = &raw[at..end];
    let line = rest.iter().position(|octet| *octet == b'\n');
    line.map_or(end, |line| at + line + 1)
}

/// A value as it is written, without white space around it.
fn written(raw: &[u8], value: &Range<usize>) -> String {
    let octets = raw.get(value.clone()).unwrap_or_default();
    let octets = &octets[..octets.len().min(LONGEST)];
    let text = String::from_utf8_lossy(octets);
    text.trim().to_owned()
}

/// A value in one line.
fn unfolded(written: &str) -> String {
    let lines = written
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// The view of all header fields.
pub(super) fn all_fields(
    language: Language,
    message: Arc<Arrived>,
    reading: &Reading,
) -> impl IntoView + use<> {
    let offset = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let section = offset(reading.header.from)..offset(reading.header.to);
    let (fields, count) = fields(&message.raw, section, MOST);
    if fields.is_empty() {
        return view! { <p class="nothing">{language.words(Locale::no_header)}</p> }.into_any();
    }
    let decoded: Vec<(u64, String)> = reading.fields.clone();
    let left = count - fields.len();
    let shown = fields.len();
    let row = move |field: &Field| {
        let as_written = written(&message.raw, &field.value);
        let known = decoded.binary_search_by_key(&(field.name.start as u64), |(at, _)| *at);
        let value = match known {
            Ok(at) => decoded[at].1.clone(),
            Err(_) => unfolded(&as_written),
        };
        let differs = value != as_written;
        let raw = differs.then(|| view! { <pre>{visible_lines(&as_written)}</pre> });
        let name = String::from_utf8_lossy(&message.raw[field.name.clone()]).into_owned();
        view! {
            <dt>{visible(name.trim())}</dt>
            <dd><bdi>{visible(&value)}</bdi>{raw}</dd>
        }
    };
    let rows = move |range: Range<usize>| {
        let rows = fields[range].iter().map(&row);
        rows.collect_view().into_any()
    };
    let more = (left > 0).then(|| {
        view! { <p class="more">{move || language.get().fields_left(left)}</p> }
    });
    view! { <dl class="all-fields">{steps(shown, STEP, rows)}</dl>{more} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields_are_found_in_order() {
        let check = |raw: &str, expect: &[(&str, &str)]| {
            let (found, count) = fields(raw.as_bytes(), 0..raw.len(), 10);
            let found: Vec<(String, String)> = found
                .iter()
                .map(|field| {
                    let value = written(raw.as_bytes(), &field.value);
                    (raw[field.name.clone()].to_owned(), unfolded(&value))
                })
                .collect();
            let expect: Vec<(String, String)> = expect
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            assert_eq!(found, expect, "{raw:?}");
            assert_eq!(count, expect.len());
        };
        check("", &[]);
        check("A: b\r\n\r\n", &[("A", "b")]);
        check("A: b\nC:d\n", &[("A", "b"), ("C", "d")]);
        check("A: b\r\n c\r\n\td\r\nE: f", &[("A", "b c d"), ("E", "f")]);
        check("A:\r\n b\r\n", &[("A", "b")]);
        check("no colon\r\nA: b", &[("", "no colon"), ("A", "b")]);
        check(" folded\r\nA: b", &[("", "folded"), ("A", "b")]);
        check("A: b: c", &[("A", "b: c")]);
    }

    #[test]
    fn there_may_be_too_many() {
        let raw = "A: b\n c\n".repeat(30);
        let (found, count) = fields(raw.as_bytes(), 0..raw.len(), 10);
        assert_eq!((found.len(), count), (10, 30));
        let (found, _) = fields(b"A: b\n", 2..99, 10);
        assert_eq!(found.len(), 1);
    }
}
