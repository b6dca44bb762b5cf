//! The structure of a message's source: which line is header, which is body, and of which part.
//! Pure. It reads what a person may have typed, so nothing is an error.

use std::ops::Range;

use super::super::draft::{Options, Place};

/// How the body of a part is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// 7bit, 8bit or binary: as it is.
    Identity,
    /// Base64.
    Base64,
    /// Quoted-printable.
    QuotedPrintable,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// The first line of a header field.
    Field,
    /// A line that continues a header field.
    Continuation,
    /// The blank line after a header section.
    HeaderEnd,
    /// A line of the body of a part.
    Body(Encoding),
    /// A boundary before a part.
    Delimiter,
    /// A boundary after the last part.
    CloseDelimiter,
    /// Text before the first part of a multipart, or after its last.
    Between,
}

/// A line of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it is in the source, without its line end.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) kind: LineKind,
    /// The part to which it belongs, an index into [`Structure::parts`].
    pub(super) part: usize,
}

/// A part of the message. The first is the message itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Its media type in lower case; empty where none is declared.
    pub(super) media_type: String,
    /// Whether its text is read as UTF-8. Else nothing is decoded for showing.
    pub(super) utf8: bool,
    /// Whether Content-Disposition says that it is an attachment, or a file shown in the text.
    pub(super) is_file: bool,
    encoding: Encoding,
    boundary: Option<String>,
    /// Whether it is the message itself, rather than a part of it or of a message inside it.
    top: bool,
}

/// The structure of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Structure {
    /// All lines, in their order.
    pub(super) lines: Vec<Line>,
    /// All parts, in the order in which they begin.
    pub(super) parts: Vec<Part>,
}

impl Structure {
    /// The structure of this source, whose lines are ended by LF.
    pub(super) fn of(source: &str) -> Structure {
        Reader::new().read(source)
    }

    /// The line that has this offset.
    pub(super) fn line_at(&self, offset: usize) -> Option<&Line> {
        let at = self.lines.partition_point(|line| line.range.end < offset);
        self.lines.get(at)
    }

    /// The header field to which a line belongs: its lines.
    pub(super) fn field(&self, line: &Line) -> Range<usize> {
        let at = self.index(line);
        let is_continuation = |at: &usize| self.lines[*at].kind == LineKind::Continuation;
        let first = (0..=at).rev().find(|at| !is_continuation(at)).unwrap_or(at);
        let after = (at + 1..self.lines.len()).find(|at| !is_continuation(at));
        first..after.unwrap_or(self.lines.len())
    }

    fn index(&self, line: &Line) -> usize {
        let before = |one: &Line| one.range.start < line.range.start;
        self.lines.partition_point(before)
    }

    /// Where in the source the octets are that come from a field of the draft.
    pub(super) fn of_place(
        &self,
        source: &str,
        place: Place,
        options: &Options,
    ) -> Vec<Range<usize>> {
        match place {
            Place::Message => self.of_text(),
            Place::From => self.of_field(source, "From"),
            Place::ReplyTo => self.of_field(source, "Reply-To"),
            Place::To => self.of_field(source, "To"),
            Place::Cc => self.of_field(source, "Cc"),
            // They are in no header.
            Place::Bcc | Place::Invitation => Vec::new(),
            Place::Subject => self.of_field(source, "Subject"),
            Place::Priority | Place::Receipt | Place::OwnHeader(_) => {
                let names = options.field_names(place).into_iter();
                names.flat_map(|name| self.of_field(source, name)).collect()
            }
        }
    }

    fn of_field(&self, source: &str, name: &str) -> Vec<Range<usize>> {
        let fields = self.lines.iter().filter(|line| {
            let is_named = || name_of(&source[line.range.clone()]).eq_ignore_ascii_case(name);
            line.kind == LineKind::Field && self.parts[line.part].top && is_named()
        });
        fields.map(|line| self.span(self.field(line))).collect()
    }

    /// The bodies of the parts that are text, line after line joined where they are adjacent.
    fn of_text(&self) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for line in &self.lines {
            let part = &self.parts[line.part];
            let is_text = part.media_type.is_empty() || part.media_type.starts_with("text/");
            if !matches!(line.kind, LineKind::Body(_)) || !is_text || part.is_file {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end + 1 == line.range.start => last.end = line.range.end,
                _ => found.push(line.range.clone()),
            }
        }
        found
    }

    /// From the beginning of the first of these lines to the end of the last.
    pub(super) fn span(&self, lines: Range<usize>) -> Range<usize> {
        let lines = &self.lines[lines];
        let start = lines.first().map_or(0, |line| line.range.start);
        start..lines.last().map_or(start, |line| line.range.end)
    }
}

