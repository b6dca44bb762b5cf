//! Text as it is searched: without case and accents, Hangul as the keys with which it is typed.
//!
//! A syllable is a string of keys on the Korean keyboard: 민 is ㅁ ㅣ ㄴ, 과 is ㄱ ㅗ ㅏ, 값 is
//! ㄱ ㅏ ㅂ ㅅ. So a text that is still being typed is a prefix of what it becomes: 미 and 민 of
//! 미나. The first key of a syllable is marked, so that a consonant typed alone can stand for a
//! whole syllable: ㅁㅎ finds 민호.

/// U+00C0 to U+017F without accents, in lower case; `.` is a letter that stays.
const LATIN: &[u8; 192] = b"\
aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.lllllll\
lllnnnnnnn..oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// The same for U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] = b"\
aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm\
mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv\
wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee\
eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// The consonants that begin a syllable, in the order of Unicode.
const INITIALS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";

/// The keys of each vowel.
const VOWELS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ",
    "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];

/// The keys of each consonant that ends a syllable. The first is none.
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ",
    "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ",
    "ㅎ",
];

/// A character as it is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The character, or the key of a Korean keyboard.
    pub key: char,
    /// What it is part of.
    pub part: Part,
}

/// What a [`Key`] is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is a character of its own, or a Korean letter typed alone.
    Whole,
    /// The first key of a Hangul syllable.
    First,
    /// A later key of one.
    Later,
}

/// The keys of a text.
pub(super) fn keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match u32::from(c) {
            // Conjoining letters, as macOS writes names: the same as a syllable.
            initial @ 0x1100..=0x1112 => {
                let mut next = |from: u32, many: u32| {
                    let at = u32::from(*chars.peek()?).checked_sub(from)?;
                    (at < many).then(|| {
                        chars.next();
                        at
                    })
                };
                let vowel = next(0x1161, 21);
                let last = vowel.and_then(|_| next(0x11a8, 27)).map_or(0, |at| at + 1);
                syllable(&mut keys, initial - 0x1100, vowel, last);
            }
            syllables @ 0xac00..=0xd7a3 => {
                let at = syllables - 0xac00;
                syllable(&mut keys, at / 588, Some(at % 588 / 28), at % 28);
            }
            0x3131..=0x3163 => whole(&mut keys, c),
            _ => plain(&mut keys, c),
        }
    }
    keys
}

fn syllable(keys: &mut Vec<Key>, initial: u32, vowel: Option<u32>, last: u32) {
    let Some(key) = INITIALS.chars().nth(initial as usize) else {
        return;
    };
    let vowel = vowel.and_then(|vowel| VOWELS.get(vowel as usize));
    let part = if vowel.is_some() {
        Part::First
    } else {
        Part::Whole
    };
    keys.push(Key { key, part });
    let last = FINALS.get(last as usize);
    let later = vowel.into_iter().chain(last).flat_map(|keys| keys.chars());
    keys.extend(later.map(|key| Key {
        key,
        part: Part::Later,
    }));
}

/// A Korean letter that is not in a syllable. Where an input method joined two, as ㅂ and ㅅ to ㅄ,
/// they are two.
fn whole(keys: &mut Vec<Key>, letter: char) {
    let pairs = [
        ('ㄳ', "ㄱㅅ"),
        ('ㄵ', "ㄴㅈ"),
        ('ㄶ', "ㄴㅎ"),
        ('ㄺ', "ㄹㄱ"),
        ('ㄻ', "ㄹㅁ"),
        ('ㄼ', "ㄹㅂ"),
        ('ㄽ', "ㄹㅅ"),
        ('ㄾ', "ㄹㅌ"),
        ('ㄿ', "ㄹㅍ"),
        ('ㅀ', "ㄹㅎ"),
        ('ㅄ', "ㅂㅅ"),
        ('ㅘ', "ㅗㅏ"),
        ('ㅙ', "ㅗㅐ"),
        ('ㅚ', "ㅗㅣ"),
        ('ㅝ', "ㅜㅓ"),
        ('ㅞ', "ㅜㅔ"),
        ('ㅟ', "ㅜㅣ"),
        ('ㅢ', "ㅡㅣ"),
    ];
    let part = Part::Whole;
    match pairs.iter().find(|(pair, _)| *pair == letter) {
        Some((_, two)) => keys.extend(two.chars().map(|key| Key { key, part })),
        None => keys.push(Key { key: letter, part }),
    }
}

