//! The calendar of an invitation in a message (RFC 6047).

use mail_builder::headers::content_type::ContentType;

use super::body::Output;
use super::field::write_field;
use crate::connection::base64_lines;

/// The name of the file.
const NAME: &str = "invite.ics";

/// The type of the form that programs offer answers for: Gmail, Outlook and Apple Mail look for it
/// beside the text, and for the method in its type.
pub(super) fn form_type() -> ContentType<'static> {
    ContentType::new("text/calendar")
        .attribute("charset", "utf-8")
        .attribute("method", "REQUEST")
}

/// Writes the calendar as a file, for programs that know no calendars.
pub(super) fn write_file(calendar: &str, output: &mut impl Output) {
    let mut octets = Vec::new();
    let kind = format!("application/ics; name=\"{NAME}\"");
    write_field("Content-Type", &kind, &mut octets);
    write_field("Content-Transfer-Encoding", "base64", &mut octets);
    let disposition = format!("attachment; filename=\"{NAME}\"");
    write_field("Content-Disposition", &disposition, &mut octets);
    octets.extend_from_slice(b"\r\n");
    base64_lines(calendar.as_bytes(), &mut octets);
    output.write(&octets);
}
