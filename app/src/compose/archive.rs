//! All drafts and their files as one file, and back.
//!
//! The file is a tar archive (POSIX ustar), which every system can open: `drafts/ID.json` is a
//! draft as the database has it, `files/KEY` the octets of an attachment, as they are. A message in
//! progress may have half an address or no recipient, which no .eml file can hold.

mod store;
mod tar;

pub(super) use self::store::{Imported, accept};
