//! One running bridge for each user: a second start finds the first and prints its link.
//!
//! The running bridge holds the lock of a file that only its user can read, and writes its
//! announcement into it. The system releases the lock however the bridge ends, so a file that a
//! crash left behind is ignored.

pub(crate) mod announce;
pub(crate) mod link_file;
mod private;

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use announce::Ready;

/// The name of the file.
const FILE: &str = "running.json";

/// How long to wait for a bridge that holds the lock but announces nothing: it is starting or
/// shutting down, and shutting down may take [`crate::shutdown::TIMEOUT`].
const TIMEOUT: Duration = Duration::from_secs(15);

/// How often to read the file meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Which bridge of this user runs.
#[derive(Debug)]
pub(crate) enum Instance {
    /// This one.
    Own(Registration),
    /// Another one; this is its announcement.
    Other(Ready),
}

/// The file of the running bridge. Removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Registration {
    path: PathBuf,
    /// Holds the lock.
    file: File,
}

/// Registers this bridge as the running one, or finds the one that is.
///
/// # Errors
/// What the system said of the file; that others may read it; that the bridge which holds its lock
/// announces nothing.
pub(crate) async fn find() -> io::Result<Instance> {
    let folder = match private::runtime_folder().filter(|base| base.is_dir()) {
        Some(base) => base.join("glasspost"),
        None => std::env::temp_dir().join(own_name()),
    };
    find_in(&folder, TIMEOUT).await
}

/// The name of a folder among those of other users.
fn own_name() -> String {
    #[cfg(unix)]
    return format!("glasspost-{}", rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    "glasspost".to_owned()
}

async fn find_in(folder: &Path, timeout: Duration) -> io::Result<Instance> {
    match private::folder().create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let path = folder.join(FILE);
    let deadline = Instant::now() + timeout;
    loop {
        let mut file = private::file()
            .read(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        // Another user who can write here could send this user to a page of their own.
        if ![fs::symlink_metadata(folder)?, file.metadata()?]
            .iter()
            .all(private::is_private)
        {
            return Err(io::Error::other(format!(
                "{} may be read by others",
                path.display()
            )));
        }
        match file.try_lock() {
            Ok(()) if is_at(&file, &path) => {
                file.set_len(0)?;
                return Ok(Instance::Own(Registration { path, file }));
            }
            // The bridge that had it has shut down and removed it meanwhile.
            Ok(()) => continue,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        if let Ok(ready) = serde_json::from_str(&text) {
            return Ok(Instance::Other(ready));
        }
        if Instant::now() >= deadline {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "another glasspost is starting or shutting down and takes too long",
            ));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Whether the file at this path is still this one.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |it: fs::Metadata| (it.dev(), it.ino());
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(own), Ok(there)) => id(own) == id(there),
        _ => false,
    }
}

// A file that is open can't be replaced there.
#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

impl Registration {
    /// Announces this bridge to later starts.
    ///
    /// # Errors
    /// What the system said of the file.
    pub(crate) fn announce(&mut self, ready: &Ready) -> io::Result<()> {
        let text = serde_json::to_vec(ready)?;
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        // In one write. A reader that sees only a part of it can't parse it, and reads again.
        self.file.write_all(&text)?;
        self.file.flush()
    }

    /// Removes the announcement. A later start waits until this bridge has ended, and gets its
    /// port.
    pub(crate) fn withdraw(&self) {
        if let Err(error) = self.file.set_len(0) {
            tracing::debug!(%error, "the file of the running bridge");
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // The lock is still held, so this is not the file of another bridge.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the file of the running bridge");
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn ready(url: &str) -> Ready {
        serde_json::from_value(serde_json::json!({
            "url": url, "ws": "ws://x", "token": "t", "practice": null,
        }))
        .expect("what a bridge announces")
    }

    /// A folder that is removed at the end, and the one in it that the file is in.
    fn folder() -> (tempfile::TempDir, PathBuf) {
        let base = tempfile::tempdir().expect("a folder");
        let folder = base.path().join("glasspost");
        (base, folder)
    }

    async fn own(folder: &Path) -> Registration {
        match find_in(folder, TIMEOUT).await {
            Ok(Instance::Own(registration)) => registration,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_second_start_finds_the_first_as_long_as_it_runs() {
        let (_base, folder) = folder();
        let mut first = own(&folder).await;
        first.announce(&ready("http://first")).expect("written");
        let mode = fs::metadata(&first.path).expect("it").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        match find_in(&folder, TIMEOUT).await {
            Ok(Instance::Other(found)) => assert_eq!(found.url(), "http://first"),
            other => panic!("{other:?}"),
        }
        let path = first.path.clone();
        drop(first);
        assert!(!path.exists());
        own(&folder).await;
    }

    #[tokio::test]
    async fn a_file_that_was_left_behind_is_ignored() {
        let (_base, folder) = folder();
        let mut ended = own(&folder).await;
        ended.announce(&ready("http://ended")).expect("written");
        let text = fs::read(&ended.path).expect("text");
        let path = ended.path.clone();
        drop(ended);
        fs::write(&path, text).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
        own(&folder).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_bridge_that_is_starting_is_waited_for() {
        let (_base, folder) = folder();
        let mut first = own(&folder).await;
        let (second, ()) = tokio::join!(find_in(&folder, TIMEOUT), async {
            tokio::time::sleep(4 * POLL_INTERVAL).await;
            first.announce(&ready("http://first")).expect("written");
        });
        assert!(matches!(second, Ok(Instance::Other(_))), "{second:?}");
        first.withdraw();
        let third = find_in(&folder, TIMEOUT)
            .await
            .expect_err("nothing announced");
        assert_eq!(third.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_folder_that_others_can_change_is_not_trusted() {
        let (base, folder) = folder();
        drop(own(&folder).await);
        let public = fs::Permissions::from_mode(0o777);
        fs::set_permissions(&folder, public).expect("a mode");
        let error = find_in(&folder, TIMEOUT)
            .await
            .expect_err("a public folder");
        assert!(error.to_string().contains("others"), "{error}");

        let other = base.path().join("other");
        private::folder().create(&other).expect("a folder");
        std::os::unix::fs::symlink("/dev/null", other.join(FILE)).expect("a link");
        assert!(find_in(&other, TIMEOUT).await.is_err());
    }
}
