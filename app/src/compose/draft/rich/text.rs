//! Rich text as plain text or as Markdown.

use super::table;
use super::tree::{Element, Node};
use crate::compose::draft::picture_mark;

/// What it is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Text that reads well.
    Plain,
    /// Markdown.
    Markdown,
}

/// Some lines.
pub(super) struct Block {
    lines: Vec<String>,
    /// An empty line is before and after it.
    apart: bool,
}

/// The text, each line but the last ended by LF.
pub(super) fn of(nodes: &[Node], style: Style) -> String {
    if style == Style::Plain {
        return lines(nodes, style).join("\n");
    }
    // A signature is not read as Markdown.
    let delimiter = |node: &Node| lines(std::slice::from_ref(node), Style::Plain) == ["-- "];
    let at = nodes.iter().rposition(delimiter).unwrap_or(nodes.len());
    let mut all = lines(&nodes[..at], style);
    all.extend(lines(&nodes[at..], Style::Plain));
    all.join("\n")
}

/// The lines of these nodes.
fn lines(nodes: &[Node], style: Style) -> Vec<String> {
    owned(&blocks(nodes, style))
}

fn owned(blocks: &[Block]) -> Vec<String> {
    joined(blocks).into_iter().map(str::to_owned).collect()
}

/// The lines of these blocks.
pub(super) fn joined<'a>(blocks: impl IntoIterator<Item = &'a Block>) -> Vec<&'a str> {
    let mut lines: Vec<&str> = Vec::new();
    let mut last_apart = false;
    for block in blocks {
        let (Some(first), last) = (block.lines.first(), lines.last()) else {
            continue;
        };
        let ends = last.is_some_and(|last| !last.is_empty());
        if (block.apart || last_apart) && ends && !first.is_empty() {
            lines.push("");
        }
        lines.extend(block.lines.iter().map(String::as_str));
        last_apart = block.apart;
    }
    lines
}

/// What is written one below the other.
pub(super) fn blocks(nodes: &[Node], style: Style) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < nodes.len() {
        let many = nodes[at..].iter().take_while(|node| node.is_inline());
        let many = many.count();
        if many > 0 {
            let mut inline = Inline::new(style);
            inline.write(&nodes[at..at + many]);
            blocks.push(Block {
                lines: inline.finish(),
                apart: false,
            });
            at += many;
            continue;
        }
        if let Node::Element(element) = &nodes[at] {
            blocks.push(block(element, style));
        }
        at += 1;
    }
    blocks
}

fn block(element: &Element, style: Style) -> Block {
    let inner = || lines(&element.children, style);
    let is_markdown = style == Style::Markdown;
    let (lines, apart) = match element.tag {
        "p" => (inner(), true),
        "h1" | "h2" | "h3" if is_markdown => {
            let marks = match element.tag {
                "h1" => "#",
                "h2" => "##",
                _ => "###",
            };
            (vec![format!("{marks} {}", inner().join(" "))], true)
        }
        "h1" | "h2" | "h3" => (inner(), true),
        "blockquote" => (
            inner().iter().map(|line| quoted(line)).collect(),
            is_markdown,
        ),
        "pre" => (preformatted(element, style), true),
        "hr" => (
            vec![if is_markdown { "---" } else { RULE }.to_owned()],
            true,
        ),
        "ul" | "ol" => (list(element, style), true),
        "table" => (table::lines(&rows(element, style), is_markdown), true),
        // Outside a list or a table.
        "li" => (item(inner(), "- "), false),
        _ => (inner(), false),
    };
    Block { lines, apart }
}

/// A line between two parts of a text.
const RULE: &str = "----------------------------------------";

fn quoted(line: &str) -> String {
    let space = if line.is_empty() || line.starts_with('>') {
        ""
    } else {
        " "
    };
    format!(">{space}{line}")
}

fn preformatted(element: &Element, style: Style) -> Vec<String> {
    let mut text = String::new();
    raw_text(&element.children, &mut text);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if style == Style::Markdown {
        let longest = |line: &String| {
            let inner = line.trim_start();
            inner.len() - inner.trim_start_matches('`').len()
        };
        let fence = lines.iter().map(longest).max().unwrap_or(0).max(2) + 1;
        let fence = "`".repeat(fence);
        lines.insert(0, fence.clone());
        lines.push(fence);
    }
    lines
}

