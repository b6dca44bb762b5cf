//! Saves files for the person who uses the page.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::leptos_dom::helpers::set_timeout;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Octets in one piece of a file. The browser takes each piece over before the next is copied.
const PIECE: usize = 1024 * 1024;

/// How long the address of a file is kept. Browsers may begin to read it some time after the click.
const KEPT: Duration = Duration::from_secs(60);

/// The type of all files. No browser shows it, and none adds an ending to the name for it.
const TYPE: &str = "application/octet-stream";

/// A file that is put together in pieces, which the browser keeps outside the page's memory.
#[derive(Debug, Default)]
pub struct Download {
    pieces: Array,
}

/// The browser could not create the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotSaved;

impl Download {
    /// An empty file.
    #[must_use]
    pub fn new() -> Download {
        Download::default()
    }

    /// Appends octets.
    ///
    /// # Errors
    /// If the browser has no room for them.
    pub fn push(&mut self, octets: &[u8]) -> Result<(), NotSaved> {
        for piece in octets.chunks(PIECE) {
            let piece = Array::of1(&Uint8Array::from(piece));
            self.push_blob(&Blob::new_with_u8_array_sequence(&piece)?);
        }
        Ok(())
    }

    /// Appends the content of a blob or of a file.
    pub fn push_blob(&mut self, blob: &Blob) {
        self.pieces.push(blob);
    }

    /// Saves the file under this name, which must be one of [`super::file_name`].
    ///
    /// # Errors
    /// If the browser can't create the file.
    pub fn save(self, name: &str) -> Result<(), NotSaved> {
        let document = web_sys::window().and_then(|window| window.document());
        let link: HtmlAnchorElement = document
            .ok_or(NotSaved)?
            .create_element("a")?
            .dyn_into()
            .map_err(|_| NotSaved)?;
        let file = self.into_blob(TYPE)?;
        let url = Url::create_object_url_with_blob(&file)?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        set_timeout(move || drop(Url::revoke_object_url(&url)), KEPT);
        Ok(())
    }
}

impl Download {
    /// The file as a blob of this type.
    ///
    /// # Errors
    /// If the browser can't create it.
    pub fn into_blob(self, media_type: &str) -> Result<Blob, NotSaved> {
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        Ok(Blob::new_with_blob_sequence_and_options(
            &self.pieces,
            &options,
        )?)
    }
}

impl From<JsValue> for NotSaved {
    fn from(_: JsValue) -> NotSaved {
        NotSaved
    }
}

/// Saves these octets as a file, see [`Download::save`].
///
/// # Errors
/// If the browser can't create the file.
pub fn save(name: &str, octets: &[u8]) -> Result<(), NotSaved> {
    let mut file = Download::new();
    file.push(octets)?;
    file.save(name)
}
