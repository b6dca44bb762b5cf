//! What is done with addresses by code of the part `later`, and what is done until it is there.

use leptos::prelude::*;
use web_sys::{HtmlInputElement, TextDecoder};

use super::notes::{Note, Notes, notes};
use super::remarks;
use crate::compose::draft::{Pasted, join_addresses, split_pasted};
use crate::compose::words;
use crate::i18n::Locale;
use crate::ui::part::part;
use crate::ui::text_field::insert;
use crate::ui::use_later;

/// The functions.
#[derive(Clone, Copy)]
struct Functions {
    notes: fn(&[Vec<String>; 3]) -> Notes,
    remarks: fn(Locale, &str, &Note) -> Vec<String>,
    pasted: fn(&str, &str) -> Pasted,
    split: fn(&str) -> Vec<String>,
    join: fn(&[String]) -> String,
}

part! { later:
    fn functions() -> Functions {
        Functions {
            notes,
            remarks: all_remarks,
            pasted: |plain, html| Pasted::read(plain, html, decode),
            split: split_pasted,
            join: join_addresses,
        }
    }
}

/// What is done with addresses. Copies are the same.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Code(ReadSignal<Option<Functions>>);

impl Code {
    /// Called in a component, which it lives as long as.
    pub(super) fn new() -> Code {
        Code(use_later().get(functions))
    }

    /// Follows whether it is there.
    pub(super) fn track(self) {
        self.0.track();
    }

    fn now(self) -> Option<Functions> {
        self.0.get_untracked()
    }

    /// The notes for these lists; until it is there, nothing is said of any address. Follows that.
    pub(super) fn notes(self, lists: &[Vec<String>; 3]) -> Notes {
        match self.0.get() {
            Some(functions) => (functions.notes)(lists),
            None => lists
                .each_ref()
                .map(|list| vec![Note::default(); list.len()]),
        }
    }

    /// All that is to be said about one address.
    pub(super) fn remarks(self, locale: Locale, text: &str, note: &Note) -> Vec<String> {
        self.now()
            .map(|functions| (functions.remarks)(locale, text, note))
            .unwrap_or_default()
    }

    /// Reads what was pasted or dropped: its plain text and HTML. None: the code is not there.
    pub(super) fn pasted(self, plain: &str, html: &str) -> Option<Pasted> {
        self.now().map(|functions| (functions.pasted)(plain, html))
    }

    /// Splits pasted text into addresses; until it is there, at the ends of lines and cells.
    pub(in crate::compose) fn split(self, text: &str) -> Vec<String> {
        self.now()
            .map_or_else(|| lines(text), |functions| (functions.split)(text))
    }

    /// A list of addresses as text.
    pub(super) fn join(self, list: &[String]) -> String {
        self.now()
            .map_or_else(|| list.join(", "), |functions| (functions.join)(list))
    }
}

/// Puts text into a field of one line as if it were typed there. What an input would drop, or make
/// one word of, is separated by commas.
pub(super) fn insert_plain(field: &HtmlInputElement, plain: &str) {
    field.focus().ok();
    insert(field, &lines(plain).join(", "));
}

fn lines(text: &str) -> Vec<String> {
    let parts = text.split(char::is_control).map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Why it is no address, or how it is sent; and what may mislead.
fn all_remarks(locale: Locale, text: &str, note: &Note) -> Vec<String> {
    let wrong = note.wrong.as_ref().map(|wrong| words::wrong(locale, wrong));
    let sent = note.sent_as.as_ref().map(|address| locale.sent_as(address));
    let about = wrong.into_iter().chain(sent);
    about.chain(remarks::lines(locale, text, note)).collect()
}

/// Decodes a charset with the browser's decoders.
pub(in crate::compose) fn decode(charset: &str, octets: &[u8]) -> Option<String> {
    let decoder = TextDecoder::new_with_label(charset).ok()?;
    decoder.decode_with_u8_array(octets).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_several_lines_is_a_list() {
        assert_eq!(lines(" a@x \r\nb@x\tc@x\n\n"), ["a@x", "b@x", "c@x"]);
        assert_eq!(lines("Mina <m@x>"), ["Mina <m@x>"]);
        assert!(lines("\n").is_empty());
    }
}
