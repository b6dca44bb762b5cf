//! Lines of text as a page is read: what stands between two words is put down when the second
//! comes, so nothing piles up.

/// What stands between the text so far and what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    Nothing,
    Space,
    /// A new cell of the same row.
    Cell,
    /// So many line ends.
    Lines(usize),
}

/// How deep quotes are marked.
const QUOTES: usize = 8;

/// Most line ends in a row.
const LINES: usize = 3;

/// A page of text.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    gap: Gap,
    quotes: usize,
    /// How deep the line that is being written is quoted.
    quoted: usize,
    preformatted: bool,
    /// Text stands in the row of a table that is being read.
    in_row: bool,
    /// The indentation and the mark of an item, before its first word.
    mark: Option<(usize, String)>,
    anchor: Option<Anchor>,
}

/// Where the text of a link begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchor {
    /// With the next word.
    Ahead,
    /// At this length.
    At(usize),
}

impl Page {
    /// Bytes of text so far.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// The text of a link begins.
    pub(super) fn begin_link(&mut self) {
        self.anchor = Some(Anchor::Ahead);
    }

    /// The text of the link that ends.
    pub(super) fn end_link(&mut self) -> String {
        match self.anchor.take() {
            Some(Anchor::At(start)) => self.text.get(start..).unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }

    /// Takes text as it stands between two tags.
    pub(super) fn text(&mut self, text: &str) {
        if self.preformatted {
            for (index, line) in text.split('\n').enumerate() {
                if index > 0 {
                    self.gap = match self.gap {
                        Gap::Lines(count) => Gap::Lines(count + 1),
                        _ => Gap::Lines(1),
                    };
                }
                let line = line.trim_end_matches('\r');
                if !line.is_empty() {
                    self.put(line);
                }
            }
            return;
        }
        // Not `split_whitespace`: a space that does not break is meant.
        let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c');
        for (index, word) in text.split(space).enumerate() {
            if index > 0 {
                self.space();
            }
            if !word.is_empty() {
                self.put(&word.replace('\u{a0}', " "));
            }
        }
    }

    fn put(&mut self, word: &str) {
        let fresh = self.text.is_empty();
        match std::mem::take(&mut self.gap) {
            _ if fresh => self.begin_line(),
            Gap::Nothing => (),
            Gap::Space => self.text.push(' '),
            Gap::Cell => self.text.push_str(" | "),
            Gap::Lines(count) => {
                let between = "> ".repeat(self.quotes.min(self.quoted).min(QUOTES));
                for _ in 1..count {
                    self.text.push('\n');
                    self.text.push_str(between.trim_end());
                }
                self.text.push('\n');
                self.begin_line();
            }
        }
        if self.anchor == Some(Anchor::Ahead) {
            self.anchor = Some(Anchor::At(self.text.len()));
        }
        self.text.push_str(word);
        self.in_row = true;
    }

    fn begin_line(&mut self) {
        self.quoted = self.quotes;
        self.text.push_str(&"> ".repeat(self.quotes.min(QUOTES)));
        if let Some((depth, mark)) = self.mark.take() {
            self.text.push_str(&"  ".repeat(depth));
            self.text.push_str(&mark);
        }
    }

    /// White space between words.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::Nothing {
            self.gap = Gap::Space;
        }
    }

    /// At least so many line ends.
    pub(super) fn apart(&mut self, lines: usize) {
        self.gap = match self.gap {
            _ if lines == 0 => self.gap,
            // The first block of a cell or an item begins where that does.
            Gap::Cell => Gap::Cell,
            gap if self.mark.is_some() => gap,
            Gap::Lines(count) => Gap::Lines(count.max(lines)),
            _ => Gap::Lines(lines),
        };
    }

    /// A line end more.
    pub(super) fn line(&mut self) {
        self.gap = match self.gap {
            Gap::Lines(count) => Gap::Lines((count + 1).min(LINES)),
            _ => Gap::Lines(1),
        };
    }

    /// An item of a list begins.
    pub(super) fn begin_item(&mut self, depth: usize, mark: &str) {
        self.mark = Some((depth, mark.to_owned()));
    }

    /// An item ends. One without a word is not shown.
    pub(super) fn end_item(&mut self) {
        self.mark = None;
    }

    /// A cell of a table begins.
    pub(super) fn cell(&mut self) {
        if self.in_row {
            self.gap = Gap::Cell;
        }
    }

    /// A cell of a table ends.
    pub(super) fn end_cell(&mut self) {
        self.gap = match self.gap {
            Gap::Lines(_) if self.in_row => Gap::Space,
            Gap::Lines(_) => Gap::Lines(1),
            Gap::Nothing => Gap::Space,
            gap => gap,
        };
    }

    /// A row of a table begins or ends.
    pub(super) fn row(&mut self) {
        if self.gap == Gap::Cell {
            self.gap = Gap::Nothing;
        }
        self.apart(1);
        self.in_row = false;
    }

    /// A quote begins or ends.
    pub(super) fn quote(&mut self, begins: bool) {
        self.quotes = if begins {
            self.quotes.saturating_add(1)
        } else {
            self.quotes.saturating_sub(1)
        };
    }

    /// Text begins or ends in which white space is meant.
    pub(super) fn preformatted(&mut self, begins: bool) {
        self.preformatted = begins;
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}
