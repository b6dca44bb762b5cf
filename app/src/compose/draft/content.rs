//! The text of a draft in each of its formats, and switching between them. Pure.

use serde::{Deserialize, Serialize};

use super::markdown;
use super::rich::Rich;
use super::{Attachment, Draft};

/// How the text of a draft is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyFormat {
    /// Plain text.
    #[default]
    Plain,
    /// Markdown, which is sent with the HTML made of it.
    Markdown,
    /// Rich text, which is sent with the plain text made of it.
    Rich,
}

/// The text of a draft, as it is in the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content<'a> {
    /// See [`Draft::format`].
    pub format: BodyFormat,
    /// See [`Draft::as_typed`].
    pub as_typed: bool,
    /// See [`Draft::body`].
    pub text: &'a str,
    /// See [`Draft::html`].
    pub html: &'a str,
}

impl Content<'_> {
    /// The text as rich text. For a plain text, each line of it.
    #[must_use]
    pub fn rich(&self, pictures: &[Attachment]) -> Rich {
        match self.format {
            // What has only its text, has it.
            BodyFormat::Rich if self.html.is_empty() => Rich::from_text(self.text),
            BodyFormat::Rich => Rich::read(self.html),
            BodyFormat::Markdown => markdown::read(self.text, pictures),
            BodyFormat::Plain => Rich::from_text(self.text),
        }
    }
}

impl Draft {
    /// The text, as it is in the draft.
    #[must_use]
    pub fn content(&self) -> Content<'_> {
        Content {
            format: self.format,
            as_typed: self.as_typed,
            text: &self.body,
            html: &self.html,
        }
    }

    /// Gives the text another format. False: something of it was lost, such as bold letters in a
    /// plain text, or is written another way.
    pub fn switch(&mut self, to: BodyFormat) -> bool {
        let from = std::mem::replace(&mut self.format, to);
        match (from, to) {
            (BodyFormat::Rich, BodyFormat::Rich) => true,
            (BodyFormat::Rich, _) => self.leave_rich(to),
            (_, BodyFormat::Rich) => self.become_rich(from),
            _ => true,
        }
    }

    fn leave_rich(&mut self, to: BodyFormat) -> bool {
        let rich = Rich::read(&self.html);
        let markdown = rich.markdown();
        self.html = String::new();
        if to == BodyFormat::Plain {
            self.body = rich.text();
            return !rich.has_formatting() && Rich::from_text(&self.body).text() == self.body;
        }
        let back = markdown::read(&markdown, &self.attachments);
        let same = back.text() == rich.text() && back.markdown() == markdown;
        self.body = markdown;
        same && !rich.exceeds_markdown()
    }

    fn become_rich(&mut self, from: BodyFormat) -> bool {
        let content = Content {
            format: from,
            text: &self.body,
            ..Content::default()
        };
        let rich = content.rich(&self.attachments).flat();
        let back = match from {
            BodyFormat::Markdown => rich.markdown(),
            _ => rich.text(),
        };
        let same = back.trim_end() == self.body.trim_end();
        self.html = rich.html();
        self.body = rich.text();
        same
    }

    /// Sets the rich text, and the plain text made of it.
    pub fn set_html(&mut self, html: String) {
        self.body = Rich::read(&html).text();
        self.html = html;
    }
}
