//! Files and folders that only the user of this program can read.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::path::PathBuf;

/// Where such files belong: the user's runtime folder (`XDG_RUNTIME_DIR`), where there is one.
pub(crate) fn runtime_folder() -> Option<PathBuf> {
    std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|base| base.is_absolute())
}

/// Makes folders with mode 0700.
#[cfg(unix)]
pub(crate) fn folder() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Opens files for writing, and makes them with mode 0600. Follows no symbolic link.
#[cfg(unix)]
pub(crate) fn file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits();
    options
        .write(true)
        .mode(0o600)
        .custom_flags(no_follow.cast_signed());
    options
}

/// Whether this belongs to the user of this program, and nobody else may read or change it.
#[cfg(unix)]
pub(crate) fn is_private(it: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    it.uid() == rustix::process::geteuid().as_raw() && it.mode() & 0o077 == 0
}

// The folder for temporary files is the user's own there.
#[cfg(not(unix))]
pub(crate) fn folder() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(not(unix))]
pub(crate) fn file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    options
}

#[cfg(not(unix))]
pub(crate) fn is_private(_it: &Metadata) -> bool {
    true
}
