//! Makes Rust of the page's own words: a method for each key, on the type of the languages. A key
//! or a placeholder that one language lacks is an error, and so is a method that is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Words by key.
pub(crate) type Words = BTreeMap<String, String>;

/// The methods, for an `impl` of the languages: a key without placeholders gives a
/// `&'static str`; `{name}` in the words becomes an argument, and the result is a `String`. The
/// arguments are in the order in which the first language has them.
///
/// `languages` are the variants of the type, with their words.
///
/// # Errors
/// What is wrong with the words, for the person who writes them.
pub(crate) fn methods(languages: &[(&str, Words)]) -> Result<String, String> {
    let keys: BTreeSet<&String> = languages.iter().flat_map(|(_, all)| all.keys()).collect();
    let mut code = String::new();
    for key in keys {
        let mut arms = String::new();
        let mut known: Option<Vec<&str>> = None;
        for (language, all) in languages {
            let words = all
                .get(key)
                .ok_or_else(|| format!("{language} lacks {key:?}"))?;
            let names = placeholders(words).map_err(|why| format!("{language}, {key}: {why}"))?;
            let known = known.get_or_insert_with(|| names.clone());
            if !(known.iter().all(|name| names.contains(name)) && known.len() == names.len()) {
                return Err(format!(
                    "{language}, {key}: the placeholders are not those of the other language"
                ));
            }
            let value = if names.is_empty() {
                format!("{words:?}")
            } else {
                format!("format!({words:?})")
            };
            let _ = writeln!(arms, "Self::{language} => {value},");
        }
        let names = known.unwrap_or_default();
        let arguments: String = names
            .iter()
            .map(|name| format!(", {name}: impl std::fmt::Display"))
            .collect();
        let result = if names.is_empty() {
            "&'static str"
        } else {
            "String"
        };
        let _ = writeln!(
            code,
            "#[must_use] pub fn {key}(self{arguments}) -> {result} {{ match self {{\n{arms}}} }}"
        );
    }
    Ok(code)
}

/// The names between braces, each once.
fn placeholders(words: &str) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut parts = words.split('{');
    let mut outside = parts.next().unwrap_or_default();
    for part in parts {
        let (name, after) = part.split_once('}').unwrap_or(("", part));
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            return Err(format!("{{{part} is no placeholder such as {{name}}"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
        if outside.contains('}') {
            break;
        }
        outside = after;
    }
    if outside.contains('}') {
        return Err("a brace is closed that was not opened".to_owned());
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::{Words, methods};

    fn words(all: &[(&str, &str)]) -> Words {
        let owned = |(key, words): &(&str, &str)| ((*key).to_owned(), (*words).to_owned());
        all.iter().map(owned).collect()
    }

    fn of(english: &[(&str, &str)], korean: &[(&str, &str)]) -> Result<String, String> {
        methods(&[("En", words(english)), ("Ko", words(korean))])
    }

    #[test]
    fn words_become_methods() {
        assert_eq!(
            of(&[("send", "Send \"it\"")], &[("send", "보내기")]).unwrap(),
            "#[must_use] pub fn send(self) -> &'static str { match self {\n\
             Self::En => \"Send \\\"it\\\"\",\nSelf::Ko => \"보내기\",\n} }\n"
        );
    }

    #[test]
    fn placeholders_become_arguments_in_whatever_order_a_language_has_them() {
        let code = of(&[("of", "{b} of {a}, {b}")], &[("of", "{a}의 {b}")]).unwrap();
        let signature =
            "fn of(self, b: impl std::fmt::Display, a: impl std::fmt::Display) -> String";
        assert!(code.contains(signature), "{code}");
        assert!(
            code.contains("Self::Ko => format!(\"{a}의 {b}\")"),
            "{code}"
        );
    }

    #[test]
    fn what_one_language_lacks_is_an_error() {
        let lacks = of(&[("a", "A"), ("b", "B")], &[("a", "가")]).unwrap_err();
        assert_eq!(lacks, "Ko lacks \"b\"");
        let lacks = of(&[], &[("a", "가")]).unwrap_err();
        assert_eq!(lacks, "En lacks \"a\"");
        let differs = of(&[("a", "{x} A")], &[("a", "가")]).unwrap_err();
        assert!(differs.starts_with("Ko, a: the placeholders"), "{differs}");
    }

    #[test]
    fn braces_that_are_no_placeholders_are_errors() {
        for wrong in [
            "{", "}", "{}", "{0}", "a } b", "{x", "{x} }", "}{x}", "{x y}",
        ] {
            assert!(of(&[("a", wrong)], &[("a", wrong)]).is_err(), "{wrong}");
        }
    }
}
