//! Domains that can be taken for others: letters of several scripts in one label, and letters of
//! one script that look like those of another (UTS 39). Nothing is refused for it, only pointed
//! out.

mod scripts;

use smtp::Address;

pub use scripts::Script;
use scripts::script;

/// Something about an address that may mislead a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// Letters of scripts that are not written together (UTS 39 §5.2, "highly restrictive").
    Mixed {
        /// The part of the address.
        label: String,
        /// The letters of each script, each letter once.
        letters: Vec<(Script, String)>,
    },
    /// Every letter looks like a Latin one (UTS 39 §4, "whole-script confusable").
    LooksLatin {
        /// The part of the address.
        label: String,
        /// The script that it is in.
        script: Script,
        /// What it looks like.
        latin: String,
    },
    /// It looks like the name of a service that many people have mail at.
    LooksLike {
        /// The part of the address.
        label: String,
        /// The name.
        known: &'static str,
    },
}

/// Letters that look like Latin ones, with what they look like. Letters that UTS 46 maps to others
/// are not needed, nor are those of scripts in which no name of some length can be written.
#[rustfmt::skip]
const CONFUSABLE: &[(char, &str)] = &[
    // Cyrillic
    ('а', "a"), ('ь', "b"), ('ъ', "b"), ('с', "c"), ('ԁ', "d"), ('е', "e"), ('ҽ', "e"),
    ('ԍ', "g"), ('һ', "h"), ('і', "i"), ('ј', "j"), ('ӏ', "l"), ('п', "n"), ('о', "o"),
    ('р', "p"), ('ԗ', "p"), ('ԛ', "q"), ('г', "r"), ('ѕ', "s"), ('ц', "u"), ('ѵ', "v"),
    ('ԝ', "w"), ('ѡ', "w"), ('ш', "w"), ('х', "x"), ('у', "y"), ('ү', "y"), ('ю', "io"),
    ('ы', "bi"),
    // Greek
    ('α', "a"), ('β', "b"), ('ϲ', "c"), ('ε', "e"), ('η', "n"), ('ι', "i"), ('ϳ', "j"),
    ('κ', "k"), ('ν', "v"), ('ο', "o"), ('ρ', "p"), ('σ', "o"), ('τ', "t"), ('υ', "u"),
    ('χ', "x"), ('ω', "w"), ('γ', "y"),
    // Armenian
    ('ա', "w"), ('զ', "q"), ('է', "t"), ('հ', "h"), ('յ', "j"), ('ո', "n"), ('ս', "u"),
    ('ց', "g"), ('օ', "o"), ('ք', "p"),
    // Latin
    ('ı', "i"), ('ɩ', "i"), ('ɪ', "i"), ('ɑ', "a"), ('ɡ', "g"), ('ʋ', "v"), ('ᴄ', "c"),
    ('ᴏ', "o"), ('ᴠ', "v"), ('ᴡ', "w"), ('ᴢ', "z"), ('ꜱ', "s"), ('ʏ', "y"),
];

/// Names that are imitated with digits.
const KNOWN: &[&str] = &[
    "amazon",
    "apple",
    "daum",
    "facebook",
    "github",
    "gmail",
    "google",
    "hanmail",
    "hotmail",
    "icloud",
    "kakao",
    "microsoft",
    "naver",
    "outlook",
    "paypal",
    "yahoo",
];

/// What may mislead a reader in this address.
#[must_use]
pub fn suspicions(address: &Address) -> Vec<Suspicion> {
    let mut found = Vec::new();
    if !address.local().is_ascii() {
        let parts = address.local().split(['.', '_', '-', '+', '"']);
        found.extend(parts.filter_map(mixed));
    }
    if address.domain().starts_with('[') {
        return found;
    }
    let domain = address.unicode_domain();
    let latin_top = domain.rsplit('.').next().is_some_and(str::is_ascii);
    for label in domain.split('.') {
        if let Some(mixed) = mixed(label) {
            found.push(mixed);
        } else if let Some(looks) = looks_latin(label).filter(|_| latin_top) {
            found.push(looks);
        } else if let Some(known) = looks_like(label) {
            let label = label.to_owned();
            found.push(Suspicion::LooksLike { label, known });
        }
    }
    found
}

