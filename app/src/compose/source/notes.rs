//! What the octets at a place of the source are. Pure.

use std::ops::Range;

use super::decode::{self, EncodedWord};
use super::structure::{Encoding, Line, LineKind, Structure, name_of};
use crate::explain::SourceNote;

/// Octets of the source, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where they are.
    pub(super) range: Range<usize>,
    /// What they are.
    pub(super) note: SourceNote,
}

/// What is at this offset of the source. None: behind its end.
pub(super) fn note_at(source: &str, structure: &Structure, offset: usize) -> Option<Found> {
    let line = structure.line_at(offset)?;
    let text = &source[line.range.clone()];
    let at = offset.clamp(line.range.start, line.range.end) - line.range.start;
    let whole = |note| Found {
        range: line.range.clone(),
        note,
    };
    Some(match line.kind {
        LineKind::HeaderEnd => whole(SourceNote::HeaderEnd),
        LineKind::Delimiter => whole(SourceNote::Delimiter),
        LineKind::CloseDelimiter => whole(SourceNote::CloseDelimiter),
        LineKind::Between => whole(SourceNote::BetweenParts),
        LineKind::Field | LineKind::Continuation => header(source, structure, line, at),
        LineKind::Body(encoding) => {
            let utf8 = structure.parts[line.part].utf8;
            match encoding {
                Encoding::Base64 => whole(SourceNote::Base64 {
                    text: decode::base64(text)
                        .filter(|_| utf8 && !structure.parts[line.part].is_file)
                        .map(|octets| String::from_utf8_lossy(&octets).into_owned()),
                }),
                Encoding::QuotedPrintable => {
                    shifted(quoted_printable(text, at, utf8), line.range.start)
                }
                Encoding::Identity if text.starts_with('.') && at == 0 => Found {
                    range: line.range.start..line.range.start + 1,
                    note: SourceNote::LeadingDot,
                },
                Encoding::Identity => whole(SourceNote::Text),
            }
        }
    })
}

fn shifted(found: Found, by: usize) -> Found {
    Found {
        range: found.range.start + by..found.range.end + by,
        note: found.note,
    }
}

/// What is at `at` of a line of a header field.
fn header(source: &str, structure: &Structure, line: &Line, at: usize) -> Found {
    let text = &source[line.range.clone()];
    let start = line.range.start;
    let field = structure.span(structure.field(line));
    let name = name_of(&source[field.clone()]);
    let is_first = line.kind == LineKind::Field;
    let found = match () {
        () if !is_first && at < text.len() - text.trim_start().len() => Some(Found {
            range: 0..text.len() - text.trim_start().len(),
            note: SourceNote::Fold,
        }),
        () if is_first && at <= name.len() => None,
        () => word(text, at, name),
    };
    match found {
        Some(found) => shifted(found, start),
        None => Found {
            range: field,
            note: SourceNote::Field {
                name: name.to_owned(),
            },
        },
    }
}

/// The word of a header line that has `at`, if there is something to say about it.
fn word(text: &str, at: usize, field: &str) -> Option<Found> {
    if let Some((range, word)) = encoded_word(text, at) {
        let note = SourceNote::EncodedWord {
            charset: word.charset,
            base64: word.base64,
            text: word.text,
        };
        return Some(Found { range, note });
    }
    let is_parameters = field.to_ascii_lowercase().starts_with("content-");
    let parameter = || parameter(text, at).filter(|_| is_parameters);
    parameter().or_else(|| a_label(text, at))
}

/// The encoded word (RFC 2047 §2) that has `at`.
fn encoded_word(text: &str, at: usize) -> Option<(Range<usize>, EncodedWord)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("=?") {
        let start = from + found;
        let len = text[start..].find(|c: char| c.is_ascii_whitespace());
        let until = len.map_or(text.len(), |len| start + len);
        // The text may hold a question mark only encoded, so the first `?=` behind both marks ends
        // it.
        let mut marks = text[start + 2..until].match_indices('?');
        let second = marks.nth(1).map(|(mark, _)| start + 2 + mark + 1);
        let end = second.and_then(|text_start| {
            text[text_start..until]
                .find("?=")
                .map(|end| text_start + end + 2)
        });
        if let Some(end) = end
            && (start..end).contains(&at)
            && let Some(word) = EncodedWord::read(&text[start..end])
        {
            return Some((start..end, word));
        }
        from = start + 2;
    }
    None
}

/// The parameter (RFC 2045 §5.1, RFC 2231) that has `at`.
fn parameter(text: &str, at: usize) -> Option<Found> {
    let start = text[..at.min(text.len())].rfind(';').map_or(0, |at| at + 1);
    let end = text[start..]
        .find(';')
        .map_or(text.len(), |end| start + end);
    let range = start + (text[start..end].len() - text[start..end].trim_start().len())..end;
    let (name, value) = text[range.clone()].split_once('=')?;
    let note = if name.eq_ignore_ascii_case("boundary") {
        SourceNote::BoundaryParameter
    } else if name.contains('*') {
        SourceNote::ExtendedParameter {
            text: decode::percent(value),
        }
    } else {
        SourceNote::Parameter {
            name: name.trim().to_owned(),
        }
    };
    Some(Found { range, note })
}

/// The domain with an A-label (RFC 5890 §2.3.2.1) that has `at`.
fn a_label(text: &str, at: usize) -> Option<Found> {
    let is_of_domain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let start = text[..at.min(text.len())]
        .rfind(|c| !is_of_domain(c))
        .map_or(0, |at| at + 1);
    let end = text[start..].find(|c| !is_of_domain(c));
    let range = start..end.map_or(text.len(), |end| start + end);
    let domain = &text[range.clone()];
    let has_label = domain
        .split('.')
        .any(|label| label.to_ascii_lowercase().starts_with("xn--"));
    has_label.then(|| Found {
        note: SourceNote::ALabel {
            text: idna::domain_to_unicode(domain).0,
        },
        range,
    })
}

