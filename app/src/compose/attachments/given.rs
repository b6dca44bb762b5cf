//! Files that a person gives the page: chosen, dropped or pasted, folders included.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
};

use super::list::MOST;

/// What becomes of pictures that are given.
#[derive(Clone, Debug, Default)]
pub(super) enum Pictures {
    /// They are files like others.
    #[default]
    Attached,
    /// They are shown in the text where the caret is.
    AtCaret,
    /// They are in the text already, by these Content-IDs, one for each file; None: it is not.
    Named(Vec<Option<String>>),
}

/// Files that were given at once.
#[derive(Default)]
pub(super) struct Given {
    /// Each with its name, which for a file of a folder is its path in it.
    pub(super) files: Vec<(String, File)>,
    /// There are more than a message can have. The rest was not looked at.
    pub(super) too_many: bool,
    /// What becomes of the pictures among them.
    pub(super) pictures: Pictures,
    /// What could not be read, by name.
    pub(super) unreadable: Vec<String>,
}

impl Given {
    fn add(&mut self, name: String, file: File) {
        if self.files.len() < MOST {
            self.files.push((name, file));
        } else {
            self.too_many = true;
        }
    }
}

/// The files of a field in which they were chosen. Those of a folder have their path in it.
pub(super) fn chosen(files: &FileList) -> Given {
    let mut given = Given::default();
    for file in (0..files.length()).filter_map(|at| files.get(at)) {
        if given.too_many {
            break;
        }
        // web-sys does not know it.
        let path = Reflect::get(&file, &"webkitRelativePath".into());
        let path = path.ok().and_then(|path| path.as_string());
        let name = path.filter(|path| !path.is_empty());
        given.add(name.unwrap_or_else(|| file.name()), file);
    }
    given
}

/// Whether something that is dragged, or pasted, has files.
pub(super) fn has_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind == "Files")
}

/// What a drop or a paste has of files, which must be asked for while its event is handled.
pub(super) struct Dropped {
    entries: Vec<FileSystemEntry>,
    files: Vec<File>,
}

/// Takes the files of a drop or a paste.
pub(super) fn dropped(data: &DataTransfer) -> Dropped {
    let items = data.items();
    let mut dropped = Dropped {
        entries: Vec::new(),
        files: Vec::new(),
    };
    for item in (0..items.length()).filter_map(|at| items.get(at)) {
        if item.kind() != "file" {
            continue;
        }
        // Only what is a folder needs an entry: the file itself says more, such as its type.
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry {
            Some(entry) if entry.is_directory() => dropped.entries.push(entry),
            _ => dropped.files.extend(item.get_as_file().ok().flatten()),
        }
    }
    dropped
}

impl Dropped {
    /// Whether it has anything.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.files.is_empty()
    }

    /// All files, also those in folders.
    pub(super) async fn read(self) -> Given {
        let mut given = Given::default();
        for file in self.files {
            given.add(file.name(), file);
        }
        let mut open = self.entries;
        while let Some(entry) = open.pop() {
            if given.too_many {
                break;
            }
            let name = entry.full_path().trim_start_matches('/').to_owned();
            if entry.is_directory() {
                match list_folder(entry.unchecked_ref(), &mut open).await {
                    Ok(whole) => given.too_many |= !whole,
                    Err(_) => given.unreadable.push(name),
                }
                continue;
            }
            let entry: FileSystemFileEntry = entry.unchecked_into();
            let file = settled(|ok, failed| entry.file_with_callback_and_callback(ok, failed));
            match file.await.map(JsCast::dyn_into) {
                Ok(Ok(file)) => given.add(name, file),
                _ => given.unreadable.push(name),
            }
        }
        // The order in which people read them.
        given.files.sort_by(|(a, _), (b, _)| a.cmp(b));
        given
    }
}

/// Adds what is in a folder. False: it has more than a message can have.
async fn list_folder(
    folder: &FileSystemDirectoryEntry,
    open: &mut Vec<FileSystemEntry>,
) -> Result<bool, JsValue> {
    let reader = folder.create_reader();
    // It answers in parts, the last of which is empty.
    loop {
        let part = settled(|ok, failed| {
            // It fails through the second callback.
            reader
                .read_entries_with_callback_and_callback(ok, failed)
                .ok();
        });
        let part = Array::from(&part.await?);
        if part.length() == 0 {
            return Ok(true);
        }
        open.extend(part.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
        if open.len() > MOST {
            return Ok(false);
        }
    }
}

/// Waits for a function that calls one of two callbacks.
async fn settled(mut call: impl FnMut(&Function, &Function)) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::new(&mut |ok, failed| call(&ok, &failed))).await
}
