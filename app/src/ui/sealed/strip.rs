//! Writes HTML again with nothing but tags and attributes that are allowed. Reads it as tokens
//! (HTML §13.2.5), so it needs no document and takes linear time. Nothing that is written can be
//! read as anything else: no element whose content is parsed in another way is among them, besides
//! `style`, whose content is cleaned.

use super::allowed::{ATTRIBUTES, HIDDEN, LINKED, LOADED, TAGS, VERBATIM};
use super::css;
use super::links::{Links, after};

/// Most elements that are written. Browsers take seconds for more.
const ELEMENTS: usize = 50_000;

/// HTML that was written again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stripped {
    pub(super) html: String,
    /// Whether it sets colours or backgrounds.
    pub(super) coloured: bool,
    /// Whether it has more elements than these.
    pub(super) cut: bool,
}

/// Leaves out what is not allowed.
pub(super) fn strip(html: &str, links: &mut Links<'_>) -> Stripped {
    let mut stripper = Stripper {
        rest: html,
        out: Stripped::default(),
        missing: Vec::new(),
        body: false,
        elements: 0,
        links,
    };
    stripper.out.html.reserve(html.len());
    stripper.run();
    stripper.out
}

struct Stripper<'x, 'y> {
    rest: &'x str,
    out: Stripped,
    /// Elements that have no end tag in the rest.
    missing: Vec<&'static str>,
    /// Whether the body has begun.
    body: bool,
    /// How many elements have been written.
    elements: usize,
    links: &'x mut Links<'y>,
}

/// A start tag.
struct Tag<'x> {
    name: String,
    /// Names in lower case, and values as they are written.
    attributes: Vec<(String, &'x str)>,
}

impl Tag<'_> {
    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|(known, _)| known == name)
    }
}