fn plain(keys: &mut Vec<Key>, c: char) {
    let mut push = |key| {
        keys.push(Key {
            key,
            part: Part::Whole,
        });
    };
    let letter = |table: &[u8], from: u32| {
        let at = u32::from(c).checked_sub(from)? as usize;
        let letter = *table.get(at)?;
        (letter != b'.').then_some(char::from(letter))
    };
    match c {
        // Accents that follow their letters.
        '\u{300}'..='\u{36f}' => {}
        'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(push),
        'æ' | 'Æ' | 'ǽ' => ['a', 'e'].into_iter().for_each(push),
        'œ' | 'Œ' => ['o', 'e'].into_iter().for_each(push),
        'ĳ' | 'Ĳ' => ['i', 'j'].into_iter().for_each(push),
        'þ' | 'Þ' => ['t', 'h'].into_iter().for_each(push),
        // Full width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => {
            let ascii = char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c);
            push(ascii.to_ascii_lowercase());
        }
        _ => match letter(LATIN, 0xc0).or_else(|| letter(LATIN_ADDITIONAL, 0x1e00)) {
            Some(letter) => push(letter),
            None => c.to_lowercase().for_each(push),
        },
    }
}

/// How many keys of `word` the whole of `typed` is the beginning of. None: it is not. A consonant
/// typed alone stands for a syllable that begins with it.
pub(super) fn begins(typed: &[Key], word: &[Key]) -> Option<usize> {
    let mut at = 0;
    for (index, key) in typed.iter().enumerate() {
        let next = word.get(at)?;
        if next.key != key.key {
            return None;
        }
        at += 1;
        // A vowel that follows goes on with the syllable; anything else passes over its rest.
        let goes_on = typed.get(index + 1).is_some_and(|next| is_vowel(next.key));
        if key.part == Part::Whole && next.part == Part::First && !goes_on {
            at += word[at..]
                .iter()
                .take_while(|key| key.part == Part::Later)
                .count();
        }
        // A syllable whose consonant at the end begins the next one: 미나 is typed by way of 민.
        let ends = typed
            .get(index + 1)
            .is_none_or(|next| next.part != Part::Later);
        if ends && index + 1 < typed.len() && key.part != Part::Whole {
            // What was typed is complete here, so the word's syllable must be, too.
            if word.get(at).is_some_and(|key| key.part == Part::Later) {
                return None;
            }
        }
    }
    Some(at)
}

fn is_vowel(key: char) -> bool {
    ('ㅏ'..='ㅣ').contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, word: &str) -> bool {
        begins(&keys(typed), &keys(word)).is_some()
    }

    #[track_caller]
    fn check(typed: &str, found: &[&str], not: &[&str]) {
        for word in found {
            assert!(finds(typed, word), "{typed} must find {word}");
        }
        for word in not {
            assert!(!finds(typed, word), "{typed} must not find {word}");
        }
    }

    #[test]
    fn hangul_is_found_by_its_initial_consonants() {
        check("ㅁㅎ", &["민호", "문희", "명훈이"], &["민", "만수", "하미"]);
        check("ㅁ", &["민호", "ㅁ"], &["호", "아"]);
        check("ㅁ호", &["민호"], &["민하"]);
        check("민ㅎ", &["민호"], &["미호", "미나"]);
        check("ㄲㄷ", &["까다"], &["가다"]);
        // An input method joins these two.
        check("ㅄ", &["박수"], &["수다라"]);
        check("ㄳ", &["강수"], &["가나"]);
    }

    #[test]
    fn hangul_is_found_while_a_syllable_is_being_typed() {
        check("미", &["민호", "미나", "미"], &["마", "무"]);
        check("민", &["민호", "미나", "민"], &["미호", "밍"]);
        check("밍", &["미영", "밍밍"], &["민호"]);
        // 믾 on the way to 민호.
        check("믾", &["민호"], &["민수"]);
        check("고", &["과일", "고래"], &["가"]);
        check("갑", &["값", "가방"], &["갓"]);
        check("민호", &["민호", "민홍"], &["민하", "미노"]);
        check("강수", &["강수"], &["가영수", "가수"]);
    }

    #[test]
    fn letters_are_found_without_case_and_accents() {
        check("zoe", &["Zoë", "ZOE\u{308}"], &["Zo"]);
        check("ÉLODIE", &["elodie", "Élodie"], &[]);
        check("strasse", &["Straße"], &[]);
        check("aeon", &["Æon"], &[]);
        check("nguyen", &["Nguyễn"], &[]);
        check("lodz", &["Łódź"], &[]);
        check("istanbul", &["İstanbul", "ISTANBUL"], &[]);
        check("ｍｉｎａ", &["Mina"], &[]);
        check("мин", &["Минский"], &["Mинский"]);
    }

    #[test]
    fn letters_as_macos_writes_them_are_the_same() {
        let apart = "\u{1106}\u{1175}\u{11ab}\u{1112}\u{1169}";
        assert_eq!(keys(apart), keys("민호"));
        check("민호", &[apart], &[]);
        check("ㅁㅎ", &[apart], &[]);
    }

    #[test]
    fn tables_are_ascii() {
        for letter in LATIN.iter().chain(LATIN_ADDITIONAL) {
            assert!(letter.is_ascii_lowercase() || *letter == b'.', "{letter}");
        }
        // The first and the last of each.
        check("ay", &["ÀŸ"], &[]);
        check("av", &["ḀṾ"], &[]);
    }
}
