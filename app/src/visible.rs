//! Making visible what a line holds that can't be seen, or that would lie about the rest.

/// `text` with every control character, line or paragraph separator, bidi control and invisible format character shown as a symbol:
/// the control pictures of Unicode where there is one, the code point otherwise. The result is for showing, never for sending.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => shown.push('\u{2421}'),
            _ if is_hidden(c) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            _ => shown.push(c),
        }
    }
    shown
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::visible;

    fn check(text: &str, expect: &str) {
        assert_eq!(visible(text), expect, "{text:?}");
    }

    #[test]
    fn what_hides_is_shown() {
        check("250 ok", "250 ok");
        check("안녕 😀", "안녕 😀");
        check("a\r\n\0\u{7f}", "a␍␊␀␡");
        check("\u{1b}[31mred", "␛[31mred");
        check("abc\u{202e}cba\u{2066}", "abc⟨U+202E⟩cba⟨U+2066⟩");
        check("a\u{200b}b\u{85}", "a⟨U+200B⟩b⟨U+0085⟩");
        check("<img onerror=x>", "<img onerror=x>");
    }
}
