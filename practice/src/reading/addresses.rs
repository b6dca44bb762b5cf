//! Formats address fields (RFC 5322 §3.4) for display. Names are decoded. Quoted local parts,
//! groups and comments are kept. Malformed fields take one pass, too.

use super::words;
use crate::limits;

/// Formats a field as `name <address>, address, group: address;`. Stops soon after
/// [`limits::READING_FIELD`] bytes of output.
pub(super) fn addresses(value: &[u8]) -> String {
    let text = words::raw(value);
    let mut list = List::default();
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next()
        && list.shown.len() <= limits::READING_FIELD
    {
        rest = list.take(first, rest);
    }
    list.end();
    list.shown
}

/// The output and the address being parsed.
#[derive(Default)]
struct List {
    shown: String,
    /// Whether the next address needs a comma before it.
    comma: bool,
    group: bool,
    /// The words before an address, or a bare address.
    phrase: String,
    /// Whether white space follows the phrase.
    space: bool,
    angle: Option<String>,
    comments: Vec<String>,
}

impl List {
    /// Consumes one token and returns the rest of the text.
    fn take<'x>(&mut self, first: char, text: &'x str) -> &'x str {
        match first {
            c if c.is_whitespace() => {
                self.space = true;
                &text[c.len_utf8()..]
            }
            '"' => {
                let length = quoted(text);
                let (inside, rest) = text.split_at(length);
                if rest.starts_with(['@', '.']) || (self.phrase.ends_with('.') && !self.space) {
                    self.push(inside);
                } else {
                    self.push(&words::decoded(&bare(inside)));
                }
                rest
            }
            '(' => {
                let length = comment(text);
                let inside = text[1..length]
                    .strip_suffix(')')
                    .unwrap_or(&text[1..length]);
                self.comments
                    .push(words::decoded(&bare(inside)).trim().to_owned());
                &text[length..]
            }
            '<' => {
                let (inside, rest) = angle(text);
                self.angle.get_or_insert_with(|| without_space(inside));
                rest
            }
            ',' => {
                self.end();
                &text[1..]
            }
            ';' => {
                self.end();
                if self.group {
                    self.shown.push(';');
                    self.group = false;
                    self.comma = true;
                }
                &text[1..]
            }
            ':' if !self.group && self.angle.is_none() && !self.phrase.contains('@') => {
                let name = self.name();
                self.separate();
                self.shown.push_str(&name);
                self.shown.push(':');
                self.group = true;
                &text[1..]
            }
            _ => {
                let length = words::length(text).unwrap_or_else(|| atom(text));
                self.push(&text[..length]);
                &text[length..]
            }
        }
    }

    fn push(&mut self, word: &str) {
        if self.space && !self.phrase.is_empty() {
            self.phrase.push(' ');
        }
        self.space = false;
        self.phrase.push_str(word);
    }

    /// Takes the decoded phrase, with the comments appended.
    fn name(&mut self) -> String {
        let mut name = words::decoded(std::mem::take(&mut self.phrase).trim());
        for comment in self
            .comments
            .drain(..)
            .filter(|comment| !comment.is_empty())
        {
            if name.is_empty() {
                name = comment;
            } else {
                name.push_str(&format!(" ({comment})"));
            }
        }
        self.space = false;
        name
    }

    fn separate(&mut self) {
        if self.comma {
            self.shown.push(',');
        }
        if !self.shown.is_empty() {
            self.shown.push(' ');
        }
        self.comma = false;
    }

    /// Ends the current address and appends it to the output.
    fn end(&mut self) {
        let bare_address = self.angle.is_none() && self.phrase.contains('@');
        let address = match self.angle.take() {
            Some(angle) => Some(angle),
            None if bare_address => {
                let address = std::mem::take(&mut self.phrase);
                Some(
                    words::decoded(address.trim())
                        .replace(" @", "@")
                        .replace("@ ", "@"),
                )
            }
            None => None,
        };
        let name = self.name();
        let shown = match address {
            Some(address) if name.is_empty() => address,
            Some(address) => format!("{name} <{address}>"),
            None => name,
        };
        if !shown.is_empty() {
            self.separate();
            self.shown.push_str(&shown);
            self.comma = true;
        }
    }
}

/// The length of a quoted string with its quotes. An unterminated one extends to the end.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a comment, nested comments included.
fn comment(text: &str) -> usize {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '(' if !escaped => depth += 1,
            ')' if !escaped => depth -= 1,
            _ => (),
        }
        escaped = c == '\\' && !escaped;
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// Splits the content of angle brackets from the rest. If the bracket is not closed, the address
/// ends at the next comma.
fn angle(text: &str) -> (&str, &str) {
    // A source route (`<@a,@b:c@d>`) contains commas; it begins with `@`.
    let route = text[1..].starts_with('@');
    let mut address = false;
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' => at += quoted(&text[at..]),
            '>' => return (&text[1..at], &text[at + 1..]),
            ',' | ';' if address && !route => break,
            _ => {
                address |= c == '@';
                at += c.len_utf8();
            }
        }
    }
    (&text[1..at], &text[at..])
}

