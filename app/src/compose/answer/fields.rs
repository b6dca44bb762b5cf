//! The header section of a message as it is, read leniently and in one pass.

/// Octets of the header section that are read. A list of ten thousand recipients has half of it.
const SECTION: usize = 1024 * 1024;

/// The fields of a header section: name and value as written, unfolded.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads the fields with these names. What is no field is passed over. Octets that are not
    /// UTF-8 become U+FFFD.
    pub(super) fn read(message: &[u8], names: &[&str]) -> Fields {
        let section = &message[..message.len().min(SECTION)];
        let mut fields: Vec<(String, String)> = Vec::new();
        // Whether the lines that follow, if they are folded, belong to the last field.
        let mut open = false;
        let mut begun = false;
        for line in section.split(|octet| *octet == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                // Some programs begin with an empty line.
                if begun {
                    break;
                }
                continue;
            }
            begun = true;
            if matches!(line[0], b' ' | b'\t') {
                if let Some((_, value)) = fields.last_mut().filter(|_| open) {
                    value.push(' ');
                    value.push_str(&one_line(line));
                }
                continue;
            }
            open = false;
            let Some(colon) = line.iter().position(|octet| *octet == b':') else {
                continue;
            };
            let name = line[..colon].trim_ascii_end();
            let wanted = names
                .iter()
                .find(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes()));
            if let Some(wanted) = wanted {
                open = true;
                fields.push(((*wanted).to_owned(), one_line(&line[colon + 1..])));
            }
        }
        Fields(fields)
    }

    /// The values of the fields of this name, as given to [`Fields::read`].
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = move |field: &&(String, String)| field.0 == name;
        self.0
            .iter()
            .filter(of_name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of the first field of this name; empty where there is none.
    pub(super) fn first(&self, name: &str) -> String {
        self.all(name).next().unwrap_or_default().to_owned()
    }
}

/// A line as text, without controls, which have no place in a field (RFC 5322 §2.2).
fn one_line(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.replace(char::is_control, " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_in_any_order_folded_and_repeated() {
        let check = |message: &[u8], name: &str, expect: &[&str]| {
            let fields = Fields::read(message, &["To", "References"]);
            let values: Vec<&str> = fields.all(name).collect();
            assert_eq!(values, expect, "{}", String::from_utf8_lossy(message));
        };
        check(b"To: a@x\r\nSubject: y\r\n\r\nTo: b@x\r\n", "To", &["a@x"]);
        check(
            b"to :a@x,\r\n\tb@x\r\nTO: c@x\n\n",
            "To",
            &["a@x, b@x", "c@x"],
        );
        check(b"From: y\n folded\nTo: a@x\n\n", "To", &["a@x"]);
        check(b"\r\n\r\nTo: a@x\r\n\r\n", "To", &["a@x"]);
        check(b"From x@y Mon\nTo: a@x\n\n", "To", &["a@x"]);
        check(b"no field\nTo: a@x", "To", &["a@x"]);
        check(b"To: a\0\x0bb@x\n", "To", &["a  b@x"]);
        check(b"To: \xc7\xd1 <a@x>\n", "To", &["\u{fffd}\u{fffd} <a@x>"]);
        check(b"Too: a@x\n", "To", &[]);
        check(b"", "To", &[]);
        check(
            b"References: <a@x>\r\n <b@x>\r\n\r\n",
            "References",
            &["<a@x> <b@x>"],
        );
    }
}