/// The text of these nodes as it is.
pub(super) fn raw_text(nodes: &[Node], text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Element(element) => {
                match element.tag {
                    "br" => text.push('\n'),
                    "div" | "p" if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
                    _ => {}
                }
                raw_text(&element.children, text);
            }
        }
    }
}

fn list(element: &Element, style: Style) -> Vec<String> {
    let start: Option<u64> = element
        .attribute("start")
        .and_then(|text| text.parse().ok());
    let mut number = start.unwrap_or(1);
    let mut all = Vec::new();
    for node in &element.children {
        match node {
            Node::Element(inner) if inner.tag == "li" => {
                let mark = if element.tag == "ol" {
                    number += 1;
                    format!("{}. ", number - 1)
                } else {
                    "- ".to_owned()
                };
                all.extend(item(item_lines(&inner.children, style), &mark));
            }
            // A list directly within a list, as editors make them.
            Node::Element(inner) if matches!(inner.tag, "ul" | "ol") => {
                all.extend(list(inner, style).iter().map(|line| format!("  {line}")));
            }
            node => all.extend(lines(std::slice::from_ref(node), style)),
        }
    }
    all
}

/// What an item of a list has. A list in it follows its text at once.
fn item_lines(nodes: &[Node], style: Style) -> Vec<String> {
    let mut all = Vec::new();
    for node in nodes.chunk_by(|a, b| a.is_inline() && b.is_inline()) {
        let is_list = |node: &Node| match node {
            Node::Element(element) => matches!(element.tag, "ul" | "ol"),
            Node::Text(_) => false,
        };
        let apart = node.first().is_some_and(is_list);
        all.extend(blocks(node, style).into_iter().map(|block| Block {
            apart: block.apart && !apart,
            ..block
        }));
    }
    owned(&all)
}

/// The lines of an item of a list.
fn item(lines: Vec<String>, mark: &str) -> Vec<String> {
    if lines.is_empty() {
        return vec![mark.trim_end().to_owned()];
    }
    let indent = " ".repeat(mark.len());
    let lines = lines.into_iter().enumerate();
    lines
        .map(|(at, line)| match at {
            0 => format!("{mark}{line}"),
            _ if line.is_empty() => line,
            _ => format!("{indent}{line}"),
        })
        .collect()
}

/// The rows of a table, its cells as text of one line.
fn rows(element: &Element, style: Style) -> Vec<table::Row> {
    let mut found = Vec::new();
    for node in &element.children {
        let Node::Element(row) = node else { continue };
        match row.tag {
            "tr" => {
                let mut cells = Vec::new();
                let mut heads = !row.children.is_empty();
                for node in &row.children {
                    let Node::Element(cell) = node else { continue };
                    heads &= cell.tag == "th";
                    let text = lines(&cell.children, style);
                    let text: Vec<&str> = text.iter().map(|line| line.trim()).collect();
                    cells.push(text.join(" ").trim().to_owned());
                    let span = cell.attribute("colspan").and_then(|text| text.parse().ok());
                    let more = span.unwrap_or(1_usize).saturating_sub(1);
                    cells.extend(std::iter::repeat_n(String::new(), more));
                }
                found.push(table::Row { cells, heads });
            }
            _ => {
                let text = lines(std::slice::from_ref(node), style).join(" ");
                found.push(table::Row {
                    cells: vec![text],
                    heads: false,
                });
            }
        }
    }
    found
}

/// A run of text.
struct Inline {
    style: Style,
    lines: Vec<String>,
    line: String,
}

impl Inline {
    fn new(style: Style) -> Inline {
        Inline {
            style,
            lines: Vec::new(),
            line: String::new(),
        }
    }

    fn write(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let is_markdown = self.style == Style::Markdown;
        match element.tag {
            "br" => self.end_line(),
            "img" => {
                let alt = element.attribute("alt").unwrap_or_default();
                self.line.push_str(&picture_mark(alt));
            }
            "a" => self.link(element),
            "b" if is_markdown => self.marked("**", element),
            "i" if is_markdown => self.marked("*", element),
            "s" if is_markdown => self.marked("~~", element),
            "code" if is_markdown => {
                let mut text = String::new();
                raw_text(&element.children, &mut text);
                let text = text.replace(['\n', '\u{a0}'], " ");
                let ticks = if text.contains('`') { "``" } else { "`" };
                let space = if text.starts_with('`') || text.ends_with('`') {
                    " "
                } else {
                    ""
                };
                self.line
                    .push_str(&format!("{ticks}{space}{text}{space}{ticks}"));
            }
            _ => self.write(&element.children),
        }
    }

