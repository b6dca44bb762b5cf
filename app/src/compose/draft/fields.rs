//! Fields in a text, such as `{name}`, and what they are filled with. Pure.

use super::rich::{Element, Node, Rich};
use super::{BodyFormat, Draft, split_addresses};

/// The most characters between the braces of a field.
const NAME_CHARS: usize = 60;

/// Fills fields.
pub struct Fill<'a> {
    /// What a field of this name is filled with. None: there is none of this name.
    pub value: &'a dyn Fn(&str) -> Option<String>,
    /// The fields that stay, such as `{name}`, each once.
    pub unknown: Vec<String>,
}

impl Fill<'_> {
    /// A text with its fields filled. `write`: how a value is written in it.
    pub fn text(&mut self, text: &str, write: impl Fn(String) -> String) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            let name = rest[1..].split_once('}').map_or("", |(name, _)| name);
            let may_be = !name.trim().is_empty()
                && !name.contains(['{', '\n'])
                && name.chars().count() <= NAME_CHARS;
            let value = may_be.then(|| (self.value)(name.trim())).flatten();
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let is_field = may_be && name.chars().all(is_word);
            let end = if value.is_some() || is_field {
                name.len() + 2
            } else {
                1
            };
            match value {
                Some(value) => filled.push_str(&write(value)),
                None => {
                    let field = &rest[..end];
                    filled.push_str(field);
                    if is_field && !self.unknown.iter().any(|one| one == field) {
                        self.unknown.push(field.to_owned());
                    }
                }
            }
            rest = &rest[end..];
        }
        filled.push_str(rest);
        filled
    }

    /// A text in one line.
    pub fn line(&mut self, text: &str) -> String {
        let one_line = |value: String| value.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text(text, one_line)
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

    /// Addresses with their fields filled. A value may have several.
    fn addresses(&mut self, list: &[String]) -> Vec<String> {
        let filled = list.iter().map(|text| {
            let text = text.trim();
            let alone = text.starts_with('{') && text.find('}') == Some(text.len() - 1);
            self.text(
                text,
                |value| {
                    if alone { value } else { quoted(value.trim()) }
                },
            )
        });
        let filled: Vec<String> = filled.collect();
        filled
            .iter()
            .flat_map(|text| split_addresses(text))
            .collect()
    }
}

/// A value as a part of an address: a name that would not be one word of a name is quoted.
fn quoted(value: &str) -> String {
    let special = |c: char| "()<>[]:;,\"\\".contains(c);
    let spaced = value.contains(' ') && value.contains(['.', '@']);
    if !spaced && !value.contains(special) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
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
        let mut draft = self.filled_head(fill);
        (draft.body, draft.html) = fill.body(self.format, &self.body, &self.html);
        for one in &mut draft.attachments {
            one.name = fill.line(&one.name);
        }
        draft
    }

    /// The same with the fields filled that become header fields.
    #[must_use]
    pub fn filled_head(&self, fill: &mut Fill<'_>) -> Draft {
        let mut draft = self.clone();
        draft.to = fill.addresses(&self.to);
        draft.cc = fill.addresses(&self.cc);
        draft.bcc = fill.addresses(&self.bcc);
        draft.subject = fill.line(&self.subject);
        for header in &mut draft.options.headers {
            header.value = fill.line(&header.value);
        }
        draft
    }
}

#[cfg(test)]
mod tests;