impl<'x> Stripper<'x, '_> {
    fn run(&mut self) {
        while let Some(at) = self.rest.find('<') {
            self.out.html.push_str(&self.rest[..at]);
            self.rest = &self.rest[at + 1..];
            let mut chars = self.rest.chars();
            match chars.next() {
                Some(c) if c.is_ascii_alphabetic() => {
                    if self.elements >= ELEMENTS {
                        self.out.cut = true;
                        return;
                    }
                    if let Some(tag) = self.tag() {
                        self.start(&tag);
                    }
                }
                Some('/') => match chars.next() {
                    Some(c) if c.is_ascii_alphabetic() => {
                        self.rest = &self.rest[1..];
                        if let Some(tag) = self.tag() {
                            self.end(&tag.name);
                        }
                    }
                    None => self.out.html.push_str("&lt;"),
                    _ => self.pass('>'),
                },
                Some('!') if self.rest.starts_with("!--") => self.comment(),
                Some('!' | '?') => self.pass('>'),
                _ => self.out.html.push_str("&lt;"),
            }
        }
        self.out.html.push_str(self.rest);
    }

    /// Skips to this character and over it.
    fn pass(&mut self, end: char) {
        self.rest = self.rest.split_once(end).map_or("", |(_, after)| after);
    }

    fn comment(&mut self) {
        let inside = &self.rest[3..];
        if let Some(after) = inside
            .strip_prefix('>')
            .or_else(|| inside.strip_prefix("->"))
        {
            self.rest = after;
            return;
        }
        let mut from = 0;
        self.rest = loop {
            let Some(at) = inside[from..].find("--").map(|at| from + at) else {
                break "";
            };
            let end = &inside[at + 2..];
            if let Some(after) = end.strip_prefix('>').or_else(|| end.strip_prefix("!>")) {
                break after;
            }
            from = at + 1;
        };
    }

    /// Reads a tag from its name on. None: it does not end, and everything after it belongs to it.
    fn tag(&mut self) -> Option<Tag<'x>> {
        let (name, mut rest) = split(self.rest, ends_name);
        let mut tag = Tag {
            name: name.to_ascii_lowercase(),
            attributes: Vec::new(),
        };
        self.rest = "";
        loop {
            rest = split(rest, |c| !is_space(c) && c != '/').1;
            if let Some(after) = rest.strip_prefix('>') {
                self.rest = after;
                return Some(tag);
            }
            // The first character belongs to the name, even an equals sign.
            let first = rest.chars().next()?.len_utf8();
            let length = rest[first..]
                .find(|c| ends_name(c) || c == '=')
                .map_or(rest.len(), |at| at + first);
            let (name, after) = rest.split_at(length);
            rest = after;
            let mut value = "";
            if let Some(after) = split(after, |c| !is_space(c)).1.strip_prefix('=') {
                let after = split(after, |c| !is_space(c)).1;
                (value, rest) = match after.chars().next()? {
                    quote @ ('"' | '\'') => after[1..].split_once(quote)?,
                    _ => split(after, |c| is_space(c) || c == '>'),
                };
            }
            let name = name.to_ascii_lowercase();
            if !tag.has(&name) {
                tag.attributes.push((name, value));
            }
        }
    }

    fn start(&mut self, tag: &Tag<'x>) {
        let name = tag.name.as_str();
        match name {
            "style" => {
                if let Some(sheet) = self.content("style") {
                    self.style(tag, sheet);
                }
            }
            // Everything after it is its text.
            "plaintext" => {
                self.out.html.push_str("<pre>");
                let text = std::mem::take(&mut self.rest);
                self.text(text, true);
            }
            "body" if !self.body => {
                self.body = true;
                self.body(tag);
            }
            _ => {
                if let Some(name) = known(&HIDDEN, name) {
                    self.addresses(tag);
                    self.content(name);
                } else if let Some(name) = known(&VERBATIM, name) {
                    if let Some(text) = self.content(name) {
                        self.out.html.push_str("<pre>");
                        // In a text area there are character references.
                        self.text(text, name == "xmp");
                        self.out.html.push_str("</pre>");
                    }
                } else if known(&TAGS, name).is_some() {
                    self.allowed(tag);
                } else {
                    self.addresses(tag);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        // The end of what has no start tag here would end something else.
        if known(&TAGS, name).is_some() {
            self.out.html.push_str(&format!("</{name}>"));
        }
    }

    /// The text of an element up to its end tag, which is skipped too. None: it has no end tag.
    fn content(&mut self, name: &'static str) -> Option<&'x str> {
        if self.missing.contains(&name) {
            return None;
        }
        let text = self.rest;
        let mut from = 0;
        while let Some(at) = text[from..].find("</").map(|at| from + at) {
            from = at + 2;
            let Some(after) = after(&text[from..], name) else {
                continue;
            };
            if after.starts_with(ends_name) {
                self.rest = after;
                self.tag();
                return Some(&text[..at]);
            }
        }
        self.missing.push(name);
        None
    }

    fn style(&mut self, tag: &Tag<'_>, sheet: &str) {
        let cleaned = css::clean(sheet, self.links);
        self.out.coloured |= cleaned.coloured;
        self.elements += 1;
        self.out.html.push_str("<style");
        let media = tag.attributes.iter().find(|(name, _)| name == "media");
        if let Some((name, value)) = media {
            self.attribute(name, value);
        }
        self.out.html.push('>');
        self.out.html.push_str(&cleaned.text);
        self.out.html.push_str("</style>");
    }

    /// The element `body` becomes an element in the frame's own body, so that what it sets does
    /// not depend on where it was.
    fn body(&mut self, tag: &Tag<'_>) {
        self.out.html.push_str("<div");
        let mut styles = String::new();
        for (name, value) in &tag.attributes {
            let property = match name.as_str() {
                "bgcolor" => "background-color",
                "text" => "color",
                "background" => {
                    self.links.picture(&plain(value));
                    continue;
                }
                "class" | "id" | "dir" | "lang" | "title" => {
                    self.attribute(name, value);
                    continue;
                }
                _ => continue,
            };
            let colour = |c: char| c == '#' || c.is_ascii_alphanumeric();
            if !value.is_empty() && value.chars().all(colour) {
                self.out.coloured = true;
                styles.push_str(&format!("{property}:{value};"));
            }
        }
        if let Some((_, value)) = tag.attributes.iter().find(|(name, _)| name == "style") {
            styles.push_str(value);
        }
        if !styles.is_empty() {
            self.attribute("style", &styles);
        }
        self.out.html.push('>');
    }

    fn allowed(&mut self, tag: &Tag<'x>) {
        self.elements += 1;
        self.out.html.push('<');
        self.out.html.push_str(&tag.name);
        let image = tag.name == "img";
        let mut source = None;
        for (name, value) in &tag.attributes {
            let name = name.as_str();
            // The start of a link's target, as HTML had it before there was `id`.
            if name == "name" && tag.name == "a" && !tag.has("id") {
                self.attribute("id", value);
            } else if known(&ATTRIBUTES, name).is_some() && (name != "src" || image) {
                self.out.coloured |= matches!(name, "bgcolor" | "color" | "background");
                self.attribute(name, value);
            } else if name == "srcset" {
                let first = self.links.candidates(&plain(value));
                source = first.filter(|_| image && !tag.has("src"));
            } else if known(&LOADED, name).is_some() {
                self.links.picture(&plain(value));
            }
        }
        if let Some(source) = source {
            self.attribute("src", &source.replace('&', "&amp;"));
        }
        self.out.html.push('>');
    }

    /// Notes what an element that is left out would have loaded.
    fn addresses(&mut self, tag: &Tag<'_>) {
        let linked = known(&LINKED, &tag.name).is_some();
        for (name, value) in &tag.attributes {
            let name = name.as_str();
            if name.ends_with("srcset") {
                self.links.candidates(&plain(value));
            } else if known(&LOADED, name).is_some() || (linked && name == "href") {
                self.links.picture(&plain(value));
            }
        }
    }

    /// Writes an attribute. The value is as it was written, with its character references.
    fn attribute(&mut self, name: &str, value: &str) {
        let out = &mut self.out.html;
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => out.push_str("&quot;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                c => out.push(c),
            }
        }
        out.push('"');
    }

    /// Writes text. If it is `raw`, there are no character references in it.
    fn text(&mut self, text: &str, raw: bool) {
        for c in text.chars() {
            match c {
                '<' => self.out.html.push_str("&lt;"),
                '&' if raw => self.out.html.push_str("&amp;"),
                c => self.out.html.push(c),
            }
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// Whether the name of a tag or of an attribute ends here.
fn ends_name(c: char) -> bool {
    is_space(c) || matches!(c, '/' | '>')
}

/// Splits before the first such character.
fn split(text: &str, at: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// The same name in a list.
fn known(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().find(|known| **known == name).copied()
}

/// An address as it is shown: with the one character reference that is usual in addresses.
fn plain(value: &str) -> String {
    value.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::super::links::Pictures;
    use super::*;

    fn check(html: &str, expect: &str) {
        checked(html, expect, &[]);
    }

    fn checked(html: &str, expect: &str, blocked: &[&str]) {
        let pictures = Pictures::new();
        let mut links = Links::new(&pictures);
        let stripped = strip(html, &mut links);
        assert_eq!(stripped.html, expect, "{html:?}");
        assert_eq!(links.blocked, blocked, "{html:?}");
        let again = strip(&stripped.html, &mut Links::new(&pictures));
        assert_eq!(again.html, expect, "twice: {html:?}");
    }

    #[test]
    fn what_is_allowed_stays() {
        check(
            "<p>a <b>b</b> &lt; &amp;c;</p>",
            "<p>a <b>b</b> &lt; &amp;c;</p>",
        );
        check(
            "<P ALIGN=Left\nTitle='a \"b\"'>x",
            "<p align=\"Left\" title=\"a &quot;b&quot;\">x",
        );
        check("<td nowrap/colspan=2/>", "<td nowrap=\"\" colspan=\"2/\">");
        check("a < b <3 </3>", "a &lt; b &lt;3 ");
        check("<a name=x>", "<a id=\"x\">");
        check(
            "<html><head><meta charset=x></head><body>t</body></html>",
            "<div>t",
        );
        check(
            "<body bgcolor=#fff onload=x() class=a><body id=b>",
            "<div class=\"a\" style=\"background-color:#fff;\">",
        );
        check(
            "<img src=\"a?b&amp;c\" alt>",
            "<img src=\"a?b&amp;c\" alt=\"\">",
        );
        check("<span =a b=c<d>x", "<span>x");
    }

    #[test]
    fn what_is_not_allowed_is_left_out() {
        check("<p onclick=x() data-a=b ONLOAD='>'>t", "<p>t");
        check("a<script>b</script >c", "ac");
        check("a<script>b<!--</script>c-->", "ac-->");
        check("<title><img src=x></title>a", "a");
        check(
            "<form action=x><input value=a><button>b</button></form>",
            "b",
        );
        check(
            "<svg><style><img onerror=x></style></svg>",
            "<style>< img onerror\\3d x></style>"
                .replace("\\3d x", "=x")
                .as_str(),
        );
        check("<math><mtext><p>a</mtext></math>", "<p>a");
        check("<textarea><b>&lt;</textarea>", "<pre>&lt;b>&lt;</pre>");
        check("<xmp><b>&lt;</xmp>", "<pre>&lt;b>&amp;lt;</pre>");
        check(
            "a<plaintext><b>&</plaintext>",
            "a<pre>&lt;b>&amp;&lt;/plaintext>",
        );
        check(
            "<base href=x><meta http-equiv=refresh content='0;url=x'>a",
            "a",
        );
        check(
            "<noscript><p title=\"</noscript><img src=x onerror=y>\">",
            "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\">",
        );
        check("<template><b>a</b></template>", "<b>a</b>");
    }

    #[test]
    fn comments_and_declarations_are_left_out() {
        check("a<!-- <b> -->c", "ac");
        check("a<!-->c", "ac");
        check("a<!--->c", "ac");
        check("a<!-- x --!>c", "ac");
        check("a<!-- -- -->c", "ac");
        check("a<!doctype html>c<?xml ?>d", "acd");
        check("a<![if !mso]>b<![endif]>c<![CDATA[d>e]]>", "abce]]>");
        check("a<!-- never ends", "a");
        check("a</ b>c", "ac");
    }

    #[test]
    fn what_never_ends_hides_nothing() {
        check("<title>a<b>c", "a<b>c");
        check("<script>a<p>b", "a<p>b");
        check("<style>a<p>b", "a<p>b");
        check("a<p title=\"b", "a");
        check("a<p title", "a");
        check("a<", "a&lt;");
        check("a</", "a&lt;/");
    }

    #[test]
    fn styles_are_cleaned() {
        checked(
            "<style media=screen type=x><!-- a{b:url(http://e/1)} --></style>",
            "<style media=\"screen\">  a{b:url(\"data:,\")}  </style>",
            &["http://e/1"],
        );
        let pictures = Pictures::new();
        let coloured = |html: &str| strip(html, &mut Links::new(&pictures)).coloured;
        assert!(coloured("<style>a{color:red}</style>"));
        assert!(coloured("<table bgcolor=red>"));
        assert!(
            !coloured("<p style=\"color:red\" title=color>"),
            "the tree says this"
        );
    }

    #[test]
    fn what_would_be_loaded_is_noted() {
        checked(
            "<video poster=http://e/1 src=http://e/2><source srcset='http://e/3 1x'></video>\
             <link rel=stylesheet href=http://e/4><iframe src=http://e/5></iframe>\
             <svg><image xlink:href=http://e/6></svg><input type=image src='http://e/7?a&amp;b'>",
            "",
            &[
                "http://e/1",
                "http://e/2",
                "http://e/3",
                "http://e/4",
                "http://e/5",
                "http://e/6",
                "http://e/7?a&b",
            ],
        );
        checked(
            "<img srcset='http://e/1?a&amp;b 2x'>",
            "<img src=\"http://e/1?a&amp;b\">",
            &["http://e/1?a&b"],
        );
        checked(
            "<p src=http://e/1 poster=http://e/2>",
            "<p>",
            &["http://e/1", "http://e/2"],
        );
    }

    #[test]
    fn the_number_of_elements_is_bounded() {
        let pictures = Pictures::new();
        let many = |count: usize| strip(&"<b>x</b>".repeat(count), &mut Links::new(&pictures));
        assert!(!many(ELEMENTS).cut);
        let cut = many(ELEMENTS + 10);
        assert!(cut.cut);
        assert!(cut.html == "<b>x</b>".repeat(ELEMENTS));
    }

    #[test]
    fn reading_takes_linear_time() {
        for part in [
            "<title>", "<style>", "<!--", "</style", "<a b='", "<p ", "<",
        ] {
            let long = part.repeat(300_000);
            strip(&long, &mut Links::new(&Pictures::new()));
        }
    }
}
