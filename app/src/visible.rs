//! Making visible what a line holds that can't be seen, or that would lie about the rest.

/// `text` with every control character, line or paragraph separator, bidi control and invisible character shown as a symbol:
/// the control pictures of Unicode where there is one, the code point otherwise. The result is for showing, never for sending.
#[must_use]
pub fn visible(text: &str) -> String {
    shown(text, |_| false)
}

/// The same for a text of many lines: their ends stay, as they are or as CRLF, and so do tabs.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), |c| matches!(c, '\n' | '\t'))
}

fn shown(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            _ if stays(c) => shown.push(c),
            // Whether a symbol is a letter's sister or a picture.
            '\u{fe0e}' | '\u{fe0f}' if is_symbol(before) => shown.push(c),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => shown.push('\u{2421}'),
            _ if is_hidden(c) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c))),
            _ => shown.push(c),
        }
        before = c;
    }
    shown
}

fn is_symbol(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{2030}'..='\u{205e}' | '\u{2100}'..='\u{27ff}' | '\u{2900}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Controls, format characters, separators of lines, and what is to be ignored where it is unknown (Default_Ignorable_Code_Point, variation
/// selectors among them: a row of them can hide any text); and the blank of Braille, which looks like a space and is none.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_lines};

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
        check("☀\u{fe0f} ☀\u{fe0f}\u{fe0f}", "☀\u{fe0f} ☀\u{fe0f}⟨U+FE0F⟩");
        check("a\u{34f}\u{fe0f}\u{e0101}", "a⟨U+034F⟩⟨U+FE0F⟩⟨U+E0101⟩");
        check("a\u{2800}b\u{1d173}", "a⟨U+2800⟩b⟨U+1D173⟩");
        check("<img onerror=x>", "<img onerror=x>");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            visible_lines("a\r\n\tb\nc\rd\u{202e}\u{1b}"),
            "a\n\tb\nc␍d⟨U+202E⟩␛"
        );
    }
}
