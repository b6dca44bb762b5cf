//! A plain text as rich text.

use super::tree::Node;

/// Each line as a block. Quoted lines are in a quote.
#[must_use]
pub fn from_lines(text: &str) -> Vec<Node> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let lines: Vec<&str> = text.split('\n').collect();
    blocks(&lines, 0)
}

/// A quote within so many is shown as text.
const DEEPEST: usize = 30;

fn blocks(lines: &[&str], depth: usize) -> Vec<Node> {
    let mut nodes = Vec::new();
    let is_quote = |line: &&str| line.starts_with('>') && depth < DEEPEST;
    let mut at = 0;
    while at < lines.len() {
        let many = lines[at..].iter().take_while(|line| is_quote(line)).count();
        if many == 0 {
            nodes.push(line(lines[at]));
            at += 1;
            continue;
        }
        let inner = lines[at..at + many].iter().map(|line| {
            let inner = line.strip_prefix('>').unwrap_or(line);
            inner.strip_prefix(' ').unwrap_or(inner)
        });
        let inner: Vec<&str> = inner.collect();
        nodes.push(Node::element("blockquote", blocks(&inner, depth + 1)));
        at += many;
    }
    nodes
}

/// The lines of a signature, with the line `-- ` above them.
#[must_use]
pub fn signature_lines(signature: &str) -> Vec<Node> {
    from_lines(&format!("-- \n{signature}"))
}

fn line(text: &str) -> Node {
    let children = if text.is_empty() {
        vec![Node::element("br", Vec::new())]
    } else {
        vec![Node::Text(with_spaces(text))]
    };
    Node::element("div", children)
}

/// The text with spaces that a browser does not join.
pub(super) fn with_spaces(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut after_space = true;
    for c in text.chars() {
        match c {
            ' ' if after_space => spaced.push('\u{a0}'),
            '\t' => spaced.push_str("\u{a0}\u{a0}\u{a0}\u{a0}"),
            c => spaced.push(c),
        }
        after_space = c == ' ';
    }
    if spaced.ends_with(' ') {
        spaced.pop();
        spaced.push('\u{a0}');
    }
    spaced
}
