//! The source of an opened message, in blocks that the browser passes over where they are out of
//! view.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;

use super::steps::steps;
use crate::connection::Arrived;
use crate::i18n::{Language, Locale};
use crate::ui::visible::visible_lines;

/// Octets of a block, but for the rest of its last line.
const BLOCK: usize = 16 * 1024;

/// Octets of a block at most. Lines may be longer.
const LONGEST: usize = 64 * 1024;

/// Blocks that are shown at once.
const STEP: usize = 16;

/// Where the blocks are.
fn blocks(raw: &[u8]) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    while start < raw.len() {
        let rest = &raw[start..];
        let window = &rest[..rest.len().min(LONGEST)];
        let end = if rest.len() <= BLOCK {
            rest.len()
        } else {
            let line = window[BLOCK..].iter().position(|octet| *octet == b'\n');
            line.map_or_else(|| whole_characters(window), |line| BLOCK + line + 1)
        };
        blocks.push(start..start + end);
        start += end;
    }
    blocks
}

/// The length without a character of UTF-8 that is cut at the end.
fn whole_characters(octets: &[u8]) -> usize {
    let begins = |octet: &u8| octet & 0xc0 != 0x80;
    let back = octets.iter().rev().take(4).position(begins);
    match back {
        // An octet of ASCII is a whole character.
        Some(0) if octets.last().is_some_and(u8::is_ascii) => octets.len(),
        Some(back) => octets.len() - back - 1,
        None => octets.len(),
    }
}

/// The view of the source.
pub(super) fn source(language: Language, message: Arc<Arrived>) -> impl IntoView {
    let blocks = blocks(&message.raw);
    let count = blocks.len();
    let shown = move |range: Range<usize>| {
        let blocks = blocks[range].iter().map(|block| {
            let text = String::from_utf8_lossy(&message.raw[block.clone()]);
            view! { <span class="source-block">{visible_lines(&text)}</span> }
        });
        blocks.collect_view().into_any()
    };
    view! {
        <pre class="source" tabindex="0" role="region" aria-label=language.words(Locale::source)>
            {steps(count, STEP, shown)}
        </pre>
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
        ] {
            let blocks = blocks(source.as_bytes());
            let mut at = 0;
            for block in &blocks {
                assert_eq!(block.start, at);
                assert!(!block.is_empty() && block.len() <= LONGEST);
                assert!(source.get(block.clone()).is_some(), "a character is cut");
                at = block.end;
            }
            assert_eq!(at, source.len());
        }
        // Octets that are not UTF-8 are shown all the same.
        let octets = vec![0x80; 200_000];
        let blocks = blocks(&octets);
        assert_eq!(blocks.last().map(|block| block.end), Some(octets.len()));
    }
}
