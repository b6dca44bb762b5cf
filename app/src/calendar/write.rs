//! Writes content lines (RFC 5545 §3.1), the counterpart of [`super::content`].

/// The most octets of a line without its end.
const LINE: usize = 75;

/// A calendar that is being written, lines ended by CRLF.
#[derive(Debug, Default)]
pub(crate) struct Writer(String);

impl Writer {
    /// Adds a line. Parameters are given as `NAME=value`, see [`parameter`].
    pub(crate) fn line(&mut self, name: &str, parameters: &[String], value: &str) {
        let mut line = name.to_owned();
        for parameter in parameters {
            line.push(';');
            line.push_str(parameter);
        }
        line.push(':');
        line.push_str(value);
        self.fold(&line);
    }

    /// Adds a line with a text, whatever is in it.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.line(name, &[], &escaped(text));
    }

    /// Adds a line without parameters whose value needs no escapes.
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        self.line(name, &[], value);
    }

    /// The calendar.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Breaks the line so that no part is too long and no character is cut.
    fn fold(&mut self, line: &str) {
        let mut column = 0;
        for c in line.chars() {
            if column + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                column = 1;
            }
            self.0.push(c);
            column += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// A text with its escapes (§3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\n' | '\r' => escaped.push_str("\\n"),
            '\t' => escaped.push(c),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A parameter (§3.2). No value may have a quotation mark or a control character.
pub(crate) fn parameter(name: &str, value: &str) -> String {
    let value: String = value
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| if c == '"' { '\'' } else { c })
        .collect();
    match value.contains([';', ':', ',']) {
        true => format!("{name}=\"{value}\""),
        false => format!("{name}={value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::lines;
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let texts = [
            "",
            "a, b; c\\n: d",
            "one\r\ntwo\nthree\\",
            "분기 회의와 다음 분기의 계획을 함께 정하는 \
             자리입니다, 꼭 오세요; 고맙습니다",
            &"x".repeat(1_000),
        ];
        let name = "Park; \"Mina\": 3, 가\r\nX:y";
        for text in texts {
            let mut writer = Writer::default();
            writer.text("SUMMARY", text);
            let cn = parameter("CN", name);
            writer.line("ATTENDEE", &[cn, "RSVP=TRUE".into()], "mailto:m@x.org");
            let calendar = writer.finish();
            for line in calendar.split_terminator("\r\n") {
                assert!(line.len() <= LINE && !line.contains(['\r', '\n']), "{line}");
            }
            let lines = lines(&calendar);
            assert_eq!(lines.len(), 2);
            assert_eq!(lines[0].text(), text.replace("\r\n", "\n"));
            assert_eq!(lines[1].parameter("CN"), Some("Park; 'Mina': 3, 가X:y"));
            assert_eq!(lines[1].parameter("RSVP"), Some("TRUE"));
            assert_eq!(lines[1].value, "mailto:m@x.org");
        }
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(escaped("a\0b\u{7}c\rd"), "abc\\nd");
    }
}
