//! Messages of any size that nobody has to hold in memory.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wire::MESSAGE_OCTETS;

const HEADER: &[u8] = b"From: Mina <mina@example.org>\r\n\
To: Hana <hana@example.org>\r\n\
Subject: A long letter\r\n\
Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\
Message-ID: <long.1@example.org>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
X-Filler: ";

/// 76 octets and CRLF, as most long messages have them: base64 folds there.
const LINE: &[u8] =
    b"It rained all day, and in the evening the sea was as grey as slate, and calm\r\n";

/// A message of exactly the size asked for, made of whole lines.
#[derive(Clone)]
pub(crate) struct Letter {
    header: Vec<u8>,
    /// Whole lines, enough to cut a frame out of from anywhere within the first.
    lines: Vec<u8>,
    size: u64,
}

impl Letter {
    /// A message of `size` octets.
    pub(crate) fn new(size: u64) -> Result<Letter> {
        let line = LINE.len() as u64;
        let rest = size
            .checked_sub(HEADER.len() as u64 + 5)
            .context("a letter has to have room for its header")?;
        let filler = usize::try_from(rest % line)?;
        let mut header = HEADER.to_vec();
        header.extend(std::iter::repeat_n(b'x', filler + 1));
        header.extend_from_slice(b"\r\n\r\n");
        ensure!(
            (size - header.len() as u64).is_multiple_of(line),
            "the letter does not end with a line"
        );
        Ok(Letter {
            header,
            lines: LINE.repeat(MESSAGE_OCTETS / LINE.len() + 2),
            size,
        })
    }

    /// How many octets it has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Octets from the offset `from` on: as many as `upto` allows and a frame takes. Frames are
    /// filled, as a page fills them.
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

    /// Writes all of it to a file.
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

    /// Writes it with LF between the lines, and none behind the last.
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
