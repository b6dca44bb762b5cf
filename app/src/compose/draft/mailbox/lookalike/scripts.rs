//! The script of a letter (UAX 24), for letters that can stand in a domain.

/// A script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Of no one script: digits, hyphens, combining marks.
    Common,
    /// Latin.
    Latin,
    /// Greek.
    Greek,
    /// Cyrillic.
    Cyrillic,
    /// Armenian.
    Armenian,
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// Georgian.
    Georgian,
    /// Hangul.
    Hangul,
    /// Hiragana.
    Hiragana,
    /// Katakana.
    Katakana,
    /// Bopomofo.
    Bopomofo,
    /// Han.
    Han,
    /// Another. Scripts stand in blocks of their own, so the number of the block tells them apart.
    Other(u32),
}

use Script::*;

/// First and last code point of each script. Code points between that can't stand in a domain may
/// be included. Made and checked by the test below.
#[rustfmt::skip]
const TABLE: &[(u32, u32, Script)] = &[
    (0x2d, 0x5f, Common), (0x61, 0x7a, Latin), (0xa1, 0xd7, Common), (0xdf, 0xf6, Latin),
    (0xf7, 0xf7, Common), (0xf8, 0x2af, Latin), (0x2b9, 0x2e9, Common), (0x2ea, 0x2eb, Bopomofo),
    (0x2ec, 0x36f, Common), (0x371, 0x3e1, Greek), (0x3f3, 0x3fc, Greek),
    (0x430, 0x484, Cyrillic), (0x485, 0x486, Common), (0x487, 0x52f, Cyrillic),
    (0x559, 0x58f, Armenian), (0x591, 0x5c9, Hebrew), (0x606, 0x60a, Arabic),
    (0x60c, 0x60c, Common), (0x60e, 0x61a, Arabic), (0x64b, 0x655, Common),
    (0x656, 0x66a, Arabic), (0x670, 0x670, Common), (0x6d6, 0x6f9, Arabic),
    (0x897, 0x8ff, Arabic), (0x951, 0x954, Common), (0x964, 0x965, Common),
    (0xe3f, 0xe3f, Common), (0xfd5, 0xfd8, Common), (0x10d0, 0x10fa, Georgian),
    (0x10fb, 0x10fb, Common), (0x10fd, 0x10ff, Georgian), (0x1100, 0x11ff, Hangul),
    (0x16eb, 0x16ed, Common), (0x1735, 0x1736, Common), (0x1802, 0x1803, Common),
    (0x1805, 0x1805, Common), (0x1ab0, 0x1af0, Common), (0x1c8a, 0x1c8a, Cyrillic),
    (0x1cd0, 0x1cfa, Common), (0x1d00, 0x1d25, Latin), (0x1d26, 0x1d2a, Greek),
    (0x1d2b, 0x1d2b, Cyrillic), (0x1d2f, 0x1d9a, Latin), (0x1dc0, 0x1dff, Common),
    (0x1e01, 0x1eff, Latin), (0x1f00, 0x1ff6, Greek), (0x2010, 0x214d, Common),
    (0x214e, 0x214e, Latin), (0x214f, 0x214f, Common), (0x2180, 0x2188, Latin),
    (0x218a, 0x27ff, Common), (0x2900, 0x2bff, Common), (0x2c61, 0x2c7b, Latin),
    (0x2d00, 0x2d2d, Georgian), (0x2de0, 0x2dff, Cyrillic), (0x2e00, 0x2e63, Common),
    (0x2e80, 0x2ef2, Han), (0x3001, 0x3004, Common), (0x3005, 0x3005, Han),
    (0x3006, 0x3006, Common), (0x3007, 0x3007, Han), (0x3008, 0x3020, Common),
    (0x3021, 0x3029, Han), (0x302a, 0x302d, Common), (0x302e, 0x302f, Hangul),
    (0x3030, 0x3037, Common), (0x303b, 0x303b, Han), (0x303c, 0x303f, Common),
    (0x3041, 0x3096, Hiragana), (0x3099, 0x309a, Common), (0x309d, 0x309e, Hiragana),
    (0x30a0, 0x30a0, Common), (0x30a1, 0x30fa, Katakana), (0x30fb, 0x30fc, Common),
    (0x30fd, 0x30fe, Katakana), (0x3105, 0x312f, Bopomofo), (0x3190, 0x3191, Common),
    (0x31a0, 0x31bf, Bopomofo), (0x31c0, 0x31e5, Common), (0x31f0, 0x31ff, Katakana),
    (0x3248, 0x327f, Common), (0x3400, 0x4dbf, Han), (0x4dc0, 0x4dff, Common),
    (0x4e00, 0x9fff, Han), (0xa641, 0xa69f, Cyrillic), (0xa700, 0xa721, Common),
    (0xa723, 0xa787, Latin), (0xa788, 0xa78a, Common), (0xa78c, 0xa7ff, Latin),
    (0xa830, 0xa839, Common), (0xa92e, 0xa92e, Common), (0xa960, 0xa97c, Hangul),
    (0xa9cf, 0xa9cf, Common), (0xab30, 0xab5a, Latin), (0xab5b, 0xab5b, Common),
    (0xab60, 0xab64, Latin), (0xab65, 0xab65, Greek), (0xab66, 0xab68, Latin),
    (0xab6a, 0xab6b, Common), (0xac00, 0xd7fb, Hangul), (0xfa0e, 0xfa29, Han),
    (0xfb1e, 0xfb1e, Hebrew), (0xfbc3, 0xfbd2, Arabic), (0xfd3e, 0xfd3f, Common),
    (0xfd40, 0xfdff, Arabic), (0xfe20, 0xfe2d, Common), (0xfe2e, 0xfe2f, Cyrillic),
    (0xfe45, 0xfe46, Common), (0x10100, 0x1013f, Common), (0x10140, 0x1018e, Greek),
    (0x10190, 0x1019c, Common), (0x101a0, 0x101a0, Greek), (0x101d0, 0x101fd, Common),
    (0x102e0, 0x102fb, Common), (0x10780, 0x10780, Latin), (0x10ecb, 0x10eff, Arabic),
    (0x1133b, 0x1133b, Common), (0x16fe2, 0x16ff6, Han), (0x1aff0, 0x1b000, Katakana),
    (0x1b001, 0x1b11f, Hiragana), (0x1b120, 0x1b128, Katakana), (0x1b132, 0x1b152, Hiragana),
    (0x1b155, 0x1b168, Katakana), (0x1cc00, 0x1d1ff, Common), (0x1d200, 0x1d245, Greek),
    (0x1d250, 0x1d378, Common), (0x1db00, 0x1db1c, Common), (0x1df00, 0x1df96, Latin),
    (0x1e08f, 0x1e08f, Cyrillic), (0x1eef0, 0x1eef1, Arabic), (0x1f000, 0x1fbfa, Common),
    (0x20000, 0x33479, Han),
];

