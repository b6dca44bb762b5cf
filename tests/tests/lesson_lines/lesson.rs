//! What the file of a lesson says of other programs: docs/lessons.md.

use std::fs;
use std::path::{Path, PathBuf};

/// A step, as far as other programs are concerned.
pub(crate) struct Step {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// The check.
    pub(crate) done: String,
    /// The message of its connection, as a file.
    pub(crate) mail: String,
    /// The lines of each program, without the marks of right and wrong.
    code: Vec<(String, Vec<String>)>,
}

impl Step {
    /// The lines of a program. Empty: there are none.
    pub(crate) fn lines(&self, program: &str) -> &[String] {
        let code = self.code.iter().find(|(name, _)| name == program);
        code.map_or(&[], |(_, lines)| lines)
    }

    /// The lines of a program that are no remarks.
    pub(crate) fn commands(&self, program: &str) -> Vec<&str> {
        let lines = self.lines(program).iter().map(String::as_str);
        lines.filter(|line| !line.starts_with('#')).collect()
    }
}

/// The folder of the lessons in a language.
fn folder(language: &str) -> PathBuf {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/lessons");
    lessons.join(language)
}

/// The names of all lessons.
pub(crate) fn names() -> Vec<String> {
    let files = fs::read_dir(folder("en")).expect("the lessons");
    let paths = files.map(|file| file.expect("a lesson").path());
    let name = |path: PathBuf| path.file_stem().expect("a name").display().to_string();
    let mut names: Vec<_> = paths.map(name).collect();
    names.sort();
    names
}

/// Reads the steps of a lesson.
pub(crate) fn steps(language: &str, name: &str) -> Vec<Step> {
    let file = folder(language).join(format!("{name}.txt"));
    let text = fs::read_to_string(&file).expect("a lesson");
    let (mut mail, mut steps) = (String::new(), Vec::<Step>::new());
    for (key, value, block) in items(&text) {
        match (key, steps.last_mut()) {
            ("step", _) => steps.push(Step {
                number: steps.len() + 1,
                done: String::new(),
                mail: mail.clone(),
                code: Vec::new(),
            }),
            ("message", step) => {
                mail = block.join("\n") + "\n";
                if let Some(step) = step {
                    step.mail.clone_from(&mail);
                }
            }
            ("done", Some(step)) => step.done = format!("{value} {}", block.join(" ")),
            ("curl" | "swaks" | "openssl", Some(step)) => {
                let lines = block.into_iter().map(unmarked).collect();
                step.code.push((key.to_owned(), lines));
            }
            _ => {}
        }
    }
    steps
}

/// The keys of a file, with their values and the lines that belong to them.
fn items(text: &str) -> Vec<(&str, &str, Vec<&str>)> {
    let mut items: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    let mut empty = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        let before = std::mem::take(&mut empty);
        if let Some(more) = line.strip_prefix("  ") {
            let (_, _, block) = items.last_mut().expect("a key above it");
            if !block.is_empty() {
                block.extend(std::iter::repeat_n("", before));
            }
            block.push(more);
        } else if !line.starts_with('#') {
            let (key, value) = line.split_once(':').expect("a key");
            items.push((key, value.trim(), Vec::new()));
        }
    }
    items
}

fn unmarked(line: &str) -> String {
    let marked = line.strip_prefix("- ").or_else(|| line.strip_prefix("+ "));
    marked.unwrap_or(line).to_owned()
}
