//! Fields in a text, such as `{name}`, and what they are filled with. Pure.

mod join;
mod nearest;

pub use self::nearest::nearest_field;
use super::mailbox::with_values;
use super::rich::{Element, Node, Rich};
use super::{Attachment, BodyFormat, Draft, Person, split_addresses};
use crate::ui::mailbox::named_address;

/// How a brace itself is written where a field could begin.
pub const BRACE: &str = "{{}";

/// Fills fields.
pub struct Fill<'a> {
    /// What a field of this name is filled with. None: there is none of this name.
    pub value: &'a dyn Fn(&str) -> Option<String>,
    /// The fields that stay, such as `{name}`, each once.
    pub unknown: Vec<String>,
}

/// A piece of a text with fields.
enum Piece<'a> {
    Text(&'a str),
    /// [`BRACE`].
    Brace,
    /// A field as it is written, with its braces.
    Field(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        pieces.push(Piece::Text(&rest[..at]));
        rest = &rest[at..];
        let (piece, end) = if rest.starts_with(BRACE) {
            (Piece::Brace, BRACE.len())
        } else if let Some(end) = field_end(rest) {
            (Piece::Field(&rest[..end]), end)
        } else {
            (Piece::Text("{"), 1)
        };
        pieces.push(piece);
        rest = &rest[end..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// Where the field ends with which a text begins.
fn field_end(text: &str) -> Option<usize> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = !name.trim().is_empty() && !name.contains(['{', '\n']);
    is_name.then_some(name.len() + 2)
}

/// The name of a field, without its braces.
fn name_of(field: &str) -> String {
    words(field.trim_start_matches('{').trim_end_matches('}'))
}

/// A text with a single space between its words, and none around them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether someone may have meant a field by this, and not only braces such as `{}` or `{;}`.
fn may_be_meant(field: &str) -> bool {
    let in_name = |c: char| !c.is_whitespace() && !c.is_ascii_punctuation();
    field.contains(in_name)
}

/// A name without the backslashes that it has in Markdown.
fn unescaped(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = c == '\\' && chars.peek().is_some_and(char::is_ascii_punctuation);
        plain.extend(if escapes { chars.next() } else { Some(c) });
    }
    plain
}

impl Fill<'_> {
    /// What this field is filled with. None: it stays, and is noted.
    fn value_of(&mut self, field: &str) -> Option<String> {
        let name = name_of(field);
        let value = (self.value)(&name).or_else(|| {
            let plain = unescaped(&name);
            (plain != name).then(|| (self.value)(&plain)).flatten()
        });
        if value.is_none() && may_be_meant(field) && !self.unknown.iter().any(|one| one == field) {
            self.unknown.push(field.to_owned());
        }
        value
    }

    /// A text with its fields filled. `write`: how a value is written in it.
    pub fn text(&mut self, text: &str, write: impl Fn(String) -> String) -> String {
        let mut filled = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Brace => filled.push('{'),
                Piece::Field(field) => match self.value_of(field) {
                    Some(value) => filled.push_str(&write(value)),
                    None => filled.push_str(field),
                },
            }
        }
        filled
    }

    /// A text in one line.
    pub fn line(&mut self, text: &str) -> String {
        self.text(text, |value| words(&value))
    }

    /// The text of a message with its fields filled: [`Draft::body`] and [`Draft::html`].
    pub fn body(&mut self, format: BodyFormat, body: &str, html: &str) -> (String, String) {
        match format {
            BodyFormat::Plain => (self.text(body, |value| value), String::new()),
            BodyFormat::Markdown => {
                let markdown = |value: String| Rich::from_text(&value).markdown();
                (self.text(body, markdown), String::new())
            }
            BodyFormat::Rich => {
                let mut rich = Rich::read(html);
                join::fields(&mut rich.nodes);
                rich.nodes = self.nodes(rich.nodes);
                (rich.text(), rich.html())
            }
        }
    }

    fn nodes(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        let mut filled = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node {
                Node::Text(text) => {
                    let text = self.text(&text, |value| value.replace("\r\n", "\n"));
                    let mut lines = text.split('\n');
                    filled.extend(lines.next().map(|line| Node::Text(line.to_owned())));
                    for line in lines {
                        filled.push(Node::Element(Element {
                            tag: "br",
                            attributes: Vec::new(),
                            children: Vec::new(),
                        }));
                        filled.push(Node::Text(line.to_owned()));
                    }
                }
                Node::Element(mut element) => {
                    for (name, value) in &mut element.attributes {
                        if *name == "href" {
                            *value = self.text(value, |value| escaped(&value));
                        }
                    }
                    element.children = self.nodes(element.children);
                    filled.push(Node::Element(element));
                }
            }
        }
        filled
    }

    /// Addresses with their fields filled. A field that stands alone may have several; any other
    /// address stays a single one, whatever is filled in.
    fn addresses(&mut self, list: &[String]) -> Vec<String> {
        list.iter().flat_map(|text| self.mailboxes(text)).collect()
    }

    fn mailboxes(&mut self, text: &str) -> Vec<String> {
        // Fields become single characters while the text is split: a name of a field may have a
        // comma or a quotation mark in it.
        let mut values = Values::default();
        let mut marked = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => {
                    for c in text.chars() {
                        marked.push(values.stands_for(c));
                    }
                }
                Piece::Brace => marked.push(values.add("{".to_owned())),
                Piece::Field(field) => match self.value_of(field) {
                    Some(value) => marked.push(values.add(value)),
                    None => marked.push(values.add(field.to_owned())),
                },
            }
        }
        let parts = split_addresses(&marked).into_iter();
        let filled = parts.flat_map(|part| match values.alone(&part) {
            Some(value) => split_addresses(value),
            None => vec![with_values(&part, &|c| values.get(c))],
        });
        filled.collect()
    }
}