/// The script of a character that can stand in a domain.
pub(super) fn script(c: char) -> Script {
    let code = u32::from(c);
    let at = TABLE.partition_point(|(_, last, _)| *last < code);
    match TABLE.get(at) {
        Some((first, _, script)) if *first <= code => *script,
        _ => Other(code >> 7),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use icu_properties::CodePointMapData;
    use icu_properties::props::Script as Unicode;
    use smtp::Address;

    use super::*;

    fn by_unicode(c: char) -> Option<Script> {
        Some(match CodePointMapData::<Unicode>::new().get(c) {
            Unicode::Common | Unicode::Inherited => Common,
            Unicode::Latin => Latin,
            Unicode::Greek => Greek,
            Unicode::Cyrillic => Cyrillic,
            Unicode::Armenian => Armenian,
            Unicode::Hebrew => Hebrew,
            Unicode::Arabic => Arabic,
            Unicode::Georgian => Georgian,
            Unicode::Hangul => Hangul,
            Unicode::Hiragana => Hiragana,
            Unicode::Katakana => Katakana,
            Unicode::Bopomofo => Bopomofo,
            Unicode::Han => Han,
            _ => return None,
        })
    }

    /// Whether a domain can hold this character.
    fn stands_in_domains(c: char) -> bool {
        Address::parse(&format!("a@a{c}a.com"))
            .is_ok_and(|address| address.unicode_domain() == format!("a{c}a.com"))
    }

    #[test]
    fn the_table_is_that_of_unicode() {
        let mut ranges: Vec<(u32, u32, Option<Script>)> = Vec::new();
        for c in ('\0'..=char::MAX).filter(|c| stands_in_domains(*c)) {
            let (code, script) = (u32::from(c), by_unicode(c));
            match ranges.last_mut() {
                Some((_, last, same)) if *same == script => *last = code,
                _ => ranges.push((code, code, script)),
            }
        }
        let mut table = String::new();
        let mut many = 0;
        for (first, last, script) in ranges {
            if let Some(script) = script {
                many += 1;
                let _ = writeln!(table, "    (0x{first:x}, 0x{last:x}, {script:?}),");
            }
        }
        let mut own = String::new();
        for (first, last, script) in TABLE {
            let _ = writeln!(own, "    (0x{first:x}, 0x{last:x}, {script:?}),");
        }
        assert!(own == table, "{many} ranges:\n{table}");
    }
}
