//! Addresses as they come from elsewhere: cells of a spreadsheet, a line each, one row of text, a
//! `mailto:` link, header fields.

mod cells;
mod encoded_word;
mod header;
mod html;
mod link;

pub use encoded_word::decoded as decode_words;

use super::{Mailbox, split_addresses, split_at_spaces};
use crate::ui::mailbox::named_address;

/// Turns octets of a charset into text. None: the charset is not known, or the octets are not of
/// it.
pub type Charset = fn(&str, &[u8]) -> Option<String>;

/// What was pasted into a field of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// Addresses for the field that it was pasted into.
    pub here: Vec<String>,
    /// Addresses for To.
    pub to: Vec<String>,
    /// Addresses for Cc.
    pub cc: Vec<String>,
    /// Addresses for Bcc.
    pub bcc: Vec<String>,
    /// A subject.
    pub subject: Option<String>,
    /// A text.
    pub body: Option<String>,
    /// What has no place in a draft, to be shown.
    pub other: Vec<String>,
}

impl Pasted {
    /// Reads what was pasted: a `mailto:` link, header fields, or a list. `html` counts where the
    /// plain text has no address. Encoded words (RFC 2047) are decoded.
    ///
    /// Nothing but separators is left out: what is no address is a part of its own.
    #[must_use]
    pub fn read(plain: &str, html: &str, decode: Charset) -> Pasted {
        if let Some(pasted) = link::read_link(plain) {
            return pasted;
        }
        let plain = encoded_word::decoded(plain, decode);
        if let Some(pasted) = header::read_header(&plain) {
            return pasted;
        }
        let mut here = split_pasted(&plain);
        if !plain.contains('@') {
            let links = html::links(html);
            if !links.is_empty() {
                let mut rest = plain;
                for link in links.iter().filter(|link| !link.text.is_empty()) {
                    rest = rest.replacen(&link.text, "\n", 1);
                }
                here = links.into_iter().map(|link| link.address).collect();
                here.extend(split_pasted(&rest));
            }
        }
        Pasted {
            here,
            ..Pasted::default()
        }
    }

    /// Whether it is addresses for one field and nothing else.
    #[must_use]
    pub fn is_list(&self) -> bool {
        let elsewhere = [&self.to, &self.cc, &self.bcc, &self.other];
        elsewhere.into_iter().all(Vec::is_empty) && self.subject.is_none() && self.body.is_none()
    }
}

/// Splits pasted text into addresses: at line ends, tabs, at spaces between addresses alone, and
/// wherever [`split_addresses`] does.
/// In a line of columns of which exactly one has an `@`, the others are that address's name.
/// Nothing but separators is left out: what is no address is a part of its own.
#[must_use]
pub fn split_pasted(text: &str) -> Vec<String> {
    cells::rows(text)
        .iter()
        .flat_map(|row| split_row(row))
        .flat_map(|part| split_at_spaces(&part))
        .map(tidied)
        .collect()
}

/// A list of addresses as text, which [`split_pasted`] reads as the same addresses.
#[must_use]
pub fn join_addresses(list: &[String]) -> String {
    let parts: Vec<String> = list.iter().map(|text| as_one(text)).collect();
    parts.join(", ")
}

/// An address in a form that is not split, if there is one.
fn as_one(text: &str) -> String {
    if let [one] = &split_pasted(text)[..]
        && one == text
        // Beside another address these may open what this one leaves closed.
        && !text.contains(['(', ')', '"'])
    {
        return text.to_owned();
    }
    match Mailbox::parse(text) {
        Ok(mailbox) if !mailbox.name.is_empty() => {
            named_address(&mailbox.name, &mailbox.address.to_string())
        }
        _ => text.to_owned(),
    }
}

/// Whether what has been typed so far ends an address: at a separator outside of quotes, comments
/// and angle brackets.
#[must_use]
pub fn ends_address(typed: &str) -> bool {
    split_addresses(&format!("{typed}x")).len() > 1
}

/// LF, VT, FF, CR, NEL, LS and PS: Unicode's mandatory breaks.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn split_row(cells: &[String]) -> Vec<String> {
    let mut with_at = cells.iter().filter(|cell| cell.contains('@'));
    if cells.len() > 1
        && let (Some(address), None) = (with_at.next(), with_at.next())
        && is_bare(address)
    {
        let name: Vec<&str> = cells
            .iter()
            .filter(|cell| *cell != address)
            .flat_map(|cell| cell.split(is_line_end))
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        return vec![named_address(&name.join(" "), address)];
    }
    cells
        .iter()
        .flat_map(|cell| split_addresses(cell))
        .collect()
}

/// Forms in which other programs show an address, in ours: `Name (m@x)`, `Name [m@x]`,
/// `m@x [Name]`, and with a bullet before it. Only where it is no address as it is.
fn tidied(part: String) -> String {
    if Mailbox::parse(&part).is_ok() {
        return part;
    }
    let bullet = part.strip_prefix(['-', '*', '•', '·']).map(str::trim_start);
    if let Some(rest) = bullet.filter(|rest| Mailbox::parse(rest).is_ok()) {
        return rest.to_owned();
    }
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some((before, inner)) = part
            .strip_suffix(close)
            .and_then(|rest| rest.rsplit_once(open))
        else {
            continue;
        };
        let (before, inner) = (before.trim(), inner.trim());
        for (name, address) in [(before, inner), (inner, before)] {
            let has_name = !name.is_empty() && !name.contains(['@', '<', '>', '"']);
            if has_name && is_bare_address(address) {
                return named_address(name, address);
            }
        }
        if before.is_empty() && is_bare_address(inner) {
            return inner.to_owned();
        }
    }
    part
}

fn is_bare_address(text: &str) -> bool {
    let bare = text.split_at_checked("mailto:".len());
    let bare = match bare {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => text,
    };
    is_bare(bare) && Mailbox::parse(bare).is_ok()
}

/// One address and nothing else, so that it may stand in angle brackets.
fn is_bare(cell: &str) -> bool {
    !cell.contains(|c: char| c.is_whitespace() || "<>()\",;:".contains(c))
}

#[cfg(test)]
mod tests;
