//! Cleans style sheets and style attributes: what would be loaded is replaced, and so are at-rules
//! that load or that are not known. The text is read as tokens (CSS Syntax 3 §4), with escapes
//! decoded, and written again, so `\75rl(` is an address here too. In one pass without recursion.

use super::links::Links;

/// At-rules that stay.
const RULES: [&str; 7] = [
    "media",
    "supports",
    "keyframes",
    "-webkit-keyframes",
    "layer",
    "container",
    "page",
];

/// Functions in which a text is an address.
const LOADING: [&str; 7] = [
    "url",
    "src",
    "image",
    "image-set",
    "-webkit-image-set",
    "cross-fade",
    "-webkit-cross-fade",
];

/// Functions whose value comes from elsewhere, where it may be a text.
const FROM_ELSEWHERE: [&str; 5] = ["var", "env", "attr", "inherit", "if"];

/// A picture without content, in place of one that is not loaded.
const NOTHING: &str = "data:,";

/// A cleaned text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) text: String,
    /// Whether it sets a colour or a background.
    pub(super) coloured: bool,
}

/// Cleans a style sheet or the declarations of a style attribute.
pub(super) fn clean(css: &str, links: &mut Links<'_>) -> Cleaned {
    let mut cleaner = Cleaner {
        rest: css,
        out: Cleaned::default(),
        open: Vec::new(),
        loading: 0,
        skipped: None,
        links,
    };
    cleaner.run();
    cleaner.out
}

struct Cleaner<'x, 'y> {
    rest: &'x str,
    out: Cleaned,
    /// The open brackets.
    open: Vec<Bracket>,
    /// How many of them are functions in which a text is an address.
    loading: usize,
    /// An at-rule that is left out.
    skipped: Option<Skipped>,
    links: &'x mut Links<'y>,
}

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    /// A function in which a text is an address.
    Loading,
    /// `type("image/png")`.
    Type,
    Other,
}

struct Skipped {
    /// How many brackets were open before it.
    depth: usize,
    /// Whether addresses in it would be loaded.
    loads: bool,
    /// Whether a text in it is an address.
    imports: bool,
}

