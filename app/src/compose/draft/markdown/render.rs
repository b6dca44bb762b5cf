//! From the parser's events to elements.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::is_address;
use crate::compose::draft::rich::{Element, Node};

/// Elements nested deeper are read as if they were not there; their text stays.
const DEEPEST: usize = 48;

/// The elements of a text.
pub(super) fn render(source: &str) -> Vec<Node> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut builder = Builder {
        open: Vec::new(),
        top: Vec::new(),
        in_head: false,
    };
    for event in Parser::new_ext(source, options) {
        builder.event(event);
    }
    builder.top
}

/// An element that is open. None: what is in it belongs to the one around it.
type Open = Option<Element>;

struct Builder {
    open: Vec<Open>,
    top: Vec<Node>,
    in_head: bool,
}

impl Builder {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => {
                if let Some(Some(element)) = self.open.pop() {
                    if element.tag == "img" {
                        return self.picture(element);
                    }
                    if element.tag == "tr" {
                        self.in_head = false;
                    }
                    self.push(Node::Element(element));
                }
            }
            Event::Text(text) => self.push(Node::Text(text.into_string())),
            Event::Code(text) => {
                self.push(Node::element("code", vec![Node::Text(text.into_string())]));
            }
            // HTML is text.
            Event::Html(text) | Event::InlineHtml(text) => {
                for (at, line) in text.trim_end_matches('\n').split('\n').enumerate() {
                    if at > 0 {
                        self.push(Node::element("br", Vec::new()));
                    }
                    self.push(Node::text(line));
                }
                if text.ends_with('\n') {
                    self.push(Node::element("br", Vec::new()));
                }
            }
            Event::SoftBreak | Event::HardBreak => self.push(Node::element("br", Vec::new())),
            Event::Rule => self.push(Node::element("hr", Vec::new())),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let element = match tag {
            Tag::Paragraph => Element::new("p", Vec::new()),
            Tag::HtmlBlock => Element::new("p", Vec::new()),
            Tag::Heading { level, .. } => {
                let tag = match *level as usize {
                    1 => "h1",
                    2 => "h2",
                    _ => "h3",
                };
                Element::new(tag, Vec::new())
            }
            Tag::BlockQuote(_) => Element::new("blockquote", Vec::new()),
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => {
                Element::new("pre", Vec::new())
            }
            Tag::List(None) => Element::new("ul", Vec::new()),
            Tag::List(Some(first)) => {
                let mut list = Element::new("ol", Vec::new());
                if *first > 1 {
                    list.attributes.push(("start", first.to_string()));
                }
                list
            }
            Tag::Item => Element::new("li", Vec::new()),
            Tag::Table(_) => Element::new("table", Vec::new()),
            Tag::TableHead => {
                self.in_head = true;
                Element::new("tr", Vec::new())
            }
            Tag::TableRow => Element::new("tr", Vec::new()),
            Tag::TableCell => Element::new(if self.in_head { "th" } else { "td" }, Vec::new()),
            Tag::Emphasis => Element::new("i", Vec::new()),
            Tag::Strong => Element::new("b", Vec::new()),
            Tag::Strikethrough => Element::new("s", Vec::new()),
            Tag::Link { dest_url, .. } if is_address(&linked(dest_url)) => {
                let mut link = Element::new("a", Vec::new());
                link.attributes.push(("href", linked(dest_url)));
                link
            }
            Tag::Image { dest_url, .. } => {
                let mut picture = Element::new("img", Vec::new());
                picture.attributes.push(("src", dest_url.to_string()));
                picture
            }
            _ => return self.open.push(None),
        };
        let deep = self.open.len() >= DEEPEST && element.tag != "img";
        self.open.push((!deep).then_some(element));
    }

    /// A picture of the draft; the address of any other, as a link.
    fn picture(&mut self, mut element: Element) {
        let mut alt = String::new();
        text_of(&element.children, &mut alt);
        element.children.clear();
        let source = element.attribute("src").unwrap_or_default().to_owned();
        if source.starts_with("cid:") {
            element.attributes.push(("alt", alt));
            return self.push(Node::Element(element));
        }
        let shown = if alt.is_empty() { source.clone() } else { alt };
        if !is_address(&source) {
            return self.push(Node::text(&shown));
        }
        let mut link = Element::new("a", vec![Node::text(&shown)]);
        link.attributes.push(("href", source));
        self.push(Node::Element(link));
    }

    fn push(&mut self, node: Node) {
        let open = self.open.iter_mut().rev().flatten().next();
        let into = open.map_or(&mut self.top, |element| &mut element.children);
        match (into.last_mut(), node) {
            (Some(Node::Text(before)), Node::Text(text)) => before.push_str(&text),
            (_, node) => into.push(node),
        }
    }
}

/// The address of a link. `<a@b.example>` means a mail.
fn linked(address: &str) -> String {
    let is_mail = !address.contains(':') && address.contains('@');
    if is_mail {
        format!("mailto:{address}")
    } else {
        address.to_owned()
    }
}

fn text_of(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Element(element) => text_of(&element.children, text),
        }
    }
}
