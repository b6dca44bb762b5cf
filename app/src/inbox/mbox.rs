//! Messages as one file: mbox (RFC 4155) in the variant mboxrd, which loses nothing. Pure.

/// Octets that `take` gets at once, about.
const PIECE: usize = 256 * 1024;

/// The names of months and of days, Thursday first: 1970-01-01 was one.
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// Passes a message to `take` as it stands in the file: the line that begins it, its lines ended by
/// LF, and an empty line. A line that could be taken for the beginning of another message gets a
/// `>`, and so does one that has such already, so that this can be undone.
///
/// `from` is the reverse-path, and `received_ms` when the message came.
pub(super) fn entry(from: &str, received_ms: u64, raw: &[u8], take: &mut dyn FnMut(&[u8])) {
    let mut piece = Vec::with_capacity(PIECE.min(raw.len()) + 256);
    piece.extend_from_slice(format!("From {} {}\n", sender(from), date(received_ms)).as_bytes());
    let end = raw.len() - usize::from(raw.ends_with(b"\n"));
    for line in raw[..end].split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let marks = line.iter().take_while(|octet| **octet == b'>').count();
        if line[marks..].starts_with(b"From ") {
            piece.push(b'>');
        }
        piece.extend_from_slice(line);
        piece.push(b'\n');
        if piece.len() >= PIECE {
            take(&piece);
            piece.clear();
        }
    }
    piece.push(b'\n');
    take(&piece);
}

/// The sender in the first line, where a space would end it.
fn sender(from: &str) -> &str {
    let plain = !from.is_empty() && from.chars().all(|c| c.is_ascii_graphic());
    if plain { from } else { "MAILER-DAEMON" }
}

/// As C's `asctime` writes it, in UTC.
fn date(ms: u64) -> String {
    let seconds = ms / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let weekday = DAYS[usize::try_from(days % 7).unwrap_or_default()];
    let (year, month, day) = civil(days);
    format!(
        "{weekday} {} {day:2} {:02}:{:02}:{:02} {year}",
        MONTHS[month],
        second / 3600,
        second / 60 % 60,
        second % 60,
    )
}

/// Year, month from 0 and day of this many days after 1970-01-01.
fn civil(mut days: u64) -> (u64, usize, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    // Whole cycles of 400 years at once, so that no date takes long.
    let mut year = 1970 + days / 146_097 * 400;
    days %= 146_097;
    loop {
        let length = 365 + u64::from(is_leap(year));
        if days < length {
            break;
        }
        days -= length;
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (month, length) in lengths.into_iter().enumerate() {
        if days < length {
            return (year, month, days + 1);
        }
        days -= length;
    }
    (year, 11, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(from: &str, ms: u64, raw: &str) -> String {
        let mut file = Vec::new();
        entry(from, ms, raw.as_bytes(), &mut |piece| {
            file.extend_from_slice(piece);
        });
        String::from_utf8(file).expect("UTF-8")
    }

    #[test]
    fn messages_are_separated_and_can_be_read_back() {
        let check = |raw: &str, expect: &str| {
            let expect = format!("From a@x.org Thu Jan  1 00:00:00 1970\n{expect}\n");
            assert_eq!(written("a@x.org", 0, raw), expect, "{raw:?}");
        };
        check("Subject: x\r\n\r\nHi\r\n", "Subject: x\n\nHi\n");
        check("Hi", "Hi\n");
        check(
            "a\r\nFrom b\r\n>From c\r\n>>From\r\n From d\r\n",
            "a\n>From b\n>>From c\n>>From\n From d\n",
        );
        check("a\r\n\r\n", "a\n\n");
        check("", "\n");
    }

    #[test]
    fn the_first_line_has_sender_and_time() {
        let line = |from: &str, ms: u64| {
            let text = written(from, ms, "");
            text.lines().next().unwrap_or_default().to_owned()
        };
        assert_eq!(
            line("", 951_782_400_000),
            "From MAILER-DAEMON Tue Feb 29 00:00:00 2000"
        );
        assert_eq!(
            line("\"a b\"@x", 1),
            "From MAILER-DAEMON Thu Jan  1 00:00:00 1970"
        );
        assert_eq!(
            line("a@x", 1_795_770_423_000),
            "From a@x Fri Nov 27 09:07:03 2026"
        );
        assert_eq!(
            line("a@x", 4_102_444_799_000),
            "From a@x Thu Dec 31 23:59:59 2099"
        );
        // However far away.
        assert!(line("a@x", u64::MAX).starts_with("From a@x "));
    }

    #[test]
    fn long_messages_come_in_pieces() {
        let raw = "a line\r\n".repeat(200_000);
        let mut sizes = Vec::new();
        entry("a@x", 0, raw.as_bytes(), &mut |piece| {
            sizes.push(piece.len())
        });
        assert!(sizes.len() > 4, "{sizes:?}");
        assert!(sizes.iter().all(|size| *size < PIECE + 1024), "{sizes:?}");
    }
}