/// What is at `at` of a line in quoted-printable (RFC 2045 §6.7).
fn quoted_printable(text: &str, at: usize, utf8: bool) -> Found {
    if text.ends_with('=') && at + 1 >= text.len() {
        return Found {
            range: text.len() - 1..text.len(),
            note: SourceNote::SoftBreak,
        };
    }
    let is_escape = |at: usize| {
        let octets = text.as_bytes().get(at..at + 3);
        octets.is_some_and(|octets| {
            octets[0] == b'=' && octets[1..].iter().all(u8::is_ascii_hexdigit)
        })
    };
    let Some(mut start) = (at.saturating_sub(2)..=at).rev().find(|at| is_escape(*at)) else {
        return Found {
            range: 0..text.len(),
            note: SourceNote::QuotedPrintable,
        };
    };
    let octet = |at: usize| u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap_or_default();
    let continues = |at: usize| utf8 && octet(at) & 0b1100_0000 == 0b1000_0000;
    // All escapes of one character.
    while continues(start) && start >= 3 && is_escape(start - 3) {
        start -= 3;
    }
    let mut end = start + 3;
    while is_escape(end) && continues(end) {
        end += 3;
    }
    let octets: Vec<u8> = (start..end).step_by(3).map(octet).collect();
    let character = String::from_utf8(octets.clone()).ok();
    Found {
        range: start..end,
        note: SourceNote::Escape {
            octets,
            text: character.filter(|_| utf8),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
From: =?utf-8?B?67CV66+87JWE?= <mina@xn--3e0b707e.kr>
To: a@x.org,
 b@x.org
Subject: =?utf-8?Q?=EA=B0=80_b?=
Content-Type: multipart/mixed; boundary=\"zz\"

--zz
Content-Transfer-Encoding: quoted-printable

a =EA=B0=80 b=3D =
end
--zz
Content-Type: image/png
Content-Disposition: attachment; filename*0*=utf-8''%EA%B0%80.png
Content-Transfer-Encoding: base64

aGk=
--zz

.dot
--zz--
";

    /// `find` begins at what is chosen.
    fn check(find: &str, range: &str, note: SourceNote) {
        let structure = Structure::of(SOURCE);
        let at = SOURCE.find(find).unwrap_or_else(|| panic!("no {find:?}"));
        let found = note_at(SOURCE, &structure, at).expect("something");
        assert_eq!(
            (&SOURCE[found.range], found.note),
            (range, note),
            "{find:?}"
        );
    }

    #[test]
    fn header_fields() {
        let field = |name: &str| SourceNote::Field { name: name.into() };
        check(
            "From",
            &SOURCE[..SOURCE.find("\nTo").unwrap_or(0)],
            field("From"),
        );
        check("o: a@", "To: a@x.org,\n b@x.org", field("To"));
        check(" b@x", " ", SourceNote::Fold);
        check("a@x.org", "To: a@x.org,\n b@x.org", field("To"));
        let word = |base64, text: &str| SourceNote::EncodedWord {
            charset: "utf-8".into(),
            base64,
            text: Some(text.into()),
        };
        check("67CV", "=?utf-8?B?67CV66+87JWE?=", word(true, "박민아"));
        check(
            "=EA=B0=80_b",
            "=?utf-8?Q?=EA=B0=80_b?=",
            word(false, "가 b"),
        );
        let label = SourceNote::ALabel {
            text: "한국.kr".into(),
        };
        check("3e0b", "xn--3e0b707e.kr", label);
        check("\"zz\"", "boundary=\"zz\"", SourceNote::BoundaryParameter);
        let extended = SourceNote::ExtendedParameter {
            text: "가.png".into(),
        };
        check("0*=", "filename*0*=utf-8''%EA%B0%80.png", extended);
    }

    #[test]
    fn bodies_and_boundaries() {
        check("\n--zz\nContent-Tr", "", SourceNote::HeaderEnd);
        check("--zz\n", "--zz", SourceNote::Delimiter);
        check("--zz--", "--zz--", SourceNote::CloseDelimiter);
        let escape = |octets: &[u8], text: &str| SourceNote::Escape {
            octets: octets.to_vec(),
            text: Some(text.into()),
        };
        for find in ["=EA=B0=80 b", "EA=B0=80 b", "=B0=80 b", "0 b"] {
            check(find, "=EA=B0=80", escape(&[0xea, 0xb0, 0x80], "가"));
        }
        check("=3D", "=3D", escape(b"=", "="));
        check("=\nend", "=", SourceNote::SoftBreak);
        check("end", "end", SourceNote::QuotedPrintable);
        check("aGk=", "aGk=", SourceNote::Base64 { text: None });
        check(".dot", ".", SourceNote::LeadingDot);
        check("dot\n", ".dot", SourceNote::Text);
    }

    #[test]
    fn each_offset_has_a_note() {
        for source in [
            SOURCE,
            "=?",
            "=?a?b?=",
            "가=?utf-8?Q?가?=\n 가",
            "x: =?utf-8?B?%?=;*",
        ] {
            let structure = Structure::of(source);
            for (offset, _) in source.char_indices() {
                let found = note_at(source, &structure, offset).expect("something");
                assert!(source.get(found.range).is_some(), "{offset} of {source:?}");
            }
        }
    }
}
