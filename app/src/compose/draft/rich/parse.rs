//! Reading HTML. It may be anything: of a browser's editor, a word processor, or a stranger.

mod lists;
mod spaces;
mod style;

use self::lists::{lists, marked_item};
use self::style::Style;
use super::Found;
use super::tree::{Element, Node, attribute, is_inline, is_void, tag};

/// Elements nested deeper are read as if they were not there; their text stays.
const DEEPEST: usize = 48;

/// So many tags are open at once, those of elements that are not of the subset included.
const MOST_OPEN: usize = 512;

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

/// What is done with a picture whose octets are in its address. It returns its Content-ID.
pub(super) type TakePicture<'a> = &'a mut dyn FnMut(&str) -> Option<String>;

/// The nodes of some HTML, and what is found in it besides.
pub(super) fn parse<'a>(
    html: &str,
    take: Option<TakePicture<'a>>,
    found: &'a mut Found,
) -> Vec<Node> {
    let mut builder = Builder {
        open: Vec::new(),
        top: Vec::new(),
        take,
        found,
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
                    builder.found.left_out |= !is_silent(&start.name);
                    skip(after, &start)
                } else if start.name == "![if" {
                    // The mark of an item of a list, which Word writes as text.
                    let end = after.find("<![endif]>").map(|end| end + "<![endif]>".len());
                    let (mark, rest) = after.split_at(end.unwrap_or(0));
                    builder.mark(mark);
                    rest
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

/// Whether an element that is left out shows nothing.
fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "head" | "template" | "noscript"
    )
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
        if let Some(rest) = inner.strip_prefix("![if !supportLists]>") {
            let start = Start {
                name: "![if".to_owned(),
                attributes: Vec::new(),
                closed: false,
            };
            return Some((Markup::Start(start), rest));
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

/// A tag that is open.
struct Open {
    /// The element that it makes. None: what is in it belongs to the one around it.
    element: Option<Element>,
    /// Its name. Empty: the end tag of the one before ends it, too.
    name: String,
}

/// Builds the tree.
struct Builder<'a> {
    /// What is open, the outermost first.
    open: Vec<Open>,
    top: Vec<Node>,
    take: Option<TakePicture<'a>>,
    found: &'a mut Found,
}

impl Builder<'_> {
    fn elements(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.open.iter().filter_map(|open| open.element.as_ref())
    }

    fn is_in(&self, tag: &str) -> bool {
        self.elements().any(|element| element.tag == tag)
    }

    fn push(&mut self, node: Node) {
        let elements = self.open.iter_mut().rev();
        let mut elements = elements.filter_map(|open| open.element.as_mut());
        let into = elements.next();
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
        let parent = self
            .elements()
            .next_back()
            .map_or("", |element| element.tag);
        if matches!(parent, "table" | "tr" | "ul" | "ol") && text.trim().is_empty() {
            return;
        }
        self.push(Node::Text(text));
    }

    /// The mark in front of an item of a list.
    fn mark(&mut self, html: &str) {
        let mut pieces = html.split('<');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        }
        let item = self
            .open
            .iter_mut()
            .rev()
            .filter_map(|open| open.element.as_mut());
        let mut items = item.filter(|element| element.attribute(lists::LEVEL).is_some());
        if let Some(item) = items.next()
            && lists::is_number(decode(&text).trim())
        {
            item.attributes.push((lists::ORDERED, String::new()));
        }
    }

    fn start(&mut self, start: &Start) {
        let value = |name: &str| {
            let mut all = start.attributes.iter();
            let found = all.find(|(one, _)| one == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let style = Style::read(value("style"));
        if style.hidden {
            // Its text is not shown.
            self.found.left_out = true;
        }
        let tag = tag(&start.name).filter(|tag| !(style.not_bold && *tag == "b"));
        self.found.left_out |= style.other && !super::sent::is_own_style(tag, value("style"));
        if tag.is_none() {
            self.found.left_out |= is_shown(&start.name);
            return self.open_others(&start.name, style);
        }
        let Some(tag) = tag else { return };
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
            "a" if lacks("href") => return self.open_others("a", style),
            // A picture from elsewhere is not shown; a link says where it is.
            "img" if lacks("src") => return self.elsewhere(start),
            _ => {}
        }
        self.close_for(tag);
        let mut element = Element {
            tag,
            attributes,
            children: Vec::new(),
        };
        if let Some(level) = style.list_level.filter(|_| tag == "p") {
            element = marked_item(level);
        }
        if is_void(tag) {
            self.push(Node::Element(element));
        } else if self.elements().count() < DEEPEST {
            let name = start.name.clone();
            self.open(Some(element), name);
            if is_inline(tag) {
                self.open_style(style, tag);
            }
        }
    }

    fn open(&mut self, element: Option<Element>, name: String) {
        if self.open.len() < MOST_OPEN {
            self.open.push(Open { element, name });
        }
    }

    /// An element that is not of the subset. Its style may say what one of the subset would.
    fn open_others(&mut self, name: &str, style: Style) {
        if is_void_elsewhere(name) {
            return;
        }
        self.open(None, name.to_owned());
        self.open_style(style, "");
    }

    fn open_style(&mut self, style: Style, except: &str) {
        for tag in style.tags().filter(|tag| *tag != except) {
            if self.elements().count() < DEEPEST {
                let element = Element::new(tag, Vec::new());
                self.open(Some(element), String::new());
            }
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
        if source.starts_with("data:")
            && let Some(id) = self.take.as_mut().and_then(|take| take(source))
        {
            let alt = alt.replace(char::is_control, " ");
            let attributes = vec![("src", format!("cid:{id}")), ("alt", alt)];
            return self.push(Node::Element(Element {
                tag: "img",
                attributes,
                children: Vec::new(),
            }));
        }
        self.found.left_out = true;
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
        let is_void = tag(name).is_some_and(is_void);
        if is_void {
            return;
        }
        let is_inline = tag(name).is_none_or(is_inline) && !is_block_elsewhere(name);
        let at = self.open.iter().rposition(|open| open.name == name);
        let Some(at) = at else { return };
        let mut inner = self.open[at + 1..].iter();
        let bounds = |open: &Open| {
            let tag = open.element.as_ref().map(|element| element.tag);
            tag.is_some_and(|tag| matches!(tag, "td" | "th"))
        };
        if !(is_inline && inner.any(bounds)) {
            self.close_to(at);
        }
    }

    /// Closes the innermost open element of this tag and all in it, unless one of `bounds` is open
    /// within it.
    fn close(&mut self, tag: &str, bounds: &[&str]) {
        let is = |open: &Open| open.element.as_ref().is_some_and(|one| one.tag == tag);
        let Some(at) = self.open.iter().rposition(is) else {
            return;
        };
        let mut inner = self.open[at + 1..].iter();
        let bounded = |open: &Open| {
            let element = open.element.as_ref();
            element.is_some_and(|element| bounds.contains(&element.tag))
        };
        if !inner.any(bounded) {
            self.close_to(at);
        }
    }

    /// Closes all from this one on.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            self.close_last();
        }
    }

    fn close_last(&mut self) {
        if let Some(element) = self.open.pop().and_then(|open| open.element) {
            self.push(Node::Element(element));
        }
    }

    fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.close_last();
        }
        spaces::tidy(lists(self.top), false)
    }
}

/// Whether an element that is not of the subset shows something that is lost without it.
fn is_shown(name: &str) -> bool {
    matches!(
        name,
        "font" | "big" | "mark" | "form" | "input" | "button" | "marquee" | "map" | "bdo" | "ruby"
    )
}

fn is_void_elsewhere(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "col"
            | "embed"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_block_elsewhere(name: &str) -> bool {
    matches!(
        name,
        "html" | "body" | "tbody" | "thead" | "tfoot" | "form" | "dl"
    )
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
