//! Makes characters visible that can't be seen, or that change how the text around them looks.

use smtp::invisible::{is_invisible, is_odd_space};

/// `text` with every character that can't be seen ([`is_invisible`]) shown as a symbol: the control
/// pictures of Unicode where there is one, the code point otherwise. Spaces of any kind stay. The
/// result is for showing, never for sending.
#[must_use]
pub fn visible(text: &str) -> String {
    shown(text, |_| false, |_| false)
}

/// The same for a text of many lines: their ends stay, as they are or as CRLF, and so do tabs.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    shown(&text, |c| matches!(c, '\n' | '\t'), |_| false)
}

/// The same for what was typed as an address and is none: spaces other than U+0020, which no
/// address holds, are shown as code points too.
#[must_use]
pub fn visible_address(text: &str) -> String {
    shown(text, |_| false, is_odd_space)
}

fn shown(text: &str, stays: fn(char) -> bool, hides: fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            _ if stays(c) => shown.push(c),
            // A variation selector: whether a symbol is drawn as text or as an emoji.
            '\u{fe0e}' | '\u{fe0f}' if is_symbol(before) => shown.push(c),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => shown.push('\u{2421}'),
            _ if is_invisible(c) || hides(c) => {
                shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)))
            }
            _ => shown.push(c),
        }
        before = c;
    }
    shown
}

fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '\u{a9}' | '\u{ae}' | '\u{2030}'..='\u{205e}' | '\u{2100}'..='\u{27ff}'
            | '\u{2900}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{visible, visible_address, visible_lines};

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
        check("a\u{3164}\u{e0041}\u{fffc}", "a⟨U+3164⟩⟨U+E0041⟩⟨U+FFFC⟩");
        check("a\u{e000}\u{fdd0}", "a⟨U+E000⟩⟨U+FDD0⟩");
        check("a\u{a0}b\u{3000}c", "a\u{a0}b\u{3000}c");
    }

    #[test]
    fn an_address_shows_its_spaces() {
        let shown = visible_address("a\u{a0}b\u{3000}c d\u{200b}");
        assert_eq!(shown, "a⟨U+00A0⟩b⟨U+3000⟩c d⟨U+200B⟩");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(
            visible_lines("a\r\n\tb\nc\rd\u{202e}\u{1b}"),
            "a\n\tb\nc␍d⟨U+202E⟩␛"
        );
    }
}
