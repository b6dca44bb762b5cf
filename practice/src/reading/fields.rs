//! Parses header sections leniently: finds the fields listed in [`READ`] and the start of the body.

use memchr::memchr;

use crate::limits;

/// Returns the line at `at` without its line end, and the start of the next line.
pub(super) fn line(octets: &[u8], at: usize) -> (&[u8], usize) {
    let rest = octets.get(at..).unwrap_or_default();
    let (line, next) = match memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, octets.len()),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), next)
}

/// The field name at the start of a line (RFC 5322 §3.6.8); None if there is none.
pub(super) fn name(line: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 200;
    let start = &line[..line.len().min(LONGEST)];
    let colon = memchr(b':', start)?;
    let name = start[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(u8::is_ascii_graphic)).then_some(name)
}

/// Whether this is the name of a common header field rather than a word of text before a colon.
pub(super) fn is_known(name: &[u8]) -> bool {
    const NAMES: [&str; 24] = [
        "from",
        "sender",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "date",
        "subject",
        "message-id",
        "in-reply-to",
        "references",
        "received",
        "return-path",
        "mime-version",
        "delivered-to",
        "comments",
        "keywords",
        "organization",
        "importance",
        "priority",
        "user-agent",
        "authentication-results",
        "errors-to",
        "envelope-to",
    ];
    const STARTS: [&str; 6] = ["content-", "x-", "resent-", "list-", "arc-", "dkim-"];
    let starts = |start: &&str| {
        name.get(..start.len())
            .is_some_and(|first| first.eq_ignore_ascii_case(start.as_bytes()))
    };
    NAMES
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
        || STARTS.iter().any(starts)
}

/// Names of the fields that are read, in lower case.
pub(super) const READ: [&str; 12] = [
    "from",
    "sender",
    "to",
    "cc",
    "reply-to",
    "date",
    "subject",
    "message-id",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
];

/// A field: its index in [`READ`] and its value as written, with folds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'x> {
    kind: usize,
    value: &'x [u8],
}

/// A header section.
#[derive(Debug)]
pub(super) struct Section<'x> {
    fields: Vec<Field<'x>>,
    /// Where the section begins.
    pub(super) start: usize,
    /// Start of the body.
    pub(super) body: usize,
}

impl<'x> Section<'x> {
    /// Parses the header section at `start`. It ends at an empty line, at a line for which `stop`
    /// is true, or where text begins although the empty line is missing.
    pub(super) fn read(octets: &'x [u8], start: usize, stop: impl Fn(&[u8]) -> bool) -> Self {
        let mut section = Section {
            fields: Vec::new(),
            start,
            body: octets.len(),
        };
        let mut open: Option<(&[u8], usize)> = None;
        let (mut known, mut odd) = (false, false);
        // The end of the first line that has only white space. If no empty line follows, the
        // section ends here.
        let mut white = None;
        let mut any = false;
        let mut ended = false;
        let mut at = start;
        while at < octets.len() {
            let (text, next) = line(octets, at);
            if text.is_empty() || stop(text) {
                ended = text.is_empty();
                section.body = if ended { next } else { at };
                break;
            }
            if b" \t".contains(&text[0]) {
                odd |= !any;
                if text.iter().all(u8::is_ascii_whitespace) {
                    white = white.or(Some(next));
                }
            } else if let Some(name) = name(text) {
                section.close(octets, open.take(), at);
                known |= is_known(name);
                any = true;
                open = Some((name, at + colon(text) + 1));
            } else {
                section.close(octets, open.take(), at);
                let (following, _) = line(octets, next);
                if name_follows(following) {
                    odd = true;
                } else {
                    // The empty line before the body is missing.
                    section.body = at;
                    return section.unless_text(start, known, false);
                }
            }
            at = next;
        }
        section.close(octets, open, at.min(octets.len()));
        if let (false, Some(white)) = (ended, white) {
            section.body = white;
        }
        let ended = ended && (!odd || known);
        section.unless_text(start, known, ended)
    }

    /// Treats the section as text if it has neither a known field nor an empty line at its end.
    fn unless_text(mut self, start: usize, known: bool, ended: bool) -> Self {
        if !known && !ended {
            self.fields.clear();
            self.body = start;
        }
        self
    }