/// The name of the header field that begins with this line.
pub(super) fn name_of(line: &str) -> &str {
    line.split(':').next().unwrap_or_default().trim_end()
}

/// A value of a field without its folds, and without what is behind `;`.
fn main_value(value: &str) -> String {
    let value = value.split(';').next().unwrap_or_default();
    value.trim().to_ascii_lowercase()
}

/// The value of a parameter, `name=value` or `name="value"`.
fn parameter(value: &str, name: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let before = lower[..at].trim_end();
        let Some(rest) = value[from..].trim_start().strip_prefix('=') else {
            continue;
        };
        if !before.ends_with(';') {
            continue;
        }
        let rest = rest.trim_start();
        return Some(match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
            None => {
                let end = |c: char| c == ';' || c.is_whitespace();
                rest.split(end).next().unwrap_or_default().to_owned()
            }
        });
    }
    None
}

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Body,
    Between,
}

struct Reader {
    found: Structure,
    state: State,
    /// The part of the current line.
    part: usize,
    /// The parts that are open and have a boundary, the outermost first.
    open: Vec<usize>,
    /// The header section so far, unfolded, field by field.
    fields: Vec<String>,
}

impl Reader {
    fn new() -> Reader {
        let mut reader = Reader {
            found: Structure {
                lines: Vec::new(),
                parts: Vec::new(),
            },
            state: State::Header,
            part: 0,
            open: Vec::new(),
            fields: Vec::new(),
        };
        reader.begin_part(true);
        reader
    }

    fn begin_part(&mut self, top: bool) {
        self.part = self.found.parts.len();
        self.found.parts.push(Part {
            media_type: String::new(),
            utf8: true,
            is_file: false,
            encoding: Encoding::Identity,
            boundary: None,
            top,
        });
        self.state = State::Header;
        self.fields.clear();
    }

    fn read(mut self, source: &str) -> Structure {
        let mut start = 0;
        for text in source.split('\n') {
            let range = start..start + text.len();
            start = range.end + 1;
            // What ends the last line begins none.
            if range.is_empty() && range.start == source.len() && !self.found.lines.is_empty() {
                break;
            }
            let (kind, part) = self.line(text);
            self.found.lines.push(Line { range, kind, part });
        }
        self.found
    }

    /// What this line is, and to which part it belongs.
    fn line(&mut self, text: &str) -> (LineKind, usize) {
        if let Some(kind) = self.delimiter(text) {
            return kind;
        }
        let part = self.part;
        let kind = match self.state {
            State::Between => LineKind::Between,
            State::Body => LineKind::Body(self.found.parts[part].encoding),
            State::Header if text.is_empty() => {
                self.end_header();
                LineKind::HeaderEnd
            }
            State::Header => match self.fields.last_mut() {
                Some(field) if text.starts_with([' ', '\t']) => {
                    field.push_str(text);
                    LineKind::Continuation
                }
                _ => {
                    self.fields.push(text.to_owned());
                    LineKind::Field
                }
            },
        };
        (kind, part)
    }

    fn delimiter(&mut self, text: &str) -> Option<(LineKind, usize)> {
        let rest = text.strip_prefix("--")?;
        let is_of = |at: &usize| {
            let boundary = self.found.parts[*at].boundary.as_deref()?;
            let after = rest.strip_prefix(boundary)?;
            match after.trim_end() {
                "" => Some(false),
                "--" => Some(true),
                _ => None,
            }
        };
        let (depth, closes) = (self.open.iter().enumerate().rev())
            .find_map(|(depth, at)| is_of(at).map(|closes| (depth, closes)))?;
        let multipart = self.open[depth];
        if closes {
            self.open.truncate(depth);
            self.part = multipart;
            self.state = State::Between;
            return Some((LineKind::CloseDelimiter, multipart));
        }
        self.open.truncate(depth + 1);
        self.begin_part(false);
        Some((LineKind::Delimiter, multipart))
    }

