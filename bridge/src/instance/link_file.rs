//! The file by which `--open` brings a browser to the page.
//!
//! What stands in a command line every user of the machine can read, and the link has the token in
//! it. So the browser is given the name of a file that only this user can read, and that leads to
//! the link. It is removed when the program ends; what an ended program left behind, by the next
//! that opens one, or when the running bridge ends.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::private;

/// The folders of such files begin like this.
const FOLDER: &str = "glasspost-open-";

/// The file in the folder. It is locked as long as its program runs.
const FILE: &str = "open.html";

/// A file that leads to the page. Removed when this is dropped.
#[derive(Debug)]
pub(crate) struct LinkFile {
    folder: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl LinkFile {
    /// Makes one in the user's runtime folder, or else in the folder for temporary files.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn create(link: &str) -> io::Result<LinkFile> {
        let made = private::runtime_folder().map(|base| LinkFile::create_in(&base, link));
        match made {
            Some(Ok(made)) => Ok(made),
            _ => LinkFile::create_in(&std::env::temp_dir(), link),
        }
    }

    fn create_in(base: &Path, link: &str) -> io::Result<LinkFile> {
        let mut random = [0; 12];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let folder = base.join(format!("{FOLDER}{}", URL_SAFE_NO_PAD.encode(random)));
        private::folder().create(&folder)?;
        let made = write_locked(&folder, link).map(|file| LinkFile {
            folder: folder.clone(),
            _file: file,
        });
        match &made {
            Ok(_) => sweep(base),
            Err(_) => remove(&folder),
        }
        made
    }

    /// Leaves it where it is when this program ends, for a browser that has not read it yet. A
    /// later [`sweep_all`] removes it.
    pub(crate) fn leave(self) {
        std::mem::forget(self);
    }

    /// Where it is.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }
}

impl Drop for LinkFile {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// Removes what ended programs of this user left behind.
pub(crate) fn sweep_all() {
    for base in private::runtime_folder()
        .into_iter()
        .chain([std::env::temp_dir()])
    {
        sweep(&base);
    }
}

/// Under another name until it is locked: an unlocked one would look left behind.
fn write_locked(folder: &Path, link: &str) -> io::Result<File> {
    let new = folder.join("new");
    let mut file = private::file().create_new(true).open(&new)?;
    file.lock()?;
    file.write_all(html(link).as_bytes())?;
    file.flush()?;
    fs::rename(new, folder.join(FILE))?;
    Ok(file)
}

fn html(link: &str) -> String {
    let link = link
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n\
         <title>Glasspost</title>\n</head>\n\
         <body><p><a href=\"{link}\">Open Glasspost</a></p></body>\n</html>\n"
    )
}

/// Removes what ended programs of this user left behind in this folder. A program that runs, this
/// one included, holds the lock of its file.
fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let folder = entry.path();
        let named = entry.file_name().to_string_lossy().starts_with(FOLDER);
        if !named {
            continue;
        }
        // A stranger's folder of this name in a folder for everybody is none of our business.
        let private =
            fs::symlink_metadata(&folder).is_ok_and(|it| it.is_dir() && private::is_private(&it));
        let left = || File::open(folder.join(FILE)).is_ok_and(|file| file.try_lock().is_ok());
        if private && left() {
            remove(&folder);
        }
    }
}

/// It may be gone already.
fn remove(folder: &Path) {
    for file in ["new", FILE] {
        fs::remove_file(folder.join(file)).ok();
    }
    if let Err(error) = fs::remove_dir(folder) {
        tracing::debug!(%error, "the folder of a link");
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn folders(base: &Path) -> usize {
        fs::read_dir(base).expect("a folder").count()
    }

    #[test]
    fn only_its_user_can_read_it_and_it_goes_with_its_program() {
        let base = tempfile::tempdir().expect("a folder");
        let link = "http://127.0.0.1:1/#token=a&\"<b";
        let file = LinkFile::create_in(base.path(), link).expect("a file");
        let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
        assert_eq!(mode(&file.path()), 0o600);
        assert_eq!(mode(&file.folder), 0o700);
        let text = fs::read_to_string(file.path()).expect("text");
        let quoted = "http://127.0.0.1:1/#token=a&amp;&quot;&lt;b";
        assert!(text.contains(&format!("0; url={quoted}\"")), "{text}");
        drop(file);
        assert_eq!(folders(base.path()), 0);
    }

    #[test]
    fn what_was_left_behind_is_removed_and_nothing_else() {
        let base = tempfile::tempdir().expect("a folder");
        let running = LinkFile::create_in(base.path(), "x").expect("a file");
        let make = |name: &str, mode: u32| {
            let folder = base.path().join(name);
            fs::create_dir(&folder).expect("a folder");
            fs::write(folder.join(FILE), "x").expect("a file");
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(&folder, mode).expect("a mode");
            folder
        };
        let left = make("glasspost-open-left", 0o700);
        let public = make("glasspost-open-public", 0o755);
        let other = make("other", 0o700);
        let next = LinkFile::create_in(base.path(), "x").expect("a file");
        assert!(!left.exists());
        for stays in [&public, &other, &running.folder, &next.folder] {
            assert!(stays.exists(), "{}", stays.display());
        }
    }
}
