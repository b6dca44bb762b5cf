//! The text of a file that other programs wrote, in whatever charset.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecoder, TextDecoderOptions};

/// Decodes octets of the charset with this label. None: they are not of that charset, or there is
/// no such charset.
pub type Decode<'a> = &'a dyn Fn(&[u8], &str) -> Option<String>;

/// The charset of a file that is neither UTF-8 nor UTF-16: that of Korean Windows.
const LEGACY: &str = "euc-kr";

/// Octets as text, if they are UTF-16.
#[must_use]
pub fn utf_16(octets: &[u8], decode: Decode<'_>) -> Option<String> {
    match octets {
        [0xff, 0xfe, rest @ ..] => decode(rest, "utf-16le"),
        [0xfe, 0xff, rest @ ..] => decode(rest, "utf-16be"),
        // Outlook writes none of the two marks: every other octet of ASCII is NUL.
        [_, 0, _, 0, ..] => decode(octets, "utf-16le"),
        [0, _, 0, _, ..] => decode(octets, "utf-16be"),
        _ => None,
    }
}

/// Octets that are not UTF-16 as text.
#[must_use]
pub fn text(octets: &[u8], decode: Decode<'_>) -> String {
    let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    match str::from_utf8(octets) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            decode(octets, LEGACY).unwrap_or_else(|| String::from_utf8_lossy(octets).into_owned())
        }
    }
}

/// The octets of a file that is not large. None: it can't be read.
pub async fn octets(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// The browser's own decoder, as a [`Decode`].
#[must_use]
pub fn decode(octets: &[u8], label: &str) -> Option<String> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options(label, &options).ok()?;
    decoder.decode_with_u8_array(octets).ok()
}
