//! The WebSocket's handshake (RFC 6455 §4.2).

use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::gate::Refused;
use super::limiter::Permit;
use super::{HttpResponse, text};
use crate::app_state::AppState;
use crate::page;

/// Responds to a WebSocket handshake. If it is allowed, its page is served from then on.
pub(super) fn upgrade(
    mut request: Request<Incoming>,
    app: &Arc<AppState>,
    permit: Arc<Permit>,
) -> HttpResponse {
    let admitted = match app.gate.websocket(request.headers()) {
        Ok(admitted) => admitted,
        Err(refused) => {
            // Only the log says which of the two it was.
            tracing::warn!(?refused, "refused a WebSocket");
            let why = match refused {
                Refused::Origin | Refused::Host => "This origin is not allowed.\n",
                Refused::Token => {
                    "The token is missing or old. Open the link that glasspost printed.\n"
                }
            };
            return text(StatusCode::FORBIDDEN, why);
        }
    };
    let Some(key) = websocket_key(&request) else {
        let mut response = text(
            StatusCode::UPGRADE_REQUIRED,
            "Expected a WebSocket handshake (version 13).\n",
        );
        response
            .headers_mut()
            .insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        response.headers_mut().insert(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        );
        return response;
    };
    let Ok(protocol) = HeaderValue::from_str(&admitted.protocol) else {
        return text(StatusCode::BAD_REQUEST, "No such subprotocol.\n");
    };
    let upgraded = hyper::upgrade::on(&mut request);
    permit.upgraded();
    let (compatible, state) = (admitted.speaks_ours(), app.clone());
    tokio::spawn(async move {
        let _permit = permit;
        match upgraded.await {
            Ok(io) => page::serve(TokioIo::new(io), compatible, state).await,
            Err(error) => tracing::debug!(%error, "the upgrade failed"),
        }
    });
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&key) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    response
}

/// The response to a handshake's key, if it is a handshake (RFC 6455 §4.2.1).
fn websocket_key(request: &Request<Incoming>) -> Option<String> {
    let field = |name| {
        request
            .headers()
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let upgrades = field(header::CONNECTION)?
        .split(',')
        .any(|token| token.trim().eq_ignore_ascii_case("upgrade"));
    let websocket = field(header::UPGRADE)?.eq_ignore_ascii_case("websocket");
    let version = field(header::SEC_WEBSOCKET_VERSION)? == "13";
    let get = request.method() == Method::GET;
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY)?;
    (upgrades && websocket && version && get).then(|| derive_accept_key(key.as_bytes()))
}
