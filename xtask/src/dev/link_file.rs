//! The file that `--open` opens in a browser. The link contains the token, and every user of the
//! machine can read command lines, but not this file.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file that redirects to the page. Removed when dropped.
#[derive(Debug)]
pub(crate) struct LinkFile(PathBuf);

impl LinkFile {
    /// Creates the file in `folder`, replacing one of an earlier run.
    pub(crate) fn create(folder: &Path, link: &str) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let path = folder.join("open.html");
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        write!(
            file,
            "<!doctype html>\n<meta charset=\"utf-8\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta http-equiv=\"refresh\" content=\"0; url={link}\">\n\
             <title>Glasspost</title>\n<a href=\"{link}\">Open Glasspost</a>\n"
        )?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for LinkFile {
    fn drop(&mut self) {
        // It may have been removed already.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_its_user_can_read_it_and_it_is_removed() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("open");
        for _ in 0..2 {
            let file = LinkFile::create(&folder, "http://127.0.0.1:1/#token=x").unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(file.path())), (0o700, 0o600));
            let text = fs::read_to_string(file.path()).unwrap();
            assert!(
                text.contains("0; url=http://127.0.0.1:1/#token=x\""),
                "{text}"
            );
            let path = file.path().to_owned();
            drop(file);
            assert!(!path.exists());
        }
    }
}
