//! Header fields, folded (RFC 5322 §2.2.3).

use super::super::Mailbox;
use super::super::options;
use super::words;

/// The most characters of a line that can be folded.
const LINE: usize = 78;

/// The same of a line with an encoded word (RFC 2047 §2).
const WORD_LINE: usize = 76;

/// A header field that is being written.
pub(super) struct Field<'a> {
    output: &'a mut Vec<u8>,
    /// Characters of the current line.
    column: usize,
    /// The most that it may have.
    line: usize,
    /// Whether something that can be seen is on the line, so that the next one may begin.
    folds: bool,
}

impl<'a> Field<'a> {
    /// Begins a field with its name.
    pub(super) fn new(name: &str, output: &'a mut Vec<u8>) -> Field<'a> {
        output.extend_from_slice(name.as_bytes());
        output.push(b':');
        Field {
            output,
            column: name.len() + 1,
            line: LINE,
            // Some readers overlook a field whose first line has only its name.
            folds: false,
        }
    }

    /// Adds a part that is not broken, behind a space or on a line of its own.
    pub(super) fn part(&mut self, text: &str) {
        if self.folds && self.column + 1 + text.len() > self.line {
            self.output.extend_from_slice(b"\r\n");
            self.column = 0;
            self.line = LINE;
        }
        self.output.push(b' ');
        self.output.extend_from_slice(text.as_bytes());
        self.column += 1 + text.len();
        self.folds = true;
    }

    /// Adds text as encoded words.
    fn words(&mut self, text: &str) {
        let room = WORD_LINE.saturating_sub(self.column + 1);
        for word in words::encode(text, room) {
            self.line = self.line.min(WORD_LINE);
            self.part(&word);
            self.line = WORD_LINE;
        }
    }

    /// Ends the field.
    pub(super) fn end(self) {
        self.output.extend_from_slice(b"\r\n");
    }
}

/// Writes a field that consists of one part.
pub(super) fn write_field(name: &str, value: &str, output: &mut Vec<u8>) {
    let mut field = Field::new(name, output);
    field.part(value);
    field.end();
}

/// Writes a field that consists of these parts. Lines are folded between them only.
pub(super) fn write_words(name: &str, words: &[String], output: &mut Vec<u8>) {
    let mut field = Field::new(name, output);
    words.iter().for_each(|word| field.part(word));
    field.end();
}

/// Writes a field of text. It reads back exactly as it is.
pub(super) fn write_text(name: &str, text: &str, output: &mut Vec<u8>) {
    let mut field = Field::new(name, output);
    if text.is_empty() || words::is_plain(text) && text.split(' ').all(|word| word.len() < LINE) {
        text.split(' ').for_each(|word| field.part(word));
    } else {
        field.words(text);
    }
    field.end();
}

/// Writes a field of the sender's own, which a program may read: a value in ASCII stays as it is,
/// and is folded before its words. Any other becomes encoded words.
pub(super) fn write_value(name: &str, value: &str, output: &mut Vec<u8>) {
    let mut field = Field::new(name, output);
    if value.is_ascii() {
        for word in options::words(value) {
            // The part brings a space of its own.
            field.part(word.strip_prefix(' ').unwrap_or(word));
        }
    } else {
        field.words(value);
    }
    field.end();
}

/// Writes a field of addresses.
pub(super) fn write_addresses(name: &str, people: &[Mailbox], output: &mut Vec<u8>) {
    let mut field = Field::new(name, output);
    for (at, person) in people.iter().enumerate() {
        let comma = if at + 1 < people.len() { "," } else { "" };
        let name = &person.name;
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        if name.is_empty() {
        } else if words::is_plain(name) && quoted.len() + 3 < LINE {
            field.part(&format!("\"{quoted}\""));
        } else {
            field.words(name);
        }
        field.part(&format!("<{}>{comma}", person.address));
    }
    field.end();
}
