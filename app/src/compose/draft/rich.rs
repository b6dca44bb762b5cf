//! Rich text: a small subset of HTML, which is all that a draft stores, the editor edits and a
//! message sends. Pure.
//!
//! [`Rich::read`] takes any HTML and keeps only that subset, so nothing else gets into a message.

mod lines;
mod parse;
mod sent;
mod table;
mod text;
mod tree;
mod write;

pub use self::lines::{from_lines, signature_lines};
pub use self::sent::{Picture, sent_html};
pub use self::table::width;
pub use self::tree::{Element, Node, is_address};

/// A rich text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rich {
    /// What it consists of.
    pub nodes: Vec<Node>,
}

impl Rich {
    /// Reads HTML. What is not of the subset is left out, its text stays.
    #[must_use]
    pub fn read(html: &str) -> Rich {
        Rich {
            nodes: parse::parse(html),
        }
    }

    /// A plain text as rich text: a line is a block, and quoted lines are quotes.
    #[must_use]
    pub fn from_text(text: &str) -> Rich {
        Rich {
            nodes: from_lines(text),
        }
    }

    /// As HTML, to be stored or edited.
    #[must_use]
    pub fn html(&self) -> String {
        write::html(&self.nodes)
    }

    /// As plain text that reads well, its lines ended by LF.
    #[must_use]
    pub fn text(&self) -> String {
        text::of(&self.nodes, text::Style::Plain)
    }

    /// As Markdown, its lines ended by LF.
    #[must_use]
    pub fn markdown(&self) -> String {
        text::of(&self.nodes, text::Style::Markdown)
    }

    /// Whether it has anything that a plain text can't show.
    #[must_use]
    pub fn has_formatting(&self) -> bool {
        self.any(&|element| !matches!(element.tag, "div" | "p" | "br" | "blockquote"))
    }

    /// Whether it has anything that Markdown can't express.
    #[must_use]
    pub fn exceeds_markdown(&self) -> bool {
        self.any(&|element| {
            matches!(element.tag, "u" | "sub" | "sup")
                || element.attribute("colspan").is_some()
                || element.attribute("rowspan").is_some()
        })
    }

    /// The Content-IDs of the pictures that it shows.
    #[must_use]
    pub fn content_ids(&self) -> Vec<String> {
        let mut found = Vec::new();
        visit(&self.nodes, &mut |element| {
            if let Some(id) = element.content_id() {
                found.push(id.to_owned());
            }
        });
        found
    }

    fn any(&self, is: &dyn Fn(&Element) -> bool) -> bool {
        let mut found = false;
        visit(&self.nodes, &mut |element| found |= is(element));
        found
    }
}

/// Calls `see` with each element.
fn visit(nodes: &[Node], see: &mut dyn FnMut(&Element)) {
    for node in nodes {
        if let Node::Element(element) = node {
            see(element);
            visit(&element.children, see);
        }
    }
}

#[cfg(test)]
mod tests;
