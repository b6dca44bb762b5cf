//! Keys, and whether one was pressed. Pure, but for [`Pressed::of`].

use leptos::ev::KeyboardEvent;

/// The modifiers of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Modifiers {
    /// Ctrl, or the command key of a Mac.
    control: bool,
    alt: bool,
    shift: bool,
}

/// A key with its modifiers, or two keys one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The key that is pressed before.
    pub first: Option<&'static str>,
    /// The key: a lower-case letter, a sign, or its name in `KeyboardEvent.key`.
    pub key: &'static str,
    modifiers: Modifiers,
    /// Whether the widget that has the focus handles it, and nothing else does.
    pub here: bool,
}

impl Keys {
    /// A key alone.
    #[must_use]
    pub const fn of(key: &'static str) -> Keys {
        Keys {
            first: None,
            key,
            modifiers: Modifiers {
                control: false,
                alt: false,
                shift: false,
            },
            here: false,
        }
    }

    /// With Ctrl.
    #[must_use]
    pub const fn control(key: &'static str) -> Keys {
        let mut keys = Keys::of(key);
        keys.modifiers.control = true;
        keys
    }

    /// With Alt.
    #[must_use]
    pub const fn alt(key: &'static str) -> Keys {
        let mut keys = Keys::of(key);
        keys.modifiers.alt = true;
        keys
    }

    /// With Shift besides.
    #[must_use]
    pub const fn shift(self) -> Keys {
        let mut keys = self;
        keys.modifiers.shift = true;
        keys
    }

    /// After the key g.
    #[must_use]
    pub const fn after_g(key: &'static str) -> Keys {
        let mut keys = Keys::of(key);
        keys.first = Some("g");
        keys
    }

    /// Handled by the widget that has the focus.
    #[must_use]
    pub const fn here(self) -> Keys {
        let mut keys = self;
        keys.here = true;
        keys
    }

    /// Whether it is one that types a character (WCAG 2.1.4).
    #[must_use]
    pub fn is_single(&self) -> bool {
        let Modifiers { control, alt, .. } = self.modifiers;
        !control && !alt && self.key.len() == 1
    }

    /// Whether this is the key, or the second of the two.
    #[must_use]
    pub fn is(&self, pressed: &Pressed) -> bool {
        let sign = self.key.len() == 1 && !self.key.as_bytes()[0].is_ascii_alphabetic();
        let (own, now) = (self.modifiers, pressed.modifiers);
        self.key == pressed.key
            && own.control == now.control
            && own.alt == now.alt
            // Layouts have signs on different levels.
            && (own.shift == now.shift || (sign && self.key != " "))
    }

    /// As `aria-keyshortcuts` has it, after what is there.
    pub(super) fn push_aria(&self, all: &mut String) {
        let controls: &[&str] = if self.modifiers.control {
            &["Control+", "Meta+"]
        } else {
            &[""]
        };
        for control in controls {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(control);
            if self.modifiers.alt {
                all.push_str("Alt+");
            }
            if self.modifiers.shift {
                all.push_str("Shift+");
            }
            match self.key {
                " " => all.push_str("Space"),
                key if key.len() == 1 => all.push_str(&key.to_ascii_uppercase()),
                key => all.push_str(key),
            }
        }
    }

    /// The keys as they are printed on a keyboard; those of a group are pressed together.
    #[must_use]
    pub fn shown(&self, mac: bool) -> Vec<Vec<String>> {
        let Modifiers {
            control,
            alt,
            shift,
        } = self.modifiers;
        let modifiers = [
            (control, if mac { "⌘" } else { "Ctrl" }),
            (alt, if mac { "⌥" } else { "Alt" }),
            (shift, if mac { "⇧" } else { "Shift" }),
        ];
        let mut together: Vec<String> = modifiers
            .into_iter()
            .filter(|(on, _)| *on)
            .map(|(_, name)| name.to_owned())
            .collect();
        together.push(match self.key {
            "ArrowUp" => "↑".to_owned(),
            "ArrowDown" => "↓".to_owned(),
            "ArrowLeft" => "←".to_owned(),
            "ArrowRight" => "→".to_owned(),
            "Escape" => "Esc".to_owned(),
            " " => "Space".to_owned(),
            key if key.len() == 1 => key.to_ascii_uppercase(),
            key => key.to_owned(),
        });
        let first = self.first.map(|first| vec![first.to_ascii_uppercase()]);
        first.into_iter().chain([together]).collect()
    }
}

