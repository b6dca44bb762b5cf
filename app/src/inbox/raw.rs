//! The source of an opened message, in blocks that the browser passes over where they are out of
//! view.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;

use super::conversation::{Carried, LineLink};
use super::steps::steps;
use crate::connection::Arrived;
use crate::i18n::{Language, Locale, use_language};
use crate::ui::visible::{visible, visible_lines};

/// Octets of a block, but for the rest of its last line.
const BLOCK: usize = 16 * 1024;

/// Octets of a block at most. Lines may be longer.
const LONGEST: usize = 64 * 1024;

/// Blocks that are shown at once.
const STEP: usize = 16;

/// Where the blocks are. None has a `mark` within it, and none begins between CR and LF.
fn blocks(raw: &[u8], marks: &[usize]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < raw.len() {
        let next = marks.iter().copied().find(|mark| *mark > start);
        let rest = &raw[start..next.unwrap_or(raw.len()).min(raw.len())];
        let window = &rest[..rest.len().min(LONGEST)];
        let end = if rest.len() <= BLOCK {
            rest.len()
        } else {
            let line = window[BLOCK..].iter().position(|octet| *octet == b'\n');
            line.map_or_else(|| whole(rest, window.len()), |line| BLOCK + line + 1)
        };
        blocks.push(start..start + end);
        start += end;
    }
    blocks
}

/// Where the octets of each line begin. A character or a line end that is cut there is shown with
/// the line that has its first octet.
fn marks(raw: &[u8], carried: &[Carried]) -> Vec<usize> {
    let begins = |octet: &u8| octet & 0xc0 != 0x80;
    let marks = carried.iter().map(|line| {
        let start = usize::try_from(line.octets.start).unwrap_or(raw.len());
        if cuts_line_end(raw, start) {
            return start + 1;
        }
        let rest = raw.get(start..).unwrap_or_default();
        start + rest.iter().take(4).position(begins).unwrap_or(0)
    });
    marks.collect()
}

/// Whether this place is between CR and LF. Either of them alone is shown as a character that can't
/// be seen.
fn cuts_line_end(raw: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| raw.get(before));
    before == Some(&b'\r') && raw.get(at) == Some(&b'\n')
}

/// At most this length, without a character of UTF-8 or a line end that would be cut there.
fn whole(octets: &[u8], length: usize) -> usize {
    if cuts_line_end(octets, length) {
        return length - 1;
    }
    let octets = &octets[..length];
    let begins = |octet: &u8| octet & 0xc0 != 0x80;
    let back = octets.iter().rev().take(4).position(begins);
    match back {
        // An octet of ASCII is a whole character.
        Some(0) if octets.last().is_some_and(u8::is_ascii) => length,
        Some(back) => length - back - 1,
        None => length,
    }
}

/// The lines that brought the octets of a source.
#[derive(Clone)]
pub(super) struct BroughtBy {
    /// The lines, in the order of their octets.
    pub(super) carried: Arc<[Carried]>,
    /// The line whose octets are looked for.
    pub(super) aim: RwSignal<Option<u32>>,
    /// Shows the line of this number.
    pub(super) show: Callback<u32>,
}

/// The view of the source.
pub(super) fn source(
    language: Language,
    message: Arc<Arrived>,
    brought_by: BroughtBy,
) -> impl IntoView {
    let marks = marks(&message.raw, &brought_by.carried);
    let blocks = blocks(&message.raw, &marks);
    let count = blocks.len();
    let shown = move |range: Range<usize>| {
        let blocks = blocks[range].iter().map(|block| {
            let at = marks.iter().position(|mark| *mark == block.start);
            let mark = at.map(|at| {
                let (carried, brought_by) = (brought_by.carried[at].clone(), brought_by.clone());
                view! { <Mark carried brought_by/> }
            });
            let text = String::from_utf8_lossy(&message.raw[block.clone()]);
            view! { {mark}<span class="source-block">{visible_lines(&text)}</span> }
        });
        blocks.collect_view().into_any()
    };
    view! {
        <pre class="source" tabindex="0" role="region" aria-label=language.words(Locale::source)>
            {steps(count, STEP, shown)}
        </pre>
    }
}

/// The link from octets to the line that brought them.
#[component]
fn Mark(carried: Carried, brought_by: BroughtBy) -> impl IntoView {
    let language = use_language();
    let seq = carried.seq;
    let label = move || {
        let (first, last) = (carried.first(), carried.last());
        language
            .get()
            .octets_brought_by(first, last, visible(&carried.line))
    };
    view! {
        <LineLink class="source-mark" seq aim=brought_by.aim on_follow=brought_by.show label/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_whole_source() {
        for source in [
            String::new(),
            "a\n".to_owned(),
            "line\r\n".repeat(20_000),
            "한".repeat(200_000),
            "x".repeat(300_000),
            format!("{}\nlast", "y".repeat(20_000)),
            // A line that is cut just before, between and just after CR and LF.
            format!("{}\r\nlast", "z".repeat(LONGEST - 2)),
            format!("{}\r\nlast", "z".repeat(LONGEST - 1)),
            format!("{}\r\nlast", "z".repeat(LONGEST)),
        ] {
            let blocks = blocks(source.as_bytes(), &[]);
            let mut at = 0;
            for block in &blocks {
                assert_eq!(block.start, at);
                assert!(!block.is_empty() && block.len() <= LONGEST);
                let text = source.get(block.clone()).expect("whole characters");
                assert!(!text.ends_with('\r'), "a line end is cut");
                at = block.end;
            }
            assert_eq!(at, source.len());
        }
        // Octets that are not UTF-8 are shown all the same.
        let octets = vec![0x80; 200_000];
        let blocks = blocks(&octets, &[]);
        assert_eq!(blocks.last().map(|block| block.end), Some(octets.len()));
    }

    #[test]
    fn blocks_begin_where_lines_brought_octets() {
        let line = |start: u64, end: u64| Carried {
            seq: 0,
            line: String::new(),
            octets: start..end,
        };
        let check = |raw: &str, lines: &[Carried], expect: &[usize]| {
            let marks = marks(raw.as_bytes(), lines);
            let blocks = blocks(raw.as_bytes(), &marks);
            let starts: Vec<usize> = blocks.iter().map(|block| block.start).collect();
            assert_eq!(starts, expect, "{raw}");
            assert_eq!(blocks.last().map(|block| block.end), Some(raw.len()));
        };
        check("abcdef", &[line(0, 2), line(2, 6)], &[0, 2]);
        // A character is not cut.
        check("a한b", &[line(0, 2), line(2, 5)], &[0, 4]);
        // Nor is a line end.
        check("a\r\nb", &[line(0, 2), line(2, 4)], &[0, 3]);
        check("a\r\n", &[line(0, 2), line(2, 3)], &[0]);
        check("a\rb", &[line(0, 2), line(2, 3)], &[0, 2]);
        check("\nb", &[line(0, 2)], &[0]);
        // What is not there has no block.
        check("ab", &[line(0, 2), line(2, 9), line(9, 12)], &[0]);
    }
}
