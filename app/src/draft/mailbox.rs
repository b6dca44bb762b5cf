//! Addresses as people type and paste them.

use smtp::{Address, AddressError};

/// One person: a name, maybe empty, and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, without quotes.
    pub name: String,
    /// The address.
    pub address: Address,
}

impl Mailbox {
    /// Reads `m@x`, `<m@x>`, `Mina Park <m@x>`, `"Park, Mina" <m@x>` or `m@x (Mina)`.
    ///
    /// # Errors
    /// Why it is no address. [`AddressError::Control`] where any part holds a control character.
    pub fn parse(text: &str) -> Result<Mailbox, AddressError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control);
        }
        if let Some(open) = outside_quotes(text, '<') {
            let inner = text[open + 1..].trim_end();
            // Nothing may stand behind the address: it would be lost without a word.
            let address = inner.strip_suffix('>').ok_or(AddressError::Domain)?;
            return Ok(Mailbox {
                name: unquoted(text[..open].trim()),
                address: parse_address(address.trim())?,
            });
        }
        if let Some(open) = outside_quotes(text, '(')
            && let Some(name) = text[open + 1..].strip_suffix(')')
        {
            return Ok(Mailbox {
                name: name.trim().to_owned(),
                address: parse_address(text[..open].trim())?,
            });
        }
        Ok(Mailbox {
            name: String::new(),
            address: parse_address(text)?,
        })
    }
}

/// An address whose domain may be written in any script.
fn parse_address(text: &str) -> Result<Address, AddressError> {
    match text.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            Address::parse(&format!("{local}@{}", to_ascii(domain)))
        }
        _ => Address::parse(text),
    }
}

/// The browser knows how domains of other scripts are written in ASCII; tables of our own would be a fifth of the page.
#[cfg(target_arch = "wasm32")]
fn to_ascii(domain: &str) -> String {
    let url = web_sys::Url::new(&format!("http://{domain}/"));
    url.map_or_else(|_| domain.to_owned(), |url| url.hostname())
}

#[cfg(not(target_arch = "wasm32"))]
fn to_ascii(domain: &str) -> String {
    domain.to_owned()
}

/// Where `sought` first stands outside of quotes.
fn outside_quotes(text: &str, sought: char) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c == sought && !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

/// A display name without the quotes of RFC 5322 §3.2.4 around it.
fn unquoted(name: &str) -> String {
    let Some(inner) = name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return name.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}

/// Parts what a person typed or pasted into a field of addresses: at commas, semicolons and line ends that stand outside of quotes,
/// comments and angle brackets. Empty parts are dropped, the others trimmed and otherwise kept as they are.
#[must_use]
pub fn split_addresses(typed: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let (mut quoted, mut escaped, mut comment, mut angle) = (false, false, 0u32, false);
    for c in typed.chars() {
        if escaped {
            escaped = false;
            part.push(c);
            continue;
        }
        let line_end = matches!(c, '\n' | '\r');
        if line_end || (!quoted && comment == 0 && !angle && matches!(c, ',' | ';')) {
            // A quote or bracket left open must not swallow the following lines of a pasted list.
            (quoted, comment, angle) = (false, 0, false);
            parts.push(std::mem::take(&mut part));
            continue;
        }
        match c {
            '\\' if quoted => escaped = true,
            '"' if comment == 0 => quoted = !quoted,
            '(' if !quoted => comment += 1,
            ')' if !quoted => comment = comment.saturating_sub(1),
            '<' if !quoted => angle = true,
            '>' if !quoted => angle = false,
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    parts
        .into_iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes() {
        let check = |text: &str, expect: Result<(&str, &str), AddressError>| {
            let got = Mailbox::parse(text);
            let got = got
                .as_ref()
                .map(|mailbox| (mailbox.name.as_str(), mailbox.address.to_string()));
            let expect = expect
                .as_ref()
                .map(|(name, address)| (*name, (*address).to_owned()));
            assert_eq!(got, expect, "{text:?}");
        };
        check("m@x.org", Ok(("", "m@x.org")));
        check(" <m@x.org> ", Ok(("", "m@x.org")));
        check("Mina Park <m@x.org>", Ok(("Mina Park", "m@x.org")));
        check("박민아 <m@한국.kr>", Ok(("박민아", "m@xn--3e0b707e.kr")));
        check("\"Park, Mina\" <m@x.org>", Ok(("Park, Mina", "m@x.org")));
        check(
            "\"a \\\"b\\\" <c>\" <m@x.org>",
            Ok(("a \"b\" <c>", "m@x.org")),
        );
        check("m@x.org (Mina)", Ok(("Mina", "m@x.org")));
        check("\"a<b\"@x.org", Ok(("", "\"a<b\"@x.org")));
        check("Mina", Err(AddressError::NoAt));
        check("Mina <m@x.org", Err(AddressError::Domain));
        check("Mina <m@x.org> y", Err(AddressError::Domain));
        check("Mina\r\nBcc: y <m@x.org>", Err(AddressError::Control));
        check("", Err(AddressError::Empty));
    }

    #[test]
    fn lists() {
        let check =
            |typed: &str, expect: &[&str]| assert_eq!(split_addresses(typed), expect, "{typed:?}");
        check("", &[]);
        check(" , ;", &[]);
        check("a@x, b@x;c@x\nd@x\r\n", &["a@x", "b@x", "c@x", "d@x"]);
        check(
            "\"Park, Mina\" <m@x>, j@x (a, b)",
            &["\"Park, Mina\" <m@x>", "j@x (a, b)"],
        );
        check("\"open, m@x\nj@x", &["\"open, m@x", "j@x"]);
    }
}
