//! What a style says that an element of the subset says, too.

/// A style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    bold: bool,
    /// It says that letters are not bold, as Google Docs does around all it copies.
    pub(super) not_bold: bool,
    italic: bool,
    underlined: bool,
    struck: bool,
    /// What has it is not shown.
    pub(super) hidden: bool,
    /// Which level of a list this is in Word.
    pub(super) list_level: Option<u8>,
    /// It says something else.
    pub(super) other: bool,
}

impl Style {
    /// Reads the attribute `style`.
    pub(super) fn read(text: &str) -> Style {
        let mut style = Style::default();
        for declaration in text.split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let name = name.trim().to_ascii_lowercase();
            let value = value.trim().to_ascii_lowercase();
            let weight: Option<u32> = value.parse().ok();
            match name.as_str() {
                "font-weight" if value.starts_with("bold") => style.bold = true,
                "font-weight" if weight.is_some_and(|weight| weight >= 600) => style.bold = true,
                "font-weight" => style.not_bold = true,
                "font-style" => style.italic = value != "normal",
                "text-decoration" | "text-decoration-line" => {
                    style.underlined |= value.contains("underline");
                    style.struck |= value.contains("line-through");
                }
                "display" if value.starts_with("none") => style.hidden = true,
                "mso-hide" if value == "all" => style.hidden = true,
                "mso-list" => {
                    let level = value.split("level").nth(1);
                    let digit = level.and_then(|level| level.bytes().next());
                    let level = digit.filter(u8::is_ascii_digit).map(|digit| digit - b'0');
                    style.list_level = level.filter(|level| *level > 0);
                }
                _ => style.other |= !name.starts_with("mso-"),
            }
        }
        style
    }

    /// The elements that say the same.
    pub(super) fn tags(self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.bold, "b"),
            (self.italic, "i"),
            (self.underlined, "u"),
            (self.struck, "s"),
        ];
        all.into_iter().filter(|(is, _)| *is).map(|(_, tag)| tag)
    }
}
