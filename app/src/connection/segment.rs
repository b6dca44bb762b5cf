//! A message in segments: octets that are there, and files that are encoded as they are sent.
//! Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A segment of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// These octets.
    Octets(Vec<u8>),
    /// A file in base64, in lines of 76 characters (RFC 2045 §6.8), each ended by CRLF.
    Base64(StoredFile),
    /// A file as it is: a message that is enclosed.
    AsIs(StoredFile),
}

/// A file in the browser's database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// The key of its octets.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// Its octets, before encoding.
    pub size: u64,
}

/// Octets of a file in one line of base64.
pub(super) const LINE: u64 = 57;

impl Segment {
    /// How many octets of the message it is.
    #[must_use]
    pub fn size(&self) -> u64 {
        match self {
            Segment::Octets(octets) => octets.len() as u64,
            Segment::Base64(file) => base64_size(file.size),
            Segment::AsIs(file) => file.size,
        }
    }
}

/// The size of a file of this many octets in base64, line ends included.
#[must_use]
pub fn base64_size(octets: u64) -> u64 {
    4 * octets.div_ceil(3) + 2 * octets.div_ceil(LINE)
}

/// Appends octets in base64 to `text`, line by line. All but the last slice of a file have a
/// multiple of 57 octets.
pub fn base64_lines(octets: &[u8], text: &mut Vec<u8>) {
    let mut digits = [0; 76];
    for line in octets.chunks(LINE as usize) {
        // A line of 57 octets is 76 digits, so there is room.
        let many = STANDARD.encode_slice(line, &mut digits).unwrap_or(0);
        text.extend_from_slice(&digits[..many]);
        text.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_base64() {
        let check = |octets: &[u8], expect: &str| {
            let mut text = Vec::new();
            base64_lines(octets, &mut text);
            assert_eq!(String::from_utf8_lossy(&text), expect);
            assert_eq!(base64_size(octets.len() as u64), text.len() as u64);
        };
        check(b"", "");
        check(b"f", "Zg==\r\n");
        check(b"fo", "Zm8=\r\n");
        check(b"foobar", "Zm9vYmFy\r\n");
        check(&[0xff; 57], &format!("{}\r\n", "/".repeat(76)));
        check(&[0xff; 58], &format!("{}\r\n/w==\r\n", "/".repeat(76)));
    }

    proptest! {
        #[test]
        fn slices_of_whole_lines_are_the_same_as_the_file(
            octets in proptest::collection::vec(any::<u8>(), 0..2000),
            lines in 1_usize..9,
        ) {
            let (mut whole, mut sliced) = (Vec::new(), Vec::new());
            base64_lines(&octets, &mut whole);
            for slice in octets.chunks(lines * LINE as usize) {
                base64_lines(slice, &mut sliced);
            }
            prop_assert_eq!(base64_size(octets.len() as u64), whole.len() as u64);
            prop_assert_eq!(whole, sliced);
        }
    }
}
