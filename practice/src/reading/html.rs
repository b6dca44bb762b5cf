//! Converts HTML to text in one pass over its tokens. There is no tree, so nesting needs no stack
//! and time is linear.

use html5gum::Span;
use html5gum::Tokenizer;
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};

mod page;

use page::Page;

/// Longest link target or image description that is shown, in bytes.
const ATTRIBUTE: usize = 2048;

/// Converts a document to text and stops soon after `most` bytes. Also returns whether it stopped.
pub(super) fn text(html: &str, most: usize) -> (String, bool) {
    read(html, most, Reader::default())
}

fn read(html: &str, most: usize, mut reader: Reader) -> (String, bool) {
    let mut full = false;
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
        reader.event(event);
        full = reader.page.length() > most;
        full.then_some(())
    });
    emitter.naively_switch_states(true);
    // The callback returns a token only when there is enough text.
    let stopped = Tokenizer::new_with_emitter(html, emitter).next().is_some();
    (reader.finish(), stopped)
}

/// State between tokens.
#[derive(Default)]
struct Reader {
    page: Page,
    /// Name of the current start tag.
    tag: Vec<u8>,
    attribute: Vec<u8>,
    href: String,
    alt: String,
    /// Inside a script, a style sheet or a title.
    hidden: bool,
    /// Inside a `noscript`, which the tokenizer returns as one raw text.
    unscripted: bool,
    /// This reader reads the content of a `noscript`.
    inside: bool,
    /// Target of the open link.
    link: Option<String>,
    /// Open lists: the number of the next item, or None for bullets.
    lists: Vec<Option<u32>>,
    /// Number of open lists beyond [`LISTS`].
    deeper: usize,
}

/// Depth of nested lists that are indented.
const LISTS: usize = 16;

impl Reader {
    fn event(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = name.to_vec();
                self.attribute.clear();
                self.href.clear();
                self.alt.clear();
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = name[..name.len().min(16)].to_vec();
            }
            CallbackEvent::AttributeValue { value } => {
                let value = String::from_utf8_lossy(&value[..value.len().min(ATTRIBUTE)]);
                match self.attribute.as_slice() {
                    b"href" if self.href.is_empty() => self.href = value.trim().to_owned(),
                    b"alt" if self.alt.is_empty() => self.alt = value.trim().to_owned(),
                    _ => (),
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                let tag = std::mem::take(&mut self.tag);
                self.start(&tag);
            }
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } if self.unscripted => {
                let inside = Reader {
                    inside: true,
                    ..Reader::default()
                };
                let (text, _) = read(&String::from_utf8_lossy(value), usize::MAX, inside);
                self.page.apart(1);
                for line in text.lines() {
                    self.page.text(line);
                    self.page.apart(1);
                }
            }
            CallbackEvent::String { value } if !self.hidden => {
                self.page.text(&String::from_utf8_lossy(value));
            }
            _ => (),
        }
    }

    fn start(&mut self, tag: &[u8]) {
        // Raw text that is not shown, such as a script.
        self.hidden = is_hidden(tag) || (self.inside && tag == b"noscript");
        self.unscripted = !self.inside && tag == b"noscript";
        match tag {
            b"br" => self.page.line(),
            b"hr" => {
                self.page.apart(2);
                self.page.text("----------");
                self.page.apart(2);
            }
            b"a" => {
                self.close_link();
                if !self.href.is_empty() {
                    self.link = Some(std::mem::take(&mut self.href));
                    self.page.begin_link();
                }
            }
            b"img" | b"area" if !self.alt.is_empty() => {
                let shown = format!("[{}]", self.alt);
                self.page.text(&shown);
            }
            b"pre" | b"textarea" | b"listing" | b"xmp" | b"plaintext" => {
                self.page.apart(2);
                self.page.preformatted(true);
            }
            b"blockquote" => {
                self.page.apart(2);
                self.page.quote(true);
            }
            b"ul" | b"ol" | b"menu" | b"dir" => {
                self.page.apart(if self.lists.is_empty() { 2 } else { 1 });
                if self.lists.len() < LISTS {
                    self.lists.push((tag == b"ol").then_some(1));
                } else {
                    self.deeper += 1;
                }
            }
            b"li" => {
                self.page.apart(1);
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let mark = format!("{number}. ");
                        *number = number.saturating_add(1);
                        mark
                    }
                    _ => "- ".to_owned(),
                };
                let depth = self.lists.len().saturating_sub(1);
                self.page.begin_item(depth, &mark);
            }
            b"td" | b"th" => self.page.cell(),
            b"tr" => self.page.row(),
            _ => self.page.apart(space_around(tag)),
        }
    }

    fn end(&mut self, tag: &[u8]) {
        self.hidden = false;
        self.unscripted = false;
        match tag {
            b"br" => self.page.line(),
            b"a" => self.close_link(),
            b"pre" | b"textarea" | b"listing" | b"xmp" => {
                self.page.preformatted(false);
                self.page.apart(2);
            }
            b"blockquote" => {
                self.page.apart(2);
                self.page.quote(false);
            }
            b"ul" | b"ol" | b"menu" | b"dir" => {
                if self.deeper > 0 {
                    self.deeper -= 1;
                } else {
                    self.lists.pop();
                }
                self.page.end_item();
                self.page.apart(if self.lists.is_empty() { 2 } else { 1 });
            }
            b"li" => {
                self.page.end_item();
                self.page.apart(1);
            }
            b"tr" => self.page.row(),
            b"td" | b"th" => self.page.end_cell(),
            _ => self.page.apart(space_around(tag)),
        }
    }

    /// Appends the target of the open link unless the text is the same.
    fn close_link(&mut self) {
        let Some(target) = self.link.take() else {
            return;
        };
        let shown = self.page.end_link();
        let plain = |text: &str| {
            let text = text.trim().trim_end_matches('/');
            let text = text.strip_prefix("mailto:").unwrap_or(text);
            let text = text.strip_prefix("tel:").unwrap_or(text);
            let text = text.strip_prefix("https://").unwrap_or(text);
            text.strip_prefix("http://").unwrap_or(text).to_lowercase()
        };
        let script = target
            .get(..11)
            .is_some_and(|start| start.eq_ignore_ascii_case("javascript:"));
        if target.starts_with('#') || script || plain(&shown) == plain(&target) {
            return;
        }
        let target: String = target.split_whitespace().collect();
        if !shown.trim().is_empty() {
            self.page.space();
        }
        self.page.text(&format!("<{target}>"));
    }

    fn finish(mut self) -> String {
        self.close_link();
        self.page.finish()
    }
}

fn is_hidden(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"script" | b"style" | b"title" | b"noembed" | b"noframes" | b"iframe"
    )
}

/// Line ends before and after an element: 0 for inline, 1 for blocks, 2 for paragraphs.
fn space_around(tag: &[u8]) -> usize {
    match tag {
        b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"dl" | b"fieldset"
        | b"figure" => 2,
        b"html" | b"head" | b"body" | b"div" | b"section" | b"article" | b"header" | b"footer"
        | b"main" | b"nav" | b"aside" | b"address" | b"form" | b"center" | b"figcaption"
        | b"details" | b"summary" | b"dt" | b"dd" | b"caption" | b"thead" | b"tbody" | b"tfoot"
        | b"option" | b"legend" | b"hgroup" | b"dialog" | b"li" | b"optgroup" | b"search" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
