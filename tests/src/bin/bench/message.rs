//! Messages of any size that are never held in memory as a whole.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wire::MESSAGE_OCTETS;

const HEADER: &[u8] = b"From: Mina <mina@example.org>\r\n\
To: Hana <hana@example.org>\r\n\
Subject: A long message\r\n\
Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\
Message-ID: <long.1@example.org>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
X-Filler: ";

/// 76 octets and CRLF, the usual line length of long messages: base64 is folded there.
const LINE: &[u8] =
    b"It rained all day, and in the evening the sea was as grey as slate, and calm\r\n";

/// A message of exactly the requested size, made of whole lines.
#[derive(Clone)]
pub(crate) struct TestMessage {
    header: Vec<u8>,
    /// Enough whole lines to cut a frame from any offset within the first line.
    lines: Vec<u8>,
    size: u64,
}

impl TestMessage {
    /// Creates a message of `size` octets.
    pub(crate) fn new(size: u64) -> Result<TestMessage> {
        let line = LINE.len() as u64;
        let rest = size
            .checked_sub(HEADER.len() as u64 + 5)
            .context("a message has to have room for its header")?;
        let filler = usize::try_from(rest % line)?;
        let mut header = HEADER.to_vec();
        header.extend(std::iter::repeat_n(b'x', filler + 1));
        header.extend_from_slice(b"\r\n\r\n");
        ensure!(
            (size - header.len() as u64).is_multiple_of(line),
            "the message does not end with a line"
        );
        Ok(TestMessage {
            header,
            lines: LINE.repeat(MESSAGE_OCTETS / LINE.len() + 2),
            size,
        })
    }

    /// Its size in octets.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Octets from offset `from`: as many as `upto` allows and a frame holds. Frames are filled, as
    /// a page fills them.
    pub(crate) fn piece(&self, from: u64, upto: u64) -> Result<Vec<u8>> {
        let end = upto.min(self.size).min(from + MESSAGE_OCTETS as u64);
        let header = self.header.len() as u64;
        let cut = |offset: u64| usize::try_from(offset.min(header));
        let mut piece = self
            .header
            .get(cut(from)?..cut(end)?)
            .context("a piece that ends before it begins")?
            .to_vec();
        let (from, end) = (from.max(header), end.max(header));
        let start = usize::try_from((from - header) % LINE.len() as u64)?;
        piece.extend_from_slice(&self.lines[start..start + usize::try_from(end - from)?]);
        Ok(piece)
    }

    /// Writes the message to a file.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let mut file = std::fs::File::create(path)?;
        let mut at = 0;
        while at < self.size {
            let piece = self.piece(at, self.size)?;
            file.write_all(&piece)?;
            at += piece.len() as u64;
        }
        Ok(())
    }

    /// Writes the message with LF line ends, and no line end after the last line.
    pub(crate) fn write_lines(&self, path: &Path) -> Result<()> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        let mut at = 0;
        while at < self.size {
            let mut piece = self.piece(at, self.size)?;
            at += piece.len() as u64;
            piece.retain(|octet| *octet != b'\r');
            if at == self.size {
                piece.pop();
            }
            file.write_all(&piece)?;
        }
        file.flush()?;
        Ok(())
    }
}