/// The length of an atom; at least one character.
fn atom(text: &str) -> usize {
    text.char_indices()
        .skip(1)
        .find(|(at, c)| {
            c.is_whitespace() || "\"(<,;:".contains(*c) || text[*at..].starts_with("=?")
        })
        .map_or(text.len(), |(at, _)| at)
}

/// Removes the quotes and backslashes of a quoted string.
fn bare(quoted: &str) -> String {
    let inside = quoted.strip_prefix('"').unwrap_or(quoted);
    let inside = inside.strip_suffix('"').unwrap_or(inside);
    let mut bare = String::with_capacity(inside.len());
    let mut escaped = false;
    for c in inside.chars() {
        escaped = c == '\\' && !escaped;
        if !escaped {
            bare.push(c);
        }
    }
    bare
}

/// Removes white space from an address, except inside quotes.
fn without_space(address: &str) -> String {
    let mut shown = String::with_capacity(address.len());
    let (mut inside, mut escaped) = (false, false);
    for c in address.chars() {
        inside ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if inside || !c.is_whitespace() {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_formatted_for_display() {
        for (value, want) in [
            (&b" mina@example.org\r\n"[..], "mina@example.org"),
            (b"<mina@example.org>", "mina@example.org"),
            (
                b"Mina Park <mina@example.org>",
                "Mina Park <mina@example.org>",
            ),
            (
                b"\"Park, Mina\" <mina@example.org>",
                "Park, Mina <mina@example.org>",
            ),
            (b"\"M \\\"Min\\\" P\" <m@x.org>", "M \"Min\" P <m@x.org>"),
            (
                b"a@x.org, B <b@x.org> ,\r\n c@x.org",
                "a@x.org, B <b@x.org>, c@x.org",
            ),
            (b"\"a b\"@x.org", "\"a b\"@x.org"),
            (b"\"a \\\" b\"@x.org", "\"a \\\" b\"@x.org"),
            (
                b"Name <\"a b\"@x.org>, <\"<,>\"@x.org>",
                "Name <\"a b\"@x.org>, \"<,>\"@x.org",
            ),
            (b"a.\"b c\"@x.org", "a.\"b c\"@x.org"),
            (b"mina@x.org (Mina Park)", "Mina Park <mina@x.org>"),
            (
                b"Mina (at (her) desk) <mina@x.org>",
                "Mina (at (her) desk) <mina@x.org>",
            ),
            (
                b"Team: a@x.org, B <b@x.org>;",
                "Team: a@x.org, B <b@x.org>;",
            ),
            (b"Team: a@x.org;, c@x.org", "Team: a@x.org;, c@x.org"),
            (b"undisclosed-recipients:;", "undisclosed-recipients:;"),
            (
                b"=?utf-8?B?67CV66+87JWE?= <mina@x.org>",
                "박민아 <mina@x.org>",
            ),
            (
                b"\"=?utf-8?B?67CV66+87JWE?=\" <mina@x.org>",
                "박민아 <mina@x.org>",
            ),
            (
                b"=?utf-8?Q?Park,_Mina?= <mina@x.org>",
                "Park, Mina <mina@x.org>",
            ),
            (b"=?utf-8?Q?a@b:c?= <mina@x.org>", "a@b:c <mina@x.org>"),
            (
                b"=?cp949?B?udo=?= =?cp949?B?uc6+xg==?= <mina@x.org>",
                "박민아 <mina@x.org>",
            ),
            (b"mina@x.org (=?utf-8?B?67CV?=)", "박 <mina@x.org>"),
            ("박민아 <mina@x.org>".as_bytes(), "박민아 <mina@x.org>"),
            (
                b"\"\xb9\xda\xb9\xce\xbe\xc6\" <mina@x.org>",
                "박민아 <mina@x.org>",
            ),
            ("메일@한국.kr".as_bytes(), "메일@한국.kr"),
            (b"J\xfcrgen <j@x.org>", "Jürgen <j@x.org>"),
            (b"mina@x.org <mina@x.org>", "mina@x.org <mina@x.org>"),
            (b"Mina < mina @ x.org >", "Mina <mina@x.org>"),
            (b"mina @ x.org", "mina@x.org"),
            (b"Mina <mina@x.org", "Mina <mina@x.org>"),
            (b"Mina <mina@x.org, b@x.org", "Mina <mina@x.org>, b@x.org"),
            (b"Mina", "Mina"),
            (b"\"Mina", "Mina"),
            (b"(Mina", "Mina"),
            (b"<>", ""),
            (b",,;", ""),
            (b"", ""),
            (b"a.b.@docomo.ne.jp", "a.b.@docomo.ne.jp"),
        ] {
            assert_eq!(
                addresses(value),
                want,
                "{:?}",
                String::from_utf8_lossy(value)
            );
        }
    }
}
