//! Parses the tags of our own simple `index.html`: attributes are in double quotes, and no text
//! looks like a tag.

/// A tag that opens an element.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The position of its `<`.
    pub(super) start: usize,
    /// The position after its `>`.
    pub(super) end: usize,
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; empty for one without a value.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.attributes.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| *value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// The tags of a text in order, except those in comments.
pub(super) fn tags(html: &str) -> impl Iterator<Item = Tag<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + html[at..].find('<')?;
            let inside = &html[start + 1..];
            if inside.starts_with("!--") {
                at = start + 1 + inside.find("-->")?;
                continue;
            }
            let length = end(inside)?;
            at = start + 1 + length + 1;
            if inside.starts_with(|c: char| c.is_ascii_alphabetic()) {
                return Some(tag(start, at, &inside[..length]));
            }
        }
    })
}

/// The position of the `>` that ends a tag.
fn end(inside: &str) -> Option<usize> {
    let mut quoted = false;
    inside.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    })
}

fn tag(start: usize, end: usize, inside: &str) -> Tag<'_> {
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let (name, mut rest) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let length = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        if name.is_empty() {
            break;
        }
        let value = after
            .strip_prefix("=\"")
            .and_then(|value| value.split_once('"'));
        let (value, after) = value.unwrap_or(("", after.trim_start_matches('=')));
        attributes.push((name, value));
        rest = after;
    }
    Tag {
        start,
        end,
        name,
        attributes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_their_attributes_are_read() {
        let html = "<!doctype html>\n<!-- <b c> -->\n<link data-trunk rel=\"a b\"\n  \
                    href=\"x>y\" empty=\"\"/>text</p><br>";
        let all: Vec<_> = tags(html).collect();
        assert_eq!(all.len(), 2, "{all:?}");
        let link = &all[0];
        assert_eq!(link.name, "link");
        assert_eq!(link.get("rel"), Some("a b"));
        assert_eq!(link.get("href"), Some("x>y"));
        assert_eq!(link.get("empty"), Some(""));
        assert!(link.has("data-trunk") && !link.has("data"));
        assert!(
            html[link.start..link.end].starts_with("<link") && html[..link.end].ends_with("/>")
        );
        assert_eq!(all[1].name, "br");
    }

    #[test]
    fn what_is_cut_off_is_no_tag() {
        for html in ["", "<", "<a", "<!-- <a>", "<a b=\">"] {
            assert_eq!(tags(html).count(), 0, "{html}");
        }
    }
}
