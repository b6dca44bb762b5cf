//! The page: composes a message and shows how it is sent.

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
