//! How well a command's name fits what is typed. Pure.

/// How a name fits; the less, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It begins with what is typed.
    Begins,
    /// Each typed word begins one of its words, or is made of their first letters.
    Words,
    /// Each typed word is within it.
    Within,
    /// The typed letters are in it, in this order.
    Letters,
}

/// How this name fits. None: it does not. An empty text fits all names.
pub(super) fn fit(typed: &str, name: &str) -> Option<Fit> {
    let typed_words = words(typed);
    let all = spelled(name);
    if all.starts_with(&spelled(typed)) {
        return Some(Fit::Begins);
    }
    let name_words = words(name);
    let initials: String = name_words
        .iter()
        .flat_map(|word| word.chars().next())
        .collect();
    let leading = leading_consonants(name);
    let by_word = |word: &String| {
        name_words.iter().any(|one| one.starts_with(word))
            || initials.starts_with(word.as_str())
            || leading.starts_with(word.as_str())
    };
    if typed_words.iter().all(by_word) {
        return Some(Fit::Words);
    }
    let within = |word: &String| all.contains(word.as_str()) || leading.contains(word.as_str());
    if typed_words.iter().all(within) {
        return Some(Fit::Within);
    }
    let letters: String = typed_words.concat();
    let mut rest = all.chars();
    let in_order = letters.chars().all(|letter| rest.any(|one| one == letter));
    (letters.chars().count() > 2 && in_order).then_some(Fit::Letters)
}

/// Its words, spelled.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(spelled)
        .collect()
}

/// Lower case, with Hangul as the letters that are typed for it: a syllable that is not complete
/// yet begins the one that will be.
fn spelled(text: &str) -> String {
    let mut all = String::new();
    for c in text.chars() {
        match syllable(c) {
            Some((lead, vowel, tail)) => {
                all.extend(LEADS.chars().nth(lead));
                all.extend(VOWELS.split(' ').nth(vowel));
                all.extend(TAILS.split(' ').nth(tail));
            }
            None => all.extend(c.to_lowercase()),
        }
    }
    all
}

/// The first consonants of its syllables, as Koreans abbreviate.
fn leading_consonants(text: &str) -> String {
    let leads = text.chars().filter_map(syllable);
    leads
        .filter_map(|(lead, ..)| LEADS.chars().nth(lead))
        .collect()
}

/// First consonants of syllables.
const LEADS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/// Their vowels, as the letters that are typed for each.
const VOWELS: &str = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ \
    ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ";

/// Their last consonants, the first of which is none.
const TAILS: &str = " ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ \
    ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ";

/// The letters of a syllable (Unicode, 3.12), as places in the tables above.
fn syllable(c: char) -> Option<(usize, usize, usize)> {
    let at = u32::from(c).checked_sub(0xAC00).filter(|at| *at < 11_172)? as usize;
    Some((at / 588, at % 588 / 28, at % 28))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_words_initials_and_letters() {
        for (typed, name, expect) in [
            ("", "Reply all", Some(Fit::Begins)),
            ("repl", "Reply all", Some(Fit::Begins)),
            ("all", "Reply all", Some(Fit::Words)),
            ("all rep", "Reply all", Some(Fit::Words)),
            ("ra", "Reply all", Some(Fit::Words)),
            ("eply", "Reply all", Some(Fit::Within)),
            ("rpl", "Reply all", Some(Fit::Letters)),
            ("rq", "Reply all", None),
            ("answer", "Reply all", None),
        ] {
            assert_eq!(fit(typed, name), expect, "{typed}");
        }
    }

    #[test]
    fn hangul_is_found_while_it_is_typed_and_by_its_first_consonants() {
        for (typed, expect) in [
            ("전체", Some(Fit::Begins)),
            ("전체 다", Some(Fit::Begins)),
            // ㄷ may still become the end of a syllable or begin the next.
            ("답자", Some(Fit::Words)),
            ("ㅈㅊ", Some(Fit::Words)),
            ("ㅈㅊㄷㅈ", Some(Fit::Words)),
            ("ㄷㅈ", Some(Fit::Within)),
            ("새", None),
        ] {
            assert_eq!(fit(typed, "전체 답장"), expect, "{typed}");
        }
    }
}
