//! Writing rich text as HTML.

use super::tree::{Node, is_void};

/// As HTML without line ends between elements.
pub(super) fn html(nodes: &[Node]) -> String {
    let mut html = String::new();
    write(nodes, &mut html);
    html
}

fn write(nodes: &[Node], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => text.chars().for_each(|c| write_char(c, html)),
            Node::Element(element) => {
                html.push('<');
                html.push_str(element.tag);
                for (name, value) in &element.attributes {
                    html.push_str(&format!(" {name}=\""));
                    value.chars().for_each(|c| write_char(c, html));
                    html.push('"');
                }
                html.push('>');
                if is_void(element.tag) {
                    continue;
                }
                write(&element.children, html);
                html.push_str(&format!("</{}>", element.tag));
            }
        }
    }
}

/// A character as text or in an attribute.
pub(super) fn write_char(c: char, html: &mut String) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\u{a0}' => html.push_str("&nbsp;"),
        '\0' => html.push('\u{fffd}'),
        c => html.push(c),
    }
}
