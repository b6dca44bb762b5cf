//! Characters that a person can't see.
//!
//! This is the only definition of them. Addresses refuse these characters
//! ([`Address::parse`](crate::Address::parse)), because two addresses that look alike must be
//! alike, and the page shows them as code points.
//!
//! The properties come from the same Unicode data that [`idna`] uses.

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Whether `c` has no appearance of its own, or none that readers agree on.
///
/// These are controls (general category Cc), format characters (Cf, bidirectional controls among
/// them), line and paragraph separators (Zl, Zp), everything that is ignored where it is unknown
/// (Default_Ignorable_Code_Point: variation selectors, fillers, tags), a few characters whose
/// glyph is empty, private use (Co), and code points that are not assigned (Cn).
#[must_use]
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    matches!(
        category,
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
    ) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || is_blank(c)
}

/// Whether `c` is a space (general category Zs) other than U+0020. Readers take it for U+0020, or
/// don't see it where it is narrow or stands at an edge.
#[must_use]
pub fn is_odd_space(c: char) -> bool {
    !c.is_ascii()
        && CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::SpaceSeparator
}

/// The first character of `text` that is invisible or an odd space.
#[must_use]
pub fn find(text: &str) -> Option<char> {
    text.chars().find(|c| is_invisible(*c) || is_odd_space(*c))
}

/// Characters that no property marks, and whose glyph is empty all the same: the blank Braille
/// pattern, the musical null notehead, the Khitan filler, the Egyptian blanks, and the place
/// where an object stood.
fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{2800}' | '\u{fffc}' | '\u{13441}' | '\u{13442}' | '\u{16fe4}' | '\u{1d159}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen() {
        for c in "aZ0~ é가ß한漢字の😀π×÷№\u{301}\u{fffd}€".chars() {
            assert!(
                !is_invisible(c) && !is_odd_space(c),
                "U+{:04X}",
                u32::from(c)
            );
        }
    }

    #[test]
    fn what_can_not() {
        let hidden = [
            '\0',
            '\t',
            '\n',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{34f}',
            '\u{600}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{17b4}',
            '\u{17b5}',
            '\u{180b}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2060}',
            '\u{2061}',
            '\u{2066}',
            '\u{206f}',
            '\u{2800}',
            '\u{3164}',
            '\u{e000}',
            '\u{f8ff}',
            '\u{fdd0}',
            '\u{fe00}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff0}',
            '\u{fffc}',
            '\u{ffff}',
            '\u{13441}',
            '\u{13442}',
            '\u{16fe4}',
            '\u{1bca0}',
            '\u{1d159}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
            '\u{e0100}',
            '\u{e01ef}',
            '\u{f0000}',
            '\u{10ffff}',
            '\u{378}',
        ];
        for c in hidden {
            assert!(is_invisible(c), "U+{:04X}", u32::from(c));
            assert_eq!(find(&format!("a{c}b")), Some(c));
        }
        for c in [
            '\u{a0}', '\u{1680}', '\u{2003}', '\u{200a}', '\u{202f}', '\u{3000}',
        ] {
            assert!(
                is_odd_space(c) && !is_invisible(c),
                "U+{:04X}",
                u32::from(c)
            );
            assert_eq!(find(&format!("a{c}b")), Some(c));
        }
        assert_eq!(find("a b"), None);
    }

    /// What [`is_blank`] lists is there because no property covers it.
    #[test]
    fn the_list_repeats_no_property() {
        let listed: Vec<char> = ('\0'..=char::MAX).filter(|c| is_blank(*c)).collect();
        assert_eq!(listed.len(), 6);
        for c in listed {
            let category = CodePointMapData::<GeneralCategory>::new().get(c);
            assert!(
                !matches!(
                    category,
                    GeneralCategory::Format
                        | GeneralCategory::PrivateUse
                        | GeneralCategory::Unassigned
                ) && !CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c),
                "U+{:04X}",
                u32::from(c)
            );
        }
    }
}
