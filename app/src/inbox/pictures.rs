//! The pictures of an opened message, as the page shows them. They stay in the page: each is a
//! `blob:` address, which is revoked when the message is closed.

use std::collections::BTreeMap;
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
    small: StoredValue<Small>,
}

/// The pictures that are shown small. A view of them may be shown again and again.
#[derive(Debug)]
struct Small {
    /// Octets that may still be shown.
    left: u64,
    /// Those that have been counted, by their place in the message, each with its address, if it
    /// has one.
    counted: BTreeMap<(Option<u32>, u64, u64), Option<String>>,
}

impl Default for Small {
    fn default() -> Small {
        Small {
            left: TOGETHER,
            counted: BTreeMap::new(),
        }
    }
}

impl Small {
    /// The address of a picture. `make` makes it when the picture is shown first. None: it is too
    /// large, or no address could be made.
    fn address(
        &mut self,
        size: u64,
        at: Slice,
        make: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let place = (at.of, at.from, at.to);
        if let Some(address) = self.counted.get(&place) {
            return address.clone();
        }
        if size == 0 || size > LARGEST.min(self.left) {
            return None;
        }
        self.left -= size;
        let address = make();
        self.counted.insert(place, address.clone());
        address
    }
}

impl Made {
    pub(super) fn new(message: Arc<Arrived>) -> Made {
        let made = Made {
            message: StoredValue::new(message),
            addresses: StoredValue::new(Vec::new()),
            small: StoredValue::new(Small::default()),
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
        if !is_picture(media_type) {
            return None;
        }
        let make = || self.address(at, media_type);
        let small = self.small;
        small
            .try_update_value(|small| small.address(size, at, make))
            .flatten()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_counted_once_however_often_it_is_shown() {
        let mut small = Small::default();
        let mut made = 0;
        let mut show = |from: u64, size: u64| {
            let at = Slice {
                from,
                to: from + size,
                ..Slice::default()
            };
            small.address(size, at, || {
                made += 1;
                Some(format!("blob:{made}"))
            })
        };
        let fits = TOGETHER / LARGEST;
        for _ in 0..3 {
            for one in 0..fits {
                let expect = format!("blob:{}", one + 1);
                assert_eq!(show(one * LARGEST, LARGEST), Some(expect));
            }
            // No more than that.
            assert_eq!(show(fits * LARGEST, 1), None);
        }
        assert_eq!(made, fits);
    }

    #[test]
    fn what_is_empty_or_too_large_is_not_shown() {
        let mut small = Small::default();
        let mut show = |size| small.address(size, Slice::default(), || Some(String::new()));
        assert_eq!(show(0), None);
        assert_eq!(show(LARGEST + 1), None);
        assert_eq!(show(LARGEST), Some(String::new()));
    }
}
