//! Headers of a tar archive (POSIX ustar). Pure: the archive itself is read in slices, which no
//! library that reads a stream can do.

/// Octets of a header, and what the content of a file is filled up to.
pub(super) const BLOCK: u64 = 512;

/// What every archive ends with.
pub(super) const END: [u8; 1024] = [0; 1024];

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
    let mut header = tar::Header::new_ustar();
    header.set_path(&entry.name).ok()?;
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_size(entry.size);
    header.set_mtime(seconds);
    header.set_cksum();
    Some(*header.as_bytes())
}

/// Reads a header. None: it is not one.
pub(super) fn read(header: &[u8]) -> Option<Header> {
    let octets: &[u8; 512] = header.try_into().ok()?;
    if octets.iter().all(|octet| *octet == 0) {
        return Some(Header::End);
    }
    let header = tar::Header::from_byte_slice(octets);
    let mut summed = header.clone();
    summed.set_cksum();
    if header.cksum().ok()? != summed.cksum().ok()? {
        return None;
    }
    let size = header.entry_size().ok()?;
    if !header.entry_type().is_file() {
        return Some(Header::Other(size));
    }
    let name = String::from_utf8(header.path_bytes().into_owned()).ok()?;
    Some(Header::File(Entry { name, size }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_they_were_written() {
        for (name, size) in [
            ("drafts/a.json", 0),
            ("files/b", 8_589_934_591),
            ("files/c", 1 << 40),
        ] {
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
        assert!(header(&entry(&"x".repeat(300), 0), 0).is_none());
        assert!(header(&entry("../x", 0), 0).is_none());
        assert_eq!((padding(0), padding(1), padding(512)), (0, 511, 0));
    }

    /// As GNU tar writes it.
    #[test]
    fn the_header_of_a_directory_is_passed_over() {
        let entry = Entry {
            name: "drafts/".into(),
            size: 0,
        };
        let written = header(&entry, 0).expect("a header");
        let mut directory = tar::Header::from_byte_slice(&written).clone();
        directory.set_entry_type(tar::EntryType::Directory);
        directory.set_cksum();
        assert_eq!(read(directory.as_bytes()), Some(Header::Other(0)));
    }
}
