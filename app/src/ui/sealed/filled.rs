//! The document in the frame: filling it, its height, and its links.

use js_sys::{Array, Function, Object, Reflect};
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, EventTarget, HtmlIFrameElement, Window};

use super::allowed::{ATTRIBUTES, TAGS};
use super::links::{Links, Pictures};
use super::{strip, tree};

const STYLE: &str = include_str!("document.style");

/// The frame is not there, or the bridge has not answered with its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotShown;

impl From<JsValue> for NotShown {
    fn from(_: JsValue) -> NotShown {
        NotShown
    }
}

/// The document of a frame, and DOMPurify for its window.
pub(super) struct FrameDocument {
    window: Window,
    document: Document,
    purifier: JsValue,
    /// What listens there.
    listeners: Vec<Closure<dyn FnMut(Event)>>,
}

/// What was shown.
pub(super) struct Shown {
    /// The addresses that were not loaded.
    pub(super) blocked: Vec<String>,
    /// Whether it has colours of its own, and is shown on white.
    pub(super) coloured: bool,
    /// Whether there is more of it.
    pub(super) cut: bool,
}

impl FrameDocument {
    /// The document of a frame that has been loaded. `purify` is the library.
    pub(super) fn new(
        frame: &HtmlIFrameElement,
        purify: &JsValue,
    ) -> Result<FrameDocument, NotShown> {
        let window = frame.content_window().ok_or(NotShown)?;
        // An error page of the browser belongs to another origin, so it has no document here.
        let document = frame.content_document().ok_or(NotShown)?;
        let purify: &Function = purify.dyn_ref().ok_or(NotShown)?;
        let purifier = purify.call1(&JsValue::NULL, &window)?;
        Ok(FrameDocument {
            window,
            document,
            purifier,
            listeners: Vec::new(),
        })
    }

    /// Replaces what is shown.
    pub(super) fn show(
        &self,
        html: &str,
        pictures: &Pictures,
        not_loaded: &str,
    ) -> Result<Shown, NotShown> {
        let mut links = Links::new(pictures);
        let stripped = strip::strip(html, &mut links);
        let purify = Reflect::get(&self.purifier, &"sanitize".into())?;
        let purify: &Function = purify.dyn_ref().ok_or(NotShown)?;
        let clean = purify.call2(
            &self.purifier,
            &JsValue::from_str(&stripped.html),
            &settings(),
        )?;
        let clean: Element = clean.unchecked_into();
        let prepared = tree::prepare(&clean, &mut links, not_loaded);
        let body = self.document.body().ok_or(NotShown)?;
        body.set_text_content(None);
        while let Some(node) = clean.first_child() {
            body.append_child(&self.document.adopt_node(&node)?)?;
        }
        Ok(Shown {
            blocked: links.blocked,
            coloured: stripped.coloured || prepared.coloured,
            cut: stripped.cut,
        })
    }

    /// Adds the style sheet that is below those of the message.
    pub(super) fn style(&self) -> Result<(), NotShown> {
        let sheet = self.document.create_element("style")?;
        sheet.set_text_content(Some(STYLE));
        let head = self.document.head().ok_or(NotShown)?;
        head.append_child(&sheet)?;
        Ok(())
    }

    /// Sets the colour scheme, a value of the property `color-scheme`.
    pub(super) fn set_scheme(&self, scheme: &str) {
        if let Some(root) = self.document.document_element() {
            let style = format!("color-scheme:{scheme}");
            root.set_attribute("style", &style).ok();
        }
    }

    /// The width of the frame in CSS pixels.
    pub(super) fn width(&self) -> i32 {
        let root = self.document.document_element();
        root.map_or(0, |root| root.client_width())
    }

    /// The height of what is shown, in CSS pixels.
    pub(super) fn height(&self) -> i32 {
        let Some(body) = self.document.body() else {
            return 0;
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a bounded number of pixels"
        )]
        let height = body.get_bounding_client_rect().height().min(1e6).ceil() as i32;
        let bar = self.document.document_element().map_or(0, |root| {
            // Where something is too wide, the browser shows a scroll bar below it.
            let wide = root.scroll_width() > root.client_width();
            if wide { 16 } else { 0 }
        });
        height.max(body.scroll_height()) + bar
    }

    /// Calls `handle` with events of this name, also with those that do not bubble.
    pub(super) fn listen(&mut self, event: &str, handle: impl FnMut(Event) + 'static) {
        let target: &EventTarget = if event == "resize" {
            &self.window
        } else {
            &self.document
        };
        let handle = Closure::<dyn FnMut(Event)>::new(handle);
        let function = handle.as_ref().unchecked_ref();
        target
            .add_event_listener_with_callback_and_bool(event, function, true)
            .ok();
        self.listeners.push(handle);
    }
}

/// The link that an event is about: its target, or the element in the document that it leads to.
pub(super) enum Link {
    /// Another address.
    Away(String),
    /// A place in the message.
    Within(Element),
    /// A link that leads nowhere.
    Nowhere,
}

/// The link in which an event happened.
pub(super) fn link(event: &Event) -> Option<Link> {
    let target: Element = event.target()?.unchecked_into();
    // The document itself may be the target, which is no element.
    if target.node_type() != web_sys::Node::ELEMENT_NODE {
        return None;
    }
    let link = target.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    Some(match href.strip_prefix('#') {
        Some(id) => {
            let document = link.owner_document();
            let place = document.and_then(|document| document.get_element_by_id(id));
            place.map_or(Link::Nowhere, Link::Within)
        }
        None => tree::target(&href).map_or(Link::Nowhere, Link::Away),
    })
}

/// What DOMPurify is to leave.
fn settings() -> JsValue {
    let list = |names: &[&str]| {
        let list = Array::new();
        for name in names {
            list.push(&JsValue::from_str(name));
        }
        list
    };
    let tags = list(&TAGS);
    tags.push(&"style".into());
    let settings = Object::new();
    let fields: [(&str, JsValue); 8] = [
        ("ALLOWED_TAGS", tags.into()),
        ("ALLOWED_ATTR", list(&ATTRIBUTES).into()),
        ("ALLOW_DATA_ATTR", false.into()),
        ("ALLOW_ARIA_ATTR", false.into()),
        ("FORCE_BODY", true.into()),
        ("RETURN_DOM", true.into()),
        ("KEEP_CONTENT", true.into()),
        ("SANITIZE_DOM", true.into()),
    ];
    for (name, value) in fields {
        Reflect::set(&settings, &name.into(), &value).ok();
    }
    settings.into()
}