impl Cleaner<'_, '_> {
    fn run(&mut self) {
        while let Some(first) = self.rest.chars().next() {
            if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = comment.split_once("*/").map_or("", |(_, after)| after);
                self.write("/**/");
            } else if let Some(after) = self
                .rest
                .strip_prefix("<!--")
                .or_else(|| self.rest.strip_prefix("-->"))
            {
                self.rest = after;
                self.write(" ");
            } else if matches!(first, '"' | '\'') {
                self.string(first);
            } else if first == '@' && self.begins_name(1) {
                self.rest = &self.rest[1..];
                let name = self.name();
                let lower = name.to_ascii_lowercase();
                if self.skipped.is_none() && !RULES.contains(&lower.as_str()) {
                    let imports = lower == "import";
                    self.skipped = Some(Skipped {
                        depth: self.open.len(),
                        loads: imports || lower == "font-face",
                        imports,
                    });
                }
                self.write("@");
                self.write(&written(&name));
            } else if self.begins_name(0) {
                self.word();
            } else {
                self.rest = &self.rest[first.len_utf8()..];
                self.other(first);
            }
        }
    }

    fn write(&mut self, text: &str) {
        if self.skipped.is_none() {
            self.out.text.push_str(text);
        }
    }

    /// A character that is a token of its own, or part of a number.
    fn other(&mut self, c: char) {
        let depth = self.open.len();
        match c {
            '(' | '[' | '{' => self.open.push(Bracket::Other),
            ')' | ']' | '}' => {
                // The block around a rule that is left out ends here, and is written.
                if c == '}' && self.skips_at(depth) {
                    self.skipped = None;
                }
                if self.open.pop() == Some(Bracket::Loading) {
                    self.loading -= 1;
                }
            }
            // An escape that is none.
            '\\' => return,
            _ => {}
        }
        if c == '<' && !self.rest.starts_with(is_space) {
            self.write("< ");
        } else {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
        // The end of a rule that is left out: its block or its semicolon.
        let now = self.open.len();
        let ends = (c == '}' && now < depth) || c == ';';
        if ends && self.skips_at(now) {
            self.skipped = None;
        }
    }

    /// Whether a rule that began with so many open brackets is left out.
    fn skips_at(&self, depth: usize) -> bool {
        self.skipped
            .as_ref()
            .is_some_and(|rule| rule.depth == depth)
    }

    /// A name, a function or an address.
    fn word(&mut self) {
        let name = self.name();
        let lower = name.to_ascii_lowercase();
        let Some(inside) = self.rest.strip_prefix('(') else {
            let colour = lower == "color" || lower.starts_with("background");
            self.out.coloured |= colour && self.skipped.is_none();
            self.write(&written(&name));
            return;
        };
        self.rest = inside;
        let is_url = lower == "url";
        let text = inside.trim_start_matches(is_space);
        if is_url {
            self.rest = text;
        }
        if is_url && !text.starts_with(['"', '\'']) {
            let address = self.bare_address();
            self.address(&address, false);
            return;
        }
        if LOADING.contains(&lower.as_str()) {
            self.open.push(Bracket::Loading);
            self.loading += 1;
        } else if self.loading > 0 && FROM_ELSEWHERE.contains(&lower.as_str()) {
            // No function of CSS, so the declaration is invalid.
            self.open.push(Bracket::Other);
            self.write("none(");
            return;
        } else if lower == "type" {
            self.open.push(Bracket::Type);
        } else {
            self.open.push(Bracket::Other);
        }
        self.write(&written(&name));
        self.write("(");
    }

    /// An address without quotes, up to its bracket.
    fn bare_address(&mut self) -> String {
        let mut address = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '\\' && is_escape(self.rest) {
                address.push(self.escape());
                continue;
            }
            self.rest = &self.rest[c.len_utf8()..];
            if c == ')' {
                break;
            }
            address.push(c);
        }
        address.trim_matches(is_space).to_owned()
    }

    fn address(&mut self, address: &str, quoted: bool) {
        if let Some(rule) = &self.skipped {
            if rule.loads {
                self.links.picture(address);
            }
            return;
        }
        let shown = self.links.picture(address);
        let shown = string(shown.as_deref().unwrap_or(NOTHING));
        if quoted {
            self.write(&shown);
        } else {
            self.write(&format!("url({shown})"));
        }
    }

    fn string(&mut self, quote: char) {
        self.rest = &self.rest[1..];
        let mut text = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '\\' {
                let after = &self.rest[1..];
                if let Some(next) = after
                    .strip_prefix("\r\n")
                    .or_else(|| after.strip_prefix(['\n', '\r', '\x0c']))
                {
                    self.rest = next;
                } else if after.is_empty() {
                    self.rest = after;
                } else {
                    text.push(self.escape());
                }
                continue;
            }
            if matches!(c, '\n' | '\r' | '\x0c') {
                break;
            }
            self.rest = &self.rest[c.len_utf8()..];
            if c == quote {
                break;
            }
            text.push(c);
        }
        let imports = self.skipped.as_ref().is_some_and(|rule| rule.imports);
        let is_type = self.open.last() == Some(&Bracket::Type);
        if imports || (self.loading > 0 && !is_type) {
            self.address(&text, true);
        } else {
            self.write(&string(&text));
        }
    }

    /// Whether a name begins this many bytes further on.
    fn begins_name(&self, at: usize) -> bool {
        let text = self.rest.get(at..).unwrap_or_default();
        let mut chars = text.chars();
        match chars.next() {
            Some('\\') => is_escape(text),
            Some('-') => match chars.next() {
                Some('\\') => is_escape(&text[1..]),
                Some(c) => c == '-' || is_name_start(c),
                None => false,
            },
            Some(c) => is_name_start(c),
            None => false,
        }
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '\\' && is_escape(self.rest) {
                name.push(self.escape());
            } else if is_name_start(c) || c.is_ascii_digit() || c == '-' {
                name.push(c);
                self.rest = &self.rest[c.len_utf8()..];
            } else {
                break;
            }
        }
        name
    }

    /// The character of an escape (CSS Syntax 3 §4.3.7).
    fn escape(&mut self) -> char {
        let after = &self.rest[1..];
        let digits = after
            .bytes()
            .take(6)
            .take_while(u8::is_ascii_hexdigit)
            .count();
        if digits == 0 {
            let c = after.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
            self.rest = after.get(c.len_utf8()..).unwrap_or_default();
            return c;
        }
        let code = u32::from_str_radix(&after[..digits], 16).unwrap_or_default();
        let after = &after[digits..];
        let space = after
            .strip_prefix("\r\n")
            .or_else(|| after.strip_prefix(is_space));
        self.rest = space.unwrap_or(after);
        char::from_u32(code)
            .filter(|c| *c != '\0')
            .unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

/// Whether a text that begins with `\` begins with an escape.
fn is_escape(text: &str) -> bool {
    text[1..]
        .chars()
        .next()
        .is_some_and(|c| !matches!(c, '\n' | '\r' | '\x0c'))
}

/// A name as it is written, with escapes where they are needed.
fn written(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        let plain = is_name_start(c) || c == '-' || (c.is_ascii_digit() && at > 0);
        if plain && name != "-" {
            text.push(c);
        } else {
            text.push_str(&format!("\\{:x} ", u32::from(c)));
        }
    }
    text
}

