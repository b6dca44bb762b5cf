//! `--open` opens the page in a browser, and the token is in no command line.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use glasspost_tests::bridge::{self, Bridge};
#[cfg(feature = "linux")]
use glasspost_tests::desktop::Desktop;
use glasspost_tests::http;

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_browser_gets_a_file_that_only_its_user_can_read() {
    let desktop = Desktop::new();
    let mut command = bridge::command(&["--open"]);
    desktop.show_to(&mut command);
    let bridge = Bridge::spawn(&mut command);
    let opened = desktop.opened().await;
    let report = &opened.report;
    assert!(!report.contains(bridge.token()), "{report}");
    assert_in_no_process(bridge.token());

    let file = opened.file.as_path();
    assert!(file.starts_with(desktop.runtime()), "{report}");
    let mode = |path: &Path| std::fs::metadata(path).expect("it").permissions().mode() & 0o777;
    let folder = file.parent().expect("a folder");
    assert_eq!((mode(folder), mode(file)), (0o700, 0o600));

    let text = opened.text();
    assert!(text.contains("content=\"no-referrer\""), "{text}");
    assert_eq!(opened.link(), bridge.announcement().url);
    assert_eq!(http::get(bridge.address(), "/").await.status, 200);

    bridge.signal("INT");
    let ended = bridge.wait();
    assert!(ended.status.success(), "{ended:?}");
    assert!(!folder.exists(), "{} is left", folder.display());
}

/// Users who can list processes can't see the token.
fn assert_in_no_process(token: &str) {
    let mut looked = 0;
    for entry in std::fs::read_dir("/proc").expect("/proc").flatten() {
        for file in ["cmdline", "environ"] {
            // A process may have ended, or belong to another user.
            let Ok(text) = std::fs::read(entry.path().join(file)) else {
                continue;
            };
            looked += 1;
            let found = http::find(&text, token.as_bytes()).is_some();
            assert!(!found, "{}/{file}", entry.path().display());
        }
    }
    assert!(looked > 0, "no process was looked at");
}
