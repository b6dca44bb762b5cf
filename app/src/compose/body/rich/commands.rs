//! What the buttons of the toolbar do.

use super::squire::{Squire, call};
use crate::commands::table;
use crate::i18n::Locale;

/// A command of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Bold,
    Italic,
    Underline,
    Strike,
    Link,
    Bullets,
    Numbers,
    Quote,
    Code,
    Picture,
    Clear,
}

impl Command {
    /// All, in the order of their buttons.
    pub(super) const ALL: [Command; 11] = [
        Command::Bold,
        Command::Italic,
        Command::Underline,
        Command::Strike,
        Command::Link,
        Command::Bullets,
        Command::Numbers,
        Command::Quote,
        Command::Code,
        Command::Picture,
        Command::Clear,
    ];

    /// The lines of its icon.
    pub(super) fn drawing(self) -> &'static str {
        match self {
            Command::Bold => "M7 5h6a3.5 3.5 0 010 7H7zM7 12h7a3.5 3.5 0 010 7H7z",
            Command::Italic => "M10 5h8M6 19h8M14 5l-4 14",
            Command::Underline => "M7 4v7a5 5 0 0010 0V4M5 20h14",
            Command::Strike => "M4 12h16M16 7a4 3 0 00-8 1c0 2 2 3 4 4M8 17a4 3 0 008-1",
            Command::Link => {
                "M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1"
            }
            Command::Bullets => "M9 6h11M9 12h11M9 18h11M4.5 6v.01M4.5 12v.01M4.5 18v.01",
            Command::Numbers => "M10 6h10M10 12h10M10 18h10M4 5l1-1v5M4 15h2.5L4 19h2.5",
            Command::Quote => "M5 17V9h4v4l-2 4zM14 17V9h4v4l-2 4z",
            Command::Code => "M9 7l-5 5 5 5M15 7l5 5-5 5",
            Command::Picture => "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.01",
            Command::Clear => "M6 5h12M12 5l-2 9M4 19h9M16 14l5 5M21 14l-5 5",
        }
    }

    pub(super) fn name(self, locale: Locale) -> &'static str {
        match self {
            Command::Bold => locale.bold_text(),
            Command::Italic => locale.italic_text(),
            Command::Underline => locale.underlined_text(),
            Command::Strike => locale.struck_text(),
            Command::Link => locale.link_text(),
            Command::Bullets => locale.bullet_list(),
            Command::Numbers => locale.numbered_list(),
            Command::Quote => locale.quote_text(),
            Command::Code => locale.code_text(),
            Command::Picture => locale.insert_picture(),
            Command::Clear => locale.clear_formatting(),
        }
    }

    /// The entry in the table of all commands, which has its keys.
    pub(super) fn entry(self) -> Option<&'static crate::commands::Command> {
        Some(match self {
            Command::Bold => &table::BOLD,
            Command::Italic => &table::ITALIC,
            Command::Underline => &table::UNDERLINE,
            Command::Strike => &table::STRIKE,
            Command::Link => &table::LINK,
            Command::Bullets => &table::BULLETS,
            Command::Numbers => &table::NUMBERS,
            Command::Quote => &table::QUOTE,
            Command::Code => &table::CODE,
            Command::Picture => return None,
            Command::Clear => &table::CLEAR,
        })
    }

    /// The element that shows whether it is on. Empty: it is no state of the text.
    fn tag(self) -> &'static str {
        match self {
            Command::Bold => "B",
            Command::Italic => "I",
            Command::Underline => "U",
            Command::Strike => "S",
            Command::Link => "A",
            Command::Bullets => "UL",
            Command::Numbers => "OL",
            Command::Quote => "BLOCKQUOTE",
            Command::Code => "CODE",
            Command::Picture | Command::Clear => "",
        }
    }

    /// Whether it is on at the caret.
    pub(super) fn is_on(self, editor: &Squire) -> bool {
        let tag = self.tag();
        let is = |tag| editor.has(tag);
        !tag.is_empty() && (is(tag) || (self == Command::Code && is("PRE")))
    }

    /// Whether it is a state of the text.
    pub(super) fn is_state(self) -> bool {
        !self.tag().is_empty()
    }

    /// Does it. Links and pictures need more than this.
    pub(super) fn run(self, editor: &Squire) {
        let on = self.is_on(editor);
        let method = match (self, on) {
            (Command::Bold, false) => "bold",
            (Command::Bold, true) => "removeBold",
            (Command::Italic, false) => "italic",
            (Command::Italic, true) => "removeItalic",
            (Command::Underline, false) => "underline",
            (Command::Underline, true) => "removeUnderline",
            (Command::Strike, false) => "strikethrough",
            (Command::Strike, true) => "removeStrikethrough",
            (Command::Bullets, false) => "makeUnorderedList",
            (Command::Numbers, false) => "makeOrderedList",
            (Command::Bullets | Command::Numbers, true) => "removeList",
            (Command::Quote, false) => "increaseQuoteLevel",
            (Command::Quote, true) => "decreaseQuoteLevel",
            (Command::Code, _) => "toggleCode",
            (Command::Clear, _) => "removeAllFormatting",
            (Command::Link | Command::Picture, _) => return,
        };
        call(editor, method);
        editor.focus();
    }
}