/// A text in quotes.
fn string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '<') || c.is_ascii_control() {
            quoted.push_str(&format!("\\{:x} ", u32::from(c)));
        } else {
            quoted.push(c);
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::links::Pictures;
    use super::*;

    fn check(css: &str, expect: &str, blocked: &[&str]) {
        let pictures = Pictures::from([("a".to_owned(), "blob:1".to_owned())]);
        let mut links = Links::new(&pictures);
        let cleaned = clean(css, &mut links);
        assert_eq!(cleaned.text, expect, "{css:?}");
        assert_eq!(links.blocked, blocked, "{css:?}");
        if expect.contains("blob:") {
            return;
        }
        // Cleaning what is clean changes nothing.
        let again = clean(&cleaned.text, &mut Links::new(&pictures));
        assert_eq!(again.text, expect);
    }

    #[test]
    fn plain_styles_stay() {
        for css in [
            "color:red",
            "margin: 0 -1.5em 10px 50% !important",
            "p > a:hover, .x#y::before { width: calc(100% - 2px); }",
            "@media (max-width: 600px) and (width >= 1px) { a{b:c} }",
            "@keyframes x { 0% {top:0} to {top:1px} } b{c:d}",
            "font-family: \"A B\", serif; --x:{a}",
            "a{color:#1a2b3c}.한글{a:b}",
            "background: url(\"data:image/png;base64,AA==\")",
        ] {
            check(css, css, &[]);
        }
    }

    #[test]
    fn nothing_is_loaded() {
        let none = "a:url(\"data:,\")";
        check("a:url(http://e/1)", none, &["http://e/1"]);
        check(
            "a:url( 'http://e/2' )",
            "a:url(\"data:,\" )",
            &["http://e/2"],
        );
        check(
            "a:U\\52L(\"h\\74tp://e/3\")",
            "a:URL(\"data:,\")",
            &["http://e/3"],
        );
        check("a:\\75\\72\\6c (http://e/4)", none, &["http://e/4"]);
        check("a:url(http://e/5", none, &["http://e/5"]);
        check("a:url('http://e/6", "a:url(\"data:,\"", &["http://e/6"]);
        check("a:url(a\\)b)", none, &["a)b"]);
        check(
            "a:image-set(\"http://e/7\" 1x, url(http://e/8) type('image/png'))",
            "a:image-set(\"data:,\" 1x, url(\"data:,\") type(\"image/png\"))",
            &["http://e/7", "http://e/8"],
        );
        check(
            "a:src(\"http://e/9\")",
            "a:src(\"data:,\")",
            &["http://e/9"],
        );
        check("a:src(var(--x))", "a:src(none(--x))", &[]);
        check("a:image-set(VAR(--x) 1x)", "a:image-set(none(--x) 1x)", &[]);
        check("a:var(--x)", "a:var(--x)", &[]);
        check(
            "a:image-set(x('http://e/0') 1x)",
            "a:image-set(x(\"data:,\") 1x)",
            &["http://e/0"],
        );
        check("a:url(cid:a)", "a:url(\"blob:1\")", &[]);
        check("a:/**/url(/*x*/)", "a:/**/url(\"data:,\")", &["/*x*/"]);
    }

    #[test]
    fn rules_that_load_are_left_out() {
        check("@import 'http://e/1'; a{b:c}", " a{b:c}", &["http://e/1"]);
        check(
            "@im\\70ort url(http://e/2);a{b:c}",
            "a{b:c}",
            &["http://e/2"],
        );
        check(
            "@font-face{font-family:x;src:url(http://e/3)}a{b:c}",
            "a{b:c}",
            &["http://e/3"],
        );
        check(
            "@media x{@import 'http://e/4'}a{}",
            "@media x{}a{}",
            &["http://e/4"],
        );
        check("@namespace x url(#);@charset 'x';p{}", "p{}", &[]);
        check("@unknown x{y{z:a;}}p{}", "p{}", &[]);
        check("@unknown", "", &[]);
    }

    #[test]
    fn no_text_becomes_markup() {
        check("<!-- a{b:c} -->", "  a{b:c}  ", &[]);
        check("a:'</style><img>'", "a:\"\\3c /style>\\3c img>\"", &[]);
        check("</style><p>", "< /style>< p>", &[]);
        check("a:'x\ny'", "a:\"x\"\ny\"\"", &[]);
        check("\\31 a\\{b", "\\31 a\\7b b", &[]);
        check("a\\", "a", &[]);
    }

    #[test]
    fn colours_are_noticed() {
        let pictures = Pictures::new();
        let check = |css: &str, expect| {
            let cleaned = clean(css, &mut Links::new(&pictures));
            assert_eq!(cleaned.coloured, expect, "{css:?}");
        };
        check("a{color:red}", true);
        check("BACKGROUND-color:red", true);
        check("border-color:red", false);
        check("@font-face{color:red}", false);
        check("font-size:1px", false);
    }
}
