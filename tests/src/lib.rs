//! What the tests of the built program share: the program as a child process, a page without a
//! browser, a raw HTTP client, servers that follow a script, and a certificate authority to sign
//! them.
//!
//! What a machine can lack is behind a feature of this crate: `browser`, `postfix`, `root` and so
//! on. A test that needs it names the feature, with `#[cfg(feature = "…")]`, or in `Cargo.toml` for
//! a whole file; without that it does not compile, and `cargo xtask check` compiles the tests with
//! each feature alone. `cargo xtask test` turns on the features whose programs it finds, says where
//! they are by environment variables, and lists the tests of the others as not run. Without these
//! variables a test fails and says so.
//!
//! Whatever waits here waits for an event. [`PATIENCE`] only turns a test that would hang into one
//! that fails.

pub mod authority;
#[cfg(feature = "linux")]
pub mod blackhole;
pub mod bridge;
#[cfg(feature = "browser")]
pub mod browser;
pub mod der;
pub mod hostile;
pub mod http;
pub mod interop;
pub mod job;
pub mod mail;
#[cfg(feature = "root")]
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
#[cfg(feature = "browser")]
pub mod visitor;
