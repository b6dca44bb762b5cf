//! One running bridge for each user: what a second start does.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "browser"), allow(unused))]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::program;
#[cfg(feature = "browser")]
use glasspost_tests::visitor::Visitor;

/// The program as a person starts it, with this runtime folder.
fn glasspost(runtime: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program::glasspost());
    command
        .env("XDG_RUNTIME_DIR", runtime)
        .args(["--no-practice", "--listen", "127.0.0.1:0"])
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A bridge that is ready, and its link.
struct Running {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    link: String,
}

impl Running {
    fn start(runtime: &Path, args: &[&str]) -> Running {
        let mut child = glasspost(runtime, args).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("http://") {
            line.clear();
            let read = stdout.read_line(&mut line).expect("its output");
            if read == 0 {
                let mut errors = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    stderr.read_to_string(&mut errors).expect("its errors");
                }
                panic!("it ended without a link: {errors}");
            }
        }
        let link = line.trim().to_owned();
        Running {
            child,
            _stdout: stdout,
            link,
        }
    }

    fn ask_to_end(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
        let status = self.child.wait().expect("an end");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The output of a start that ends by itself.
fn start_and_end(runtime: &Path, args: &[&str]) -> (Output, String) {
    let output = glasspost(runtime, args).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, text)
}

#[test]
fn a_second_start_prints_the_link_of_the_first() {
    let runtime = tempfile::tempdir().expect("a folder");
    let mut first = Running::start(runtime.path(), &[]);
    let file = runtime.path().join("glasspost/running.json");
    let mode = |path: &Path| fs::metadata(path).expect("it").permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().expect("a folder")), 0o700);

    let (output, text) = start_and_end(runtime.path(), &[]);
    assert!(output.status.success(), "{output:?}");
    assert!(text.contains(&first.link), "{text}");
    assert!(text.contains("--new"), "options that were ignored: {text}");

    first.ask_to_end();
    assert!(!file.exists());
    let next = Running::start(runtime.path(), &[]);
    assert_ne!(next.link, first.link);
}

#[test]
fn a_bridge_that_was_killed_is_ignored() {
    let runtime = tempfile::tempdir().expect("a folder");
    let mut killed = Running::start(runtime.path(), &[]);
    killed.child.kill().expect("a signal");
    killed.child.wait().expect("an end");
    assert!(runtime.path().join("glasspost/running.json").exists());
    let next = Running::start(runtime.path(), &[]);
    let (_, text) = start_and_end(runtime.path(), &[]);
    assert!(text.contains(&next.link), "{text}");
}

#[test]
fn new_starts_another() {
    let runtime = tempfile::tempdir().expect("a folder");
    let first = Running::start(runtime.path(), &[]);
    let mut other = Running::start(runtime.path(), &["--new"]);
    assert_ne!(other.link, first.link);
    other.ask_to_end();
    let (_, text) = start_and_end(runtime.path(), &[]);
    assert!(text.contains(&first.link), "{text}");
}

#[test]
fn a_runtime_folder_that_others_can_change_is_not_trusted() {
    let runtime = tempfile::tempdir().expect("a folder");
    let folder = runtime.path().join("glasspost");
    fs::create_dir(&folder).expect("a folder");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("a mode");
    let ready = r#"{"url":"http://evil.example/","ws":"","token":"","practice":null}"#;
    fs::write(folder.join("running.json"), ready).expect("a file");
    let first = Running::start(runtime.path(), &[]);
    let second = Running::start(runtime.path(), &[]);
    assert_ne!(first.link, second.link);
}

#[test]
fn open_opens_the_first_in_a_browser() {
    let base = tempfile::tempdir().expect("a folder");
    let (bin, runtime) = (base.path().join("bin"), base.path().join("runtime"));
    for folder in [&bin, &runtime] {
        fs::create_dir(folder).expect("a folder");
    }
    let browser = bin.join("xdg-open");
    fs::write(&browser, "#!/bin/sh\nprintf %s \"$1\" > \"$REPORT\"\n").expect("a script");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("a mode");
    // A named pipe: reading waits for the writer.
    let report = base.path().join("report");
    let made = Command::new(program::mkfifo()).arg(&report).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");

    let mut first = Running::start(&runtime, &[]);
    let path = std::env::var("PATH").unwrap_or_default();
    let output = glasspost(&runtime, &["--open"])
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("REPORT", &report)
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{output:?}");
    let opened = fs::read_to_string(report).expect("a report");
    // The second start has ended, and the browser may still be starting.
    let text = fs::read_to_string(&opened).expect("the file that leads to the link");
    assert!(text.contains(&first.link), "{text}");
    first.ask_to_end();
    assert!(!Path::new(&opened).exists(), "{opened} was not removed");
}

#[cfg(feature = "browser")]
#[tokio::test]
async fn the_page_says_where_drafts_are_if_its_port_was_taken() {
    let start = || {
        let mut plain = Command::new(program::glasspost());
        plain
            .args(["--announce", "json", "--no-practice"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Bridge::spawn(&mut plain)
    };
    // At most one of them has the default port.
    let bridges = [start(), start()];
    let is_elsewhere = |bridge: &&Bridge| bridge.address().port() != 8025;
    for bridge in &bridges {
        let welcome = Page::open(bridge).await.welcome;
        assert_eq!(welcome.usual_port, is_elsewhere(&bridge).then_some(8025));
    }
    let elsewhere = bridges.iter().find(is_elsewhere);
    let elsewhere = elsewhere.expect("two programs have two ports");
    let page = Visitor::first_visit(elsewhere).await;
    page.compose_shows("127.0.0.1:8025").await;
    page.browser.press("Close").await;
    let gone = "!document.querySelector('.notice') || null";
    page.browser.until(gone).await;
    page.close().await;
}
