//! People from a file: vCard or CSV. Pure; other charsets than UTF-8 and UTF-16 are decoded by the
//! caller, because the browser has their tables.
//!
//! A parser of our own: calcard, the crate looked at, adds 53 kB to the page for all of vCard and
//! iCalendar, of which names and addresses are a small part.

mod csv;
mod headings;
mod quoted_printable;
mod vcard;

use smtp::{Address, AddressError};

use super::model::Contact;
use crate::ui::text_file::{Decode, text, utf_16};

/// The largest file that is read, in octets.
pub const FILE: u32 = 32 * 1024 * 1024;

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// The people, with the same address maybe more than once.
    pub contacts: Vec<Contact>,
    /// What was not imported.
    pub rejected: Vec<Rejected>,
}

/// A line that was not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The number of the line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// Why.
    pub why: Reason,
}

/// Why a line was not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is not an address.
    Address(AddressError),
    /// There is no address in it.
    NoAddress,
    /// The card does not end.
    Cut,
}

/// Reads a file.
#[must_use]
pub fn read(file: &[u8], decode: Decode<'_>) -> Import {
    let unicode = utf_16(file, decode);
    let file = unicode.as_ref().map_or(file, String::as_bytes);
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    if vcard::is_vcard(file) {
        vcard::read(file, decode)
    } else {
        csv::read(&text(file, decode))
    }
}

impl Import {
    /// Adds the addresses of one text, which has one, or a list.
    fn add(&mut self, name: &str, addresses: &str, line: usize) {
        for part in addresses
            .split([',', ';', '\n'])
            .flat_map(|part| part.split(":::"))
        {
            // `Name <address>`, as some programs write it.
            let inner = part.rsplit_once('<').map_or(part, |(_, inner)| inner);
            let inner = inner.split_once('>').map_or(inner, |(inner, _)| inner);
            let address = inner.trim().trim_start_matches("mailto:").trim();
            if address.is_empty() {
                continue;
            }
            match Address::parse(address) {
                Ok(_) => self.contacts.push(Contact {
                    imported: true,
                    ..Contact::new(name, address)
                }),
                Err(why) => self.reject(line, address, Reason::Address(why)),
            }
        }
    }

    fn reject(&mut self, line: usize, text: &str, why: Reason) {
        let text = text.chars().take(80).collect();
        self.rejected.push(Rejected { line, text, why });
    }
}

/// A name of its parts. Korean, Chinese and Japanese names begin with the family name.
fn whole_name(given: &str, middle: &str, family: &str) -> String {
    let is_east_asian = |text: &str| text.chars().any(|c| ('\u{2e80}'..='\u{d7ff}').contains(&c));
    if is_east_asian(given) || (given.trim().is_empty() && is_east_asian(family)) {
        return format!("{}{}", family.trim(), given.trim());
    }
    let parts = [given, middle, family].map(str::trim);
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests;
