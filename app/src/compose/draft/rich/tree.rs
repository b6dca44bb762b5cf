//! Elements of rich text: which there are, and which attributes they may have.

/// A text or an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A text.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element of the subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name: one of [`TAGS`].
    pub tag: &'static str,
    /// Its attributes, each allowed for it.
    pub attributes: Vec<(&'static str, String)>,
    /// What it consists of.
    pub children: Vec<Node>,
}

/// The names of all elements.
pub const TAGS: [&str; 25] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "h1",
    "h2",
    "h3",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "sub",
    "sup",
    "table",
    "td",
    "th",
    "tr",
    "u",
    "ul",
];

/// Names of elements that are read as another.
const SAME: [(&str, &str); 30] = [
    ("strong", "b"),
    ("em", "i"),
    ("cite", "i"),
    ("var", "i"),
    ("dfn", "i"),
    ("strike", "s"),
    ("del", "s"),
    ("ins", "u"),
    ("kbd", "code"),
    ("samp", "code"),
    ("tt", "code"),
    ("h4", "h3"),
    ("h5", "h3"),
    ("h6", "h3"),
    ("article", "div"),
    ("section", "div"),
    ("main", "div"),
    ("header", "div"),
    ("footer", "div"),
    ("center", "div"),
    ("address", "div"),
    ("figure", "div"),
    ("figcaption", "div"),
    ("caption", "div"),
    ("dt", "div"),
    ("dd", "div"),
    ("fieldset", "div"),
    ("details", "div"),
    ("summary", "div"),
    ("listing", "pre"),
];

/// The element that is meant by this name in lower case. None: it is not of the subset.
pub(super) fn tag(name: &str) -> Option<&'static str> {
    let other = SAME.iter().find(|(from, _)| *from == name);
    let name = other.map_or(name, |(_, to)| to);
    TAGS.into_iter().find(|tag| *tag == name)
}

/// Whether an element has no content.
pub(super) fn is_void(tag: &str) -> bool {
    matches!(tag, "br" | "hr" | "img")
}

/// Whether an element stands in a line of text.
pub(super) fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "b" | "br" | "code" | "i" | "img" | "s" | "sub" | "sup" | "u"
    )
}

/// Whether an address may be that of a link: only those that a reader opens without harm.
#[must_use]
pub fn is_address(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else {
        return false;
    };
    let known = ["http", "https", "mailto", "tel"];
    let is = |one: &&str| scheme.eq_ignore_ascii_case(one);
    !rest.is_empty() && !address.contains(char::is_control) && known.iter().any(is)
}

/// The attribute of an element, as it is kept. None: it is not allowed, or does not say anything.
pub(super) fn attribute(tag: &str, name: &str, value: &str) -> Option<(&'static str, String)> {
    let value = value.trim();
    let number = |most: u32| {
        let number: u32 = value.parse().ok()?;
        (2..=most).contains(&number).then(|| number.to_string())
    };
    match (tag, name) {
        ("a", "href") if is_address(value) => Some(("href", value.to_owned())),
        ("img", "src") if value.strip_prefix("cid:").is_some_and(is_id) => {
            Some(("src", value.to_owned()))
        }
        // As it is in the editor.
        ("img", "data-cid") if is_id(value) => Some(("src", format!("cid:{value}"))),
        ("img", "alt") => Some(("alt", value.replace(char::is_control, " "))),
        ("ol", "start") => Some(("start", number(1_000_000)?)),
        ("td" | "th", "colspan") => Some(("colspan", number(100)?)),
        ("td" | "th", "rowspan") => Some(("rowspan", number(1000)?)),
        _ => None,
    }
}

fn is_id(id: &str) -> bool {
    !id.is_empty() && !id.contains(|c: char| c.is_control() || c.is_whitespace())
}

impl Element {
    /// An element without attributes.
    #[must_use]
    pub fn new(tag: &'static str, children: Vec<Node>) -> Element {
        Element {
            tag,
            attributes: Vec::new(),
            children,
        }
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(one, _)| *one == name)
            .map(|(_, value)| value.as_str())
    }

    /// The Content-ID of the picture that it shows.
    #[must_use]
    pub fn content_id(&self) -> Option<&str> {
        let source = self.attribute("src").filter(|_| self.tag == "img")?;
        source.strip_prefix("cid:")
    }

    /// Whether it stands in a line of text.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        is_inline(self.tag)
    }
}

impl Node {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Node {
        Node::Text(text.to_owned())
    }

    /// An element without attributes.
    #[must_use]
    pub fn element(tag: &'static str, children: Vec<Node>) -> Node {
        Node::Element(Element::new(tag, children))
    }

    /// Whether it stands in a line of text.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        match self {
            Node::Text(_) => true,
            Node::Element(element) => element.is_inline(),
        }
    }
}
