//! An editor, and what the page does with it.

use std::cell::RefCell;
use std::ops::Range;

use js_sys::{Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    DataTransfer, Element, HtmlElement, Node, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use super::Libraries;
use super::clean::{Sanitizer, sanitizer};
use super::nodes::NodeText;
use super::pictures::Pictures;
use super::squire::{self, Squire, call};
use crate::compose::draft::Attachment;
use crate::compose::draft::rich::{Rich, TypedText};
use crate::compose::source::mark_found;

/// An editor of an element. What it shows is not rebuilt while someone writes.
pub(super) struct Editor {
    squire: Squire,
    root: HtmlElement,
    pictures: Pictures,
    /// What the draft has, as far as the editor knows.
    known: RefCell<String>,
    typed: RefCell<TypedText>,
    /// They are called for as long as the editor lives.
    _sanitizer: Sanitizer,
    _listeners: Vec<Closure<dyn Fn()>>,
    _pasted: Closure<dyn Fn(JsValue)>,
}

impl Editor {
    /// An editor of this element. `changed` is called when the text has changed, `moved` when the
    /// caret may have, `pasted` with pictures that are pasted. `take` gets each picture that has
    /// its octets in its address, and returns its Content-ID.
    pub(super) fn open(
        libraries: &Libraries,
        root: &HtmlElement,
        changed: impl Fn() + 'static,
        moved: impl Fn() + 'static,
        pasted: impl Fn(DataTransfer) + 'static,
        take: impl Fn(&str) -> Option<String> + 'static,
    ) -> Option<Editor> {
        let sanitizer = sanitizer(&libraries.purify, take);
        let options = Object::new();
        for (name, value) in [
            ("blockTag", &JsValue::from_str("DIV")),
            ("sanitizeToDOMFragment", sanitizer.as_ref()),
        ] {
            Reflect::set(&options, &name.into(), value).ok()?;
        }
        let squire = squire::open(&libraries.squire, root, &options)?;
        // It gives pictures a size by styles, which are not sent.
        squire::without_resizing(&squire);
        // They would go to the beginning and the end of the whole text.
        for key in ["PageUp", "PageDown"] {
            squire.set_key(key, &JsValue::NULL);
        }
        let listeners = vec![Closure::<dyn Fn()>::new(changed), Closure::new(moved)];
        for (event, listener) in [
            ("input", &listeners[0]),
            ("pathChange", &listeners[1]),
            ("select", &listeners[1]),
            ("cursor", &listeners[1]),
        ] {
            squire.on(event, listener.as_ref().unchecked_ref());
        }
        let pasted = Closure::new(move |event: JsValue| {
            let detail = Reflect::get(&event, &"detail".into());
            let data = detail.and_then(|detail| Reflect::get(&detail, &"clipboardData".into()));
            if let Some(data) = data.ok().and_then(|data| data.dyn_into().ok()) {
                pasted(data);
            }
        });
        squire.on("pasteImage", pasted.as_ref().unchecked_ref());
        Some(Editor {
            squire,
            root: root.clone(),
            pictures: Pictures::default(),
            known: RefCell::default(),
            typed: RefCell::default(),
            _sanitizer: sanitizer,
            _listeners: listeners,
            _pasted: pasted,
        })
    }

    pub(super) fn squire(&self) -> &Squire {
        &self.squire
    }

    /// Shows this rich text. The caret stays where it was if `same` draft is shown.
    pub(super) fn show(&self, html: &str, same: bool, files: &[Attachment]) {
        if html == *self.known.borrow() {
            return;
        }
        self.known.replace(html.to_owned());
        let caret = same.then(|| self.caret()).flatten();
        self.squire.set_html(html);
        self.show_pictures(files);
        if let Some(caret) = caret {
            self.place_caret(caret);
        }
    }

    /// Shows the pictures of the message.
    pub(super) fn show_pictures(&self, files: &[Attachment]) {
        self.pictures.show(&self.squire, &self.root, files);
    }

    /// The rich text as HTML and as plain text, if it is another than the draft has.
    pub(super) fn changed(&self) -> Option<(String, String)> {
        let mut typed = self.typed.borrow_mut();
        typed.read(self.squire.html());
        let html = typed.html();
        if html == *self.known.borrow() {
            return None;
        }
        self.known.replace(html.clone());
        Some((html, typed.text()))
    }

    /// Puts a picture of the message where the caret is.
    pub(super) fn insert_picture(&self, id: &str, name: &str) {
        self.insert(&Rich::picture(id, name).html());
    }

    /// Puts lines of text where the caret is.
    pub(super) fn insert_text(&self, text: &str) {
        self.insert(&Rich::from_text(text).html());
    }

    /// The text as it is searched.
    pub(super) fn node_text(&self) -> NodeText {
        NodeText::of(&self.root)
    }

    /// Where the caret is in it.
    pub(super) fn caret_in_text(&self) -> Option<usize> {
        let range = self.squire.selection();
        let (node, offset) = (range.start_container().ok()?, range.start_offset().ok()?);
        self.node_text().offset(&node, offset)
    }

    /// Selects a part of the text and scrolls there.
    pub(super) fn select(&self, range: &Range<usize>, focus: bool) {
        let text = self.node_text();
        let Some(found) = text.range(range) else {
            return;
        };
        self.squire.select(&found);
        if focus {
            mark_found(None);
            return self.squire.focus();
        }
        mark_found(Some(&found));
        let node = found.start_container().ok();
        if let Some(block) = node.and_then(|node| node.parent_element()) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            block.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Replaces parts of the text.
    pub(super) fn replace(&self, ranges: &[Range<usize>], with: &str) {
        let text = self.node_text();
        call(&self.squire, "saveUndoState");
        let document = leptos::prelude::document();
        for found in ranges.iter().rev().filter_map(|range| text.range(range)) {
            found.delete_contents().ok();
            if !with.is_empty() {
                found.insert_node(&document.create_text_node(with)).ok();
            }
        }
        self.root.normalize();
        mark_found(None);
    }

    /// Puts rich text where the caret is.
    pub(super) fn insert(&self, html: &str) {
        self.squire.insert_html(html);
        self.squire.focus();
    }

    /// How many characters are before the caret, and how many are after it in its text.
    fn caret(&self) -> Option<u32> {
        let range = self.squire.selection();
        let node = range.start_container().ok()?;
        if !self.root.contains(Some(&node)) {
            return None;
        }
        let before = leptos::prelude::document().create_range().ok()?;
        before.select_node_contents(&self.root).ok()?;
        before.set_end(&node, range.start_offset().ok()?).ok()?;
        let text = String::from(before.to_string());
        u32::try_from(text.encode_utf16().count()).ok()
    }

    fn place_caret(&self, caret: u32) {
        let mut left = caret;
        let root: &Node = &self.root;
        if let Some((node, offset)) = place(root, &mut left)
            && let Ok(range) = leptos::prelude::document().create_range()
        {
            range.set_start(&node, offset).ok();
            range.collapse_with_to_start(true);
            self.squire.select(&range);
        }
    }

    /// Makes a link of what is selected, or writes its address.
    pub(super) fn make_link(&self, address: &str) {
        self.squire.focus();
        self.squire.make_link(address);
    }

    /// The address of the link at the caret.
    pub(super) fn link_at_caret(&self) -> Option<String> {
        let node = self.squire.selection().start_container().ok()?;
        let element = match node.dyn_into::<Element>() {
            Ok(element) => element,
            Err(node) => node.parent_element()?,
        };
        let link = element.closest("a[href]").ok().flatten()?;
        let inside = self.root.contains(Some(&link));
        link.get_attribute("href").filter(|_| inside)
    }
}

/// The text node that has the character at `left`, and where in it.
fn place(node: &Node, left: &mut u32) -> Option<(Node, u32)> {
    if node.node_type() == Node::TEXT_NODE {
        let text = node.node_value().unwrap_or_default();
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        if *left <= length {
            return Some((node.clone(), *left));
        }
        *left -= length;
        return None;
    }
    let mut child = node.first_child();
    while let Some(inner) = child {
        if let Some(found) = place(&inner, left) {
            return Some(found);
        }
        child = inner.next_sibling();
    }
    None
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.squire.destroy();
        self.pictures.forget();
    }
}