/// What the marks in a text stand for: characters of Unicode's planes for private use.
#[derive(Default)]
struct Values(Vec<String>);

/// The first mark. All characters from it on are marks.
const FIRST_MARK: u32 = 0xf_0000;

impl Values {
    /// The mark of this value.
    fn add(&mut self, value: String) -> char {
        let at = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(value);
        let mark = FIRST_MARK.checked_add(at).and_then(char::from_u32);
        // No address has so many fields that the marks do not suffice.
        mark.unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// A character as it is, or a mark in its place where it looks like one.
    fn stands_for(&mut self, c: char) -> char {
        if u32::from(c) < FIRST_MARK {
            c
        } else {
            self.add(c.to_string())
        }
    }

    fn get(&self, c: char) -> Option<&str> {
        let at = u32::from(c).checked_sub(FIRST_MARK)?;
        let value = self.0.get(usize::try_from(at).ok()?)?;
        Some(value)
    }

    /// The value of a text that is one mark.
    fn alone(&self, text: &str) -> Option<&str> {
        let mut chars = text.trim().chars();
        let value = self.get(chars.next()?)?;
        chars.next().is_none().then_some(value)
    }
}

/// A value as a part of the address of a link.
fn escaped(value: &str) -> String {
    let kept = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~".contains(&octet);
    let octets = value.bytes();
    octets
        .map(|octet| {
            if kept(octet) {
                char::from(octet).to_string()
            } else {
                format!("%{octet:02X}")
            }
        })
        .collect()
}

impl Draft {
    /// The same message with its fields filled.
    #[must_use]
    pub fn filled(&self, fill: &mut Fill<'_>) -> Draft {
        let (body, html) = fill.body(self.format, &self.body, &self.html);
        let attachments = self.attachments.iter().map(|one| Attachment {
            name: fill.line(&one.name),
            ..one.clone()
        });
        let attachments = attachments.collect();
        Draft {
            format: self.format,
            as_typed: self.as_typed,
            body,
            html,
            signature: self.signature.clone(),
            unfinished: self.unfinished.clone(),
            attachments,
            raw: self.raw.clone(),
            answers: self.answers.clone(),
            ..self.filled_head(fill)
        }
    }

    /// Only what becomes header fields, with its fields filled.
    #[must_use]
    pub fn filled_head(&self, fill: &mut Fill<'_>) -> Draft {
        let mut options = self.options.clone();
        for header in &mut options.headers {
            header.value = fill.line(&header.value);
        }
        Draft {
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
            to: self.filled_to(fill),
            cc: fill.addresses(&self.cc),
            bcc: fill.addresses(&self.bcc),
            subject: fill.line(&self.subject),
            invitation: self.invitation.clone(),
            options,
            thread: self.thread.clone(),
            ..Draft::default()
        }
    }

    /// Who it is for, with the fields filled.
    #[must_use]
    pub fn filled_to(&self, fill: &mut Fill<'_>) -> Vec<String> {
        fill.addresses(&self.to)
    }
}

/// The recipients of a text with addresses. One without a name gets this one.
#[must_use]
pub fn recipients(name: &str, addresses: &str) -> Vec<String> {
    let mut recipients = split_addresses(addresses);
    let name = words(name);
    if let [one] = &mut recipients[..]
        && !name.is_empty()
    {
        match Person::parse(one) {
            Some(person) if person.name.is_empty() => *one = named_address(&name, &person.address),
            Some(_) => {}
            None if one.contains(['<', '>', '"', '(']) => {}
            None => *one = named_address(&name, one),
        }
    }
    recipients
}

#[cfg(test)]
mod tests;
