//! The dialog in which a command is searched and chosen.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::command::Command;
use super::rank::{Fit, fit};
use super::recent::{note, recent};
use super::sheet::Shortcut;
use super::store::{CommandsStore, use_commands};
use super::table::{ALL, PALETTE};
use crate::i18n::{Locale, use_language};
use crate::ui::{DialogHead, Glyph, Icon, ime};

/// The id of the list.
const LIST: &str = "palette-list";

/// A command in the list.
#[derive(Clone, Copy, PartialEq)]
struct Row {
    command: &'static Command,
    /// Whether it can be carried out.
    ready: bool,
    /// Its place among those used last.
    recent: Option<usize>,
}

/// All commands, as they are when the dialog is opened: those used last first.
fn rows(commands: CommandsStore) -> Vec<Row> {
    let ids = recent();
    let all = ALL.iter().copied();
    let shown = all.filter(|command| !command.only_keys && **command != PALETTE);
    let mut rows: Vec<Row> = shown
        .map(|command| Row {
            command,
            ready: commands.is_ready(command),
            recent: ids.iter().position(|id| id == command.id),
        })
        .collect();
    rows.sort_by_key(|row| (!row.ready, row.recent.unwrap_or(usize::MAX)));
    rows
}

/// Those that fit what is typed, in either language.
fn found(rows: &[Row], typed: &str) -> Vec<Row> {
    let best = |row: &Row| {
        let names = [Locale::En, Locale::Ko].map(|locale| (row.command.name)(locale));
        names.into_iter().filter_map(|name| fit(typed, name)).min()
    };
    let mut found: Vec<(Fit, Row)> = rows
        .iter()
        .filter_map(|row| Some((best(row)?, *row)))
        .collect();
    // In the order of the rows where they fit as well.
    found.sort_by_key(|(fit, row)| (*fit, !row.ready));
    found.into_iter().map(|(_, row)| row).collect()
}

fn option_id(command: &Command) -> String {
    format!("palette-{}", command.id)
}

/// The commands, and the field in which they are searched.
#[component]
#[must_use]
pub(super) fn Palette() -> impl IntoView {
    let language = use_language();
    let commands = use_commands();
    let rows = StoredValue::new(rows(commands));
    let typed = RwSignal::new(String::new());
    let found = Memo::new(move |_| rows.with_value(|rows| found(rows, typed.get().trim())));
    let at = RwSignal::new(0_usize);
    let current = move || found.with(|found| found.get(at.get()).copied());
    let active = move || current().map(|row| option_id(row.command));
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.focus().ok();
        }
    });
    let choose = move |row: Row| {
        if row.ready {
            note(row.command.id);
            commands.choose(row.command);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        let many = found.with_untracked(Vec::len);
        let now = at.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" if now + 1 < many => now + 1,
            "ArrowDown" => 0,
            "ArrowUp" => now.checked_sub(1).unwrap_or(many.saturating_sub(1)),
            "PageDown" => (now + 8).min(many.saturating_sub(1)),
            "PageUp" => now.saturating_sub(8),
            "Enter" => {
                event.prevent_default();
                return untrack(current).map_or((), choose);
            }
            _ => return,
        };
        event.prevent_default();
        at.set(to);
        let row = untrack(active).and_then(|id| document().get_element_by_id(&id));
        if let Some(row) = row {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    let option = move |row: Row| {
        let command = row.command;
        let reason = command.needs.filter(|_| !row.ready);
        let is_current = move || current() == Some(row);
        view! {
            <li id=option_id(command) role="option" class:current=is_current
                aria-selected=move || if is_current() { "true" } else { "false" }
                aria-disabled=(!row.ready).then_some("true")
                // The field keeps the focus.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose(row)>
                <span class="command-name">
                    {move || (command.name)(language.get())}
                    {reason.map(|reason| view! { <small>{language.words(reason)}</small> })}
                </span>
                <small>{move || command.group.name(language.get())}</small>
                <Shortcut command/>
            </li>
        }
    };
    let options = move || found.get().into_iter().map(option).collect_view();
    let none = move || found.with(Vec::is_empty);
    let said = move || {
        let many = found.with(Vec::len);
        let locale = language.get();
        let reason = current()
            .filter(|row| !row.ready)
            .and_then(|row| row.command.needs);
        match (many, reason) {
            (0, _) => locale.no_command().to_owned(),
            (_, Some(reason)) => reason(locale).to_owned(),
            (many, None) => locale.commands_found(many),
        }
    };
    view! {
        <div class="palette">
            <DialogHead id="palette-title" title=Locale::all_commands
                on_close=move |()| commands.close()/>
            <label class="find">
                <Icon glyph=Glyph::Search/>
                <input type="text" role="combobox" node_ref=field autocomplete="off"
                    spellcheck="false" aria-label=language.words(Locale::find_command)
                    placeholder=language.words(Locale::find_command)
                    aria-autocomplete="list" aria-controls=LIST aria-activedescendant=active
                    aria-expanded=move || if none() { "false" } else { "true" }
                    on:keydown=on_key
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        at.set(0);
                    }/>
            </label>
            <ul id=LIST role="listbox" hidden=none aria-label=language.words(Locale::all_commands)>
                {options}
            </ul>
            <p class="palette-said" role="status">{said}</p>
        </div>
    }
}

impl CommandsStore {
    /// Closes the dialog that is open.
    pub(super) fn close(self) {
        self.shown.set(None);
    }

    /// Closes the dialog and carries out a command, once the focus is back where it was.
    fn choose(self, command: &'static Command) {
        self.close();
        request_animation_frame(move || {
            self.run(command);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(rows: &[Row], typed: &str) -> Vec<&'static str> {
        let found = found(rows, typed).into_iter();
        found.map(|row| row.command.id).collect()
    }

    #[test]
    fn a_command_is_found_in_either_language_and_by_initials() {
        let row = |command| Row {
            command,
            ready: true,
            recent: None,
        };
        let rows: Vec<Row> = ALL.iter().copied().map(row).collect();
        for (typed, first) in [
            ("reply a", "reply-all"),
            ("ra", "reply-all"),
            ("전체 답", "reply-all"),
            ("ㅈㅊㄷㅈ", "reply-all"),
            ("send", "send"),
            ("보내기", "send"),
            ("markd", "markdown"),
            ("theme", "theme"),
            ("테마", "theme"),
        ] {
            assert_eq!(names(&rows, typed).first(), Some(&first), "{typed}");
        }
        assert!(names(&rows, "zzz").is_empty());
        assert_eq!(names(&rows, "").len(), ALL.len());
    }

    #[test]
    fn commands_that_cannot_be_carried_out_come_after_those_that_fit_as_well() {
        let row = |command, ready| Row {
            command,
            ready,
            recent: None,
        };
        let rows = [row(ALL[0], false), row(ALL[1], true)];
        assert_eq!(names(&rows, ""), [ALL[1].id, ALL[0].id]);
    }
}
