//! Lines as a person writes them where octets can be written that no key writes.

/// A line with its escapes replaced: `\r`, `\n`, `\t`, `\0` and `\\`. Anything else stays as it is.
#[must_use]
pub fn unescaped(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        let mut ahead = chars.clone();
        let octet = match ahead.next() {
            Some('r') => '\r',
            Some('n') => '\n',
            Some('t') => '\t',
            Some('0') => '\0',
            Some('\\') => '\\',
            _ => {
                plain.push('\\');
                continue;
            }
        };
        plain.push(octet);
        chars = ahead;
    }
    plain
}

/// A line that [`unescaped`] makes this one of.
#[must_use]
pub fn escaped(line: &str) -> String {
    let mut written = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\r' => written.push_str("\\r"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\0' => written.push_str("\\0"),
            '\\' => written.push_str("\\\\"),
            c => written.push(c),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(written: &str, plain: &str) {
        assert_eq!(unescaped(written), plain, "{written:?}");
    }

    #[test]
    fn only_known_escapes_are_replaced() {
        check(r"a\r\n.\t\0", "a\r\n.\t\0");
        check(r#"RCPT TO:<"a\"b"@c>"#, r#"RCPT TO:<"a\"b"@c>"#);
        check(r"\\r", r"\r");
        check(r"\", r"\");
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(line in ".*") {
            prop_assert_eq!(unescaped(&escaped(&line)), line);
        }
    }
}
