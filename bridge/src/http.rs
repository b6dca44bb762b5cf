//! HTTP: the page's files, the handshake of the WebSocket, and the API for other programs. Every
//! request passes the [`gate`] first, and only a WebSocket's handshake and the API start anything.

pub(crate) mod api;
mod assets;
mod frame;
pub(crate) mod gate;
mod limiter;
pub(crate) mod listener;
mod refusals;
mod security_headers;
mod upgrade;
mod write_timeout;

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use wire::handshake;

use crate::app_state::AppState;
use limiter::Permit;
use refusals::{Behind, Responses};

type HttpResponse = Response<Full<Bytes>>;

/// Responses one request.
async fn serve(
    request: Request<Incoming>,
    app: Arc<AppState>,
    permit: Arc<Permit>,
    responses: Responses,
) -> Result<HttpResponse, Infallible> {
    let head = *request.method() == Method::HEAD;
    let mut response = match refused(&request, &app) {
        Some(response) => response,
        None if api::is_path(request.uri().path()) => api::respond(request, &app).await,
        None => respond(request, &app, permit),
    };
    security_headers::add(response.headers_mut());
    responses.push(match response.status() {
        StatusCode::SWITCHING_PROTOCOLS => Behind::Upgrade,
        // RFC 9112 §6.3: there is no body.
        StatusCode::NOT_MODIFIED => Behind::Body(0),
        _ if head => Behind::Body(0),
        _ => Behind::Body(response.body().size_hint().lower()),
    });
    Ok(response)
}

/// The response to a request whose head can't be read, as octets.
fn refusal(status: StatusCode) -> Vec<u8> {
    let body = match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            "The head of this request is too large. Cookies of other pages on this machine may be \
             why: delete them, or use another browser profile.\n"
        }
        StatusCode::URI_TOO_LONG => "The address of this request is too long.\n",
        _ => "This is no HTTP request that can be read.\n",
    };
    let mut response = text(status, body);
    security_headers::add(response.headers_mut());
    let mut octets = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in response.headers() {
        octets.extend_from_slice(name.as_str().as_bytes());
        octets.extend_from_slice(b": ");
        octets.extend_from_slice(value.as_bytes());
        octets.extend_from_slice(b"\r\n");
    }
    let length = body.len();
    octets.extend(format!("content-length: {length}\r\nconnection: close\r\n\r\n{body}").bytes());
    octets
}

/// The response to a request that is refused whatever it asks for.
fn refused(request: &Request<Incoming>, app: &AppState) -> Option<HttpResponse> {
    if app.gate.host(request.headers()).is_err() {
        tracing::warn!("refused a request for another host");
        return Some(text(
            StatusCode::MISDIRECTED_REQUEST,
            "This host name is not served here.\n",
        ));
    }
    // An absolute target names a host of its own; no browser sends one to a server.
    request.uri().authority().map(|_| {
        text(
            StatusCode::BAD_REQUEST,
            "The request target must be a path.\n",
        )
    })
}

fn respond(request: Request<Incoming>, app: &Arc<AppState>, permit: Arc<Permit>) -> HttpResponse {
    let reading = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reading {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if !app.serves_page {
        return text(
            StatusCode::NOT_FOUND,
            "This glasspost was started with --no-page. Its API is under /api/v1.\n",
        );
    }
    if request.uri().path() == handshake::PATH {
        return upgrade::upgrade(request, app, permit);
    }
    if request.uri().path() == frame::PATH {
        return frame::response();
    }
    asset(&request)
}

fn asset(request: &Request<Incoming>) -> HttpResponse {
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
    let mut response = Response::new(Full::new(if same { Bytes::new() } else { asset.body }));
    *response.headers_mut() = asset.headers;
    if same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    response
}

fn text(status: StatusCode, body: &'static str) -> HttpResponse {
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
