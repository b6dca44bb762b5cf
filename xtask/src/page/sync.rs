//! Makes one folder equal to another and touches only files that differ, because cargo compiles the
//! bridge again for every newer file in `dist/`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Makes `to` contain exactly what `from` contains. Names with a leading dot are trunk's and are
/// ignored.
pub(crate) fn mirror(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not make {}", to.display()))?;
    let mut wanted = BTreeSet::new();
    for entry in fs::read_dir(from).with_context(|| format!("could not read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        let (source, goal) = (entry.path(), to.join(&name));
        if source.is_dir() {
            mirror(&source, &goal)?;
        } else {
            let fresh = fs::read(&source)?;
            if fs::read(&goal).ok().as_ref() != Some(&fresh) {
                fs::write(&goal, fresh)
                    .with_context(|| format!("could not write {}", goal.display()))?;
            }
        }
        wanted.insert(name);
    }
    remove_all_but(&wanted, to)
}

fn remove_all_but(wanted: &BTreeSet<OsString>, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if wanted.contains(&entry.file_name()) {
            continue;
        }
        let path = entry.path();
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.with_context(|| format!("could not remove {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::mirror;

    #[test]
    fn the_same_is_left_alone_and_the_rest_made_equal() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (from, to) = (from.path(), to.path());
        fs::create_dir_all(from.join("snippets")).unwrap();
        fs::create_dir_all(from.join(".stage")).unwrap();
        fs::write(from.join("same"), "same").unwrap();
        fs::write(from.join("changed"), "new").unwrap();
        fs::write(from.join("snippets/a.js"), "a").unwrap();
        fs::create_dir_all(to.join("old")).unwrap();
        fs::write(to.join("same"), "same").unwrap();
        fs::write(to.join("changed"), "old").unwrap();
        fs::write(to.join("stale"), "stale").unwrap();
        let before = fs::metadata(to.join("same")).unwrap().modified().unwrap();

        mirror(from, to).unwrap();

        assert_eq!(fs::read_to_string(to.join("changed")).unwrap(), "new");
        assert_eq!(fs::read_to_string(to.join("snippets/a.js")).unwrap(), "a");
        assert_eq!(
            fs::metadata(to.join("same")).unwrap().modified().unwrap(),
            before
        );
        for gone in ["stale", "old", ".stage"] {
            assert!(!to.join(gone).exists(), "{gone}");
        }
    }
}
