//! The source as text for showing.

use std::ops::Range;

use crate::connection::{Segment, StoredFile};
use crate::ui::visible::visible_lines;

/// A source, for showing: lines ended by LF, each file shortened to one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceText {
    /// The text.
    pub(super) text: String,
    /// Where in it the lines are that stand for files.
    pub(super) files: Vec<Range<usize>>,
}

impl SourceText {
    /// The text of these segments. `line` is what stands for a file, and
    /// for one that is encoded in base64.
    pub(super) fn of(
        segments: &[Segment],
        line: impl Fn(&StoredFile, bool) -> String,
    ) -> SourceText {
        let mut shown = SourceText::default();
        for segment in segments {
            match segment {
                Segment::Octets(octets) => {
                    let text = visible_lines(&String::from_utf8_lossy(octets));
                    shown.text.push_str(&text);
                }
                Segment::Base64(file) | Segment::AsIs(file) => {
                    let start = shown.text.len();
                    let encoded = matches!(segment, Segment::Base64(_));
                    shown.text.push_str(&line(file, encoded));
                    shown.files.push(start..shown.text.len());
                    shown.text.push('\n');
                }
            }
        }
        shown
    }
}
