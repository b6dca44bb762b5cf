//! Draws the source, one text node a block, and draws anew only the blocks that have changed.

use std::ops::Range;

use leptos::prelude::document;
use web_sys::{HtmlElement, Node};

use super::blocks::{blocks, offset_at, within};
use super::highlight::{self, InNode, Mark};
use super::notes::{Found, note_at};
use super::structure::Structure;
use super::text::SourceText;
use crate::compose::draft::{Options, Place};
use crate::explain::SourceNote;

/// A block, as it is drawn.
struct Block {
    range: Range<usize>,
    element: HtmlElement,
}

/// What is drawn.
#[derive(Default)]
pub(super) struct Painter {
    source: SourceText,
    blocks: Vec<Block>,
    /// Made when it is first asked for.
    structure: Option<Structure>,
}

impl Painter {
    /// Draws this source into `container`, which nobody else draws into.
    pub(super) fn draw(&mut self, container: &HtmlElement, source: SourceText) {
        if source == self.source && !self.blocks.is_empty() {
            return;
        }
        let before = std::mem::replace(&mut self.source, source);
        self.structure = None;
        let text = &self.source.text;
        let ranges = blocks(text);
        for (at, range) in ranges.iter().enumerate() {
            let now = &text[range.clone()];
            match self.blocks.get_mut(at) {
                Some(block) => {
                    if before.text[block.range.clone()] != *now {
                        block.element.set_text_content(Some(now));
                    }
                    block.range = range.clone();
                }
                None => {
                    let Some(element) = new_block(container, now) else {
                        return;
                    };
                    self.blocks.push(Block {
                        range: range.clone(),
                        element,
                    });
                }
            }
        }
        for block in self.blocks.drain(ranges.len()..) {
            block.element.remove();
        }
    }

    /// The offset of a place in the text of a node. None: the node is not of the source.
    pub(super) fn offset(&self, node: &Node, units: u32) -> Option<usize> {
        let mut blocks = self.blocks.iter();
        let block = blocks.find(|block| block.element.contains(Some(node)))?;
        Some(offset_at(&self.source.text, &block.range, units))
    }

    /// What is at this offset.
    pub(super) fn note_at(&mut self, offset: usize) -> Option<Found> {
        let mut files = self.source.files.iter();
        if let Some(range) = files.find(|range| range.contains(&offset)) {
            return Some(Found {
                range: range.clone(),
                note: SourceNote::File,
            });
        }
        let text = &self.source.text;
        let structure = self.structure.get_or_insert_with(|| Structure::of(text));
        note_at(text, structure, offset.min(text.len()))
    }

    /// Lights up what is chosen.
    pub(super) fn light_chosen(&self, range: Option<Range<usize>>) {
        let ranges: Vec<Range<usize>> = range.into_iter().collect();
        highlight::set(Mark::Chosen, &self.in_nodes(&ranges));
    }

    /// Lights up what comes from a field of the draft.
    pub(super) fn light_field(&mut self, place: Option<Place>, options: &Options) {
        let text = &self.source.text;
        let ranges = place.map(|place| {
            let structure = self.structure.get_or_insert_with(|| Structure::of(text));
            structure.of_place(text, place, options)
        });
        let nodes = self.in_nodes(&ranges.unwrap_or_default());
        highlight::set(Mark::Field, &nodes);
    }

    /// The element in which this offset is shown.
    pub(super) fn element_at(&self, offset: usize) -> Option<&HtmlElement> {
        let after = |block: &&Block| offset < block.range.end;
        self.blocks.iter().find(after).map(|block| &block.element)
    }

    /// Whether nothing is drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The next offset, or the one before, at which there is something else than at this one. The
    /// same offset where there is none.
    pub(super) fn neighbour(&mut self, offset: usize, forward: bool) -> usize {
        let here = self.note_at(offset);
        let mut at = offset;
        while let Some(next) = self.beside(at, forward) {
            at = next;
            if self.note_at(at) != here {
                return at;
            }
        }
        offset
    }

    /// The offset of the next character, or of the one before.
    fn beside(&self, offset: usize, forward: bool) -> Option<usize> {
        let text = &self.source.text;
        if forward {
            let c = text.get(offset..)?.chars().next()?;
            Some(offset + c.len_utf8()).filter(|at| *at < text.len())
        } else {
            let c = text.get(..offset)?.chars().next_back()?;
            Some(offset - c.len_utf8())
        }
    }

    fn in_nodes(&self, ranges: &[Range<usize>]) -> Vec<InNode> {
        let mut nodes = Vec::new();
        for range in ranges {
            for block in &self.blocks {
                let text = block.element.first_child();
                let inside = within(&self.source.text, &block.range, range);
                if let (Some(node), Some((start, end))) = (text, inside) {
                    nodes.push((node, start, end));
                }
            }
        }
        nodes
    }
}

fn new_block(container: &HtmlElement, text: &str) -> Option<HtmlElement> {
    use wasm_bindgen::JsCast;
    let element = document().create_element("div").ok()?;
    let element: HtmlElement = element.dyn_into().ok()?;
    element.set_text_content(Some(text));
    container.append_child(&element).ok()?;
    Some(element)
}
