//! Joins the lines of text/plain with format=flowed (RFC 3676), which were broken for sending only.

/// How lines are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flowed {
    /// The space before a line break was added too (`DelSp=yes`).
    pub(super) delete_space: bool,
}

impl Flowed {
    /// A text with whole paragraphs. Lines are ended by LF before and after.
    ///
    /// A line that ends with a space goes on in the next one, if that is quoted equally often. The
    /// line above a signature ends so too, and stays.
    pub(super) fn joined(self, text: &str) -> String {
        let mut whole = String::with_capacity(text.len());
        // How often the line before is quoted, if it goes on.
        let mut before: Option<usize> = None;
        let mut lines = text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let depth = line.bytes().take_while(|octet| *octet == b'>').count();
            let content = &line[depth..];
            let content = content.strip_prefix(' ').unwrap_or(content);
            let is_delimiter = content == "-- ";
            if before.is_none_or(|quoted| quoted != depth || is_delimiter) {
                if before.is_some() {
                    whole.push('\n');
                }
                whole.push_str(&line[..depth]);
                if depth > 0 && !content.is_empty() {
                    whole.push(' ');
                }
            }
            let goes_on = content.ends_with(' ') && !is_delimiter && lines.peek().is_some();
            match content.strip_suffix(' ') {
                Some(shorter) if goes_on && self.delete_space => whole.push_str(shorter),
                _ => whole.push_str(content),
            }
            before = goes_on.then_some(depth);
            if !goes_on && lines.peek().is_some() {
                whole.push('\n');
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::Flowed;

    #[test]
    fn lines_that_go_on_are_joined() {
        let check = |text: &str, kept: &str, deleted: &str| {
            for (delete_space, expect) in [(false, kept), (true, deleted)] {
                let flowed = Flowed { delete_space };
                assert_eq!(flowed.joined(text), expect, "{text:?} {delete_space}");
            }
        };
        let same = |text: &str, expect: &str| check(text, expect, expect);
        same("", "");
        same("a\nb\n", "a\nb\n");
        check("a \nb\nc", "a b\nc", "ab\nc");
        check("a \n\nb", "a \nb", "a\nb");
        check("a \nb \nc\n", "a b c\n", "abc\n");
        check("a \n> b", "a \n> b", "a\n> b");
        check("> a \n> b\n>> c \n>> d", "> a b\n>> c d", "> ab\n>> cd");
        same(">a\n>\n> b", "> a\n>\n> b");
        // Space-stuffing.
        same(" > a\n  b\n From c", "> a\n b\nFrom c");
        same("a\n-- \nMina", "a\n-- \nMina");
        check("a \n-- \nMina", "a \n-- \nMina", "a\n-- \nMina");
        same("> -- \n> Mina", "> -- \n> Mina");
        check("a ", "a ", "a ");
        check("한 \n국", "한 국", "한국");
    }
}
