//! Runs all inputs kept from searches with libFuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_fuzz::TARGETS;

fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

/// The files in a folder; none if it does not exist.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    files
}

/// The names in a folder of this crate, without extensions.
fn names(inside: &str) -> BTreeSet<String> {
    files(&path(inside))
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

#[test]
fn all_kept_inputs_pass() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        assert!(!corpus.is_empty(), "no inputs for {name}");
        for (from, octets) in corpus.into_iter().chain(found(name)) {
            if let Err(panic) = std::panic::catch_unwind(|| target(&octets)) {
                eprintln!("failed: {from}");
                std::panic::resume_unwind(panic);
            }
        }
    }
}

/// The inputs of `corpus/`, one on each line, each with its location.
fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    let path = path("corpus").join(format!("{target}.base64"));
    let lines = fs::read_to_string(&path).expect("every target has a corpus");
    let input = |(index, line): (usize, &str)| {
        let from = format!("{}:{}", path.display(), index + 1);
        let octets = STANDARD.decode(line);
        (
            from.clone(),
            octets.unwrap_or_else(|error| panic!("{from}: {error}")),
        )
    };
    lines.lines().enumerate().map(input).collect()
}

/// The inputs of `found/`, one in each file.
fn found(target: &str) -> Vec<(String, Vec<u8>)> {
    let input = |path: PathBuf| {
        let octets = fs::read(&path).expect("a file that is there can be read");
        (path.display().to_string(), octets)
    };
    files(&path("found").join(target))
        .into_iter()
        .map(input)
        .collect()
}

#[test]
fn every_target_is_in_each_list() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
    assert!(
        names("found").is_subset(&targets),
        "found/ has a folder for an unknown target: {:?}",
        names("found")
    );
}
