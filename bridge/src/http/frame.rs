//! The document in which the page shows a stranger's HTML. It is empty, and the page fills it; it
//! is served because its policy has to be another than the page's, and a document that the page
//! makes itself (`srcdoc`, `blob:`) inherits the page's.

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};

use super::HttpResponse;

/// Its path.
pub(super) const PATH: &str = "/frame";

/// What it may do: use styles that are in it, and show pictures that are in it or that the page
/// has made. No scripts, no forms, nothing from any network; and only the page may contain it.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; \
                   base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

const DOCUMENT: &str = "<!doctype html><html><head><meta charset=\"utf-8\"><meta \
                        name=\"color-scheme\" content=\"light dark\"><title>Glasspost</title>\
                        </head><body></body></html>\n";

pub(super) fn response() -> HttpResponse {
    let mut response = Response::new(Full::new(Bytes::from_static(DOCUMENT.as_bytes())));
    let fields = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    for (name, value) in fields {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
