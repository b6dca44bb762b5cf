//! Reading HTML. It may be anything: of a browser's editor, or of a stranger.

use super::tree::{Element, Node, attribute, is_inline, is_void, tag};

/// Elements nested deeper are read as if they were not there; their text stays.
const DEEPEST: usize = 48;

/// Elements that are left out with all they contain. Up to their end tag nothing else counts.
const LEFT_OUT: [&str; 21] = [
    "script",
    "style",
    "title",
    "head",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "applet",
    "template",
    "noscript",
    "noembed",
    "noframes",
    "textarea",
    "select",
    "audio",
    "video",
    "canvas",
    "xmp",
    "plaintext",
];

/// The nodes of some HTML.
pub(super) fn parse(html: &str) -> Vec<Node> {
    let mut builder = Builder {
        open: Vec::new(),
        top: Vec::new(),
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        builder.text(&rest[..at]);
        rest = &rest[at..];
        rest = match Markup::read(rest) {
            Some((Markup::Nothing, after)) => after,
            Some((Markup::End(name), after)) => {
                builder.end(&name);
                after
            }
            Some((Markup::Start(start), after)) => {
                if LEFT_OUT.contains(&start.name.as_str()) {
                    skip(after, &start)
                } else {
                    builder.start(&start);
                    after
                }
            }
            None => {
                builder.text("<");
                &rest[1..]
            }
        };
    }
    builder.text(rest);
    builder.finish()
}

/// What is behind the end tag of an element that is left out.
fn skip<'a>(html: &'a str, start: &Start) -> &'a str {
    if start.closed || matches!(start.name.as_str(), "embed") {
        return html;
    }
    let mut from = 0;
    while let Some(found) = html[from..].find("</") {
        let at = from + found;
        let name = html.get(at + 2..at + 2 + start.name.len());
        if name.is_some_and(|name| name.eq_ignore_ascii_case(&start.name)) {
            let end = html[at..].find('>');
            return end.map_or("", |end| &html[at + end + 1..]);
        }
        from = at + 2;
    }
    ""
}

/// A start tag.
struct Start {
    name: String,
    attributes: Vec<(String, String)>,
    /// It ends with `/>`.
    closed: bool,
}

/// What begins with `<`.
enum Markup {
    Start(Start),
    End(String),
    /// A comment, a doctype or a processing instruction.
    Nothing,
}

impl Markup {
    /// Reads the markup at the beginning, and returns what is behind it. None: it is text.
    fn read(html: &str) -> Option<(Markup, &str)> {
        let inner = html.strip_prefix('<')?;
        if let Some(comment) = inner.strip_prefix("!--") {
            let end = comment.find("-->").map(|end| end + 3);
            return Some((Markup::Nothing, end.map_or("", |end| &comment[end..])));
        }
        if inner.starts_with(['!', '?']) {
            let end = inner.find('>').map(|end| end + 1);
            return Some((Markup::Nothing, end.map_or("", |end| &inner[end..])));
        }
        let (is_end, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let end = |c: char| c.is_ascii_whitespace() || c == '/' || c == '>';
        let at = inner.find(end).unwrap_or(inner.len());
        let name = inner[..at].to_ascii_lowercase();
        let mut start = Start {
            name,
            attributes: Vec::new(),
            closed: false,
        };
        // What has no end is no tag, and nothing is behind it.
        let Some(rest) = read_attributes(&inner[at..], &mut start) else {
            return Some((Markup::Nothing, ""));
        };
        if is_end {
            return Some((Markup::End(start.name), rest));
        }
        Some((Markup::Start(start), rest))
    }
}

/// Reads up to the end of a tag, and returns what is behind it. None: there is no end.
fn read_attributes<'a>(mut rest: &'a str, start: &mut Start) -> Option<&'a str> {
    loop {
        start.closed = rest.trim_start().starts_with('/');
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return Some(after);
        }
        if rest.is_empty() {
            return None;
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
        // A name may begin with `=`.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let at = rest[first..].find(ends).map_or(rest.len(), |at| first + at);
        let name = rest[..at].to_ascii_lowercase();
        rest = rest[at..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &after[1..];
                    let end = inner.find(quote);
                    end.map_or((inner, ""), |end| (&inner[..end], &inner[end + 1..]))
                }
                _ => {
                    let end = |c: char| c.is_ascii_whitespace() || c == '>';
                    after.split_at(after.find(end).unwrap_or(after.len()))
                }
            };
        }
        start.attributes.push((name, decode(value)));
    }
}

/// Builds the tree.
struct Builder {
    /// The elements that are open, the outermost first.
    open: Vec<Element>,
    top: Vec<Node>,
}

impl Builder {
    fn is_in(&self, tag: &str) -> bool {
        self.open.iter().any(|element| element.tag == tag)
    }

