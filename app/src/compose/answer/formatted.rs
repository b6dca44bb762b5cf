//! The text of an answer that is written as rich text or Markdown: what it quotes keeps its
//! formatting, as far as a draft can have it.

use wire::{Content, Part, View};

use super::forward::Enclosed;
use super::original::is_text_file;
use super::quote::{REST, without_signature};
use super::{How, Lack, Original, forward, quote};
use crate::compose::attachments::free_name;
use crate::compose::draft::rich::{Element, Found, Node, Rich, from_lines};
use crate::compose::draft::{Attachment, is_picture};
use crate::i18n::Locale;
use crate::inbox::{Received, name_of_attachment};

/// The longest HTML that is quoted with its formatting, in bytes. An editor becomes slow with more.
const LONGEST: usize = 512 * 1024;

/// The text of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Formatted {
    /// The text. The HTML that it is made of may be anything; this is of the subset.
    pub(super) text: Rich,
    /// The pictures that it shows.
    pub(super) pictures: Vec<Enclosed>,
    /// The message shows something that this text does not.
    pub(super) left_out: bool,
}

/// The text of a reply, or of a message that is forwarded. `new_id` makes Content-IDs.
pub(super) fn formatted(
    how: How,
    received: &Received,
    original: &Original,
    locale: Locale,
    new_id: impl FnMut() -> String,
) -> Formatted {
    let (mut quoted, mut found) = quoted(received, how == How::Forward);
    if original.lacks.contains(&Lack::RestOfText) {
        quoted.extend(from_lines(REST));
    }
    let pictures = take_pictures(&mut quoted, received, new_id, &mut found);
    let nodes = if how == How::Forward {
        let mut nodes = from_lines(&forward::heading(original, locale));
        nodes.append(&mut quoted);
        nodes
    } else {
        let mut nodes = from_lines(&format!("\n\n{}", quote::attribution(original, locale)));
        nodes.push(Node::element("blockquote", quoted));
        nodes
    };
    Formatted {
        text: Rich { nodes },
        pictures,
        left_out: found.left_out,
    }
}

/// The parts of the message itself in their order, those with HTML as HTML. `whole`: with the
/// signature.
fn quoted(received: &Received, whole: bool) -> (Vec<Node>, Found) {
    let (mut nodes, mut found) = (Vec::new(), Found::default());
    let Ok(reading) = &received.message.reading else {
        return (nodes, found);
    };
    let shown = |part: &&Part| part.depth == 0 && part.only != Some(View::Text);
    let mut attached = false;
    for part in reading.parts.iter().filter(shown) {
        let lines = |text: &str| {
            let text = text.trim_matches('\n');
            let text = if whole { text } else { without_signature(text) };
            from_lines(text.trim_end())
        };
        let more = match &part.content {
            _ if attached => Vec::new(),
            Content::Text { text, .. } => lines(text),
            Content::Html { html, text, .. } if html.len() > LONGEST => {
                found.left_out = true;
                lines(text)
            }
            Content::Html { html, .. } => {
                let mut nodes = Rich::read_with(html, &mut found).flat().nodes;
                if !whole {
                    leave_signature(&mut nodes);
                }
                nodes
            }
            Content::Message { .. } | Content::Attachment { .. } => Vec::new(),
        };
        if !more.is_empty() && !nodes.is_empty() {
            nodes.extend(from_lines(""));
        }
        nodes.extend(more);
        attached = is_text_file(&part.content);
    }
    (nodes, found)
}

/// Leaves out the signature at the end (RFC 3676 §4.3), unless there is a quote below it. In HTML
/// the space at the end of the line above it is mostly lost.
fn leave_signature(nodes: &mut Vec<Node>) {
    let is_delimiter = |node: &Node| {
        let line = Rich {
            nodes: vec![node.clone()],
        };
        line.text().trim_end() == "--"
    };
    let is_quote = |node: &Node| matches!(node, Node::Element(one) if one.tag == "blockquote");
    if let Some(at) = nodes.iter().rposition(is_delimiter)
        && !nodes[at..].iter().any(is_quote)
    {
        nodes.truncate(at);
    }
}

/// The pictures of the message that the text shows, each under a Content-ID of the draft's own.
/// What stands for a picture that the message does not have is its description.
fn take_pictures(
    nodes: &mut Vec<Node>,
    received: &Received,
    mut new_id: impl FnMut() -> String,
    found: &mut Found,
) -> Vec<Enclosed> {
    let mut taken: Vec<(String, Enclosed)> = Vec::new();
    let mut names: Vec<Attachment> = Vec::new();
    let mut show = |element: &mut Element| {
        let id = element.content_id()?.to_owned();
        let known = taken.iter().position(|(before, _)| *before == id);
        let at = match known {
            Some(at) => at,
            None => {
                let mut picture = picture(received, &id)?;
                picture.name = free_name(&names, &picture.name, None);
                names.push(Attachment {
                    name: picture.name.clone(),
                    ..Attachment::default()
                });
                picture.content_id = Some(new_id());
                taken.push((id, picture));
                taken.len() - 1
            }
        };
        let (_, picture) = &taken[at];
        let id = picture.content_id.as_deref().unwrap_or_default();
        element.attributes = vec![("src", format!("cid:{id}")), ("alt", picture.name.clone())];
        Some(())
    };
    replace(nodes, &mut show, found);
    taken.into_iter().map(|(_, picture)| picture).collect()
}

fn replace(
    nodes: &mut Vec<Node>,
    show: &mut dyn FnMut(&mut Element) -> Option<()>,
    found: &mut Found,
) {
    nodes.retain_mut(|node| {
        let Node::Element(element) = node else {
            return true;
        };
        if element.tag != "img" {
            replace(&mut element.children, show, found);
            return true;
        }
        if show(element).is_some() {
            return true;
        }
        found.left_out = true;
        let alt = element.attribute("alt").unwrap_or_default().to_owned();
        let stays = !alt.is_empty();
        *node = Node::Text(alt);
        stays
    });
}

/// The picture of the message that has this Content-ID.
fn picture(received: &Received, id: &str) -> Option<Enclosed> {
    let reading = received.message.reading.as_ref().ok()?;
    let mut parts = reading.parts.iter().filter(|part| part.depth == 0);
    parts.find_map(|part| match &part.content {
        Content::Attachment {
            name,
            media_type,
            id: own,
            at,
            ..
        } if own == id && is_picture(media_type) => Some(Enclosed {
            name: name_of_attachment(name, media_type),
            media_type: media_type.clone(),
            at: *at,
            content_id: None,
        }),
        _ => None,
    })
}
