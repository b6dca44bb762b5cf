//! Which feature may use which, see ARCHITECTURE.md. That a feature is used only through its root
//! file is for the compiler to check: its other modules are private.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a feature may use besides itself if nothing else is said below.
const USUAL: &[&str] = &["i18n", "storage", "ui", "commands", "connection"];

/// What the others may use. None may use one that is listed below it. The shell may use all, and
/// none may use the shell.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("i18n", &[]),
    ("storage", &[]),
    ("ui", &["i18n"]),
    ("commands", &["i18n", "storage", "ui"]),
    ("connection", &["i18n", "storage", "ui"]),
    ("accounts", USUAL),
    ("contacts", USUAL),
    ("explain", USUAL),
    ("scenarios", USUAL),
    ("calendar", &["i18n", "ui"]),
    (
        "inbox",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "calendar",
        ],
    ),
    (
        "submission",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "accounts",
            "explain",
            "inbox",
        ],
    ),
    (
        "compose",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "accounts",
            "contacts",
            "explain",
            "calendar",
            "inbox",
            "submission",
        ],
    ),
    (
        "history",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "accounts",
            "submission",
            "compose",
        ],
    ),
    (
        "lessons",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "accounts",
            "submission",
        ],
    ),
    (
        "merge",
        &[
            "i18n",
            "storage",
            "ui",
            "commands",
            "connection",
            "accounts",
            "submission",
            "compose",
        ],
    ),
];

/// The first names of all paths in this source that begin with `crate::`.
fn used(source: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = |text| str::split(text, |c| !is_name(c)).next().unwrap_or("");
    let mut used = BTreeSet::new();
    for after in source.split("crate::").skip(1) {
        match after
            .strip_prefix('{')
            .and_then(|list| list.split_once('}'))
        {
            Some((list, _)) => used.extend(list.split(',').map(|one| first(one.trim()))),
            None => drop(used.insert(first(after))),
        }
    }
    used
}

fn read(path: &Path, sources: &mut Vec<String>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            read(&entry.expect("an entry").path(), sources);
        }
    } else if path.extension().is_some_and(|ending| ending == "rs") {
        sources.push(fs::read_to_string(path).expect("a source"));
    }
}

#[test]
fn features_use_each_other_in_one_direction() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = include_str!("lib.rs").lines();
    let features = lib.filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let features: Vec<&str> = features.collect();
    for (listed, _) in ALLOWED {
        assert!(features.contains(&listed), "{listed} is no feature");
    }
    for feature in features.into_iter().filter(|name| *name != "shell") {
        let listed = ALLOWED.iter().find(|(listed, _)| *listed == feature);
        let allowed = listed.map_or(USUAL, |(_, allowed)| *allowed);
        let mut sources = Vec::new();
        read(&src.join(format!("{feature}.rs")), &mut sources);
        if src.join(feature).exists() {
            read(&src.join(feature), &mut sources);
        }
        for name in sources.iter().flat_map(|source| used(source)) {
            let may = name == feature || allowed.contains(&name);
            assert!(may, "{feature} uses {name}");
        }
    }
}

#[test]
fn no_feature_may_use_one_that_is_listed_below_it() {
    for (at, (feature, allowed)) in ALLOWED.iter().enumerate() {
        let above = |name: &&str| ALLOWED[..at].iter().any(|(other, _)| other == name);
        assert!(allowed.iter().all(above), "{feature}");
    }
}
