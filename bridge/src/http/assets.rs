//! The page, embedded in the program.

use hyper::HeaderMap;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use rust_embed::{EmbeddedFile, RustEmbed};

/// What the page's build leaves in `dist/`: each asset, and beside it the same compressed (`.br`,
/// `.gz`).
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../dist"]
#[allow_missing = true]
struct Dist;

/// An asset as it is sent.
pub(crate) struct Asset {
    pub(crate) body: Bytes,
    pub(crate) headers: HeaderMap,
}

/// The asset at a request's path, in the best encoding that is accepted. None: there is none.
pub(crate) fn find(path: &str, accept: &HeaderMap) -> Option<Asset> {
    let name = match path {
        "/" => "index.html",
        _ => path.strip_prefix('/')?,
    };
    // Compressed siblings are no assets of their own.
    if name.ends_with(".br") || name.ends_with(".gz") {
        return None;
    }
    let plain = Dist::get(name)?;
    let (encoding, file) = encoded(name, accept).unwrap_or((None, plain));
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(name)),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    let caching = if is_hashed(name) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(tag) = HeaderValue::from_str(&etag(&file)) {
        headers.insert(header::ETAG, tag);
    }
    Some(Asset {
        body: match file.data {
            std::borrow::Cow::Borrowed(octets) => Bytes::from_static(octets),
            std::borrow::Cow::Owned(octets) => Bytes::from(octets),
        },
        headers,
    })
}

/// Whether a page is embedded at all.
pub(crate) fn present() -> bool {
    Dist::get("index.html").is_some()
}

fn etag(file: &EmbeddedFile) -> String {
    let hash: String = file.metadata.sha256_hash()[..16]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("\"{hash}\"")
}

fn encoded(name: &str, accept: &HeaderMap) -> Option<(Option<&'static str>, EmbeddedFile)> {
    [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accept, encoding))
        .find_map(|(encoding, ending)| {
            Dist::get(&format!("{name}.{ending}")).map(|file| (Some(encoding), file))
        })
}

/// Whether Accept-Encoding names this coding with a weight that is not zero (RFC 9110 §12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let refused = parts
                .filter_map(|part| part.strip_prefix("q="))
                .any(|weight| weight.parse() == Ok(0.0));
            named && !refused
        })
}

/// Whether the build put a hash of the content into the name (`name-0123456789abcdef.css`): such a
/// name never means anything else.
fn is_hashed(name: &str) -> bool {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let stem = stem.split('.').next().unwrap_or(stem);
    let Some((_, hash)) = stem.trim_end_matches("_bg").rsplit_once('-') else {
        return false;
    };
    hash.len() >= 12 && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashed_names_are_told() {
        let check = |name: &str, expect| assert_eq!(is_hashed(name), expect, "{name}");
        check("glasspost-app-0123456789abcdef_bg.wasm", true);
        check("main-0123456789abcdef.css", true);
        check("index.html", false);
        check("glasspost-app.js", false);
        check("boot-loader.js", false);
    }

    #[test]
    fn encodings_are_negotiated() {
        let check = |accept: &str, expect| {
            let mut headers = HeaderMap::new();
            headers.insert(
                header::ACCEPT_ENCODING,
                HeaderValue::from_str(accept).expect("a value"),
            );
            assert_eq!(accepts(&headers, "br"), expect, "{accept}");
        };
        check("gzip, deflate, br", true);
        check("gzip;q=1, BR;q=0.5", true);
        check("br;q=0", false);
        check("br;q=0.000", false);
        check("identity", false);
        check("brotli", false);
    }
}
