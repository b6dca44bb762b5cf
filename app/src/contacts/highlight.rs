//! Which part of a name or an address was typed. Pure.

use super::book::found_within;
use super::fold::{begins, keys};

/// A text in parts, each with whether it was typed.
#[must_use]
pub(super) fn highlight(text: &str, typed: &str) -> Vec<(String, bool)> {
    let chars: Vec<char> = text.chars().collect();
    let mut marked = vec![false; chars.len()];
    for word in typed
        .split_whitespace()
        .map(keys)
        .filter(|word| !word.is_empty())
    {
        for (at, length) in places(&chars, &word) {
            marked[at..at + length].fill(true);
        }
    }
    let mut parts: Vec<(String, bool)> = Vec::new();
    for (c, marked) in chars.into_iter().zip(marked) {
        match parts.last_mut().filter(|(_, before)| *before == marked) {
            Some((part, _)) => part.push(c),
            None => parts.push((c.to_string(), marked)),
        }
    }
    parts
}

/// Where a word that was typed stands, and over how many characters.
fn places(chars: &[char], typed: &[super::fold::Key]) -> Vec<(usize, usize)> {
    let starts = (0..chars.len()).filter(|at| {
        let before = at.checked_sub(1).map(|before| chars[before]);
        // A domain is found by its beginning alone.
        let in_domain = before == Some('.') && chars[..*at].contains(&'@');
        before.is_none_or(|before| !before.is_alphanumeric()) && !in_domain
    });
    starts
        .filter_map(|start| {
            let text: String = chars[start..].iter().collect();
            let word = keys(&text);
            let (skipped, length) = match begins(typed, &word) {
                Some(length) => (0, length),
                None => {
                    let end = text
                        .find(|c: char| !c.is_alphanumeric())
                        .unwrap_or(text.len());
                    found_within(typed, &keys(&text[..end]))?
                }
            };
            // How many characters these keys are.
            let until = |many: usize| {
                (0..=chars.len() - start).find(|count| {
                    let part: String = chars[start..start + count].iter().collect();
                    keys(&part).len() >= many
                })
            };
            let (from, to) = (until(skipped)?, until(skipped + length)?);
            Some((start + from, to - from))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked_at_the_beginning_of_words() {
        let check = |text: &str, typed: &str, expect: &str| {
            let parts = highlight(text, typed);
            let shown = |(part, marked): &(String, bool)| {
                if *marked {
                    format!("[{part}]")
                } else {
                    part.clone()
                }
            };
            let shown: String = parts.iter().map(shown).collect();
            assert_eq!(shown, expect, "{typed:?}");
        };
        check("Team Seoul", "te", "[Te]am Seoul");
        check("team@example.com", "te", "[te]am@example.com");
        check("te.te@te.test", "te", "[te].[te]@[te].test");
        check("Zoë Zorn", "zo", "[Zo]ë [Zo]rn");
        check("Zoë", "zoe", "[Zoë]");
        check("Mina Park", "pa mi", "[Mi]na [Pa]rk");
        check("tessa@example.jp", "tessa@ex", "[tessa@ex]ample.jp");
        check("김민호", "ㅁㅎ", "김[민호]");
        check("김민호", "미", "김[민]호");
        check("김민호", "김", "[김]민호");
        check("김민호", "ㄱㅁㅎ", "[김민호]");
        check("", "x", "");
        check("Mina", "", "Mina");
    }
}
