//! The pictures of an opened message, as the page shows them. They stay in the page: each is a
//! `blob:` address, which is revoked when the message is closed.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Url;
use wire::{Content, Reading, Slice};

use super::download::part;
use crate::connection::Arrived;
use crate::ui::sealed::Pictures;

/// Types that every browser shows, and that are made of pixels only.
const SHOWN: [&str; 7] = [
    "image/png",
    "image/jpeg",
    "image/jpg",
    "image/gif",
    "image/webp",
    "image/avif",
    "image/bmp",
];

/// Octets of the largest picture that is shown small, and of all together.
const LARGEST: u64 = 10_000_000;
const TOGETHER: u64 = 40_000_000;

/// Octets of all pictures that HTML names.
const NAMED: u64 = 64_000_000;

/// The addresses that were made for a message. They are revoked when its view is removed.
#[derive(Clone, Copy)]
pub(super) struct Made {
    message: StoredValue<Arc<Arrived>>,
    addresses: StoredValue<Vec<String>>,
    /// Octets that may still be shown small.
    left: StoredValue<u64>,
}

impl Made {
    pub(super) fn new(message: Arc<Arrived>) -> Made {
        let made = Made {
            message: StoredValue::new(message),
            addresses: StoredValue::new(Vec::new()),
            left: StoredValue::new(TOGETHER),
        };
        on_cleanup(move || {
            made.addresses.try_update_value(|addresses| {
                for address in addresses.drain(..) {
                    Url::revoke_object_url(&address).ok();
                }
            });
        });
        made
    }

    /// The pictures that the HTML of the message names.
    pub(super) fn named(self, reading: &Reading) -> Pictures {
        let mut left = NAMED;
        let mut pictures = Pictures::new();
        let contents = || reading.parts.iter().map(|part| &part.content);
        let any = contents().any(|content| matches!(content, Content::Html { .. }));
        for content in contents().filter(|_| any) {
            let Content::Attachment {
                media_type,
                id,
                size,
                at,
                ..
            } = content
            else {
                continue;
            };
            if id.is_empty() || *size > left || !is_picture(media_type) {
                continue;
            }
            if let Some(address) = self.address(*at, media_type) {
                left -= size;
                pictures.insert(id.clone(), address);
            }
        }
        pictures
    }

    /// The address of a picture to be shown small. None: it is no picture, or too large.
    pub(super) fn small(self, media_type: &str, size: u64, at: Slice) -> Option<String> {
        let left = self.left.get_value();
        if !is_picture(media_type) || size == 0 || size > LARGEST.min(left) {
            return None;
        }
        self.left.set_value(left - size);
        self.address(at, media_type)
    }

    fn address(self, at: Slice, media_type: &str) -> Option<String> {
        let message = self.message.get_value();
        let blob = part(&message, at).ok()?.into_blob(media_type).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        self.addresses
            .update_value(|addresses| addresses.push(address.clone()));
        Some(address)
    }
}

fn is_picture(media_type: &str) -> bool {
    SHOWN.contains(&media_type)
}
