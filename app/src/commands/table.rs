//! All commands. The palette, the shortcuts and the list of shortcuts read this table, the controls
//! of the page are marked with its entries, and widgets ask it for their keys.

use super::command::{Command, Group};
use super::keys::Keys;
use crate::i18n::Locale;

use Group::{Fields, Format, Go, Inbox as InInbox, Page, Wire as InWire, Write};

/// The key that is pressed before another.
pub(super) const FIRST_KEY: &str = "g";

/// Commands by name, and all of them.
macro_rules! table {
    ($($name:ident = $command:expr;)+) => {
        $(#[allow(missing_docs, reason = "the name says it")]
        pub static $name: Command = $command;)+

        /// All, in the order in which they are shown.
        pub static ALL: &[&Command] = &[$(&$name),+];
    };
}

table! {
    INBOX = Command::new("inbox", Go, Locale::inbox)
        .keys(&[Keys::after_g("i")]).shows(".inbox");
    COMPOSE = Command::new("compose", Go, Locale::compose)
        .keys(&[Keys::after_g("m")]).shows(".compose");
    DRAFTS = Command::new("drafts", Go, Locale::drafts)
        .keys(&[Keys::after_g("d")]).shows(".draft-list");
    WIRE = Command::new("wire", Go, Locale::wire)
        .keys(&[Keys::after_g("w")]).shows(".wirepane:not(.folded)");
    HISTORY = Command::new("history", Go, Locale::history)
        .keys(&[Keys::after_g("h")]).shows(".history");
    LESSONS = Command::new("lessons", Go, Locale::lessons)
        .keys(&[Keys::after_g("l")]).shows(".lessons");
    CONTACTS = Command::new("contacts", Go, Locale::contacts).keys(&[Keys::after_g("c")]);
    IDENTITIES = Command::new("identities", Go, Locale::identities);
    SERVER = Command::new("server", Go, Locale::mail_server);
    TEMPLATES = Command::new("templates", Go, Locale::templates).within(&COMPOSE);
    SCENARIOS = Command::new("scenarios", Go, Locale::scenarios);
    SETTINGS = Command::new("settings", Go, Locale::settings).keys(&[Keys::after_g("s")]);

    SEARCH = Command::new("search", InInbox, Locale::search_inbox)
        .keys(&[Keys::of("/")]).within(&INBOX).needs(Locale::needs_messages);
    NEXT = Command::new("next", InInbox, Locale::next_message)
        .keys(&[Keys::of("j"), Keys::of("ArrowDown").here()])
        .needs(Locale::needs_messages).repeats();
    PREVIOUS = Command::new("previous", InInbox, Locale::previous_message)
        .keys(&[Keys::of("k"), Keys::of("ArrowUp").here()])
        .needs(Locale::needs_messages).repeats();
    FIRST = Command::of_focus("first", InInbox, Locale::first_message,
        &[Keys::of("Home").here()]);
    LAST = Command::of_focus("last", InInbox, Locale::last_message, &[Keys::of("End").here()]);
    OPEN = Command::new("open", InInbox, Locale::open_this_message)
        .keys(&[Keys::of("o")]).needs(Locale::needs_row);
    BACK = Command::new("back", InInbox, Locale::back_to_list)
        .keys(&[Keys::of("u")]).needs(Locale::needs_open_message);
    REPLY = Command::new("reply", InInbox, Locale::reply)
        .keys(&[Keys::of("r")]).needs(Locale::needs_open_message);
    REPLY_ALL = Command::new("reply-all", InInbox, Locale::reply_all)
        .keys(&[Keys::of("a")]).needs(Locale::needs_open_message);
    FORWARD = Command::new("forward", InInbox, Locale::forward)
        .keys(&[Keys::of("f")]).needs(Locale::needs_open_message);
    FORWARD_ENCLOSED = Command::new("forward-enclosed", InInbox, Locale::forward_enclosed)
        .needs(Locale::needs_open_message);
    DELETE = Command::new("delete", InInbox, Locale::delete)
        .keys(&[Keys::of("#"), Keys::of("Delete").here()]).needs(Locale::needs_message);
    STAR = Command::new("star", InInbox, Locale::star)
        .keys(&[Keys::of("s")]).needs(Locale::needs_message);
    MARK_READ = Command::new("mark-read", InInbox, Locale::mark_read)
        .keys(&[Keys::of("i").shift()]).needs(Locale::needs_message);
    MARK_UNREAD = Command::new("mark-unread", InInbox, Locale::mark_unread)
        .keys(&[Keys::of("u").shift()]).needs(Locale::needs_message);
    CHOOSE = Command::new("choose", InInbox, Locale::choose_this_message)
        .keys(&[Keys::of("x"), Keys::control(" ").here()]).needs(Locale::needs_row);
    EXTEND = Command::of_focus("extend", InInbox, Locale::choose_more,
        &[Keys::of("ArrowUp").shift().here(), Keys::of("ArrowDown").shift().here()]);
    CHOOSE_ALL = Command::of_focus("choose-all", InInbox, Locale::choose_all,
        &[Keys::control("a").here()]);
    CHOOSE_NONE = Command::of_focus("choose-none", InInbox, Locale::choose_none,
        &[Keys::of("Escape").here()]);
    MESSAGE = Command::new("message", InInbox, Locale::message)
        .needs(Locale::needs_open_message);
    PARTS = Command::new("parts", InInbox, Locale::parts).needs(Locale::needs_open_message);
    HEADERS = Command::new("headers", InInbox, Locale::headers)
        .needs(Locale::needs_open_message);
    MESSAGE_SOURCE = Command::new("message-source", InInbox, Locale::source)
        .needs(Locale::needs_open_message);
    CONVERSATION = Command::new("conversation", InInbox, Locale::conversation)
        .needs(Locale::needs_open_message);
    DOWNLOAD = Command::new("download", InInbox, Locale::save_eml)
        .needs(Locale::needs_open_message);
    EXPORT_INBOX = Command::new("export-inbox", InInbox, Locale::export_inbox)
        .within(&INBOX).needs(Locale::needs_messages);
    CLEAR_INBOX = Command::new("clear-inbox", InInbox, Locale::clear_inbox)
        .within(&INBOX).needs(Locale::needs_messages);
    CONNECTIONS = Command::new("connections", InInbox, Locale::connections).within(&INBOX);
    OPEN_FILE = Command::new("open-file", InInbox, Locale::open_message).within(&INBOX);

    NEW = Command::new("new", Write, Locale::new_message).keys(&[Keys::of("c")]);
    SEND = Command::new("send", Write, Locale::send)
        .keys(&[Keys::control("Enter").here()]).needs(Locale::needs_draft);
    STEP = Command::new("step", Write, Locale::step_through)
        .within(&COMPOSE).needs(Locale::needs_draft);
    SEND_LATER = Command::new("send-later", Write, Locale::send_later_menu)
        .within(&COMPOSE).control(".send .split > button").needs(Locale::needs_draft);
    ATTACH = Command::new("attach", Write, Locale::attach_files)
        .within(&COMPOSE).needs(Locale::needs_draft);
    INVITE = Command::new("invite", Write, Locale::event_invitation)
        .within(&COMPOSE).needs(Locale::needs_draft);
    SEND_TO_MANY = Command::new("send-to-many", Write, Locale::send_to_many)
        .within(&COMPOSE);
    OPTIONS = Command::new("options", Write, Locale::options)
        .within(&COMPOSE).needs(Locale::needs_draft);
    PLAIN = Command::new("plain", Write, Locale::plain_text)
        .within(&COMPOSE).needs(Locale::needs_draft);
    MARKDOWN = Command::new("markdown", Write, Locale::markdown)
        .within(&COMPOSE).needs(Locale::needs_draft);
    RICH = Command::new("rich", Write, Locale::rich_text)
        .within(&COMPOSE).needs(Locale::needs_draft);
    FIELDS = Command::new("fields", Write, Locale::write).within(&COMPOSE);
    PREVIEW = Command::new("preview", Write, Locale::preview).within(&COMPOSE);
    SOURCE = Command::new("source", Write, Locale::source).within(&COMPOSE);
    FIND = Command::new("find", Write, Locale::find_in_text)
        .keys(&[Keys::control("f").here()]).within(&COMPOSE).needs(Locale::needs_draft);
    UNDO = Command::new("undo", Write, Locale::undo_last)
        .keys(&[Keys::of("z")]).needs(Locale::needs_undo);

    CC = Command::new("cc", Fields, Locale::to_cc).within(&COMPOSE)
        .keys(&[Keys::control("c").shift()]).control("#cc, [data-command=cc]");
    BCC = Command::new("bcc", Fields, Locale::to_bcc).within(&COMPOSE)
        .keys(&[Keys::control("b").shift()]).control("#bcc, [data-command=bcc]");
    EDIT_CHIP = Command::of_focus("edit-chip", Fields, Locale::edit_chip,
        &[Keys::of("Enter").here(), Keys::of("F2").here()]);
    MOVE_FILE = Command::of_focus("move-file", Fields, Locale::move_file,
        &[Keys::alt("ArrowLeft").here(), Keys::alt("ArrowRight").here(),
            Keys::alt("ArrowUp").here(), Keys::alt("ArrowDown").here()]);

    BOLD = Command::of_focus("bold", Format, Locale::bold_text, &[Keys::control("b").here()]);
    ITALIC = Command::of_focus("italic", Format, Locale::italic_text,
        &[Keys::control("i").here()]);
    UNDERLINE = Command::of_focus("underline", Format, Locale::underlined_text,
        &[Keys::control("u").here()]);
    STRIKE = Command::of_focus("strike", Format, Locale::struck_text,
        &[Keys::control("7").shift().here()]);
    LINK = Command::of_focus("link", Format, Locale::link_text, &[Keys::control("k").here()]);
    BULLETS = Command::of_focus("bullets", Format, Locale::bullet_list,
        &[Keys::control("8").shift().here()]);
    NUMBERS = Command::of_focus("numbers", Format, Locale::numbered_list,
        &[Keys::control("9").shift().here()]);
    QUOTE = Command::of_focus("quote", Format, Locale::quote_text, &[Keys::control("]").here()]);
    CODE = Command::of_focus("code", Format, Locale::code_text, &[Keys::control("d").here()]);
    CLEAR = Command::of_focus("clear", Format, Locale::clear_formatting,
        &[Keys::control("\\").here()]);

    ABORT = Command::new("abort", InWire, Locale::abort).needs(Locale::needs_sending);
    RUN = Command::new("run", InWire, Locale::run_to_end).needs(Locale::needs_pause);
    SEND_LINE = Command::of_focus("send-line", InWire, Locale::send_line,
        &[Keys::of("Enter").here()]);
    EXPORT_WIRE = Command::new("export-wire", InWire, Locale::export_wire)
        .within(&WIRE).needs(Locale::needs_wire);

    PALETTE = Command::new("palette", Page, Locale::all_commands)
        .keys(&[Keys::control("k"), Keys::of("F1")]);
    SHEET = Command::new("sheet", Page, Locale::shortcuts).keys(&[Keys::of("?")]);
    PRINT = Command::new("print", Page, Locale::print).keys(&[Keys::control("p").here()]);
    LANGUAGE = Command::new("language", Page, Locale::language);
    THEME = Command::new("theme", Page, Locale::theme);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn sources(path: &Path, all: &mut String) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).expect("a folder") {
                sources(&entry.expect("an entry").path(), all);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with(file!())
        {
            all.push_str(&std::fs::read_to_string(path).expect("a source"));
        }
    }

    #[test]
    fn no_two_commands_have_the_same_id_or_keys() {
        let mut ids = BTreeSet::new();
        let mut keys: Vec<&Keys> = Vec::new();
        for command in ALL {
            assert!(ids.insert(command.id), "{}", command.id);
            for one in command.keys.iter().filter(|one| !one.here) {
                assert!(!keys.contains(&one), "{}", command.id);
                assert!(
                    one.first.is_some() || one.key != FIRST_KEY,
                    "{}",
                    command.id
                );
                keys.push(one);
            }
        }
    }

    #[test]
    fn every_command_has_a_control_or_is_offered() {
        let mut all = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
        let names = include_str!("table.rs").lines().filter_map(|line| {
            let (name, _) = line.trim().split_once(" = Command::")?;
            Some(name)
        });
        for (command, name) in ALL.iter().zip(names) {
            let used = [
                format!("&{name}"),
                format!("&table::{name}"),
                format!("{name}.is_here("),
            ];
            let is_used = used.iter().any(|used| all.contains(used));
            assert!(command.control.is_some() || is_used, "{name} is not used");
        }
    }

    /// Buttons in dialogs, and in a list at a text field: neither the key nor the palette works
    /// there.
    const UNDO_THERE: [&str; 3] = [
        "accounts/identities/dialog.rs",
        "compose/templates/dialog.rs",
        "contacts/erase.rs",
    ];

    #[test]
    fn every_button_that_undoes_is_reached_by_the_command() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = vec![src.clone()];
        let mut unmarked = BTreeSet::new();
        while let Some(path) = files.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(path).expect("a folder");
                files.extend(entries.map(|entry| entry.expect("an entry").path()));
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            let buttons = source.split("<button").skip(1);
            let buttons = buttons.filter_map(|rest| rest.split_once("</button>"));
            let mut undoing = buttons.filter(|(button, _)| button.contains("Locale::undo)"));
            if undoing.any(|(button, _)| !button.contains("UNDO)")) {
                let name = path.strip_prefix(&src).expect("a source");
                unmarked.insert(name.to_string_lossy().replace('\\', "/"));
            }
        }
        assert_eq!(unmarked, UNDO_THERE.map(str::to_owned).into());
    }
}
