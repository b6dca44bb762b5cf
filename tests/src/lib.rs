//! Shared code of the tests of the built program: the program as a child process, a page without a
//! browser, a raw HTTP client, servers that follow a script, and a certificate authority for them.
//!
//! What a machine can lack is a feature of this crate: `browser`, `postfix`, `root` and so on. A
//! test that needs it has the attribute `#[cfg(feature = "…")]`, or the feature is required in
//! `Cargo.toml` for the whole file. `cargo xtask check` compiles the tests with each feature alone,
//! so a missing attribute is a compile error. `cargo xtask test` turns on the features whose
//! programs it finds, passes their paths in environment variables, and lists the other tests as not
//! run. Without these variables a test fails with an explanation.
//!
//! Tests wait for events. [`TIMEOUT`] only turns a test that would hang into one that fails.

pub mod api;
pub mod authority;
#[cfg(feature = "linux")]
pub mod blackhole;
pub mod bridge;
#[cfg(any(feature = "browser", feature = "firefox"))]
pub mod browser;
pub mod collector;
pub mod der;
#[cfg(feature = "linux")]
pub mod desktop;
#[cfg(feature = "browser")]
pub mod file_server;
#[cfg(feature = "browser")]
pub mod holding;
pub mod hostile;
pub mod hostile_html;
pub mod http;
pub mod interop;
pub mod job;
pub mod mail;
#[cfg(any(feature = "browser", feature = "firefox"))]
pub mod merging;
#[cfg(feature = "root")]
pub mod nameserver;
pub mod page;
pub mod peer;
pub mod port;
pub mod process;
pub mod program;
pub mod rng;
pub mod scripted;
pub mod secret;
pub mod typed;

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
#[cfg(any(feature = "browser", feature = "firefox"))]
pub mod visitor;
