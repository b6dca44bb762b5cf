//! What a command is.

use super::keys::{Keys, Pressed};
use crate::i18n::Locale;

/// Where a command stands in the palette and in the list of shortcuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Which view is shown.
    Go,
    /// Writing and sending.
    Write,
    /// The fields of addresses, and the files.
    Fields,
    /// Formatting a rich text.
    Format,
    /// The inbox.
    Inbox,
    /// The conversation with the mail server.
    Wire,
    /// The page as a whole.
    Page,
}

impl Group {
    /// All, in the order in which they are shown.
    pub const ALL: [Group; 7] = [
        Group::Go,
        Group::Inbox,
        Group::Write,
        Group::Fields,
        Group::Format,
        Group::Wire,
        Group::Page,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self, locale: Locale) -> &'static str {
        match self {
            Group::Go => locale.commands_go(),
            Group::Write => locale.commands_write(),
            Group::Fields => locale.commands_fields(),
            Group::Format => locale.formatting(),
            Group::Inbox => locale.inbox(),
            Group::Wire => locale.wire(),
            Group::Page => locale.commands_page(),
        }
    }
}

/// A command. A view that is on the screen offers to carry it out (`CommandsStore::offer`), or has
/// a control that does: the one with its mark (`mark`).
#[derive(Debug)]
pub struct Command {
    /// Its id: the mark of its control, and how it is stored among those used last.
    pub id: &'static str,
    /// Where it stands.
    pub group: Group,
    /// What it is called.
    pub name: fn(Locale) -> &'static str,
    /// The keys for it.
    pub keys: &'static [Keys],
    /// What must be so for it to be carried out.
    pub needs: Option<fn(Locale) -> &'static str>,
    /// The command that shows the view which has its control.
    pub within: Option<&'static Command>,
    /// A selector of the view that it shows.
    pub shows: Option<&'static str>,
    /// A selector of its control, where that is not the one with its mark.
    pub control: Option<&'static str>,
    /// Whether it is only for the keyboard, where the focus is, and so not in the palette.
    pub only_keys: bool,
    /// Whether a key that is held down carries it out again and again.
    pub repeats: bool,
}

impl PartialEq for Command {
    fn eq(&self, other: &Command) -> bool {
        self.id == other.id
    }
}

impl Command {
    /// A command without keys.
    #[must_use]
    pub const fn new(id: &'static str, group: Group, name: fn(Locale) -> &'static str) -> Command {
        Command {
            id,
            group,
            name,
            keys: &[],
            needs: None,
            within: None,
            shows: None,
            control: None,
            only_keys: false,
            repeats: false,
        }
    }

    /// A command of a widget that has the focus.
    #[must_use]
    pub const fn of_focus(
        id: &'static str,
        group: Group,
        name: fn(Locale) -> &'static str,
        keys: &'static [Keys],
    ) -> Command {
        Command {
            keys,
            only_keys: true,
            ..Command::new(id, group, name)
        }
    }

    /// Again and again while its key is held down.
    #[must_use]
    pub const fn repeats(self) -> Command {
        Command {
            repeats: true,
            ..self
        }
    }

    /// With these keys.
    #[must_use]
    pub const fn keys(self, keys: &'static [Keys]) -> Command {
        Command { keys, ..self }
    }

    /// With what must be so for it.
    #[must_use]
    pub const fn needs(self, needs: fn(Locale) -> &'static str) -> Command {
        Command {
            needs: Some(needs),
            ..self
        }
    }

    /// With the command that shows its view.
    #[must_use]
    pub const fn within(self, view: &'static Command) -> Command {
        Command {
            within: Some(view),
            ..self
        }
    }

    /// With a selector of the view that it shows.
    #[must_use]
    pub const fn shows(self, selector: &'static str) -> Command {
        Command {
            shows: Some(selector),
            ..self
        }
    }

    /// With a selector of its control.
    #[must_use]
    pub const fn control(self, selector: &'static str) -> Command {
        Command {
            control: Some(selector),
            ..self
        }
    }

    /// Whether this key is one for it, and belongs to the widget that asks.
    #[must_use]
    pub fn is_here(&self, pressed: &Pressed) -> bool {
        self.keys.iter().any(|keys| keys.here && keys.is(pressed))
    }

    /// The value of `aria-keyshortcuts` for its control. `single`: whether single keys are on.
    /// Keys pressed one after the other can't be said there.
    #[must_use]
    pub fn aria(&self, single: bool) -> Option<String> {
        let mut all = String::new();
        for keys in self.keys {
            if keys.first.is_none() && (single || !keys.is_single()) {
                keys.push_aria(&mut all);
            }
        }
        (!all.is_empty()).then_some(all)
    }
}
