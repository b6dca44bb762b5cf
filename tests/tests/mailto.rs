//! `mailto:` links open in the running bridge's page, however they come there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::desktop::Desktop;
use glasspost_tests::program;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// A link with everything that a link can say, and more.
const LINK: &str = "mailto:joon@practice.test,%22Kim%2C%20M%22%20%3Cm@practice.test%3E\
    ?cc=team@practice.test&Subject=%EB%B6%84%EA%B8%B0%20%22%26%3D%23%3F%3C&body=one%0D%0Atwo\
    &attach=/etc/passwd";

/// The same, as it stands in the page's address.
fn encoded(link: &str) -> String {
    let encode = |octet: u8| match octet {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(octet).to_string(),
        _ => format!("%{octet:02X}"),
    };
    link.bytes().map(encode).collect()
}

/// The draft is what [`LINK`] says.
async fn shows_the_link(page: &Visitor) {
    page.has("Subject", "분기 \"&=#?<").await;
    page.has("Message", "one\ntwo").await;
    for text in [
        "joon@practice.test",
        "m@practice.test",
        "team@practice.test",
        // A page that could name a file to attach could have any file sent.
        "is not part of the message: attach: /etc/passwd",
    ] {
        page.compose_shows(text).await;
    }
    page.browser.until("location.hash === ''").await;
    assert!(!page.browser.has("listitem", "passwd").await);
}

fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "{output:?}");
    output
}

#[tokio::test]
async fn a_second_start_opens_a_link_in_the_running_bridge() {
    let desktop = Desktop::new();
    let start = |args: &[&str]| {
        let mut command = Command::new(program::glasspost());
        desktop.show_to(&mut command);
        command.args(["--no-practice", "--listen", "127.0.0.1:0"]);
        command.args(args);
        command
    };
    let mut first = start(&["--open"])
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let link = desktop.opened().await.link();
    let second = tokio::task::spawn_blocking({
        let mut command = start(&[LINK]);
        move || run(&mut command)
    });
    let opened = desktop.opened().await;
    second.await.expect("it ends");
    assert_eq!(opened.link(), format!("{link}&mailto={}", encoded(LINK)));

    let page = Visitor {
        browser: Browser::open(1440, 900).await,
    };
    page.browser.go(&link).await;
    page.browser.named("button", "Attach files").await;
    page.browser.fill("Subject", "written before").await;
    page.saved().await;
    page.browser.go("about:blank").await;
    page.browser.go(&opened.link()).await;
    shows_the_link(&page).await;
    // What was there is kept.
    page.browser.press("Restore previous draft").await;
    page.has("Subject", "written before").await;
    page.close().await;
    first.kill().expect("a signal");
    first.wait().expect("an end");
}

#[tokio::test]
async fn a_tab_without_a_token_gets_it_from_another() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    // As a browser opens it whose handler for such links is this page.
    page.browser.new_tab().await;
    page.browser.resize(1440, 900).await;
    let address = format!("http://{}/#mailto={}", bridge.address(), encoded(LINK));
    page.browser.go(&address).await;
    page.ready().await;
    shows_the_link(&page).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;

    // Another one in the same tab, from another view.
    page.inbox().await;
    let again = json!(format!("#mailto={}", encoded("mailto:?subject=again")));
    page.browser
        .evaluate(&format!("(location.hash = {again}, true)"))
        .await;
    page.has("Subject", "again").await;
    page.browser.close_tab(&first).await;
    page.close().await;
}

#[tokio::test]
async fn a_tab_with_an_old_token_gets_the_new_one() {
    let old = Bridge::start();
    let page = Visitor::first_visit(&old).await;
    let first = page.browser.tab().await;
    let address = old.address().to_string();
    old.signal("TERM");
    assert!(old.wait().status.success());
    let new = Bridge::with(&["--listen", &address]);
    page.browser
        .until("/another link|link that/.test(document.body.innerText)")
        .await;
    page.browser.new_tab().await;
    page.browser.resize(1440, 900).await;
    page.browser.go(&new.announcement().url).await;
    page.ready().await;
    page.browser.close_tab(&first).await;
    page.ready().await;
    // The console tells of the attempts with the old token.
    page.browser.close().await;
}

#[tokio::test]
async fn the_page_can_be_installed() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    // What the browser itself finds missing.
    let errors = page
        .browser
        .ask_devtools("Page.getInstallabilityErrors", json!({}))
        .await;
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    let manifest = page
        .browser
        .ask_devtools("Page.getAppManifest", json!({}))
        .await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    page.close().await;
}

#[test]
fn the_desktop_entry_is_installed_and_removed() {
    let home = tempfile::tempdir().expect("a folder");
    let glasspost = |args: &[&str]| {
        let mut command = Command::new(program::glasspost());
        let output = run(command.env("XDG_DATA_HOME", home.path()).args(args));
        String::from_utf8(output.stdout).expect("text")
    };
    let files = [
        "applications/glasspost.desktop",
        "icons/hicolor/scalable/apps/glasspost.svg",
    ];
    let there = || files.map(|file| home.path().join(file).is_file());

    for _ in 0..2 {
        let text = glasspost(&["--install"]);
        assert_eq!(there(), [true, true]);
        for file in files {
            assert!(text.contains(file), "{text}");
        }
        assert!(
            text.contains("xdg-mime default glasspost.desktop"),
            "{text}"
        );
    }
    let entry = fs::read_to_string(home.path().join(files[0])).expect("the entry");
    let exec = entry.lines().find_map(|line| line.strip_prefix("Exec="));
    let exec = exec.expect("a command");
    assert!(exec.ends_with(" --open --exit-after 600 %u"), "{exec}");
    let program = exec.split('"').nth(1).expect("a program");
    assert_eq!(
        Path::new(program),
        program::glasspost().canonicalize().expect("it")
    );
    assert!(
        entry.contains("MimeType=x-scheme-handler/mailto;"),
        "{entry}"
    );

    assert!(glasspost(&["--uninstall"]).contains(files[0]));
    assert_eq!(there(), [false, false]);
    assert!(glasspost(&["--uninstall"]).contains("not installed"));
}

#[tokio::test]
async fn an_unused_bridge_ends_by_itself() {
    let browser = Browser::open(1440, 900).await;
    let bridge = Bridge::with(&["--exit-after", "5"]);
    let page = Visitor::with(browser, &bridge).await;
    page.close().await;
    let ended = tokio::task::spawn_blocking(move || bridge.wait()).await;
    let ended = ended.expect("it ends");
    assert!(ended.status.success(), "{ended:?}");
}
