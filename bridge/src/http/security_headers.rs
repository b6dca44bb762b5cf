//! The header fields of every response that restrict what a browser does with it.

use hyper::HeaderMap;
use hyper::header::{self, HeaderName, HeaderValue};

/// What the page may do: run its own scripts and its WebAssembly, connect to this bridge, contain
/// its documents (`super::frame`), and show pictures that it has made itself (`blob:`), which
/// nothing from the network can be.
const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                   connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
                   frame-src 'self'; manifest-src 'self'; \
                   base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds the fields that every response has. One that a response has already stays.
pub(super) fn add(headers: &mut HeaderMap) {
    let fields = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Browsers look up the names of links before anybody follows them, and the name can be one
        // that was made for one recipient.
        (header::X_DNS_PREFETCH_CONTROL, "off"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ];
    for (name, value) in fields {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}
