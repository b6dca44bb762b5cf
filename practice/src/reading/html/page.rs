//! Output of the conversion from HTML. White space and line ends are written together with the next
//! word, so that they collapse.

/// The separator between the text so far and the next word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Gap {
    #[default]
    Nothing,
    Space,
    /// A new cell of the same row.
    Cell,
    /// This many line ends.
    Lines(usize),
}

/// Depth of nested quotes that are marked.
const QUOTES: usize = 8;

/// Most consecutive line ends from `<br>`.
const LINES: usize = 3;

/// The text so far.
#[derive(Default)]
pub(super) struct Page {
    text: String,
    gap: Gap,
    quotes: usize,
    /// Quote depth of the current line.
    quoted: usize,
    preformatted: bool,
    /// Whether the current table row has text.
    in_row: bool,
    /// Indentation and marker of a list item whose first word has not been written.
    mark: Option<(usize, String)>,
    anchor: Option<Anchor>,
}

/// Start of the text of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anchor {
    /// At the next word.
    Ahead,
    /// At this offset.
    At(usize),
}

impl Page {
    /// Length of the text in bytes.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// Marks the start of a link.
    pub(super) fn begin_link(&mut self) {
        self.anchor = Some(Anchor::Ahead);
    }

    /// Returns the text of the link that ends.
    pub(super) fn end_link(&mut self) -> String {
        match self.anchor.take() {
            Some(Anchor::At(start)) => self.text.get(start..).unwrap_or_default().to_owned(),
            _ => String::new(),
        }
    }

    /// Adds the text between two tags.
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
        // Not `split_whitespace`, which would drop no-break spaces.
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

    /// Adds white space.
    pub(super) fn space(&mut self) {
        if self.gap == Gap::Nothing {
            self.gap = Gap::Space;
        }
    }

    /// Ensures at least this many line ends before the next word.
    pub(super) fn apart(&mut self, lines: usize) {
        self.gap = match self.gap {
            _ if lines == 0 => self.gap,
            // The first block in a cell or list item stays on its line.
            Gap::Cell => Gap::Cell,
            gap if self.mark.is_some() => gap,
            Gap::Lines(count) => Gap::Lines(count.max(lines)),
            _ => Gap::Lines(lines),
        };
    }

    /// Adds a line end.
    pub(super) fn line(&mut self) {
        self.gap = match self.gap {
            Gap::Lines(count) => Gap::Lines((count + 1).min(LINES)),
            _ => Gap::Lines(1),
        };
    }

    /// Begins a list item.
    pub(super) fn begin_item(&mut self, depth: usize, mark: &str) {
        self.mark = Some((depth, mark.to_owned()));
    }

    /// Ends a list item. An empty one is dropped.
    pub(super) fn end_item(&mut self) {
        self.mark = None;
    }

    /// Begins a table cell.
    pub(super) fn cell(&mut self) {
        if self.in_row {
            self.gap = Gap::Cell;
        }
    }

    /// Ends a table cell.
    pub(super) fn end_cell(&mut self) {
        self.gap = match self.gap {
            Gap::Lines(_) if self.in_row => Gap::Space,
            Gap::Lines(_) => Gap::Lines(1),
            Gap::Nothing => Gap::Space,
            gap => gap,
        };
    }

    /// Begins or ends a table row.
    pub(super) fn row(&mut self) {
        if self.gap == Gap::Cell {
            self.gap = Gap::Nothing;
        }
        self.apart(1);
        self.in_row = false;
    }

    /// Begins or ends a quote.
    pub(super) fn quote(&mut self, begins: bool) {
        self.quotes = if begins {
            self.quotes.saturating_add(1)
        } else {
            self.quotes.saturating_sub(1)
        };
    }

    /// Begins or ends preformatted text.
    pub(super) fn preformatted(&mut self, begins: bool) {
        self.preformatted = begins;
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}
