//! Spaces that a browser does not show: those next to the beginning and the end of a block, which
//! are there because the HTML is written in lines.

use super::super::tree::{Element, Node};

/// The same nodes without such spaces. `inline`: they stand in a line of text.
pub(super) fn tidy(nodes: Vec<Node>, inline: bool) -> Vec<Node> {
    let mut all: Vec<Node> = Vec::with_capacity(nodes.len());
    let mut nodes = nodes.into_iter().peekable();
    while let Some(node) = nodes.next() {
        match node {
            Node::Text(mut text) if !inline => {
                if all.last().is_none_or(ends_line) && text.starts_with(' ') {
                    text.remove(0);
                }
                if nodes.peek().is_none_or(ends_line) && text.ends_with(' ') {
                    text.pop();
                }
                if !text.is_empty() {
                    all.push(Node::Text(text));
                }
            }
            Node::Element(mut element) if element.tag != "pre" => {
                let inline = element.is_inline();
                element.children = tidy(element.children, inline);
                all.push(Node::Element(element));
            }
            node => all.push(node),
        }
    }
    all
}

fn ends_line(node: &Node) -> bool {
    match node {
        Node::Text(_) => false,
        Node::Element(Element { tag, .. }) => *tag == "br" || !node.is_inline(),
    }
}