    /// Stores the open field, which ends at `end`, if it is one of [`READ`].
    fn close(&mut self, octets: &'x [u8], open: Option<(&[u8], usize)>, end: usize) {
        let Some((name, value)) = open else { return };
        let kind = READ
            .iter()
            .position(|read| name.eq_ignore_ascii_case(read.as_bytes()));
        let Some(kind) = kind else { return };
        if self.fields.len() < limits::READING_FIELDS {
            let end = end.min(value + limits::READING_SOURCE);
            self.fields.push(Field {
                kind,
                value: octets.get(value..end).unwrap_or_default(),
            });
        }
    }

    /// Whether there are message fields, not only MIME fields.
    pub(super) fn is_of_message(&self) -> bool {
        self.fields
            .iter()
            .any(|field| !READ[field.kind].starts_with("content-"))
    }

    /// All fields, whatever their names: the offset of each, and its value as written.
    pub(super) fn every(
        &self,
        octets: &'x [u8],
    ) -> impl Iterator<Item = (usize, &'x [u8])> + use<'x> {
        let (mut at, end) = (self.start, self.body);
        std::iter::from_fn(move || {
            while at < end {
                let start = at;
                let (first, mut next) = line(octets, at);
                while next < end && octets.get(next).is_some_and(|octet| b" \t".contains(octet)) {
                    next = line(octets, next).1;
                }
                at = next;
                if name(first).is_some() {
                    let value = start + colon(first) + 1;
                    return Some((start, octets.get(value..next.min(end)).unwrap_or_default()));
                }
            }
            None
        })
    }

    /// The values of the fields of this name, in order.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &'x [u8]> + '_ {
        self.fields
            .iter()
            .filter(move |field| READ[field.kind] == name)
            .map(|field| field.value)
    }
}

fn colon(line: &[u8]) -> usize {
    memchr(b':', line).unwrap_or_default()
}

/// Whether this line begins a field.
fn name_follows(line: &[u8]) -> bool {
    name(line).is_some()
}

/// Unfolds a value: its lines are trimmed and joined by one space.
pub(super) fn unfolded(value: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(value.len());
    for line in value.split(|octet| *octet == b'\n') {
        let line = line.trim_ascii();
        if !line.is_empty() {
            if !whole.is_empty() {
                whole.push(b' ');
            }
            whole.extend(line.iter().map(|octet| match octet {
                b'\t' | b'\r' => b' ',
                other => *other,
            }));
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, subjects: &[&str], body: &str) {
        let section = Section::read(raw.as_bytes(), 0, |line| line.starts_with(b"--"));
        let got: Vec<String> = section
            .all("subject")
            .map(|value| String::from_utf8_lossy(&unfolded(value)).into_owned())
            .collect();
        assert_eq!(got, subjects, "{raw:?}");
        assert_eq!(&raw[section.body..], body, "{raw:?}");
    }

    #[test]
    fn header_sections_end_where_the_body_begins() {
        check("Subject: x\r\n\r\nbody", &["x"], "body");
        check("Subject: x\nTo: y\n\nbody", &["x"], "body");
        check("SUBJECT : x\n\nbody", &["x"], "body");
        check("Subject:\n a\n\tb\n  c\n\nbody", &["a b c"], "body");
        check("Subject: a\n \n b\n\nbody", &["a b"], "body");
        check("Subject: x\nSubject: y\n\n", &["x", "y"], "");
        check("Subject: x", &["x"], "");
        check("", &[], "");
        check("\nbody", &[], "body");
        check("A: b\n\nbody", &[], "body");
    }

    #[test]
    fn invalid_lines_do_not_hide_other_fields() {
        check("Subject: x\nno colon here\nTo: y\n\nbody", &["x"], "body");
        check("no colon here\nSubject: x\n\nbody", &["x"], "body");
        check(" folded at once\nSubject: x\n\nbody", &["x"], "body");
        check(
            "Subject: x\nHello there\n\nBye",
            &["x"],
            "Hello there\n\nBye",
        );
        check(
            "Subject: x\n \nHello there\nBye",
            &["x"],
            "Hello there\nBye",
        );
        check("Subject: x\n--b\nrest", &["x"], "--b\nrest");
        check("just words\nand more\n", &[], "just words\nand more\n");
        check("Note: words", &[], "Note: words");
        check(
            "Dear all\nNote: words\n\nbye",
            &[],
            "Dear all\nNote: words\n\nbye",
        );
    }
}
