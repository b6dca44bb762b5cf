//! The text of an editor as it is searched: the characters of its text nodes, with a line end
//! between two blocks.

use std::ops::Range;

use web_sys::{Node, Range as DomRange};

/// A text and the nodes that it is in.
pub(super) struct NodeText {
    pub(super) text: Vec<u16>,
    /// Each text node, and where it begins.
    nodes: Vec<(usize, Node)>,
}

impl NodeText {
    pub(super) fn of(root: &Node) -> NodeText {
        let mut all = NodeText {
            text: Vec::new(),
            nodes: Vec::new(),
        };
        all.read(root);
        all
    }

    fn read(&mut self, node: &Node) {
        if node.node_type() == Node::TEXT_NODE {
            self.nodes.push((self.text.len(), node.clone()));
            let text = node.node_value().unwrap_or_default();
            // A space that does not break is one to whoever searches.
            let units = text.encode_utf16();
            self.text
                .extend(units.map(|unit| if unit == 0xa0 { 0x20 } else { unit }));
            return;
        }
        let is_block = matches!(
            node.node_name().as_str(),
            "DIV" | "P" | "LI" | "TD" | "TH" | "BR" | "PRE" | "H1" | "H2" | "H3" | "BLOCKQUOTE"
        );
        let mut child = node.first_child();
        while let Some(inner) = child {
            self.read(&inner);
            child = inner.next_sibling();
        }
        if is_block && !self.text.is_empty() && self.text.last() != Some(&0x0a) {
            self.text.push(0x0a);
        }
    }

    /// The node that has this place, and where in it. `end`: the place is behind a character.
    fn place(&self, at: usize, end: bool) -> Option<(&Node, u32)> {
        let before = |begins: usize| if end { begins < at } else { begins <= at };
        let found = self.nodes.partition_point(|(begins, _)| before(*begins));
        let (begins, node) = self.nodes.get(found.checked_sub(1)?)?;
        Some((node, u32::try_from(at - begins).ok()?))
    }

    /// The place of an offset in a node.
    pub(super) fn offset(&self, node: &Node, offset: u32) -> Option<usize> {
        let mut nodes = self.nodes.iter();
        let (begins, _) = nodes.find(|(_, one)| one.is_same_node(Some(node)))?;
        Some(begins + offset as usize)
    }

    pub(super) fn range(&self, range: &Range<usize>) -> Option<DomRange> {
        let (start, end) = (
            self.place(range.start, false)?,
            self.place(range.end, true)?,
        );
        let found = DomRange::new().ok()?;
        found.set_start(start.0, start.1).ok()?;
        found.set_end(end.0, end.1).ok()?;
        Some(found)
    }
}
