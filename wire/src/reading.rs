//! A message of the practice mailbox, decoded for reading.

use serde::{Deserialize, Serialize};

use crate::Encoding;

/// A message decoded for reading. All of it is a stranger's: text for showing, and HTML to be shown
/// where it can run and load nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The header fields worth reading, name and decoded value, in the order a reader looks for
    /// them.
    pub headers: Vec<(String, String)>,
    /// The parts of its body, in their order.
    pub parts: Vec<Part>,
    /// Parts that are left out because there are too many.
    pub omitted: u64,
    /// Encoded enclosed messages, in which other slices lie. Each comes after those that it lies
    /// in itself.
    pub encoded: Vec<Slice>,
    /// Where the header section of the message is. Empty if it has none.
    pub header: Slice,
    /// Values of header fields of the message that are encoded there, decoded: each after the
    /// offset of its field.
    pub fields: Vec<(u64, String)>,
    /// All entities in order: multiparts, messages and what is in them.
    pub entities: Vec<Entity>,
    /// Entities that are left out because there are too many.
    pub unlisted: u64,
}

/// A message or a part of one (RFC 2045 §2.4), as its header section describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// How many multiparts and messages it is in.
    pub level: u32,
    /// Its media type, in lower case.
    pub media_type: String,
    /// Its charset as written; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub charset: String,
    /// Its Content-Transfer-Encoding as written; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub encoding: String,
    /// Its disposition, in lower case; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub disposition: String,
    /// Its file name; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its Content-ID without angle brackets; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Octets, decoded.
    pub size: u64,
    /// Where its content is.
    pub at: Slice,
}

/// Where octets are in a message, and how they are encoded there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// None: in the message itself. Otherwise in the decoded slice that [`Reading::encoded`] has
    /// at this index.
    pub of: Option<u32>,
    /// The first octet.
    pub from: u64,
    /// The end: the octet after the last.
    pub to: u64,
    /// How they are encoded.
    pub encoding: Encoding,
}

/// A slice that is not in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl Reading {
    /// Passes the octets of a slice of the message to `take`, decoded and in chunks.
    ///
    /// # Errors
    /// If the slice is not in the message.
    pub fn octets(
        &self,
        message: &[u8],
        slice: Slice,
        take: &mut dyn FnMut(&[u8]),
    ) -> Result<(), OutOfRange> {
        // From the slice outwards.
        let mut slices = vec![slice];
        let mut of = slice.of;
        let mut before = self.encoded.len();
        while let Some(index) = of {
            let index = usize::try_from(index).map_err(|_| OutOfRange)?;
            // Indices only shrink, so this ends.
            let around = self.encoded[..before].get(index).ok_or(OutOfRange)?;
            slices.push(*around);
            before = index;
            of = around.of;
        }
        let mut decoded;
        let mut octets = message;
        while let Some(slice) = slices.pop() {
            let encoded = slice.in_octets(octets).ok_or(OutOfRange)?;
            if slices.is_empty() {
                slice.encoding.decode(encoded, take);
                break;
            }
            let mut whole = Vec::with_capacity(encoded.len());
            let mut add = |chunk: &[u8]| whole.extend_from_slice(chunk);
            slice.encoding.decode(encoded, &mut add);
            decoded = whole;
            octets = &decoded;
        }
        Ok(())
    }
}

impl Slice {
    fn in_octets(self, octets: &[u8]) -> Option<&[u8]> {
        let from = usize::try_from(self.from).ok()?;
        octets.get(from..usize::try_from(self.to).ok()?)
    }
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 0: of the message itself; 1: of a message enclosed in it; and so on.
    pub depth: u32,
    /// What it is.
    pub content: Content,
    /// None: it belongs to the message however that is shown. Otherwise it is one of several
    /// alternatives, and belongs to it only where it is shown so.
    pub only: Option<View>,
}

/// How a message is shown that has alternatives (RFC 2046 §5.1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// As HTML where there is HTML.
    Formatted,
    /// As plain text.
    Text,
}

/// What a part of a message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Text.
    Text {
        /// The text, line ends LF.
        text: String,
        /// Whether there is more of it than this.
        cut: bool,
    },
    /// Formatted text.
    Html {
        /// The HTML, which may be anything. It has no control characters but white space.
        html: String,
        /// The same as text, line ends LF; empty where there is a plain text instead.
        text: String,
        /// Whether there is more of it than this.
        cut: bool,
    },
    /// A message enclosed in this one begins. Its parts follow, one deeper.
    Message {
        /// Its header fields worth reading, as in [`Reading::headers`].
        headers: Vec<(String, String)>,
        /// Where it is.
        at: Slice,
    },
    /// Something that is not shown.
    Attachment {
        /// Its file name; empty where it has none.
        name: String,
        /// Its media type, such as `image/png`.
        media_type: String,
        /// Its Content-ID without angle brackets, by which HTML names it; empty where it has none.
        id: String,
        /// Octets, decoded.
        size: u64,
        /// Where its content is.
        at: Slice,
    },
}

/// Why a message can't be decoded for reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotRead {
    /// Decoding it takes longer than the bridge allows.
    TooSlow,
    /// Decoding it takes more memory, or goes deeper, than the bridge allows.
    TooLarge,
    /// The decoder failed.
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(of: Option<u32>, from: u64, to: u64, encoding: Encoding) -> Slice {
        Slice {
            of,
            from,
            to,
            encoding,
        }
    }

    fn check(encoded: &[Slice], at: Slice, expect: Result<&str, OutOfRange>) {
        let reading = Reading {
            encoded: encoded.to_vec(),
            ..Reading::default()
        };
        let mut octets = Vec::new();
        let take = &mut |chunk: &[u8]| octets.extend_from_slice(chunk);
        let found = reading.octets(b"..PU1UTUQ9..", at, take);
        let found = found.map(|()| String::from_utf8_lossy(&octets).into_owned());
        assert_eq!(found, expect.map(str::to_owned), "{encoded:?} {at:?}");
    }

    #[test]
    fn slices_lie_in_slices() {
        use Encoding::{Base64, Identity, QuotedPrintable};
        check(&[], slice(None, 0, 4, Identity), Ok("..PU"));
        check(&[], slice(None, 12, 12, Identity), Ok(""));
        check(&[], slice(None, 2, 10, Base64), Ok("=MTMD="));
        let base64 = slice(None, 2, 10, Base64);
        check(&[base64], slice(Some(0), 1, 5, Identity), Ok("MTMD"));
        let inner = slice(Some(0), 1, 5, Base64);
        check(
            &[base64, inner],
            slice(Some(1), 0, 3, QuotedPrintable),
            Ok("13\u{3}"),
        );
    }

    #[test]
    fn slices_outside_are_refused() {
        use Encoding::{Base64, Identity};
        let refused = Err(OutOfRange);
        check(&[], slice(None, 0, 13, Identity), refused);
        check(&[], slice(None, 5, 4, Identity), refused);
        check(&[], slice(None, 0, u64::MAX, Identity), refused);
        check(&[], slice(Some(0), 0, 0, Identity), refused);
        let base64 = slice(None, 2, 10, Base64);
        check(&[base64], slice(Some(0), 0, 7, Identity), refused);
        // One that lies in itself, or in a later one.
        let own = slice(Some(0), 0, 1, Identity);
        check(&[own], own, refused);
        check(&[slice(Some(1), 0, 1, Identity), base64], own, refused);
    }
}
