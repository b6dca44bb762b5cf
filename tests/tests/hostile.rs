//! Hostile and broken servers, each in a file of `tests/hostile`. The built program ends each job
//! with exactly one outcome, the right one, discloses nothing, and then runs another job.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::collections::BTreeSet;

use glasspost_tests::hostile::{Case, Runner};
use glasspost_tests::process;

/// Growth of memory that counts as constant, in KiB.
const FLAT_KIB: u64 = 8 * 1024;

/// A class with its own test, which runs one flood at a time to measure memory.
const FLOODS: &str = "floods";

/// One test for each class.
macro_rules! classes {
    ($($test:ident $class:literal)*) => {
        const CLASSES: &[&str] = &[$($class),*];
        $(
            #[tokio::test]
            async fn $test() {
                Runner::new().run_all(&Case::all($class)).await;
            }
        )*
    };
}

classes! {
    happy "happy"
    starttls "starttls"
    certificates "certificates"
    sign_in "sign-in"
    slow "slow"
    replies "replies"
    closing "closing"
    data "data"
    envelope "envelope"
    idle "idle"
    message "message"
    display "display"
}

/// Messages split in any way between page and bridge have the same result.
#[tokio::test]
async fn messages_in_chunks() {
    for octets in 1..=6 {
        let runner = Runner::new().in_chunks(octets);
        runner.run_all(&Case::all("message")).await;
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn floods() {
    let runner = Runner::with_log("warn");
    let bridge = runner.bridge("1").await;
    let cases = Case::all(FLOODS);
    // Memory that the first dialogue of each kind allocates is kept.
    for case in &Case::all("happy") {
        drop(runner.run_case(case).await);
    }
    let mut failures = Vec::new();
    for case in &cases {
        process::forget_peak(bridge.pid());
        let before = process::memory_kib(bridge.pid(), "VmHWM");
        for what in runner.run_case(case).await {
            failures.push(format!("{}: {what}", case.name));
        }
        let after = process::memory_kib(bridge.pid(), "VmHWM");
        if after >= before + FLAT_KIB {
            failures.push(format!(
                "{}: memory grew from {before} to {after} KiB",
                case.name
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_class_is_tested() {
    let folders: BTreeSet<String> = std::fs::read_dir(Case::folder())
        .expect("the folder of all classes")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    let result = CLASSES
        .iter()
        .chain([&FLOODS])
        .map(|class| (*class).to_owned())
        .collect();
    assert_eq!(folders, result, "left: folders, right: tests");
}
