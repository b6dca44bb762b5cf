//! The API for other programs, such as the test suite of a mail client: what the practice server
//! has received, and the scenario that it plays. `docs/api.md` describes it.

mod json;
mod requests;
mod target;

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use practice::limits;
use serde::Serialize;

use self::json::Problem;
use self::target::{Resource, Target};
use super::HttpResponse;
use super::gate::Refused;
use crate::app_state::AppState;

/// What all paths begin with. A change that a client would notice changes the number.
pub(crate) const PREFIX: &str = "/api/v1";

/// How long the body of a request may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Whether a path is the API's.
pub(super) fn is_path(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Responds to a request that has passed the check of its host.
pub(super) async fn respond(request: Request<Incoming>, app: &Arc<AppState>) -> HttpResponse {
    if let Err(refused) = app.gate.api(request.headers()) {
        // Only the log says more.
        tracing::warn!(?refused, "refused a request to the API");
        return match refused {
            Refused::Origin | Refused::Host => problem(
                StatusCode::FORBIDDEN,
                "pages can't use the API: send the request from a program, without Origin",
            ),
            Refused::Token => {
                let why = "the token is missing or old: send `Authorization: Bearer TOKEN`";
                let mut response = problem(StatusCode::UNAUTHORIZED, why);
                let scheme = HeaderValue::from_static("Bearer");
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, scheme);
                response
            }
        };
    }
    let Some(practice) = &app.practice else {
        return problem(StatusCode::NOT_FOUND, "the practice server is switched off");
    };
    let target = match Target::parse(request.uri().path(), request.uri().query()) {
        Ok(target) => target,
        Err(why) => return problem(why.status(), &why.to_string()),
    };
    let allowed = target.resource.methods();
    let method = match request.method() {
        method if *method == Method::HEAD => Method::GET,
        method => method.clone(),
    };
    if !allowed.contains(&method) {
        let names: Vec<&str> = allowed.iter().map(Method::as_str).collect();
        let mut response = problem(
            StatusCode::METHOD_NOT_ALLOWED,
            &format!("allowed here: {}", names.join(", ")),
        );
        if let Ok(names) = HeaderValue::from_str(&names.join(", ")) {
            response.headers_mut().insert(header::ALLOW, names);
        }
        return response;
    }
    match (&target.resource, method) {
        (Resource::Scenario, Method::PUT) => match body(request).await {
            Ok(text) => requests::set_scenario(practice, &target, &text),
            Err(response) => response,
        },
        (Resource::Next, _) => {
            let mailbox = practice.mailbox();
            tokio::select! {
                response = requests::next(mailbox, &target) => response,
                () = app.shutdown.cancelled() => {
                    problem(StatusCode::SERVICE_UNAVAILABLE, "glasspost is shutting down")
                }
            }
        }
        (_, method) => requests::at_once(practice, &target.resource, &method),
    }
}

/// The body of a request, as text.
async fn body(request: Request<Incoming>) -> Result<String, HttpResponse> {
    let body = Limited::new(request.into_body(), limits::SCENARIO).collect();
    match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(body)) => String::from_utf8(body.to_bytes().to_vec())
            .map_err(|_| problem(StatusCode::BAD_REQUEST, "the body is not UTF-8")),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(problem(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("a scenario has at most {} octets", limits::SCENARIO),
        )),
        _ => Err(problem(StatusCode::BAD_REQUEST, "the body did not arrive")),
    }
}

fn json(status: StatusCode, value: &impl Serialize) -> HttpResponse {
    // Every value here is plain data, so writing it can't fail.
    let body = serde_json::to_vec(value).unwrap_or_default();
    content(status, "application/json", body.into())
}

fn problem(status: StatusCode, why: &str) -> HttpResponse {
    let error = why.to_owned();
    json(status, &Problem { error })
}

fn content(status: StatusCode, media_type: &'static str, body: Bytes) -> HttpResponse {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn nothing() -> HttpResponse {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
