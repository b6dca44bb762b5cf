//! Pictures of the message in the editor. Their octets are in the browser's database.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, Url};

use super::squire::Squire;
use crate::compose::draft::Attachment;
use crate::storage::files;

/// The addresses at which the page shows pictures, by Content-ID. They end with the editor.
#[derive(Clone, Default)]
pub(super) struct Pictures(Rc<RefCell<BTreeMap<String, Option<String>>>>);

impl Pictures {
    /// Shows the pictures that are in the editor and not shown yet.
    pub(super) fn show(&self, editor: &Squire, root: &HtmlElement, files: &[Attachment]) {
        let Ok(found) = root.query_selector_all("img[data-cid]:not([src])") else {
            return;
        };
        let wanted = (0..found.length())
            .filter_map(|at| found.get(at))
            .filter_map(|node| {
                let image: HtmlElement = node.dyn_into().ok()?;
                image.get_attribute("data-cid")
            });
        for id in wanted {
            if let Some(address) = self.0.borrow().get(&id) {
                if let Some(address) = address {
                    set_address(editor, root, &id, address);
                }
                continue;
            }
            let file = files
                .iter()
                .find(|file| file.content_id.as_deref() == Some(id.as_str()));
            let Some(file) = file.map(|file| file.file.clone()) else {
                continue;
            };
            self.0.borrow_mut().insert(id.clone(), None);
            let (pictures, editor, root) = (self.clone(), editor.clone(), root.clone());
            spawn_local(async move {
                let Ok(blob) = files::blob(&file).await else {
                    return;
                };
                let Ok(address) = Url::create_object_url_with_blob(&blob) else {
                    return;
                };
                set_address(&editor, &root, &id, &address);
                pictures.0.borrow_mut().insert(id, Some(address));
            });
        }
    }

    /// They are shown no more.
    pub(super) fn forget(&self) {
        for address in self.0.take().into_values().flatten() {
            Url::revoke_object_url(&address).ok();
        }
    }
}

fn set_address(editor: &Squire, root: &HtmlElement, id: &str, address: &str) {
    let (root, id, address) = (root.clone(), id.to_owned(), address.to_owned());
    // What has an address is no change of the text.
    let change = Closure::once(move || {
        let Ok(found) = root.query_selector_all("img[data-cid]:not([src])") else {
            return;
        };
        for image in (0..found.length()).filter_map(|at| found.get(at)) {
            let Ok(image) = image.dyn_into::<HtmlElement>() else {
                continue;
            };
            if image.get_attribute("data-cid").as_deref() == Some(id.as_str()) {
                image.set_attribute("src", &address).ok();
            }
        }
    });
    editor.modify(change.as_ref().unchecked_ref());
}
