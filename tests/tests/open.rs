//! `--open` opens the page in a browser, and the token is in no command line.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "linux"), allow(unused))]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use glasspost_tests::bridge::{self, Bridge};
use glasspost_tests::{http, program, soon};

/// A browser that prints its command line.
const BROWSER: &str = "#!/bin/sh\n{ printf 'argument %s\\n' \"$@\"; env; } > \"$REPORT\"\n";

#[cfg(feature = "linux")]
#[tokio::test]
async fn the_browser_gets_a_file_that_only_its_user_can_read() {
    let base = tempfile::tempdir().expect("a folder");
    let bin = base.path().join("bin");
    let runtime = base.path().join("runtime");
    let report = base.path().join("report");
    for folder in [&bin, &runtime] {
        std::fs::create_dir(folder).expect("a folder");
    }
    let browser = bin.join("xdg-open");
    std::fs::write(&browser, BROWSER).expect("a script");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    // Its last step waits for a reader of the pipe, and the reader waits for it.
    let made = Command::new(program::mkfifo()).arg(&report).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = bridge::command(&["--open"]);
    command
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("REPORT", &report);
    let bridge = Bridge::spawn(&mut command);
    let reading = tokio::task::spawn_blocking(move || std::fs::read_to_string(report));
    let report = soon("a browser", reading).await.expect("a reader");
    let report = report.expect("a report");
    assert!(!report.contains(bridge.token()), "{report}");
    assert_in_no_process(bridge.token());

    let arguments: Vec<&str> = report
        .lines()
        .filter_map(|line| line.strip_prefix("argument "))
        .collect();
    let [file] = arguments[..] else {
        panic!("expected one argument: {report}");
    };
    let file = Path::new(file);
    assert!(file.starts_with(&runtime), "{report}");
    let mode = |path: &Path| std::fs::metadata(path).expect("it").permissions().mode() & 0o777;
    let folder = file.parent().expect("a folder");
    assert_eq!((mode(folder), mode(file)), (0o700, 0o600));

    let text = std::fs::read_to_string(file).expect("text");
    assert!(text.contains("content=\"no-referrer\""), "{text}");
    let url = text
        .split_once("0; url=")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or_else(|| panic!("no link: {text}"));
    assert_eq!(url, bridge.announcement().url);
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
