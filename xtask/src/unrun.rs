//! Finds out from the sources which tests need what, so that the tests that are not run can be
//! named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::project::Project;
use crate::say::say;
use crate::setup::Lacking;

/// A test that needs something.
#[derive(Debug, PartialEq, Eq)]
struct Needing {
    file: String,
    needs: BTreeSet<String>,
}

/// Lists what is missing, what would provide it, and how many tests of which files are not run
/// because of it.
pub(crate) fn list(project: &Project, lacking: &[Lacking]) -> Result<()> {
    if lacking.is_empty() {
        return Ok(());
    }
    let tests = all(project)?;
    let lacks = |test: &&Needing| lacking.iter().any(|l| test.needs.contains(l.need));
    say(
        "test",
        format!(
            "not run: {} tests, because this machine lacks what they need",
            tests.iter().filter(lacks).count()
        ),
    );
    for Lacking { need, why, how } in lacking {
        let of: Vec<_> = tests.iter().filter(|t| t.needs.contains(*need)).collect();
        let files: BTreeSet<_> = of.iter().map(|test| test.file.as_str()).collect();
        let files = files.into_iter().collect::<Vec<_>>().join(", ");
        say("", format!("- {need}: {} tests, in {files}", of.len()));
        say("", format!("  {why}"));
        say("", format!("  to run them: {how}"));
    }
    Ok(())
}

/// Every test in `tests/` that needs something.
fn all(project: &Project) -> Result<Vec<Needing>> {
    let manifest = project.path("tests/Cargo.toml");
    let manifest = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let mut tests = Vec::new();
    read_folder(&project.path("tests/tests"), "", &manifest, &mut tests)?;
    Ok(tests)
}

/// `target` is the name of the test program to which the files of the folder belong; empty for the
/// folder that contains all of them.
fn read_folder(
    folder: &Path,
    target: &str,
    manifest: &str,
    tests: &mut Vec<Needing>,
) -> Result<()> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        paths.push(entry?.path());
    }
    paths.sort();
    for path in paths {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let target = if target.is_empty() { &stem } else { target };
        if path.is_dir() {
            read_folder(&path, target, manifest, tests)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            let source = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let of_file = of_target(manifest, target);
            for mut needs in of_tests(&source) {
                needs.extend(of_file.iter().cloned());
                if !needs.is_empty() {
                    let file = target.to_owned();
                    tests.push(Needing { file, needs });
                }
            }
        }
    }
    Ok(())
}

/// The features that a whole test program requires.
fn of_target(manifest: &str, target: &str) -> BTreeSet<String> {
    let name = format!("name = \"{target}\"");
    manifest
        .split("\n[[")
        .filter(|block| block.starts_with("test]]") && block.lines().any(|line| line == name))
        .flat_map(|block| block.lines())
        .filter(|line| line.starts_with("required-features"))
        .flat_map(quoted)
        .collect()
}

/// The features that each test in a source names.
fn of_tests(source: &str) -> Vec<BTreeSet<String>> {
    let mut tests = Vec::new();
    let mut attributes = String::new();
    for line in source.lines() {
        let line = line.trim();
        if line.starts_with("fn ") || line.starts_with("async fn ") {
            if attributes.contains("test]") || attributes.contains("test(") {
                let named = attributes.split("feature = ").skip(1);
                tests.push(named.filter_map(|text| quoted(text).next()).collect());
            }
            attributes.clear();
        } else if line.is_empty() || line.ends_with(['}', ';', '{']) {
            attributes.clear();
        } else if !line.starts_with("//") {
            attributes.push_str(line);
        }
    }
    tests
}

/// The text between quotation marks.
fn quoted(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('"').skip(1).step_by(2).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn features_of_tests_are_read() {
        let source = r#"
use a::b;
#[cfg(feature = "python")]
use a::c;

#[cfg(feature = "swaks")]
async fn helper() {
    let text = "feature = \"none\"";
}

#[test]
fn plain() {}

/// The subject of its tests.
#[cfg(feature = "linux")]
#[tokio::test]
async fn one() {
    assert!(true);
}

#[cfg(all(
    feature = "axe",
    feature = "browser"
))]
#[tokio::test(flavor = "multi_thread")]
async fn two() {}
"#;
        assert_eq!(
            of_tests(source),
            [set(&[]), set(&["linux"]), set(&["axe", "browser"])]
        );
    }

    #[test]
    fn features_of_whole_files_are_read() {
        let manifest = "[features]\na = []\n\n\
                        [[bin]]\nname = \"x\"\nrequired-features = [\"b\"]\n\n\
                        [[test]]\nname = \"x\"\nrequired-features = [\"c\", \"d\"]\n\n\
                        [[test]]\nname = \"y\"\nrequired-features = [\"e\"]\n";
        assert_eq!(of_target(manifest, "x"), set(&["c", "d"]));
        assert_eq!(of_target(manifest, "z"), set(&[]));
    }

    /// Every need has tests. Remove a need that has none.
    #[test]
    fn the_tests_that_are_there_are_found() {
        let found = all(&Project::find().unwrap()).unwrap();
        for need in crate::setup::NEEDS {
            let count = found
                .iter()
                .filter(|test| test.needs.contains(need))
                .count();
            assert!(count > 0, "{need}");
        }
    }
}
