//! The source in blocks of lines, so that a change draws only the blocks that have changed. Pure.

use std::ops::Range;

/// Lines in a block. A block out of view costs the browser nothing.
const LINES: usize = 64;

/// Where the blocks of a source begin and end, each with its last line end.
pub(super) fn blocks(source: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    let ends = source.match_indices('\n').map(|(at, _)| at + 1);
    for end in ends.skip(LINES - 1).step_by(LINES) {
        blocks.push(start..end);
        start = end;
    }
    if start < source.len() {
        blocks.push(start..source.len());
    }
    blocks
}

/// What of `source` is in a block: where in the block, in UTF-16 code units, as the DOM counts.
pub(super) fn within(
    source: &str,
    block: &Range<usize>,
    range: &Range<usize>,
) -> Option<(u32, u32)> {
    let (start, end) = (range.start.max(block.start), range.end.min(block.end));
    if start >= end {
        return None;
    }
    let before = units(source.get(block.start..start)?);
    Some((before, before + units(source.get(start..end)?)))
}

/// The offset in bytes that is so many UTF-16 code units into a block.
pub(super) fn offset_at(source: &str, block: &Range<usize>, units: u32) -> usize {
    let mut left = units as usize;
    let text = source.get(block.clone()).unwrap_or_default();
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return block.start + at;
        }
        left -= c.len_utf16();
    }
    block.end
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_the_whole_source() {
        for lines in [0, 1, 63, 64, 65, 128, 1_000] {
            for end in ["", "가"] {
                let source = "가나😀\n".repeat(lines) + end;
                let blocks = blocks(&source);
                let whole: String = blocks.iter().map(|block| &source[block.clone()]).collect();
                assert_eq!(whole, source);
                assert!(blocks.len() <= lines / LINES + 1, "{lines} {end:?}");
            }
        }
    }

    #[test]
    fn places_in_a_block_are_counted_as_the_dom_counts() {
        let source = "가😀나다";
        let block = 0..source.len();
        for (at, c) in source.char_indices() {
            let (start, end) = within(source, &block, &(at..at + c.len_utf8())).expect("in it");
            assert_eq!(end - start, u32::try_from(c.len_utf16()).expect("few"));
            assert_eq!(offset_at(source, &block, start), at);
        }
        assert_eq!(within(source, &(3..7), &(0..3)), None);
        assert_eq!(within(source, &(3..7), &(0..99)), Some((0, 2)));
        assert_eq!(offset_at(source, &block, 99), source.len());
    }
}
