//! A mailbox in which characters stand for values.

use super::unquoted;
use super::walk::{Context, walk};
use crate::ui::mailbox::named_address;

/// A mailbox with its values in place of the characters that stand for them.
///
/// It is still a single one: where a value does not fit, what comes out is none at all, and
/// [`super::Mailbox::parse`] says why. A display name has its values as they are, with one space
/// between their words, whether it was quoted before or has to be quoted now.
#[must_use]
pub fn with_values<'a>(text: &str, value: &dyn Fn(char) -> Option<&'a str>) -> String {
    let text = text.trim();
    let brackets: Vec<(usize, char)> = walk(text)
        .filter(|(_, c, context)| *context == Context::Plain && matches!(c, '<' | '>'))
        .map(|(at, c, _)| (at, c))
        .collect();
    if let [(open, '<'), (close, '>')] = brackets[..]
        && text[close + 1..].trim().is_empty()
    {
        let mut name = String::new();
        for c in unquoted(text[..open].trim()).chars() {
            match value(c) {
                Some(value) => name.push_str(value),
                None => name.push(c),
            }
        }
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let address = filled(&text[open + 1..close], value);
        let address = address.trim();
        // In the brackets nothing of the address is taken for a name.
        return if name.is_empty() {
            format!("<{address}>")
        } else {
            named_address(&name, address)
        };
    }
    filled(text, value)
}

/// The values as they are, and in quotes and comments such that they don't end them.
fn filled<'a>(text: &str, value: &dyn Fn(char) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(text.len());
    for (_, c, context) in walk(text) {
        let Some(value) = value(c) else {
            filled.push(c);
            continue;
        };
        let escaped: &[char] = match context {
            Context::Plain => &[],
            Context::Quoted => &['"', '\\'],
            Context::Comment => &['(', ')', '\\'],
        };
        for c in value.trim().chars() {
            if escaped.contains(&c) {
                filled.push('\\');
            }
            filled.push(c);
        }
    }
    filled
}
