//! Detects changed files by their content, because dates change with every checkout.

use std::fmt;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

use crate::project::{Project, clean_command, output_of};

/// Folders of the checkout that can't be part of the page. Everything else counts, so that a new
/// dependency of the page is not forgotten.
const NOT_THE_PAGE: [&str; 9] = [
    "bridge",
    "fuzz",
    "practice",
    "tests",
    "xtask",
    "docs",
    "target",
    "dist",
    "node_modules",
];

/// Folders within those that decide what is made of the sources.
const TOOLS: [&str; 3] = ["xtask/bindgen", "xtask/split", "xtask/src/page"];

/// Files in the root of the checkout that affect the page.
const ROOT_FILES: [&str; 6] = [
    ".cargo/config.toml",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// A digest of files that detects changes but does not withstand attacks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    /// The digest of all sources of the page.
    pub(crate) fn of_inputs(project: &Project) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        // Another compiler produces another page.
        output_of(clean_command("rustc").arg("-vV"))?.hash(&mut hasher);
        hash_inputs(project.root(), &mut hasher)?;
        Ok(Self(hasher.finish()))
    }

    /// The digest of all files in a folder and its subfolders.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        hash_folder(folder, &mut hasher)?;
        Ok(Self(hasher.finish()))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn hash_inputs(root: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    for name in ROOT_FILES {
        let file = root.join(name);
        if file.is_file() {
            hash_file(&file, name, hasher)?;
        }
    }
    for name in TOOLS {
        let folder = root.join(name);
        if folder.is_dir() {
            name.hash(hasher);
            hash_folder(&folder, hasher)?;
        }
    }
    for (name, path) in entries(root)? {
        let hidden = name.starts_with('.');
        if path.is_dir() && !hidden && !NOT_THE_PAGE.contains(&name.as_str()) {
            name.hash(hasher);
            hash_folder(&path, hasher)?;
        }
    }
    Ok(())
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    for (name, path) in entries(folder)? {
        if path.is_dir() {
            // Detects a file moved between folders.
            (&name, "{").hash(hasher);
            hash_folder(&path, hasher)?;
            "}".hash(hasher);
        } else {
            hash_file(&path, &name, hasher)?;
        }
    }
    Ok(())
}

fn hash_file(path: &Path, name: &str, hasher: &mut DefaultHasher) -> Result<()> {
    name.hash(hasher);
    fs::read(path)
        .with_context(|| format!("could not read {}", path.display()))?
        .hash(hasher);
    Ok(())
}

/// The entries of a folder, in an order that does not depend on the file system.
fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>> {
    let mut found = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?
    {
        let entry = entry?;
        found.push((
            entry.file_name().to_string_lossy().into_owned(),
            entry.path(),
        ));
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::hash::{DefaultHasher, Hasher};
    use std::path::Path;

    use super::{Fingerprint, hash_inputs};

    fn inputs(root: &Path) -> u64 {
        let mut hasher = DefaultHasher::new();
        hash_inputs(root, &mut hasher).unwrap();
        hasher.finish()
    }

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn what_the_page_is_made_of_counts_and_the_rest_does_not() {
        let checkout = tempfile::tempdir().unwrap();
        let root = checkout.path();
        write(root, "app/src/main.rs", "fn main() {}");
        write(root, "Cargo.lock", "1");
        let before = inputs(root);

        for beside in [
            "bridge/src/main.rs",
            "xtask/src/run.rs",
            "README.md",
            "target/x",
            "dist/index.html",
            ".git/HEAD",
        ] {
            write(root, beside, "changed");
            assert_eq!(inputs(root), before, "{beside}");
        }
        let mut seen = vec![before];
        for inside in [
            "app/src/main.rs",
            "app/src/words/ko.json",
            "wire/src/lib.rs",
            "some_new_crate/lib.rs",
            "Cargo.lock",
            "index.html",
            "xtask/src/page/template.rs",
        ] {
            write(root, inside, "changed");
            let now = inputs(root);
            assert!(!seen.contains(&now), "{inside}");
            seen.push(now);
        }
    }

    #[test]
    fn the_same_words_in_another_place_are_a_change() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(one.path(), "a/b", "text");
        write(one.path(), "c", "");
        write(two.path(), "a/b", "text");
        write(two.path(), "a/c", "");
        assert_ne!(
            Fingerprint::of_folder(one.path()).unwrap(),
            Fingerprint::of_folder(two.path()).unwrap()
        );
    }
}
