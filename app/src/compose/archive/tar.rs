//! Headers of a tar archive (POSIX ustar). Pure.

/// Octets of a header, and what the content of a file is filled up to.
pub(super) const BLOCK: u64 = 512;

/// What every archive ends with.
pub(super) const END: [u8; 1024] = [0; 1024];

/// Where the parts of a header are.
const NAME: std::ops::Range<usize> = 0..100;
const SIZE: std::ops::Range<usize> = 124..136;
const SUM: std::ops::Range<usize> = 148..156;
const KIND: usize = 156;
const MAGIC: std::ops::Range<usize> = 257..263;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// A file.
    File(Entry),
    /// Something else of this size, which is to be passed over.
    Other(u64),
    /// The archive ends here.
    End,
}

/// The octets between the end of a file and the next header.
pub(super) fn padding(size: u64) -> u64 {
    size.next_multiple_of(BLOCK) - size
}

/// The header of a file that was changed at `seconds` since 1970. None: no header can say that.
pub(super) fn header(entry: &Entry, seconds: u64) -> Option<[u8; 512]> {
    let mut header = [0; 512];
    let mut put = |at: std::ops::Range<usize>, text: &[u8]| {
        let place = header.get_mut(at)?.get_mut(..text.len())?;
        place.copy_from_slice(text);
        Some(())
    };
    put(NAME, entry.name.as_bytes())?;
    put(100..108, b"0000644")?;
    put(108..116, b"0000000")?;
    put(116..124, b"0000000")?;
    put(SIZE, format!("{:011o}", entry.size).as_bytes())?;
    put(136..148, format!("{seconds:011o}").as_bytes())?;
    put(MAGIC, b"ustar\0")?;
    put(263..265, b"00")?;
    header[KIND] = b'0';
    let text = format!("{:06o}\0 ", sum(&header));
    header[SUM].copy_from_slice(text.as_bytes());
    // Twelve octets hold eleven digits.
    (entry.size < 1 << 33).then_some(header)
}

/// The sum of all octets, those of the sum itself taken as spaces.
fn sum(header: &[u8; 512]) -> u32 {
    let octets = header.iter().enumerate();
    octets
        .map(|(at, octet)| {
            if SUM.contains(&at) {
                32
            } else {
                u32::from(*octet)
            }
        })
        .sum()
}

/// Reads a header. None: it is not one.
pub(super) fn read(header: &[u8]) -> Option<Header> {
    let header: &[u8; 512] = header.try_into().ok()?;
    if header.iter().all(|octet| *octet == 0) {
        return Some(Header::End);
    }
    if octal(&header[SUM])? != u64::from(sum(header)) {
        return None;
    }
    let size = octal(&header[SIZE])?;
    let name = header[NAME].split(|octet| *octet == 0).next()?;
    let name = String::from_utf8(name.to_vec()).ok()?;
    match header[KIND] {
        b'0' | 0 => Some(Header::File(Entry { name, size })),
        _ => Some(Header::Other(size)),
    }
}

fn octal(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.trim_matches(['\0', ' ']);
    u64::from_str_radix(digits, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_they_were_written() {
        for (name, size) in [("drafts/a.json", 0), ("files/b", 8_589_934_591)] {
            let entry = Entry {
                name: name.into(),
                size,
            };
            let written = header(&entry, 1_700_000_000).expect("a header");
            assert_eq!(read(&written), Some(Header::File(entry)));
            let mut broken = written;
            broken[3] ^= 1;
            assert_eq!(read(&broken), None, "a header that has changed");
        }
        assert_eq!(read(&[0; 512]), Some(Header::End));
        assert_eq!(read(&[0; 511]), None);
        assert_eq!(read(&[b'x'; 512]), None);
    }

    #[test]
    fn what_no_header_can_say() {
        let entry = |name: &str, size| Entry {
            name: name.into(),
            size,
        };
        assert!(header(&entry(&"x".repeat(100), 0), 0).is_some());
        assert!(header(&entry(&"x".repeat(101), 0), 0).is_none());
        assert!(header(&entry("x", 1 << 33), 0).is_none());
        assert_eq!((padding(0), padding(1), padding(512)), (0, 511, 0));
    }

    /// As GNU tar writes it.
    #[test]
    fn the_header_of_a_directory_is_passed_over() {
        let entry = Entry {
            name: "drafts/".into(),
            size: 0,
        };
        let mut directory = header(&entry, 0).expect("a header");
        directory[KIND] = b'5';
        let text = format!("{:06o}\0 ", sum(&directory));
        directory[SUM].copy_from_slice(text.as_bytes());
        assert_eq!(read(&directory), Some(Header::Other(0)));
    }
}
