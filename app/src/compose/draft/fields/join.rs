//! Fields of a rich text of which a part is formatted: `{na<b>me</b>}`.

use super::super::rich::{Element, Node};
use super::{field_end, may_be_meant};

/// Elements within a line.
const INLINE: [&str; 8] = ["a", "b", "code", "i", "s", "sub", "sup", "u"];

/// Makes the text of each field stand in one node: the one in which its first brace is.
pub(super) fn fields(nodes: &mut [Node]) {
    let mut texts = Vec::new();
    find(nodes, &mut texts);
    for at in 0..texts.len() {
        let (before, after) = texts.split_at_mut(at + 1);
        if let Some(Some(text)) = before.last_mut() {
            join(text, after);
        }
    }
}

/// The texts in their order. None: a line ends.
fn find<'a>(nodes: &'a mut [Node], texts: &mut Vec<Option<&'a mut String>>) {
    for node in nodes {
        match node {
            Node::Text(text) => texts.push(Some(text)),
            Node::Element(Element { tag, children, .. }) => {
                let inline = INLINE.contains(tag);
                if !inline {
                    texts.push(None);
                }
                find(children, texts);
                if !inline {
                    texts.push(None);
                }
            }
        }
    }
}

/// Moves the rest of the field that begins in `text`, and does not end there, into it.
fn join(text: &mut String, after: &mut [Option<&mut String>]) {
    let Some(begin) = text.rfind('{') else { return };
    let mut field = text[begin..].to_owned();
    if field.contains('}') {
        return;
    }
    for at in 0..after.len() {
        let Some(next) = after[at].as_deref() else {
            return;
        };
        let Some(end) = next.find('}') else {
            field.push_str(next);
            continue;
        };
        field.push_str(&next[..=end]);
        if field_end(&field) != Some(field.len()) || !may_be_meant(&field) {
            return;
        }
        text.replace_range(begin.., &field);
        for between in after[..at].iter_mut().flatten() {
            between.clear();
        }
        if let Some(next) = &mut after[at] {
            next.replace_range(..=end, "");
        }
        return;
    }
}
