//! What the tests of the built program share: the program as a child process, a page without a
//! browser, a raw HTTP client, servers that follow a script, and a certificate authority to sign
//! them.
//!
//! Nothing here is skipped silently. What a test needs from outside comes by environment variables
//! that `cargo xtask test` sets; without them a test fails and says so.
//!
//! Whatever waits here waits for an event. [`PATIENCE`] only turns a test that would hang into one
//! that fails.

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

/// After so long without the awaited event a test fails. No test measures time by it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What `future` gives; panics when it gives nothing within [`PATIENCE`].
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}
pub mod visitor;
