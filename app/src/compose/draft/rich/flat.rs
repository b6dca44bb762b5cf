//! Paragraphs as lines with empty lines between them, which is what editors of mail make.

use super::tree::{Element, Node};

/// The same nodes without an element `p`.
pub(super) fn flat(nodes: Vec<Node>) -> Vec<Node> {
    let mut all: Vec<Node> = Vec::new();
    // Whether what is before is a paragraph.
    let mut after_paragraph = false;
    for node in nodes {
        let Node::Element(mut element) = node else {
            all.push(node);
            after_paragraph = false;
            continue;
        };
        element.children = flat(element.children);
        let is_paragraph = element.tag == "p";
        let needs_line = match element.tag {
            "p" => all.last().is_some_and(is_line),
            "div" | "blockquote" => after_paragraph,
            _ => false,
        };
        let node = Node::Element(element);
        let has_line = is_empty(&node) || all.last().is_some_and(is_empty);
        if needs_line && !has_line {
            all.push(line(vec![Node::element("br", Vec::new())]));
        }
        match node {
            Node::Element(element) if is_paragraph => all.extend(lines(element)),
            node => all.push(node),
        }
        after_paragraph = is_paragraph;
    }
    all
}

/// The lines of a paragraph.
fn lines(paragraph: Element) -> Vec<Node> {
    let mut lines = Vec::new();
    let mut current = Vec::new();
    for node in paragraph.children {
        if matches!(&node, Node::Element(element) if element.tag == "br") {
            if current.is_empty() {
                current.push(node);
            }
            lines.push(line(std::mem::take(&mut current)));
        } else if node.is_inline() {
            current.push(node);
        } else {
            if !current.is_empty() {
                lines.push(line(std::mem::take(&mut current)));
            }
            lines.push(node);
        }
    }
    if !current.is_empty() {
        lines.push(line(current));
    }
    lines
}

fn line(children: Vec<Node>) -> Node {
    Node::element("div", children)
}

/// Whether a line below it would look like its next line.
fn is_line(node: &Node) -> bool {
    match node {
        Node::Text(_) => true,
        Node::Element(element) => {
            element.is_inline() || matches!(element.tag, "div" | "blockquote")
        }
    }
}

fn is_empty(node: &Node) -> bool {
    match node {
        Node::Text(_) => false,
        Node::Element(element) => {
            let is_break = |node: &Node| match node {
                Node::Text(text) => text.trim().is_empty(),
                Node::Element(inner) => inner.tag == "br",
            };
            element.tag == "div" && element.children.iter().all(is_break)
        }
    }
}
