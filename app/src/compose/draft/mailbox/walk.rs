//! Characters with what they stand in: a quoted string, a comment, or neither (RFC 5322 §3.2).

/// What a character stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// Neither of the others.
    Plain,
    /// A quoted string, its quotation marks included.
    Quoted,
    /// A comment, its parentheses included.
    Comment,
}

/// Walks over a text.
#[derive(Clone, Debug, Default)]
struct Walk {
    quoted: bool,
    escaped: bool,
    /// How many parentheses are open.
    depth: usize,
    /// Whether parentheses are characters like others.
    plain_parentheses: bool,
}

impl Walk {
    fn step(&mut self, c: char) -> Context {
        let inside = self.quoted || self.depth > 0;
        if self.escaped {
            self.escaped = false;
        } else if inside && c == '\\' {
            self.escaped = true;
        } else if self.depth == 0 && c == '"' {
            self.quoted = !self.quoted;
            return Context::Quoted;
        } else if !self.quoted && !self.plain_parentheses && c == '(' {
            self.depth += 1;
        } else if self.depth > 0 && c == ')' {
            self.depth -= 1;
            return Context::Comment;
        }
        match (self.quoted, self.depth) {
            (true, _) => Context::Quoted,
            (false, 0) => Context::Plain,
            (false, _) => Context::Comment,
        }
    }

    fn over(mut self, text: &str) -> Walk {
        for c in text.chars() {
            self.step(c);
        }
        self
    }
}

/// Each character with its offset and context. Where a parenthesis stays open, as in `:(`, none of
/// them encloses a comment.
pub(super) fn walk(text: &str) -> impl Iterator<Item = (usize, char, Context)> + Clone {
    let mut walk = Walk::default();
    walk.plain_parentheses = walk.clone().over(text).depth > 0;
    text.char_indices()
        .map(move |(at, c)| (at, c, walk.step(c)))
}

/// Whether the last quoted string is not closed.
pub(super) fn leaves_quotes_open(text: &str) -> bool {
    let mut walk = Walk::default();
    walk.plain_parentheses = walk.clone().over(text).depth > 0;
    walk.over(text).quoted
}

/// The content of a quoted string or a comment, without its backslashes (RFC 5322 §3.2.4).
pub(super) fn unescaped(inner: &str) -> String {
    let mut plain = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => plain.extend(chars.next()),
            c => plain.push(c),
        }
    }
    plain
}
