//! Scripts that make a browser's storage fail, to be run in new documents.

/// The database refuses to store anything while `window.full`, as one without room does.
pub const QUOTA: &str = "\
    const put = IDBObjectStore.prototype.put; \
    IDBObjectStore.prototype.put = function (...values) { \
    if (window.full) throw new DOMException('no room', 'QuotaExceededError'); \
    return put.apply(this, values); };";

/// The browser stores nothing for the page, as with all site data blocked.
pub const FORBIDDEN: &str = "\
    for (const name of ['localStorage', 'indexedDB']) \
    Object.defineProperty(window, name, \
    { get() { throw new DOMException('no', 'SecurityError'); } });";
