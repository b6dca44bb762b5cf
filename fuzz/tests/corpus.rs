//! Runs everything that is kept of searches with libFuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use glasspost_fuzz::TARGETS;

fn here(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

/// The files in a folder; none where it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    files
}

/// The folders of `corpus/` and `found/`, and the files of `fuzz_targets/` without their ending.
fn names(inside: &str) -> BTreeSet<String> {
    files(&here(inside))
        .iter()
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect()
}

#[test]
fn what_is_kept_holds() {
    for (name, target) in TARGETS {
        let kept = files(&here("corpus").join(name));
        assert!(!kept.is_empty(), "nothing is kept for {name}");
        for file in kept.iter().chain(&files(&here("found").join(name))) {
            let octets = fs::read(file).expect("a file that is there can be read");
            if let Err(panic) = std::panic::catch_unwind(|| target(&octets)) {
                eprintln!("{} does not hold", file.display());
                std::panic::resume_unwind(panic);
            }
        }
    }
}

#[test]
fn every_target_is_in_each_list() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
    assert!(
        names("found").is_subset(&targets),
        "a folder of no target in found/: {:?}",
        names("found")
    );
}
