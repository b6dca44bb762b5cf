//! Rich text: a small subset of HTML, which is all that a draft stores, the editor edits and a
//! message sends. Pure.
//!
//! [`Rich::read`] takes any HTML and keeps only that subset, so nothing else gets into a message.

mod flat;
mod lines;
mod parse;
mod sent;
mod table;
mod text;
mod tree;
mod typed;
mod write;

pub use self::lines::{from_lines, signature_lines};
pub use self::sent::{Picture, sent_html};
pub use self::table::width;
pub use self::tree::{Element, Node, TAGS, is_address};
pub use self::typed::TypedText;

/// What is found in HTML besides the rich text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// It shows something that is not of the subset: colours, forms, pictures from elsewhere.
    pub left_out: bool,
}

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
        Rich::read_with(html, &mut Found::default())
    }

    /// The same, and what is found in it besides.
    #[must_use]
    pub fn read_with(html: &str, found: &mut Found) -> Rich {
        Rich {
            nodes: parse::parse(html, None, found),
        }
    }

    /// Reads what is pasted. `take` gets the address of each picture that has its octets in it
    /// (`data:`), and returns the Content-ID that it is to have.
    #[must_use]
    pub fn read_pasted(html: &str, mut take: impl FnMut(&str) -> Option<String>) -> Rich {
        Rich {
            nodes: parse::parse(html, Some(&mut take), &mut Found::default()),
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

    /// As HTML for the editor, in which a picture has no address that a browser would try to load.
    #[must_use]
    pub fn edited_html(&self) -> String {
        self.html().replace("<img src=\"cid:", "<img data-cid=\"")
    }

    /// The same with lines instead of paragraphs, as an editor makes them.
    #[must_use]
    pub fn flat(self) -> Rich {
        Rich {
            nodes: flat::flat(self.nodes),
        }
    }

    /// The same with plain spaces where an editor has others: it keeps a space at the end of what
    /// is typed from vanishing, also when more follows in other letters.
    #[must_use]
    pub fn typed(mut self) -> Rich {
        plain_spaces(&mut self.nodes);
        self
    }

    /// A picture of the message.
    #[must_use]
    pub fn picture(id: &str, name: &str) -> Rich {
        let attributes = vec![("src", format!("cid:{id}")), ("alt", name.to_owned())];
        let image = Element {
            tag: "img",
            attributes,
            children: Vec::new(),
        };
        Rich {
            nodes: vec![Node::Element(image)],
        }
    }

    /// Gives a picture another name. False: it is not in the text.
    pub fn rename_picture(&mut self, id: &str, name: &str) -> bool {
        change(&mut self.nodes, &mut |element| {
            let is_it = element.content_id() == Some(id) && element.attribute("alt") != Some(name);
            if is_it {
                element.attributes.retain(|(one, _)| *one != "alt");
                element.attributes.push(("alt", name.to_owned()));
            }
            (is_it, true)
        })
    }

    /// Takes a picture out of the text. False: it is not in it.
    pub fn remove_picture(&mut self, id: &str) -> bool {
        change(&mut self.nodes, &mut |element| {
            let is_it = element.content_id() == Some(id);
            (is_it, !is_it)
        })
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

    /// Its links, each the text and the address. Those of quotes are others'.
    #[must_use]
    pub fn links(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        links(&self.nodes, &mut found);
        found
    }

    /// Whether it shows the picture with this Content-ID.
    #[must_use]
    pub fn has_picture(&self, id: &str) -> bool {
        self.any(&|element| element.content_id() == Some(id))
    }

    fn any(&self, is: &dyn Fn(&Element) -> bool) -> bool {
        let mut found = false;
        visit(&self.nodes, &mut |element| found |= is(element));
        found
    }
}

fn plain_spaces(nodes: &mut [Node]) {
    for at in 0..nodes.len() {
        let is_break = |node: &Node| matches!(node, Node::Element(one) if one.tag == "br");
        let goes_on = nodes.get(at + 1);
        let goes_on = goes_on.is_some_and(|next| next.is_inline() && !is_break(next));
        match &mut nodes[at] {
            Node::Text(text) if goes_on && text.ends_with('\u{a0}') => {
                text.pop();
                let after_space = text.ends_with([' ', '\u{a0}']) || text.is_empty();
                text.push(if after_space { '\u{a0}' } else { ' ' });
            }
            Node::Text(_) => {}
            Node::Element(element) => plain_spaces(&mut element.children),
        }
    }
}

/// Calls `call` with each element, which says whether it has changed and whether it stays. Whether
/// any has changed.
fn change(nodes: &mut Vec<Node>, call: &mut dyn FnMut(&mut Element) -> (bool, bool)) -> bool {
    let mut changed = false;
    nodes.retain_mut(|node| {
        let Node::Element(element) = node else {
            return true;
        };
        changed |= change(&mut element.children, call);
        let (did, stays) = call(element);
        changed |= did;
        stays
    });
    changed
}

fn links(nodes: &[Node], found: &mut Vec<(String, String)>) {
    for node in nodes {
        let Node::Element(element) = node else {
            continue;
        };
        match (element.tag, element.attribute("href")) {
            ("blockquote", _) => {}
            ("a", Some(target)) => {
                let mut text = String::new();
                words(&element.children, &mut text);
                found.push((text.trim().to_owned(), target.to_owned()));
            }
            _ => links(&element.children, found),
        }
    }
}

/// Adds the words of these nodes, without what shows how they look.
fn words(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(more) => text.push_str(more),
            Node::Element(element) => words(&element.children, text),
        }
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
