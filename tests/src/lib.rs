//! Shared code of the tests of the built program: the program as a child process, a page without a
//! browser, a raw HTTP client, servers that follow a script, and a certificate authority for them.
//!
//! No test is skipped silently. Programs that a test needs are named by environment variables,
//! which `cargo xtask test` sets. Without them the test fails with an explanation.
//!
//! Tests wait for events. [`TIMEOUT`] only turns a test that would hang into one that fails.

pub mod authority;
pub mod blackhole;
pub mod bridge;
pub mod browser;
pub mod der;
pub mod hostile;
pub mod http;
pub mod interop;
pub mod job;
pub mod mail;
pub mod nameserver;
pub mod page;
pub mod peer;
pub mod port;
pub mod process;
pub mod program;
pub mod scripted;
pub mod secret;

use std::future::Future;
use std::time::Duration;

/// A test fails if an expected event takes longer than this. No test measures time with it.
pub const TIMEOUT: Duration = Duration::from_secs(60);

/// The output of `future`. Panics if it takes longer than [`TIMEOUT`].
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(TIMEOUT, future).await {
        Ok(value) => value,
        Err(_) => panic!("timed out waiting for {what}"),
    }
}
pub mod visitor;
