//! Prepares the tree that DOMPurify has left for the frame: what would be loaded is replaced, and
//! links lead where it says they do.
//!
//! The nodes belong to the frame's window, so they are no instances of this window's classes, and
//! casts that check would fail.

use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, Node, NodeList, Url};

use super::css;
use super::links::Links;
use crate::ui::visible::visible;

/// The class of what stands in place of a picture, see `document.style`.
const PLACE: &str = "glasspost-not-loaded";

/// Pictures up to this size in CSS pixels are there to be counted, not to be seen.
const TINY: f64 = 3.0;

/// What happened to a tree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prepared {
    /// Whether it sets colours or backgrounds.
    pub(super) coloured: bool,
}

/// Prepares everything in this element. `not_loaded` are the words for a picture that is not.
pub(super) fn prepare(root: &Element, links: &mut Links<'_>, not_loaded: &str) -> Prepared {
    let mut prepared = Prepared::default();
    for element in all(root, "[style]") {
        if let Some(style) = element.get_attribute("style") {
            let cleaned = css::clean(&style, links);
            prepared.coloured |= cleaned.coloured;
            if cleaned.text != style {
                element.set_attribute("style", &cleaned.text).ok();
            }
        }
    }
    for element in all(root, "[background]") {
        let address = element.get_attribute("background").unwrap_or_default();
        match links.picture(&address) {
            Some(shown) => element.set_attribute("background", &shown).ok(),
            None => element.remove_attribute("background").ok(),
        };
    }
    for link in all(root, "a[href]") {
        let href = link.get_attribute("href").unwrap_or_default();
        if !href.starts_with('#') && target(&href).is_none() {
            link.remove_attribute("href").ok();
        }
    }
    for image in all(root, "img") {
        picture(&image, links, not_loaded);
    }
    prepared
}

/// The address that a link leads to, if links may lead there.
pub(super) fn target(href: &str) -> Option<String> {
    let url = Url::new(href.trim()).ok()?;
    let allowed = ["http:", "https:", "mailto:", "tel:"];
    allowed
        .contains(&url.protocol().as_str())
        .then(|| url.href())
}

fn picture(image: &Element, links: &mut Links<'_>, not_loaded: &str) {
    let source = image.get_attribute("src").unwrap_or_default();
    if let Some(shown) = links.picture(&source) {
        image.set_attribute("src", &shown).ok();
        return;
    }
    let alt = image.get_attribute("alt").unwrap_or_default();
    let sizes = ["width", "height"].map(|name| {
        let value = image.get_attribute(name)?;
        let value = value.trim().trim_end_matches("px");
        value.parse::<f64>().ok()
    });
    if sizes.iter().flatten().any(|size| *size <= TINY) {
        image.remove();
        return;
    }
    let Some(place) = image
        .owner_document()
        .and_then(|document| document.create_element("span").ok())
    else {
        image.remove();
        return;
    };
    place.set_attribute("class", PLACE).ok();
    let [width, height] = sizes;
    let size = |name, value: Option<f64>| {
        value.map_or(String::new(), |value| format!("{name}:{value}px;"))
    };
    let style = format!("{}{}", size("width", width), size("height", height));
    if !style.is_empty() {
        place.set_attribute("style", &style).ok();
    }
    let said = if source.trim().is_empty() {
        alt.clone()
    } else {
        place.set_attribute("title", &visible(&source)).ok();
        let short = short(&source);
        let said = format!("{not_loaded} · {short}");
        if alt.trim().is_empty() {
            said
        } else {
            format!("{} · {said}", alt.trim())
        }
    };
    place.set_text_content(Some(&visible(&said)));
    image.replace_with_with_node_1(&place).ok();
}

/// An address without its scheme and with a bounded length.
fn short(address: &str) -> String {
    const LENGTH: usize = 80;
    let address = address.trim();
    let plain = address.split_once("//").map_or(address, |(_, rest)| rest);
    let mut short: String = plain.chars().take(LENGTH).collect();
    if short.len() < plain.len() {
        short.push('…');
    }
    short
}

/// The elements in this one that match, in a list that does not change with the tree.
pub(super) fn all(root: &Element, selector: &str) -> Vec<Element> {
    let found: Option<NodeList> = root.query_selector_all(selector).ok();
    let found = found
        .into_iter()
        .flat_map(|found| (0..found.length()).filter_map(move |at| found.get(at)));
    found.map(|node: Node| node.unchecked_into()).collect()
}