/// A key that was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    key: String,
    modifiers: Modifiers,
}

impl Pressed {
    /// The key of an event.
    #[must_use]
    pub fn of(event: &KeyboardEvent) -> Pressed {
        Pressed {
            key: key(&event.key(), &event.code(), event.shift_key()),
            modifiers: Modifiers {
                control: event.ctrl_key() || event.meta_key(),
                alt: event.alt_key(),
                shift: event.shift_key(),
            },
        }
    }

    /// The same key without Shift.
    #[must_use]
    pub fn without_shift(mut self) -> Pressed {
        self.modifiers.shift = false;
        self
    }

    /// Whether it is this key alone.
    pub(super) fn is_key(&self, key: &str) -> bool {
        self.key == key && self.modifiers == Modifiers::default()
    }

    /// Whether it is only a modifier.
    pub(super) fn is_modifier(&self) -> bool {
        let modifiers = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];
        modifiers.contains(&self.key.as_str())
    }
}

/// The key in lower case. An input source that writes no Latin letters, such as Hangul, has others
/// in `key`, or no letter at all: then it is the one that is printed on the key.
fn key(key: &str, code: &str, shift: bool) -> String {
    if key.len() == 1 {
        return key.to_ascii_lowercase();
    }
    let is_name = key.is_ascii() && !matches!(key, "Process" | "Unidentified");
    let printed = match (code, shift) {
        _ if is_name => None,
        ("Slash", false) => Some("/"),
        ("Slash", true) => Some("?"),
        ("Digit3", true) => Some("#"),
        ("Backslash", false) => Some("\\"),
        _ => code.strip_prefix("Key").filter(|letter| letter.len() == 1),
    };
    printed.map_or_else(|| key.to_owned(), str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(text: &str, code: &str, shift: bool) -> Pressed {
        Pressed {
            key: key(text, code, shift),
            modifiers: Modifiers {
                shift,
                ..Modifiers::default()
            },
        }
    }

    #[test]
    fn a_letter_is_found_with_any_input_source() {
        let r = Keys::of("r");
        for (text, code) in [
            ("r", "KeyR"),
            // Caps Lock.
            ("R", "KeyR"),
            ("ㄱ", "KeyR"),
            ("Process", "KeyR"),
            ("к", "KeyR"),
            // Dvorak.
            ("r", "KeyO"),
        ] {
            assert!(r.is(&pressed(text, code, false)), "{text} {code}");
        }
        for (text, code) in [("o", "KeyR"), ("Process", "Enter"), ("Enter", "KeyR")] {
            assert!(!r.is(&pressed(text, code, false)), "{text} {code}");
        }
        assert!(!r.is(&pressed("R", "KeyR", true)));
        assert!(Keys::of("i").shift().is(&pressed("ㅑ", "KeyI", true)));
    }

    #[test]
    fn a_sign_is_found_on_any_level() {
        let sheet = Keys::of("?");
        assert!(sheet.is(&pressed("?", "Slash", true)));
        assert!(sheet.is(&pressed("?", "KeyM", false)));
        assert!(sheet.is(&pressed("Process", "Slash", true)));
        assert!(!sheet.is(&pressed("/", "Slash", false)));
        assert!(Keys::of("#").is(&pressed("Process", "Digit3", true)));
    }

    #[test]
    fn keys_as_they_are_shown_and_said() {
        let send = Keys::control("Enter");
        assert_eq!(send.shown(false), [["Ctrl", "Enter"]]);
        assert_eq!(send.shown(true), [["⌘", "Enter"]]);
        assert_eq!(Keys::after_g("i").shown(false), [["G"], ["I"]]);
        let said = |keys: &[Keys]| {
            let mut said = String::new();
            for keys in keys {
                keys.push_aria(&mut said);
            }
            said
        };
        assert_eq!(said(&[send]), "Control+Enter Meta+Enter");
        let two = [Keys::of("#"), Keys::of("Delete").here()];
        assert_eq!(said(&two), "# Delete");
        assert!(two[0].is_single() && !two[1].is_single() && !send.is_single());
    }
}
