//! Addresses as people type and paste them.

mod filled;
mod list;
mod lookalike;
mod walk;

use std::net::IpAddr;

use smtp::{Address, AddressError};

pub use filled::with_values;
pub use list::{split_addresses, split_at_spaces};
pub use lookalike::{Script, Suspicion, suspicions};
use walk::{Context, leaves_quotes_open, unescaped, walk};

/// One person: a name, maybe empty, and an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, without quotes. It may hold characters that can't be seen, such as the
    /// joiners of some emoji, but no controls.
    pub name: String,
    /// The address.
    pub address: Address,
}

/// Why a text is not one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailboxError {
    /// Its address is none.
    Address(AddressError),
    /// A quotation mark without its partner, or around something else than a name or a local part.
    Quotes,
    /// An angle bracket without its partner.
    AngleBrackets,
    /// Something stands behind the address.
    TextAfter,
    /// There is more than one address, or more than one `@`.
    SeveralAddresses,
    /// A comment elsewhere than behind an address, where it is taken for a name.
    Comment,
    /// A source route, `@a,@b:c@d` (RFC 5321 appendix C).
    Route,
    /// A space in the address.
    Space,
    /// An IP address without square brackets around it.
    BareIpAddress,
    /// A `mailto:` link with more than an address in it.
    Link,
}

impl From<AddressError> for MailboxError {
    fn from(error: AddressError) -> MailboxError {
        MailboxError::Address(error)
    }
}

impl Mailbox {
    /// Reads `m@x`, `<m@x>`, `Mina Park <m@x>`, `"Park, Mina" <m@x>` or `m@x (Mina)`, the address
    /// with or without `mailto:` before it.
    ///
    /// Nothing that was typed is passed over: what is not part of the name or the address is an
    /// error.
    ///
    /// # Errors
    /// Why it is no mailbox. [`AddressError::Control`] where any part holds a control character.
    pub fn parse(text: &str) -> Result<Mailbox, MailboxError> {
        let text = text.trim();
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control.into());
        }
        if leaves_quotes_open(text) {
            return Err(MailboxError::Quotes);
        }
        let brackets: Vec<(usize, char)> = walk(text)
            .filter(|(_, c, context)| *context == Context::Plain && matches!(c, '<' | '>'))
            .map(|(at, c, _)| (at, c))
            .collect();
        match brackets[..] {
            [] => bare(text),
            [(open, '<'), (close, '>')] => {
                bracketed(&text[..open], &text[open + 1..close], &text[close + 1..])
            }
            _ if ats(text) > 1 => Err(MailboxError::SeveralAddresses),
            _ => Err(MailboxError::AngleBrackets),
        }
    }
}

/// `name <address>`.
fn bracketed(name: &str, inner: &str, after: &str) -> Result<Mailbox, MailboxError> {
    let after = after.trim();
    if ats(after) > 0 {
        return Err(MailboxError::SeveralAddresses);
    }
    if after.starts_with('(') {
        return Err(MailboxError::Comment);
    }
    if !after.is_empty() {
        return Err(MailboxError::TextAfter);
    }
    // `a@x, Mina <b@y>` is a list, but `boss@x <b@y>` and `Park, Mina <m@x>` are names.
    let has_separator =
        walk(name).any(|(_, c, context)| context == Context::Plain && matches!(c, ',' | ';'));
    if has_separator && ats(name) > 0 {
        return Err(MailboxError::SeveralAddresses);
    }
    Ok(Mailbox {
        name: unquoted(name.trim()),
        address: address(inner.trim())?,
    })
}

/// `address` or `address (name)`.
fn bare(text: &str) -> Result<Mailbox, MailboxError> {
    let mut comments = walk(text)
        .filter(|(_, _, context)| *context == Context::Comment)
        .map(|(at, _, _)| at);
    let Some(open) = comments.next() else {
        return Ok(Mailbox {
            name: String::new(),
            address: address(text)?,
        });
    };
    // One comment, at the end: nothing plain stands behind where it opens, and no second opens.
    let comment = &text[open..];
    let inner = comment
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .filter(|inner| is_one_comment(inner))
        .ok_or(MailboxError::Comment)?;
    let before = text[..open].trim();
    if before.is_empty() {
        return Err(MailboxError::Comment);
    }
    Ok(Mailbox {
        name: unescaped(inner).trim().to_owned(),
        address: address(before)?,
    })
}

/// Whether what stands between the first and the last parenthesis is one comment and no more, as
/// it is not in `(a) b (c)`.
fn is_one_comment(inner: &str) -> bool {
    let (mut depth, mut escaped) = (0_usize, false);
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0 && !escaped
}

/// The address alone.
fn address(text: &str) -> Result<Address, MailboxError> {
    const LINK: &str = "mailto:";
    let text = match text.split_at_checked(LINK.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(LINK) => {
            // In a URI these begin escapes and header fields (RFC 6068 §2).
            if rest.contains(['%', '?']) {
                return Err(MailboxError::Link);
            }
            rest
        }
        _ => text,
    };
    Address::parse(text).map_err(|error| reason(text, error))
}

/// What is wrong with an address in words closer to what a person did.
fn reason(text: &str, error: AddressError) -> MailboxError {
    let coarse = matches!(
        error,
        AddressError::LocalPart | AddressError::Domain | AddressError::NoAt
    );
    let plain = |sought: fn(char) -> bool| {
        walk(text).any(|(_, c, context)| context == Context::Plain && sought(c))
    };
    if !coarse {
        error.into()
    } else if text.starts_with('@') && text.contains(':') {
        MailboxError::Route
    } else if ats(text) > 1 {
        MailboxError::SeveralAddresses
    } else if walk(text).any(|(_, _, context)| context == Context::Comment)
        || plain(|c| matches!(c, '(' | ')'))
    {
        MailboxError::Comment
    } else if text.contains('"') && error != AddressError::Domain {
        MailboxError::Quotes
    } else if error == AddressError::NoAt {
        error.into()
    } else if plain(|c| c == ' ') {
        MailboxError::Space
    } else if text
        .rsplit_once('@')
        .is_some_and(|(_, domain)| is_ip_address(domain))
    {
        MailboxError::BareIpAddress
    } else {
        error.into()
    }
}

fn is_ip_address(domain: &str) -> bool {
    domain.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// How many `@` stand outside of quotes and comments.
fn ats(text: &str) -> usize {
    walk(text)
        .filter(|(_, c, context)| *c == '@' && *context == Context::Plain)
        .count()
}

/// A display name without the quotes of RFC 5322 §3.2.4, where they are around all of it.
fn unquoted(name: &str) -> String {
    match name
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    {
        Some(inner) if is_one_quoted_string(inner) => unescaped(inner),
        _ => name.to_owned(),
    }
}

/// Whether no quotation mark in it ends the string.
fn is_one_quoted_string(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return false,
            _ => {}
        }
    }
    !escaped
}

#[cfg(test)]
mod tests;
