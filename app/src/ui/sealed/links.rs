//! Decides about addresses that a message wants loaded.

use std::collections::{HashMap, HashSet};

use percent_encoding::percent_decode_str;

/// Most addresses that are remembered.
const MOST: usize = 10_000;

/// Longest address that is remembered, in bytes.
const LONGEST: usize = 4096;

/// The pictures that came with a message: the address that the page has made for each, by its
/// Content-ID without angle brackets.
pub type Pictures = HashMap<String, String>;

/// What a message wants loaded, as far as it has been read.
#[derive(Debug)]
pub(super) struct Links<'x> {
    pictures: &'x Pictures,
    /// Addresses that are not loaded, each once, in their order.
    pub(super) blocked: Vec<String>,
    known: HashSet<String>,
}

impl<'x> Links<'x> {
    pub(super) fn new(pictures: &'x Pictures) -> Self {
        Links {
            pictures,
            blocked: Vec::new(),
            known: HashSet::new(),
        }
    }

    /// The address from which a picture is shown: only from the message itself. None: it is not
    /// loaded.
    pub(super) fn picture(&mut self, address: &str) -> Option<String> {
        // Browsers remove these from addresses, wherever they are.
        let address: String = address
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect();
        let address = address.trim_matches(|c: char| c <= ' ');
        if let Some(id) = after(address, "cid:") {
            let id = percent_decode_str(id).decode_utf8_lossy();
            return self.pictures.get(&*id).cloned();
        }
        if after(address, "data:image/").is_some() {
            return Some(address.to_owned());
        }
        // A fragment is in this document, and others of `data:` load nothing.
        let nothing = address.is_empty() || address.starts_with('#');
        if !nothing && after(address, "data:").is_none() {
            self.block(address);
        }
        None
    }

    fn block(&mut self, address: &str) {
        let address = &address[..address.floor_char_boundary(LONGEST)];
        if self.blocked.len() < MOST && self.known.insert(address.to_owned()) {
            self.blocked.push(address.to_owned());
        }
    }

    /// The same for a list of candidates (`srcset`). Returns the first.
    pub(super) fn candidates(&mut self, list: &str) -> Option<String> {
        let mut first = None;
        for candidate in list.split(", ").flat_map(|part| part.split(",\n")) {
            if let Some(address) = candidate.split_ascii_whitespace().next() {
                let address = address.trim_matches(',');
                self.picture(address);
                first.get_or_insert_with(|| address.to_owned());
            }
        }
        first
    }
}

/// What follows this start, whatever its case.
pub(super) fn after<'x>(text: &'x str, start: &str) -> Option<&'x str> {
    let begins = text.get(..start.len())?.eq_ignore_ascii_case(start);
    begins.then(|| &text[start.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_the_message_is_shown() {
        let pictures = Pictures::from([("a@b c".to_owned(), "blob:1".to_owned())]);
        let mut links = Links::new(&pictures);
        let mut check = |address: &str, expect: Option<&str>| {
            assert_eq!(links.picture(address).as_deref(), expect, "{address:?}");
        };
        check("cid:a@b%20c", Some("blob:1"));
        check(" CI\nD:a%40b c", Some("blob:1"));
        check("cid:other", None);
        check("data:image/png;base64,AA", Some("data:image/png;base64,AA"));
        check("data:text/html,x", None);
        check("#a", None);
        check("", None);
        check("https://example.org/a", None);
        check("//example.org/b", None);
        check("/c", None);
        check("https://example.org/a", None);
        check("javascript:x", None);
        let expect = [
            "https://example.org/a",
            "//example.org/b",
            "/c",
            "javascript:x",
        ];
        assert_eq!(links.blocked, expect);
    }

    #[test]
    fn candidates_are_all_blocked() {
        let pictures = Pictures::new();
        let mut links = Links::new(&pictures);
        let first = links.candidates("https://a/1,2 1x, https://a/3 2x,\nhttps://a/4");
        assert_eq!(first.as_deref(), Some("https://a/1,2"));
        let expect = ["https://a/1,2", "https://a/3", "https://a/4"];
        assert_eq!(links.blocked, expect);
    }
}
