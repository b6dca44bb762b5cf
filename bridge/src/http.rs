//! HTTP: the page's files, and the handshake of the WebSocket. Every request passes the [`gate`]
//! first, and only a WebSocket's handshake starts anything.

mod assets;
pub(crate) mod gate;
mod limiter;
pub(crate) mod listener;
mod refusals;
mod security_headers;
mod write_timeout;

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use wire::handshake;

use crate::app_state::AppState;
use crate::page;
use gate::Refused;
use limiter::Permit;
use refusals::{Answers, Behind};

type Answer = Response<Full<Bytes>>;

/// Answers one request.
async fn answer(
    request: Request<Incoming>,
    app: Arc<AppState>,
    permit: Arc<Permit>,
    answers: Answers,
) -> Result<Answer, Infallible> {
    let head = *request.method() == Method::HEAD;
    let mut answer = respond(request, &app, permit);
    security_headers::add(answer.headers_mut());
    answers.push(match answer.status() {
        StatusCode::SWITCHING_PROTOCOLS => Behind::Upgrade,
        // RFC 9112 §6.3: there is no body.
        StatusCode::NOT_MODIFIED => Behind::Body(0),
        _ if head => Behind::Body(0),
        _ => Behind::Body(answer.body().size_hint().lower()),
    });
    Ok(answer)
}

/// The answer to a request whose head can't be read, as it is written.
fn refusal(status: StatusCode) -> Vec<u8> {
    let body = match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The head of this request is too large. Cookies of other pages on this machine may be \
             why: delete them, or use another browser profile.\n"
        }
        StatusCode::URI_TOO_LONG => "The address of this request is too long.\n",
        _ => "This is no HTTP request that can be read.\n",
    };
    let mut answer = text(status, body);
    security_headers::add(answer.headers_mut());
    let mut octets = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in answer.headers() {
        octets.extend_from_slice(name.as_str().as_bytes());
        octets.extend_from_slice(b": ");
        octets.extend_from_slice(value.as_bytes());
        octets.extend_from_slice(b"\r\n");
    }
    let length = body.len();
    octets.extend(format!("content-length: {length}\r\nconnection: close\r\n\r\n{body}").bytes());
    octets
}

fn respond(request: Request<Incoming>, app: &Arc<AppState>, permit: Arc<Permit>) -> Answer {
    if app.gate.host(request.headers()).is_err() {
        tracing::warn!("refused a request for another host");
        return text(
            StatusCode::MISDIRECTED_REQUEST,
            "This host name is not served here.\n",
        );
    }
    // An absolute target names a host of its own; no browser sends one to a server.
    if request.uri().authority().is_some() {
        return text(
            StatusCode::BAD_REQUEST,
            "The request target must be a path.\n",
        );
    }
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading {
        let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
        answer
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    if request.uri().path() == handshake::PATH {
        return upgrade(request, app, permit);
    }
    asset(&request)
}

fn asset(request: &Request<Incoming>) -> Answer {
    let path = request.uri().path();
    let Some(asset) = assets::find(path, request.headers()) else {
        if path == "/" && !assets::present() {
            return text(
                StatusCode::SERVICE_UNAVAILABLE,
                "This glasspost was built without its page. `cargo xtask build` builds both.\n",
            );
        }
        return text(StatusCode::NOT_FOUND, "There is nothing here.\n");
    };
    let same = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|known| asset.headers.get(header::ETAG) == Some(known));
    let mut answer = Response::new(Full::new(if same { Bytes::new() } else { asset.body }));
    *answer.headers_mut() = asset.headers;
    if same {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    answer
}

fn upgrade(mut request: Request<Incoming>, app: &Arc<AppState>, permit: Arc<Permit>) -> Answer {
    let admitted = match app.gate.websocket(request.headers()) {
        Ok(admitted) => admitted,
        Err(refused) => {
            // Which of the two it was is the log's to know, and only that.
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
        let mut answer = text(
            StatusCode::UPGRADE_REQUIRED,
            "Expected a WebSocket handshake (version 13).\n",
        );
        answer
            .headers_mut()
            .insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        answer.headers_mut().insert(
            header::SEC_WEBSOCKET_VERSION,
            HeaderValue::from_static("13"),
        );
        return answer;
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
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = answer.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&key) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    answer
}

/// The answer to a handshake's key, if it is a handshake (RFC 6455 §4.2.1).
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

fn text(status: StatusCode, body: &'static str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