fn mixed(label: &str) -> Option<Suspicion> {
    if label.is_ascii() {
        return None;
    }
    let mut letters: Vec<(Script, String)> = Vec::new();
    for c in label.chars() {
        let of = script(c);
        if of == Script::Common {
            continue;
        }
        match letters.iter_mut().find(|(other, _)| *other == of) {
            Some((_, known)) if known.contains(c) => {}
            Some((_, known)) => known.push(c),
            None => letters.push((of, c.to_string())),
        }
    }
    use Script as S;
    const TOGETHER: [&[Script]; 3] = [
        &[S::Latin, S::Han, S::Hangul],
        &[S::Latin, S::Han, S::Hiragana, S::Katakana],
        &[S::Latin, S::Han, S::Bopomofo],
    ];
    let fits = |set: &&[Script]| letters.iter().all(|(one, _)| set.contains(one));
    let label = label.to_owned();
    (letters.len() > 1 && !TOGETHER.iter().any(fits)).then_some(Suspicion::Mixed { label, letters })
}

/// Looks at labels of one script.
fn looks_latin(label: &str) -> Option<Suspicion> {
    let mut latin = String::new();
    let mut found = None;
    for c in label.chars() {
        match CONFUSABLE.iter().find(|(other, _)| *other == c) {
            Some((_, like)) => {
                latin.push_str(like);
                found = Some(script(c));
            }
            None if c.is_ascii() => latin.push(c),
            None => return None,
        }
    }
    Some(Suspicion::LooksLatin {
        label: label.to_owned(),
        script: found?,
        latin,
    })
}

fn looks_like(label: &str) -> Option<&'static str> {
    let plain = label
        .replace('0', "o")
        .replace('1', "l")
        .replace("rn", "m")
        .replace("vv", "w");
    let known = KNOWN.iter().copied();
    known
        .into_iter()
        .find(|known| plain == *known && label != *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str) -> Vec<Suspicion> {
        suspicions(&Address::parse(address).expect(address))
    }

    fn mixes(address: &str, expect: &[(Script, &str)]) {
        let got = found(address);
        let [Suspicion::Mixed { letters, .. }] = &got[..] else {
            panic!("{address}: {got:?}");
        };
        let letters: Vec<(Script, &str)> = letters
            .iter()
            .map(|(script, text)| (*script, text.as_str()))
            .collect();
        assert_eq!(letters, expect, "{address}");
    }

    #[test]
    fn scripts_that_are_not_written_together() {
        use Script as S;
        mixes("m@pаypal.com", &[(S::Latin, "pyal"), (S::Cyrillic, "а")]);
        mixes(
            "m@xn--pypal-4ve.com",
            &[(S::Latin, "pyal"), (S::Cyrillic, "а")],
        );
        mixes("m@αb.example", &[(S::Greek, "α"), (S::Latin, "b")]);
        mixes("m@한ひ.kr", &[(S::Hangul, "한"), (S::Hiragana, "ひ")]);
        mixes("mа@x.org", &[(S::Latin, "m"), (S::Cyrillic, "а")]);
        let got = found("m@aঅ.com");
        assert!(matches!(&got[..], [Suspicion::Mixed { .. }]), "{got:?}");
    }

    #[test]
    fn letters_that_look_latin() {
        let looks = |address: &str, script, latin: &str| {
            let got = found(address);
            let [
                Suspicion::LooksLatin {
                    script: of,
                    latin: like,
                    ..
                },
            ] = &got[..]
            else {
                panic!("{address}: {got:?}");
            };
            assert_eq!((*of, like.as_str()), (script, latin), "{address}");
        };
        looks("m@аррӏе.com", Script::Cyrillic, "apple");
        looks("m@xn--80ak6aa92e.com", Script::Cyrillic, "apple");
        looks(
            "m@ехаmple.com".replace("mple", "х").as_str(),
            Script::Cyrillic,
            "exax",
        );
        looks("m@ɡoogle.com", Script::Latin, "google");
    }

    #[test]
    fn digits_in_known_names() {
        let known = |address: &str| match &found(address)[..] {
            [Suspicion::LooksLike { known, .. }] => Some(*known),
            _ => None,
        };
        assert_eq!(known("m@g00gle.com"), Some("google"));
        assert_eq!(known("m@mail.paypa1.com"), Some("paypal"));
        assert_eq!(known("m@rnicrosoft.com"), Some("microsoft"));
        assert_eq!(known("m@corner1.com"), None);
    }

    #[test]
    fn what_is_written_so_is_not_pointed_out() {
        for address in [
            "m@x.org",
            "m@gmail.com",
            "m@한국.kr",
            "m@한국abc漢.kr",
            "m@東京のカフェー.jp",
            "m@faß.de",
            "m@münchen.de",
            "m@президент.рф",
            "m@москва.com",
            "m@оса.рф",
            "m@ελλάδα.gr",
            "m@ไทย.th",
            "m@भारत.in",
            "m@[192.0.2.1]",
            "박민아@x.org",
            "josé.garcía@x.org",
        ] {
            assert_eq!(found(address), [], "{address}");
        }
    }
}
