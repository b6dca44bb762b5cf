//! Shows a stranger's HTML in a frame that can run and load nothing.
//!
//! There are four barriers, each of which would do alone:
//!
//! 1. [`strip`] reads the HTML as a tokenizer does, without a document, and writes the tags and
//!    attributes again that [`allowed`] lists. It also keeps the console quiet, because a browser
//!    reports what it refuses while it parses.
//! 2. DOMPurify parses the result, with the window of the frame, and removes the same things from
//!    the tree.
//! 3. [`tree`] replaces what would be loaded, and the targets of links that are not shown.
//! 4. The frame's own policy (`bridge/src/http/frame.rs`) and its `sandbox` allow no script, no
//!    form, no navigation of the page and nothing from the network.
//!
//! The result is moved into the frame as nodes and never written as HTML again.

mod allowed;
mod css;
mod filled;
mod frame;
mod links;
mod strip;
mod tree;

pub use self::frame::{Scheme, SealedFrame};
pub use self::links::Pictures;
