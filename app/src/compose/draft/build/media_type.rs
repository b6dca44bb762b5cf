//! Media types of files.

/// The type of a message that is enclosed as it is.
pub(super) const MESSAGE: &str = "message/rfc822";

/// The type of what is not known.
const ANY: &str = "application/octet-stream";

/// Types by the ending of the name. What browsers know is often the registry's word on Windows
/// (`application/vnd.ms-excel` for CSV), or nothing.
const BY_ENDING: &[(&str, &str)] = &[
    ("7z", "application/x-7z-compressed"),
    ("avif", "image/avif"),
    ("bmp", "image/bmp"),
    ("csv", "text/csv"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("eml", ANY),
    ("epub", "application/epub+zip"),
    ("gif", "image/gif"),
    ("gz", "application/gzip"),
    ("heic", "image/heic"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("hwp", "application/x-hwp"),
    ("hwpx", "application/hwp+zip"),
    ("ics", "text/calendar"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("json", "application/json"),
    ("m4a", "audio/mp4"),
    ("md", "text/markdown"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("patch", "text/x-patch"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("rtf", "application/rtf"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("txt", "text/plain"),
    ("vcf", "text/vcard"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// The type of a file with this name, of which the browser says that it is `declared`.
#[must_use]
pub fn media_type_of(name: &str, declared: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = BY_ENDING
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(ending));
    let found = known.map_or(declared, |(_, known)| known);
    sent(found.split(';').next().unwrap_or_default().trim()).to_owned()
}

/// Whether it is a type of pictures that programs can show in a text.
#[must_use]
pub fn is_picture(media_type: &str) -> bool {
    matches!(
        media_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif" | "image/bmp"
    )
}

/// A type as it may be sent with a file in base64, or [`ANY`].
///
/// Enclosed messages and parts of multipart types may not be encoded (RFC 2045 §6.4, RFC 2046
/// §5.2.1). So their files are octets like others, and arrive as they are; readers open them by
/// the ending of their names. A message that can be sent without an encoding is an
/// [`AsIs`](super::AsIs) instead.
pub(super) fn sent(media_type: &str) -> &str {
    let is_token = |text: &str| {
        let is_fine = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
        (1..=80).contains(&text.len()) && text.chars().all(is_fine)
    };
    match media_type.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => {
            let encloses = ["message", "multipart"];
            if encloses.iter().any(|one| kind.eq_ignore_ascii_case(one)) {
                ANY
            } else {
                media_type
            }
        }
        _ => ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        let check = |name: &str, declared: &str, expect: &str| {
            assert_eq!(media_type_of(name, declared), expect, "{name} {declared}");
        };
        check("a.CSV", "application/vnd.ms-excel", "text/csv");
        check("a.xyz", "", ANY);
        check("a", "image/png", "image/png");
        check("a.log", "text/plain;charset=utf-8", "text/plain");
        check("a.eml", "message/rfc822", ANY);
        check("a.mht", "multipart/related", ANY);
        check("a", "Message/RFC822", ANY);
        check("a", "text/plain\r\nX: y", ANY);
        check("보고서.hwpx", "", "application/hwp+zip");
    }
}
