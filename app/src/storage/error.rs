//! Why something is not stored, or can't be read.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Why something is not stored, or can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no room left.
    Full,
    /// The browser offers this page no storage, or forbids it.
    Unavailable,
    /// Another tab has the database open in an older format and does not close it.
    Blocked,
    /// The database was made by a newer version of this page.
    Newer,
    /// The browser closed the database. It is opened again when it is used next.
    Closed,
    /// What is asked for is not there. The browser may have removed it to make room.
    Missing,
    /// A file changed or disappeared while it was being copied.
    Unreadable,
    /// The browser gives no reason that helps.
    Failed,
}

impl StoreError {
    /// The reason that an exception of the browser gives.
    pub(super) fn of(error: &JsValue) -> StoreError {
        let name = error.dyn_ref::<DomException>().map(DomException::name);
        StoreError::named(name.as_deref().unwrap_or_default())
    }

    fn named(name: &str) -> StoreError {
        match name {
            // Firefox used the second name until version 139.
            "QuotaExceededError" | "NS_ERROR_DOM_QUOTA_REACHED" => StoreError::Full,
            "SecurityError" | "NotAllowedError" => StoreError::Unavailable,
            "VersionError" => StoreError::Newer,
            // A transaction is begun on a connection that is closed, or whose tables are gone.
            "InvalidStateError" | "NotFoundError" => StoreError::Closed,
            // The file of a `File` that is copied is not what it was when it was chosen.
            "NotReadableError" | "DataError" | "DataCloneError" => StoreError::Unreadable,
            _ => StoreError::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_exceptions() {
        for (name, expect) in [
            ("QuotaExceededError", StoreError::Full),
            ("NS_ERROR_DOM_QUOTA_REACHED", StoreError::Full),
            ("SecurityError", StoreError::Unavailable),
            ("VersionError", StoreError::Newer),
            ("InvalidStateError", StoreError::Closed),
            ("DataError", StoreError::Unreadable),
            ("AbortError", StoreError::Failed),
            ("", StoreError::Failed),
        ] {
            assert_eq!(StoreError::named(name), expect, "{name}");
        }
    }
}