    fn end_header(&mut self) {
        let value = |name: &str| {
            let mut fields = self.fields.iter();
            let field = fields.find(|field| name_of(field).eq_ignore_ascii_case(name))?;
            field.split_once(':').map(|(_, value)| value)
        };
        let content_type = value("Content-Type").unwrap_or_default();
        let disposition = value("Content-Disposition").map(main_value);
        let part = &mut self.found.parts[self.part];
        part.media_type = main_value(content_type);
        let charset = parameter(content_type, "charset").map(|name| name.to_ascii_lowercase());
        part.utf8 = charset.is_none_or(|name| matches!(name.as_str(), "utf-8" | "us-ascii"));
        part.is_file = disposition.is_some_and(|value| value == "attachment")
            || parameter(content_type, "name").is_some();
        part.encoding = match value("Content-Transfer-Encoding")
            .map(main_value)
            .as_deref()
        {
            Some("base64") => Encoding::Base64,
            Some("quoted-printable") => Encoding::QuotedPrintable,
            _ => Encoding::Identity,
        };
        self.state = State::Body;
        if part.media_type.starts_with("multipart/") {
            part.boundary = parameter(content_type, "boundary");
            if part.boundary.is_some() {
                self.open.push(self.part);
                self.state = State::Between;
            }
        } else if part.media_type == "message/rfc822" && part.encoding == Encoding::Identity {
            self.begin_part(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LineKind::{
        Between, Body, CloseDelimiter, Continuation, Delimiter, Field, HeaderEnd,
    };
    use super::*;

    const MIXED: &str = "\
From: Mina <m@x.org>
To: a@x.org,
 b@x.org
Content-Type: multipart/mixed; charset=x;
\tboundary=\"b 1\"

before
--b 1
Content-Type: text/plain; charset=\"utf-8\"
Content-Transfer-Encoding: quoted-printable

=EA=B0=80
--b 2
--b 1
Content-Type: image/png; name=\"a.png\"
Content-Transfer-Encoding: base64

aGk=
--b 1--
after
";

    #[test]
    fn each_line_is_of_its_kind_and_part() {
        let structure = Structure::of(MIXED);
        let kinds: Vec<(LineKind, usize)> = structure
            .lines
            .iter()
            .map(|line| (line.kind, line.part))
            .collect();
        let quoted = Body(Encoding::QuotedPrintable);
        let expect = [
            (Field, 0),
            (Field, 0),
            (Continuation, 0),
            (Field, 0),
            (Continuation, 0),
            (HeaderEnd, 0),
            (Between, 0),
            (Delimiter, 0),
            (Field, 1),
            (Field, 1),
            (HeaderEnd, 1),
            (quoted, 1),
            (quoted, 1),
            (Delimiter, 0),
            (Field, 2),
            (Field, 2),
            (HeaderEnd, 2),
            (Body(Encoding::Base64), 2),
            (CloseDelimiter, 0),
            (Between, 0),
        ];
        assert_eq!(kinds, expect);
        assert!(structure.parts[2].is_file && !structure.parts[1].is_file);
    }

    #[test]
    fn a_field_of_the_draft_knows_its_octets() {
        let check = |place, expect: &[&str]| {
            let found = Structure::of(MIXED).of_place(MIXED, place, &Options::default());
            let found: Vec<&str> = found.into_iter().map(|range| &MIXED[range]).collect();
            assert_eq!(found, expect, "{place:?}");
        };
        check(Place::From, &["From: Mina <m@x.org>"]);
        check(Place::To, &["To: a@x.org,\n b@x.org"]);
        check(Place::Cc, &[]);
        check(Place::Bcc, &[]);
        check(Place::Message, &["=EA=B0=80\n--b 2"]);
    }

    #[test]
    fn anything_has_a_structure() {
        for source in [
            "",
            "\n",
            "\n\n",
            " x",
            "no field\n\ntext",
            "Content-Type: multipart/mixed\n\n--\n----\nx",
            "Content-Type: multipart/mixed; boundary=\n\n--\nA: b\n\nx\n----\n",
            "Content-Type: message/rfc822\n\nSubject: 가\n\nx",
            "Content-Type: multipart/x; boundary=\"a\n\n--a\n\n--a--\n--a\n",
        ] {
            let structure = Structure::of(source);
            let joined: Vec<&str> = structure
                .lines
                .iter()
                .map(|line| &source[line.range.clone()])
                .collect();
            let joined = joined.join("\n");
            assert_eq!(joined.trim_end_matches('\n'), source.trim_end_matches('\n'));
            for place in [Place::To, Place::Message] {
                structure.of_place(source, place, &Options::default());
            }
            for offset in 0..=source.len() {
                if let Some(line) = structure.line_at(offset) {
                    structure.field(line);
                }
            }
        }
    }
}
