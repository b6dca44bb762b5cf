//! Where a text has what is searched for. Pure. Places are counted in UTF-16 code units.

use std::ops::Range;

/// All places, none within another. Upper and lower case are the same.
pub(super) fn matches(text: &[u16], sought: &str) -> Vec<Range<usize>> {
    let sought: Vec<u16> = sought.encode_utf16().map(folded).collect();
    let Some(first) = sought.first().copied() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at + sought.len() <= text.len() {
        let here = || {
            text[at..]
                .iter()
                .zip(&sought)
                .all(|(a, b)| folded(*a) == *b)
        };
        if folded(text[at]) == first && here() {
            found.push(at..at + sought.len());
            at += sought.len();
        } else {
            at += 1;
        }
    }
    found
}

/// The letter in lower case, where that is one code unit.
fn folded(unit: u16) -> u16 {
    let Some(c) = char::from_u32(u32::from(unit)) else {
        return unit;
    };
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => u16::try_from(u32::from(one)).unwrap_or(unit),
        _ => unit,
    }
}

/// The match to show first: the one at this place, or the next after it.
pub(super) fn from_caret(found: &[Range<usize>], caret: usize) -> usize {
    let at = found.partition_point(|one| one.start < caret);
    if at == found.len() { 0 } else { at }
}

/// The line of a match, cut where it is long: what is before, the match, and what is after.
pub(super) fn context(text: &[u16], found: &Range<usize>) -> (String, String, String) {
    const AROUND: usize = 30;
    let is_end = |unit: &u16| *unit == 0x0a;
    let line = text[..found.start].iter().rposition(is_end);
    let line = line.map_or(0, |at| at + 1);
    let end = text[found.end..].iter().position(is_end);
    let end = end.map_or(text.len(), |at| found.end + at);
    let start = line.max(found.start.saturating_sub(AROUND));
    let stop = end.min(found.end + AROUND);
    let part = |range: Range<usize>| String::from_utf16_lossy(&text[range]);
    (
        part(start..found.start),
        part(found.clone()),
        part(found.end..stop),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn all_places_are_found() {
        let check = |text: &str, sought: &str, expect: &[Range<usize>]| {
            assert_eq!(matches(&units(text), sought), expect, "{text:?} {sought:?}");
        };
        check("aAa", "a", &[0..1, 1..2, 2..3]);
        check("aaa", "aa", std::slice::from_ref(&(0..2)));
        check("한글과 한글", "한글", &[0..2, 4..6]);
        check("😀x😀", "😀", &[0..2, 3..5]);
        check("É", "é", std::slice::from_ref(&(0..1)));
        check("a", "", &[]);
        check("", "a", &[]);
        check("a", "ab", &[]);
        let found = [0..1, 4..5];
        assert_eq!(
            [0, 1, 4, 5].map(|caret| from_caret(&found, caret)),
            [0, 1, 1, 0]
        );
    }

    #[test]
    fn the_line_of_a_match_is_shown() {
        let text = units("first\nthe second line\nthird");
        let found = matches(&text, "second");
        let (before, it, after) = context(&text, &found[0]);
        assert_eq!(
            (before.as_str(), it.as_str(), after.as_str()),
            ("the ", "second", " line")
        );
    }
}
