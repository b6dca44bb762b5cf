//! The HTML that is sent: the elements of the subset, and styles from one table.
//!
//! Styles are in the elements, because many readers drop style sheets. They name no colour of a
//! text or of what is behind it, so that it can be read in dark, too.

use super::tree::{Element, Node, is_void};
use super::write::write_char;

/// A picture that the message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its Content-ID.
    pub id: &'a str,
}

/// The style of an element. Empty: as the reader shows it.
fn style(tag: &str) -> &'static str {
    match tag {
        "blockquote" => "margin:0 0 0 .8ex;border-left:2px solid #8899a4;padding-left:1ex",
        "p" => "margin:0 0 1em",
        "h1" => "font-size:1.6em;margin:0 0 .5em",
        "h2" => "font-size:1.3em;margin:0 0 .5em",
        "h3" => "font-size:1.1em;margin:0 0 .5em",
        "ul" | "ol" => "margin:0 0 1em;padding-left:2em",
        "pre" => "font-family:monospace;white-space:pre-wrap;margin:0 0 1em",
        "code" => "font-family:monospace",
        "table" => "border-collapse:collapse;margin:0 0 1em",
        "td" | "th" => {
            "border:1px solid #8899a4;padding:4px 8px;text-align:left;vertical-align:top"
        }
        "img" => "max-width:100%",
        "hr" => "border:0;border-top:1px solid #8899a4",
        _ => "",
    }
}

/// Whether an element has the style that it is sent with. The text that we send is read again
/// without a loss.
pub(super) fn is_own_style(tag: Option<&str>, text: &str) -> bool {
    tag.map_or(text == "font-family:sans-serif", |tag| style(tag) == text)
}

/// A whole document, its lines ended by LF.
#[must_use]
pub fn sent_html(nodes: &[Node], pictures: &[Picture<'_>]) -> String {
    let mut html = "<!DOCTYPE html>\n\
        <html><head><meta charset=\"utf-8\"></head>\
        <body style=\"font-family:sans-serif\">\n"
        .to_owned();
    let mut writer = Writer {
        html: &mut html,
        pictures,
        verbatim: false,
    };
    writer.nodes(nodes);
    if !html.ends_with('\n') {
        html.push('\n');
    }
    html.push_str("</body></html>\n");
    html
}

struct Writer<'a> {
    html: &'a mut String,
    pictures: &'a [Picture<'a>],
    verbatim: bool,
}

impl Writer<'_> {
    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => text.chars().for_each(|c| write_char(c, self.html)),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        if element.tag == "img" && !self.is_carried(element) {
            // A reader would show a broken picture.
            let alt = element.attribute("alt").unwrap_or_default();
            return alt.chars().for_each(|c| write_char(c, self.html));
        }
        self.html.push('<');
        self.html.push_str(element.tag);
        for (name, value) in &element.attributes {
            self.html.push_str(&format!(" {name}=\""));
            value.chars().for_each(|c| write_char(c, self.html));
            self.html.push('"');
        }
        if element.tag == "blockquote" {
            // Mail programs fold what is marked so, and colour it by its depth.
            self.html.push_str(" type=\"cite\"");
        }
        let style = style(element.tag);
        if !style.is_empty() {
            self.html.push_str(&format!(" style=\"{style}\""));
        }
        self.html.push('>');
        let before = self.verbatim;
        self.verbatim |= element.tag == "pre";
        if !is_void(element.tag) {
            self.nodes(&element.children);
            self.html.push_str(&format!("</{}>", element.tag));
        }
        self.verbatim = before;
        if !self.verbatim && (!element.is_inline() || element.tag == "br") {
            self.html.push('\n');
        }
    }

    fn is_carried(&self, element: &Element) -> bool {
        let id = element.content_id();
        self.pictures.iter().any(|picture| Some(picture.id) == id)
    }
}
