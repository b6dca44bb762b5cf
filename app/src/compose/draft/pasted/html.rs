//! Addresses that only the HTML of a paste has: `<a href="mailto:m@x">Mina</a>`.

use super::link::read_link;
use crate::ui::mailbox::named_address;

/// A link to an address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The text of the link.
    pub(super) text: String,
    /// With the text of the link as its name.
    pub(super) address: String,
}

/// The links to one address each, in their order. The HTML is read as text, never as a document:
/// nothing in it is loaded or run.
pub(super) fn links(html: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find("<a").or_else(|| rest.find("<A")) {
        rest = &rest[start + 2..];
        let Some((tag, after)) = rest.split_once('>') else {
            break;
        };
        let end = after.find("</a").or_else(|| after.find("</A"));
        let Some(end) = end else { continue };
        let Some(href) = href(tag) else { continue };
        let found = read_link(&unescaped(href)).unwrap_or_default();
        if let [address] = &found.here[..] {
            let text = unescaped(&without_tags(&after[..end]));
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let name = text.trim_matches(['<', '>', '"', '\'']);
            let named = !name.is_empty() && !name.contains('@');
            links.push(Link {
                address: if named {
                    named_address(name, address)
                } else {
                    address.clone()
                },
                text,
            });
        }
    }
    links
}

/// The value of `href` in a start tag.
fn href(tag: &str) -> Option<&str> {
    let at = tag.to_ascii_lowercase().find("href")?;
    let value = tag.get(at + 4..)?.trim_start().strip_prefix('=')?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split(char::is_whitespace).next(),
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    for (at, part) in html.split('<').enumerate() {
        let part = if at == 0 {
            part
        } else {
            part.split_once('>').map_or("", |(_, after)| after)
        };
        text.push_str(part);
    }
    text
}

/// The entities that clipboards have in addresses and names.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_addresses() {
        let html = "<abbr>x</abbr><a class=y HREF='mailto:m@x.org?subject=a'><b>Park,</b> Mina</a>\
            <A href=\"https://x.org\">y</a> <a href=mailto:j@x>j@x</a> <a href=\"mailto:t&amp;t@x\
            \">T&amp;T</a><a href=\"mailto:";
        let got: Vec<(String, String)> = links(html)
            .into_iter()
            .map(|link| (link.text, link.address))
            .collect();
        let expect = [
            ("Park, Mina", "\"Park, Mina\" <m@x.org>"),
            ("j@x", "j@x"),
            ("T&T", "T&T <t&t@x>"),
        ];
        assert_eq!(
            got,
            expect.map(|(text, all)| (text.to_owned(), all.to_owned()))
        );
    }
}
