//! Hostile and broken servers, a file each in `tests/hostile`: the built program ends each job with
//! one outcome, the right one, gives nothing away, and does the next job.

use std::collections::BTreeSet;

use glasspost_tests::hostile::{Case, House};
use glasspost_tests::process;

/// Growth of memory that is none to speak of, in KiB.
const FLAT_KIB: u64 = 8 * 1024;

/// A class of its own test: one flood at a time, so that memory tells of it.
const FLOODS: &str = "floods";

/// A test for each class.
macro_rules! classes {
    ($($test:ident $class:literal)*) => {
        const CLASSES: &[&str] = &[$($class),*];
        $(
            #[tokio::test]
            async fn $test() {
                House::new().try_all(&Case::all($class)).await;
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

/// All cuts of a message between page and bridge come to the same.
#[tokio::test]
async fn messages_in_pieces() {
    for octets in 1..=6 {
        let house = House::new().in_pieces(octets);
        house.try_all(&Case::all("message")).await;
    }
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn floods() {
    let house = House::with_log("warn");
    let bridge = house.bridge("1").await;
    let cases = Case::all(FLOODS);
    // What a first dialogue of each kind needs stays with the program.
    for case in &Case::all("happy") {
        drop(house.attempts(case).await);
    }
    let mut wrong = Vec::new();
    for case in &cases {
        process::forget_peak(bridge.pid());
        let before = process::memory_kib(bridge.pid(), "VmHWM");
        for what in house.attempts(case).await {
            wrong.push(format!("{}: {what}", case.name));
        }
        let after = process::memory_kib(bridge.pid(), "VmHWM");
        if after >= before + FLAT_KIB {
            wrong.push(format!(
                "{}: memory rose from {before} to {after} KiB",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_class_is_tried() {
    let folders: BTreeSet<String> = std::fs::read_dir(Case::folder())
        .expect("the folder of all classes")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    let tried = CLASSES
        .iter()
        .chain([&FLOODS])
        .map(|class| (*class).to_owned())
        .collect();
    assert_eq!(folders, tried, "folders are left, tests are right");
}
