//! The field in which a rich text is edited, and its toolbar.

use std::ops::Range;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use js_sys::{Array, Uint8Array};
use leptos::html;
use leptos::prelude::*;
use web_sys::{File, FilePropertyBag};

use super::Libraries;
use super::commands::Command;
use super::editor::Editor;
use super::link::LinkBar;
use super::toolbar::Toolbar;
use crate::commands::Pressed;
use crate::commands::table::{CLEAR, LINK};
use crate::compose::attachments::{Attachments, new_content_id, use_attachments};
use crate::compose::body::text_view::{Inserted, TextView, provide};
use crate::compose::source::mark_found;
use crate::compose::store::{ComposeStateStoreFields as _, use_compose};
use crate::i18n::{Locale, use_language};
use crate::ui::ime;

/// The editor on the screen, from its handlers.
#[derive(Clone, Copy)]
pub(super) struct Handle {
    editor: StoredValue<Option<Rc<Editor>>, LocalStorage>,
    /// Which commands are on at the caret.
    pub(super) on: RwSignal<Vec<Command>>,
    /// Whether the address of a link is being typed.
    pub(super) linking: RwSignal<bool>,
}

impl Handle {
    /// With the editor, if it is there.
    pub(super) fn with<T>(self, call: impl FnOnce(&Editor) -> T) -> Option<T> {
        // What this does to the editor may call back.
        let editor = self.editor.try_get_value().flatten()?;
        Some(call(&editor))
    }

    /// Does what a button or its keys do.
    pub(super) fn run(self, command: Command) {
        if command == Command::Link {
            return self.linking.set(true);
        }
        self.with(|editor| command.run(editor.squire()));
        self.look();
    }

    /// Sees which commands are on at the caret.
    pub(super) fn look(self) {
        let on = self.with(|editor| {
            let squire = editor.squire();
            let all = Command::ALL.into_iter();
            all.filter(|command| command.is_on(squire))
                .collect::<Vec<_>>()
        });
        if let Some(on) = on.filter(|on| self.on.with_untracked(|before| before != on)) {
            self.on.set(on);
        }
    }
}

impl TextView for Handle {
    fn insert(&self, what: Inserted<'_>) -> bool {
        self.with(|editor| match what {
            Inserted::Text(text) => editor.insert_text(text),
            Inserted::Rich(html) => editor.insert(html),
            Inserted::Picture { id, name } => editor.insert_picture(id, name),
        })
        .is_some()
    }

    fn text(&self) -> Vec<u16> {
        self.with(|editor| editor.node_text().text)
            .unwrap_or_default()
    }

    fn caret(&self) -> usize {
        self.with(Editor::caret_in_text)
            .flatten()
            .unwrap_or_default()
    }

    fn select(&self, range: Range<usize>, focus: bool) {
        self.with(|editor| editor.select(&range, focus));
    }

    fn replace(&self, ranges: &[Range<usize>], with: &str) {
        self.with(|editor| editor.replace(ranges, with));
    }

    fn unmark(&self) {
        mark_found(None);
    }
}

/// Attaches a picture of pasted HTML that has its octets in its address (RFC 2397). Its Content-ID.
fn take_picture(attachments: Attachments, address: &str) -> Option<String> {
    let (kind, data) = address.strip_prefix("data:")?.split_once(',')?;
    let media_type = kind.strip_suffix(";base64")?.to_ascii_lowercase();
    let ending = match media_type.as_str() {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        _ => return None,
    };
    let data: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let octets = STANDARD.decode(data).ok()?;
    let options = FilePropertyBag::new();
    options.set_type(&media_type);
    let name = format!("picture.{ending}");
    let octets = Array::of1(&Uint8Array::from(octets.as_slice()));
    let file = File::new_with_u8_array_sequence_and_options(&octets, &name, &options).ok()?;
    let id = new_content_id();
    attachments.attach_shown(vec![(name, file, Some(id.clone()))]);
    Some(id)
}

/// The editor with its toolbar.
#[component]
#[must_use]
pub(super) fn Field(libraries: Libraries) -> impl IntoView {
    let language = use_language();
    let compose = use_compose();
    let attachments = use_attachments();
    let root = NodeRef::<html::Div>::new();
    let handle = Handle {
        editor: StoredValue::new_local(None),
        on: RwSignal::new(Vec::new()),
        linking: RwSignal::new(false),
    };
    let changed = move || {
        if let Some((html, text)) = handle.with(Editor::changed).flatten() {
            compose.type_rich(html, text);
            let files = compose.attachments().get_untracked();
            handle.with(|editor| editor.show_pictures(&files));
        }
    };
    let shown_before = StoredValue::new(None::<u32>);
    Effect::new(move |_| {
        let shown = compose.state.shown().get();
        compose.state.text_set().track();
        let Some(root) = root.get() else { return };
        if handle.editor.with_value(Option::is_none) {
            let moved = move || handle.look();
            let pasted = move |data| attachments.paste_pictures(&data);
            let take = move |address: &str| take_picture(attachments, address);
            let editor = Editor::open(&libraries, &root, changed, moved, pasted, take);
            handle.editor.set_value(editor.map(Rc::new));
        }
        let html = compose.rich_text();
        let files = compose.attachments().get_untracked();
        let same = shown_before.get_value() == Some(shown);
        shown_before.set_value(Some(shown));
        if !ime::composes_in(&root) {
            handle.with(|editor| editor.show(&html, same, &files));
        }
    });
    // A picture that has been attached may be one that the text shows.
    Effect::new(move |_| {
        let files = compose.attachments().get();
        handle.with(|editor| editor.show_pictures(&files));
    });
    Effect::new(move |_| {
        let writes = compose.writes();
        let Some(root) = root.get() else { return };
        root.set_attribute("contenteditable", if writes { "true" } else { "false" })
            .ok();
        root.set_attribute("aria-readonly", if writes { "false" } else { "true" })
            .ok();
    });
    provide(compose, Rc::new(handle));
    on_cleanup(move || drop(handle.editor.try_update_value(Option::take)));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let pressed = Pressed::of(&event);
        // The editor knows the keys of all others itself.
        let own = [(&LINK, Command::Link), (&CLEAR, Command::Clear)];
        let found = own.into_iter().find(|(entry, _)| entry.is_here(&pressed));
        if let Some((_, command)) = found.filter(|_| !ime::handles(&event)) {
            handle.run(command);
            event.prevent_default();
        }
    };
    view! {
        <Toolbar handle/>
        <LinkBar handle/>
        <div class="body">
            <div id="message" class="rich" role="textbox" aria-multiline="true" spellcheck="true"
                tabindex="0" node_ref=root aria-label=language.words(Locale::message)
                on:keydown=on_key></div>
        </div>
    }
}
