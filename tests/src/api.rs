//! A client of the API for other programs.

use serde_json::Value;

use crate::bridge::Bridge;
use crate::http::{self, Response};

/// A request with the token.
pub async fn request(bridge: &Bridge, method: &str, path: &str, body: &[u8]) -> Response {
    let own = bridge.address().to_string();
    let token = format!("Bearer {}", bridge.token());
    let fields = [("Host", own.as_str()), ("Authorization", token.as_str())];
    let path = format!("/api/v1{path}");
    http::request(bridge.address(), method, &path, &fields, body).await
}

/// The JSON at a path. Panics if the status is not 200.
pub async fn get(bridge: &Bridge, path: &str) -> Value {
    json(&request(bridge, "GET", path, b"").await, 200)
}

/// The JSON of a response, which must have this status.
pub fn json(response: &Response, status: u16) -> Value {
    assert_eq!(response.status, status, "{}", response.whole());
    match serde_json::from_slice(&response.body) {
        Ok(value) => value,
        Err(error) => panic!("{error}: {}", response.whole()),
    }
}
