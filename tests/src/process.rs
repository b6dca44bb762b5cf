//! Processes: information from Linux about them, and the limit of open files of this one.

#[cfg(feature = "linux")]
mod linux;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

#[cfg(feature = "linux")]
pub use linux::*;

/// Raises this process's limit of open files, up to `wanted`. Returns the new limit.
pub fn allow_descriptors(wanted: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(u64::MAX).min(wanted);
    if limit.current.is_some_and(|current| current < most) {
        let raised = Rlimit {
            current: Some(most),
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            panic!("{most} open files: {error}");
        }
    }
    getrlimit(Resource::Nofile).current.unwrap_or(wanted)
}
