//! A style sheet that `index.html` does not name is missing without an error. This check reports
//! it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// Compares the style sheets in `app/` with those in `index.html`.
pub(crate) fn check(project: &Project) -> Result<()> {
    let html =
        fs::read_to_string(project.path("index.html")).context("could not read index.html")?;
    let mut there = BTreeSet::new();
    find(project.root(), "app", &mut there)?;
    let problems = compare(&named(&html), &there);
    if !problems.is_empty() {
        bail!(
            "index.html and the style sheets in app/ do not agree:\n{}",
            problems.join("\n")
        );
    }
    Ok(())
}

/// The `href`s of `<link data-trunk rel="css" …>`.
fn named(html: &str) -> BTreeSet<String> {
    html.split('<')
        .filter(|tag| {
            tag.starts_with("link ") && tag.contains("data-trunk") && tag.contains("rel=\"css\"")
        })
        .filter_map(|tag| tag.split_once("href=\"")?.1.split_once('"'))
        .map(|(href, _)| href.to_owned())
        .collect()
}

fn find(root: &Path, folder: &str, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in
        fs::read_dir(root.join(folder)).with_context(|| format!("could not read {folder}"))?
    {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            find(root, &path, found)?;
        } else if path.ends_with(".css") {
            found.insert(path);
        }
    }
    Ok(())
}

fn compare(named: &BTreeSet<String>, there: &BTreeSet<String>) -> Vec<String> {
    let forgotten = there.difference(named).map(|path| {
        format!("- {path} is not named; add <link data-trunk rel=\"css\" href=\"{path}\">")
    });
    let gone = named
        .difference(there)
        .map(|path| format!("- {path} is named but does not exist"));
    forgotten.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{compare, named};

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn only_style_sheets_are_read_from_the_page() {
        let html = r#"<link data-trunk rel="rust" href="app/Cargo.toml">
            <link data-trunk rel="css" href="app/a.css"><link rel="css" href="other.css">
            <link data-trunk rel="icon" href="app/icon.svg"><link data-trunk href="app/b.css" rel="css" />"#;
        assert_eq!(named(html), set(&["app/a.css", "app/b.css"]));
    }

    #[test]
    fn both_kinds_of_disagreement_are_told() {
        assert!(compare(&set(&["a"]), &set(&["a"])).is_empty());
        let problems = compare(&set(&["a", "gone"]), &set(&["a", "forgotten"]));
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("forgotten is not named"));
        assert!(problems[1].contains("gone is named but does not exist"));
    }
}
