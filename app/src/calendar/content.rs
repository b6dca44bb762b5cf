//! Content lines (RFC 5545 §3.1): `NAME;PARAMETER=value:value`, folded.

/// A content line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its name, in capitals.
    pub(super) name: String,
    /// Its parameters, names in capitals.
    parameters: Vec<(String, String)>,
    /// Its value as it is written.
    pub(super) value: String,
}

/// Longest line that is read, in bytes.
const LONGEST: usize = 64 * 1024;

impl Line {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a text, with its escapes decoded (§3.3.11).
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(c) => text.push(c),
                    None => {}
                },
                c => text.push(c),
            }
        }
        text
    }

    fn read(line: &str) -> Option<Line> {
        let mut rest = line;
        let end = rest.find([';', ':'])?;
        let name = rest[..end].trim().to_ascii_uppercase();
        // `group.NAME` is of vCard, but some write it.
        let name = name.rsplit('.').next().unwrap_or_default().to_owned();
        rest = &rest[end..];
        let mut parameters = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let end = after.find(['=', ':'])?;
            let parameter = after[..end].trim().to_ascii_uppercase();
            rest = after[end..].strip_prefix('=').unwrap_or(&after[end..]);
            let value;
            (value, rest) = parameter_value(rest)?;
            parameters.push((parameter, value));
        }
        let value = rest.strip_prefix(':')?.to_owned();
        Some(Line {
            name,
            parameters,
            value,
        })
    }
}

/// A value up to the `;` or `:` behind it, of which parts may be in quotes.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' | ':' if !quoted => return Some((value, &text[at..])),
            c => value.push(c),
        }
    }
    None
}

/// The lines of a calendar. What is no content line is left out.
pub(super) fn lines(calendar: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut finish = |line: &mut String| {
        lines.extend(Line::read(line));
        line.clear();
    };
    for part in calendar.lines() {
        match part.strip_prefix([' ', '\t']) {
            Some(more) => {
                if line.len() + more.len() <= LONGEST {
                    line.push_str(more);
                }
            }
            None => {
                finish(&mut line);
                if part.len() <= LONGEST {
                    line.push_str(part);
                }
            }
        }
    }
    finish(&mut line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_and_read() {
        let text = "BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=ko:회\r\n 의\\, 3\\n층\r\n\
                    ATTENDEE;CN=\"Park; M\";PARTSTAT=ACCEPTED:mailto:m@x.org\r\n\
                    nonsense\r\nx.NAME : a\r\n";
        let lines = lines(text);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["BEGIN", "SUMMARY", "ATTENDEE", "NAME"]);
        assert_eq!(lines[1].text(), "회의, 3\n층");
        assert_eq!(lines[1].parameter("LANGUAGE"), Some("ko"));
        assert_eq!(lines[2].parameter("CN"), Some("Park; M"));
        assert_eq!(lines[2].parameter("PARTSTAT"), Some("ACCEPTED"));
        assert_eq!(lines[2].value, "mailto:m@x.org");
    }

    #[test]
    fn broken_lines_are_left_out() {
        for odd in ["", ":", "A", "A;B", "A;B=c", "A;B=\"c:d", ";=:", "\\"] {
            let _ = lines(odd);
            let _ = lines(&format!("{odd}\r\n {odd}"));
        }
        assert!(lines(&"x".repeat(1_000_000)).is_empty());
    }
}
