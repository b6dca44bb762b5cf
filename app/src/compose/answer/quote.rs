//! The text of a reply: room to write, who wrote what is quoted, and the quote.

use super::Original;
use super::date;
use crate::compose::draft::Mailbox;
use crate::i18n::Locale;
use crate::ui::visible::visible;

/// What stands for the rest of a text that is cut.
pub(super) const REST: &str = "[…]";

/// The text: the quote below, and above it two lines to write in.
pub(super) fn body(original: &Original, locale: Locale) -> String {
    let line = attribution(original, locale);
    let mut text = without_signature(&original.text).trim_end().to_owned();
    if original.lacks.contains(&super::Lack::RestOfText) {
        text.push('\n');
        text.push_str(REST);
    }
    format!("\n\n{line}{}", quoted(text.trim_start_matches('\n')))
}

/// The line above the quote: who wrote it, and when. Ended by LF; empty where nobody is named.
pub(super) fn attribution(original: &Original, locale: Locale) -> String {
    let who = original.from.first().or(original.sender.first());
    let who = who.map_or(String::new(), |who| name(who));
    let date = visible(&date::shown(&original.date, locale));
    match (who.as_str(), date.as_str()) {
        ("", _) => String::new(),
        (who, "") => locale.quote_wrote(who) + "\n",
        (who, date) => locale.quote_wrote_on(date, who) + "\n",
    }
}

/// The name of someone, or the address where there is no name.
pub(super) fn name(text: &str) -> String {
    match Mailbox::parse(text) {
        Ok(mailbox) if !mailbox.name.is_empty() => visible(&mailbox.name),
        _ => visible(text),
    }
}

/// A text, quoted: what was quoted before is one level deeper, without a space between, so that
/// programs show it as quoted twice (RFC 3676 §4.5).
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + text.len() / 32);
    for line in text.lines() {
        let mark = match line {
            "" => ">",
            line if line.starts_with('>') => ">",
            _ => "> ",
        };
        quoted.push_str(mark);
        quoted.push_str(line);
        quoted.push('\n');
    }
    quoted
}

/// A text without the signature at its end (RFC 3676 §4.3). What its author quoted below a
/// signature is no part of that, and then all of it stays.
pub(super) fn without_signature(text: &str) -> &str {
    let mut at = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(['\r', '\n']) == "-- " {
            at = Some(start);
        }
        start += line.len();
    }
    let Some(at) = at else {
        return text;
    };
    let (before, signature) = text.split_at(at);
    if signature.lines().any(|line| line.starts_with('>')) {
        text
    } else {
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_deepen_without_a_space_between() {
        let check = |text: &str, expect: &str| assert_eq!(quoted(text), expect, "{text:?}");
        check("", "");
        check("a", "> a\n");
        check("a\n\nb\n", "> a\n>\n> b\n");
        check("> a\n>> b\n>c", ">> a\n>>> b\n>>c\n");
        check(" a\n\tb", ">  a\n> \tb\n");
    }

    #[test]
    fn the_signature_is_not_quoted() {
        let check = |text: &str, expect: &str| assert_eq!(without_signature(text), expect);
        check("a\n-- \nMina", "a\n");
        check("a\n-- \nb\n-- \nMina\nSeoul\n", "a\n-- \nb\n");
        check("a\n--\nb", "a\n--\nb");
        check("a\n> -- \n> Joon\nb", "a\n> -- \n> Joon\nb");
        check(
            "a\n-- \nMina\n\nJoon wrote:\n> b",
            "a\n-- \nMina\n\nJoon wrote:\n> b",
        );
        check("-- \nMina", "");
        check("a\n-- ", "a\n");
        check("", "");
    }
}
