//! The style sheet of a feature is for the feature: its rules reach no element of another one that
//! happens to have a class of the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Classes that several features use on purpose, for what is to look the same in all of them.
const SHARED: [&str; 21] = [
    // The list and the message of the inbox; those of the history look the same.
    "answers",
    "back",
    "inbox",
    "inbox-head",
    "inbox-list",
    "inbox-message",
    "inbox-tools",
    "limits",
    "summary",
    "summary-to",
    "summary-top",
    // Dialogs and their lists, menus, notes at a field, search fields, bars.
    "badge",
    "dialog-body",
    "fill",
    "find",
    "menu",
    "picker-foot",
    "remark",
    "remarks",
    "rows",
    "thumb",
];

/// Folders whose sheets are for the whole page.
const OF_THE_PAGE: [&str; 2] = ["ui", "shell"];

fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == ending)
        {
            found.push(path);
        }
    }
}

/// The files with this ending, each with the feature that it belongs to.
fn sources(ending: &str) -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, ending, &mut found);
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(&src).expect("a file of the sources");
        let first = inside.iter().next().expect("a name").to_string_lossy();
        let feature = first.split('.').next().unwrap_or_default().to_owned();
        (feature, fs::read_to_string(path).expect("a text"))
    };
    found.into_iter().map(read).collect()
}

/// The name at the start of a text.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    &text[..end.unwrap_or(text.len())]
}

/// The classes that a view gives its elements.
fn given(source: &str) -> BTreeSet<&str> {
    let quoted = source.split("class=\"").skip(1);
    let quoted = quoted.filter_map(|rest| rest.split_once('"'));
    let fixed = quoted.flat_map(|(classes, _)| classes.split_whitespace());
    let dynamic = source.split("class:").skip(1).map(name);
    fixed
        .chain(dynamic)
        .filter(|class| !class.is_empty())
        .collect()
}

/// The selectors of a sheet, each with the classes in it.
fn selectors(sheet: &str) -> Vec<(&str, BTreeSet<&str>)> {
    let mut rest = sheet;
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once('{') {
        rest = after;
        let begin = before.rfind(['}', ';']).map_or(0, |end| end + 1);
        let selector = before[begin..].rsplit("*/").next().unwrap_or_default();
        let mut depth = 0;
        // Not at the commas of `:is(…)`.
        let parts = selector.split(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            c == ',' && depth == 0
        });
        for one in parts {
            let classes: BTreeSet<&str> = one.split('.').skip(1).map(name).collect();
            found.push((one.trim(), classes));
        }
    }
    found
}

#[test]
fn selectors_are_found() {
    let sheet =
        "/* a.b */ .one, .two:hover .three { x: 1.5em; } @media (x) { .four :is(.a, .b) { } }";
    let found: Vec<String> = selectors(sheet)
        .into_iter()
        .map(|(_, classes)| classes.into_iter().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, ["one", "three two", "", "a b four"]);
}

#[test]
fn no_rule_of_a_feature_reaches_another() {
    let views = sources("rs");
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (feature, source) in &views {
        for class in given(source) {
            users.entry(class).or_default().insert(feature);
        }
    }
    let uses = |feature: &str, class: &str| {
        let users = users.get(class);
        users.is_some_and(|users| users.contains(feature))
    };
    let mut shared = BTreeSet::new();
    let mut leaks = Vec::new();
    let sheets = sources("css");
    for (feature, sheet) in &sheets {
        if OF_THE_PAGE.contains(&feature.as_str()) {
            continue;
        }
        for (selector, classes) in selectors(sheet) {
            let own = classes.iter().all(|class| uses(feature, class));
            let others = views
                .iter()
                .map(|(other, _)| other)
                .filter(|other| *other != feature);
            let reached: BTreeSet<&String> = others
                .filter(|other| classes.iter().all(|class| uses(other, class)))
                .collect();
            if classes.is_empty() || !own || reached.is_empty() {
                continue;
            }
            let mut known = classes
                .iter()
                .filter(|class| SHARED.contains(class))
                .peekable();
            if known.peek().is_none() {
                leaks.push(format!("{selector} of {feature} reaches {reached:?}"));
            }
            shared.extend(known.copied());
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
    let unused: Vec<_> = SHARED
        .iter()
        .filter(|class| !shared.contains(**class))
        .collect();
    assert_eq!(unused, Vec::<&&str>::new(), "not shared any more");
}