    fn push(&mut self, node: Node) {
        let into = self.open.last_mut();
        into.map_or(&mut self.top, |element| &mut element.children)
            .push(node);
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let text = decode(text);
        let text = if self.is_in("pre") {
            text.replace("\r\n", "\n").replace('\r', "\n")
        } else {
            collapse(&text)
        };
        // Between the rows and cells of a table nothing is text.
        let parent = self.open.last().map_or("", |element| element.tag);
        if matches!(parent, "table" | "tr" | "ul" | "ol") && text.trim().is_empty() {
            return;
        }
        self.push(Node::Text(text));
    }

    fn start(&mut self, start: &Start) {
        let Some(tag) = tag(&start.name) else { return };
        let mut attributes: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in &start.attributes {
            let Some(kept) = attribute(tag, name, value) else {
                continue;
            };
            if attributes.iter().all(|(one, _)| *one != kept.0) {
                attributes.push(kept);
            }
        }
        // In an order of its own, so that the same text is the same HTML.
        attributes.sort_by(|(a, _), (b, _)| b.cmp(a));
        let lacks = |name| attributes.iter().all(|(one, _)| *one != name);
        match tag {
            // A link to nowhere is text.
            "a" if lacks("href") => return,
            // A picture from elsewhere is not shown; a link says where it is.
            "img" if lacks("src") => return self.elsewhere(start),
            _ => {}
        }
        self.close_for(tag);
        let element = Element {
            tag,
            attributes,
            children: Vec::new(),
        };
        if is_void(tag) {
            self.push(Node::Element(element));
        } else if self.open.len() < DEEPEST {
            self.open.push(element);
        }
    }

    /// A picture that is not part of the message.
    fn elsewhere(&mut self, start: &Start) {
        let value = |name: &str| {
            let mut all = start.attributes.iter();
            let found = all.find(|(one, _)| one == name);
            found.map_or("", |(_, value)| value.trim())
        };
        let (source, alt) = (value("src"), value("alt"));
        let tiny = |name| matches!(value(name), "0" | "1");
        if tiny("width") || tiny("height") {
            return;
        }
        if !is_web(source) {
            if !alt.is_empty() {
                self.push(Node::text(alt));
            }
            return;
        }
        let shown = if alt.is_empty() { source } else { alt };
        if self.is_in("a") {
            return self.push(Node::text(shown));
        }
        self.push(Node::Element(Element {
            tag: "a",
            attributes: vec![("href", source.to_owned())],
            children: vec![Node::text(shown)],
        }));
    }

    /// Closes what can't contain this element.
    fn close_for(&mut self, tag: &str) {
        if !is_inline(tag) {
            self.close("p", &["td", "th", "li", "blockquote", "table"]);
        }
        match tag {
            "li" => self.close("li", &["ul", "ol"]),
            "td" | "th" => {
                self.close("td", &["table"]);
                self.close("th", &["table"]);
            }
            "tr" => self.close("tr", &["table"]),
            "a" => self.close("a", &["table"]),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" {
            return self.push(Node::element("br", Vec::new()));
        }
        if let Some(tag) = tag(name).filter(|tag| !is_void(tag)) {
            let bounds: &[&str] = if is_inline(tag) { &["td", "th"] } else { &[] };
            self.close(tag, bounds);
        }
    }

    /// Closes the innermost open element of this name and all in it, unless one of `bounds` is
    /// open within it.
    fn close(&mut self, tag: &str, bounds: &[&str]) {
        let at = self.open.iter().rposition(|element| element.tag == tag);
        let Some(at) = at else { return };
        let mut inner = self.open[at + 1..].iter();
        if inner.any(|element| bounds.contains(&element.tag)) {
            return;
        }
        while self.open.len() > at {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        if let Some(element) = self.open.pop() {
            self.push(Node::Element(element));
        }
    }

    fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.close_last();
        }
        self.top
    }
}

fn is_web(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// The text with each run of white space as one space, as a browser shows it.
fn collapse(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    let mut after_space = false;
    for c in text.chars() {
        let is_space = matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        match c {
            _ if is_space && after_space => {}
            _ if is_space => collapsed.push(' '),
            // The editor's marks where the caret can stand.
            '\u{200b}' | '\0' => {}
            c => collapsed.push(c),
        }
        after_space = is_space || (after_space && c == '\u{200b}');
    }
    collapsed
}

/// Character references by name, those that editors and mail programs write.
const NAMED: [(&str, &str); 24] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("hellip", "…"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("euro", "€"),
    ("pound", "£"),
    ("times", "×"),
    ("shy", "\u{ad}"),
];

/// The text with its character references replaced. One that is not known stays as it is.
fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(32).find(|(_, c)| *c == ';');
        let found = end.and_then(|(end, _)| Some((reference(&rest[1..end])?, end)));
        match found {
            Some((character, end)) => {
                decoded.push_str(&character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn reference(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return Some(char::from_u32(code.ok()?).unwrap_or('\u{fffd}').to_string());
    }
    let found = NAMED.iter().find(|(one, _)| *one == name);
    found.map(|(_, text)| (*text).to_owned())
}
