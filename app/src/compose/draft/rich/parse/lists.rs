//! Lists as Word writes them: paragraphs, each with its level and a mark that is text.

use super::super::tree::{Element, Node};

/// The attribute that has the level of an item, until it is in a list. Nothing else can set it.
pub(super) const LEVEL: &str = " level";

/// The attribute of an item whose mark is a number.
pub(super) const ORDERED: &str = " ordered";

/// An item of this level.
pub(super) fn marked_item(level: u8) -> Element {
    Element {
        tag: "li",
        attributes: vec![(LEVEL, level.to_string())],
        children: Vec::new(),
    }
}

/// Whether the mark of an item is a number, such as `1.` or `b)`.
pub(super) fn is_number(mark: &str) -> bool {
    let mark = mark.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}');
    let core = mark.trim_end_matches(['.', ')']);
    mark.len() > core.len() && !core.is_empty() && core.chars().all(char::is_alphanumeric)
}

/// The same nodes with such items in lists.
pub(super) fn lists(nodes: Vec<Node>) -> Vec<Node> {
    let mut all = Vec::new();
    let mut items = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element) if element.attribute(LEVEL).is_some() => items.push(element),
            Node::Text(text) if !items.is_empty() && text.trim().is_empty() => {}
            node => {
                list(&mut items, &mut all);
                all.push(match node {
                    Node::Element(mut element) => {
                        element.children = lists(element.children);
                        Node::Element(element)
                    }
                    text => text,
                });
            }
        }
    }
    list(&mut items, &mut all);
    all
}

/// Makes a list of these items.
fn list(items: &mut Vec<Element>, all: &mut Vec<Node>) {
    // The lists that are open, each within the last item of the one before.
    let mut open: Vec<(u32, Element)> = Vec::new();
    for mut item in std::mem::take(items) {
        let level = item.attribute(LEVEL).and_then(|level| level.parse().ok());
        let level: u32 = level.unwrap_or(1);
        let ordered = item.attribute(ORDERED).is_some();
        item.attributes.clear();
        item.children = lists(std::mem::take(&mut item.children));
        while open.len() > 1 && open.last().is_some_and(|(last, _)| *last > level) {
            close(&mut open, all);
        }
        if open.last().is_none_or(|(last, _)| *last < level) {
            let tag = if ordered { "ol" } else { "ul" };
            open.push((level, Element::new(tag, Vec::new())));
        }
        if let Some((_, list)) = open.last_mut() {
            list.children.push(Node::Element(item));
        }
    }
    while !open.is_empty() {
        close(&mut open, all);
    }
}

fn close(open: &mut Vec<(u32, Element)>, all: &mut Vec<Node>) {
    let Some((_, list)) = open.pop() else { return };
    let outer = open.last_mut().map(|(_, outer)| &mut outer.children);
    let into = match outer {
        None => all,
        Some(items) => match items.last_mut() {
            Some(Node::Element(item)) => &mut item.children,
            _ => items,
        },
    };
    into.push(Node::Element(list));
}