    /// Markdown's marks stand next to letters, so spaces at the ends are outside.
    fn marked(&mut self, mark: &str, element: &Element) {
        let inner = self.inner(element);
        let core = inner.trim_matches([' ', '\u{a0}']);
        if core.is_empty() || inner.contains('\n') {
            return self.write(&element.children);
        }
        let start = inner.len() - inner.trim_start_matches([' ', '\u{a0}']).len();
        let end = start + core.len();
        self.space(&inner[..start]);
        self.line.push_str(&format!("{mark}{core}{mark}"));
        self.space(&inner[end..]);
    }

    fn space(&mut self, space: &str) {
        let begins = self.line.is_empty() || self.line.ends_with(' ');
        if !space.is_empty() && !begins {
            self.line.push(' ');
        }
    }

    fn link(&mut self, element: &Element) {
        let address = element.attribute("href").unwrap_or_default();
        let inner = self.inner(element);
        if self.style == Style::Markdown {
            let text = inner.replace('\n', " ");
            let is_simple = |c: char| !matches!(c, ' ' | '(' | ')' | '\\' | '<' | '>');
            let address = if address.chars().all(is_simple) {
                address.to_owned()
            } else {
                let escape = |c| {
                    if matches!(c, '\\' | '<' | '>') {
                        "\\"
                    } else {
                        ""
                    }
                };
                let escaped = address.chars().map(|c| format!("{}{c}", escape(c)));
                format!("<{}>", escaped.collect::<String>())
            };
            self.line.push_str(&format!("[{text}]({address})"));
            return;
        }
        self.write(&element.children);
        let bare = |text: &str| {
            let text = text.trim();
            let text = ["https://", "http://", "mailto:", "tel:"]
                .iter()
                .find_map(|scheme| text.strip_prefix(scheme))
                .unwrap_or(text);
            text.trim_end_matches('/').to_owned()
        };
        if bare(&inner) != bare(address) {
            let shown = address.strip_prefix("mailto:").unwrap_or(address);
            self.line.push_str(&format!(" <{shown}>"));
        }
    }

    /// What is in an element.
    fn inner(&self, element: &Element) -> String {
        let mut inner = Inline::new(self.style);
        // So that a space at the beginning stays.
        inner.line.push('\u{1}');
        inner.write(&element.children);
        inner.end_line();
        inner.lines.join("\n").replacen('\u{1}', "", 1)
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                ' ' | '\n' if self.line.is_empty() || self.line.ends_with(' ') => {}
                ' ' | '\n' => self.line.push(' '),
                c if self.style == Style::Markdown => self.escaped(c),
                c => self.line.push(c),
            }
        }
    }

    /// A character that Markdown is not to read as a mark.
    fn escaped(&mut self, c: char) {
        let at_start = self.line.trim_matches([' ', '\u{1}']).is_empty();
        let digits = || {
            let text = self.line.trim_matches([' ', '\u{1}']);
            !text.is_empty() && text.len() <= 9 && text.bytes().all(|octet| octet.is_ascii_digit())
        };
        let escapes = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '~' | '|' | '&' => true,
            '#' | '>' | '+' | '-' | '=' => at_start,
            '.' | ')' => digits(),
            _ => false,
        };
        if escapes {
            self.line.push('\\');
        }
        self.line.push(c);
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(line);
    }

    fn finish(mut self) -> Vec<String> {
        // A break at the end begins no line.
        if !self.line.is_empty() {
            self.end_line();
        }
        let style = self.style;
        self.lines.iter().map(|line| spaces(line, style)).collect()
    }
}

/// A line as a person typed it: spaces that do not break stand for spaces where a browser would
/// join or drop those.
fn spaces(line: &str, style: Style) -> String {
    let line = line.trim_end_matches(' ');
    if style == Style::Markdown {
        // Spaces at the beginning would make code of it, and those at the end a break.
        let inner = line.trim_start_matches('\u{a0}');
        let start = &line[..line.len() - inner.len()];
        return format!("{start}{}", inner.replace('\u{a0}', " ").trim_end());
    }
    let is_space = |c: Option<&char>| c.is_none_or(|c| matches!(c, ' ' | '\u{a0}'));
    let all: Vec<char> = line.chars().collect();
    let kept = all.iter().enumerate().map(|(at, c)| {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        if *c == '\u{a0}' && (is_space(before) || is_space(all.get(at + 1))) {
            ' '
        } else {
            *c
        }
    });
    kept.collect()
}
