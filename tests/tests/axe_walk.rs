//! Every view of the page in both schemes and languages, looked at by the accessibility checker.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::visitor::Visitor;

/// How a view is reached from the compose pane.
enum By {
    /// By the command with this id, chosen in the palette.
    Command(&'static str),
    /// By this script.
    Script(&'static str),
    /// It is there.
    Nothing,
}

/// A view.
struct View {
    name: &'static str,
    by: By,
    /// What is there then.
    there: &'static str,
}

const fn view(name: &'static str, by: By, there: &'static str) -> View {
    View { name, by, there }
}

/// The views, each reached from the one before it after Escape.
const VIEWS: &[View] = &[
    view("compose", By::Nothing, "#message"),
    view("preview", By::Command("preview"), ".read-on"),
    view("source", By::Command("source"), ".compose .source"),
    view("fields", By::Command("fields"), ".writing:not([hidden])"),
    view("options", By::Command("options"), "#priority"),
    view("rich text", By::Command("rich"), ".rich:not(.waiting)"),
    view("Markdown", By::Command("markdown"), "textarea#message"),
    view("plain text", By::Command("plain"), "textarea#message"),
    view("find", By::Command("find"), ".bar.find"),
    view("templates", By::Command("templates"), "dialog[open] form"),
    view("send later", By::Command("send-later"), ".send-menu"),
    view("Cc", By::Command("cc"), "#cc"),
    view("drafts", By::Command("drafts"), ".draft-title"),
    view("contacts", By::Command("contacts"), "dialog[open] input"),
    view("identities", By::Command("identities"), "dialog[open] .btn"),
    view("mail server", By::Command("server"), "dialog[open] form"),
    view(
        "settings",
        By::Command("settings"),
        "dialog[open] .settings",
    ),
    view("shortcuts", By::Command("sheet"), "dialog[open] .sheet"),
    view("palette", By::Script(OPEN_PALETTE), "dialog[open] .palette"),
    view("paused", By::Command("step"), ".pause"),
    view("sent", By::Command("run"), "[data-outcome=accepted]"),
    view("wire", By::Command("wire"), ".wirepane:not(.folded)"),
    view("inbox", By::Command("inbox"), "[data-message]"),
    view("message", By::Script(OPEN_OLDEST), "[data-reading] .att"),
    view("parts", By::Command("parts"), ".reading-parts"),
    view("header fields", By::Command("headers"), ".reading-parts"),
    view(
        "its source",
        By::Command("message-source"),
        "[data-reading] .source",
    ),
    view(
        "its conversation",
        By::Command("conversation"),
        ".reading-parts",
    ),
    view(
        "connections",
        By::Command("connections"),
        "dialog[open] .connections li",
    ),
    view(
        "a connection",
        By::Script(OPEN_CONNECTION),
        ".connection .row",
    ),
    view(
        "scenarios",
        By::Command("scenarios"),
        "dialog[open] .known-scenarios li",
    ),
    view("lessons", By::Command("lessons"), ".lesson-row"),
    view("a lesson", By::Script(OPEN_LESSON), ".lesson-goal"),
    view("history", By::Command("history"), ".history li"),
    view("sent message", By::Script(OPEN_SENT), ".history article"),
    view("invitation", By::Command("invite"), "#event-title"),
    view(
        "send to many",
        By::Command("send-to-many"),
        "dialog[open] .merge",
    ),
];

const OPEN_PALETTE: &str = "document.querySelector('[data-command=palette]').click()";

const OPEN_OLDEST: &str = "[...document.querySelectorAll('[data-message]')].at(-1).click()";

const OPEN_CONNECTION: &str = "(document.querySelector('[data-command=connections]').click(), \
    new Promise(there => { const look = () => { \
        const row = document.querySelector('.connections li button'); \
        row ? (row.click(), there()) : requestAnimationFrame(look); }; look(); }))";

const OPEN_LESSON: &str = "document.querySelector('.lesson-row').click()";

const OPEN_SENT: &str = "document.querySelector('.history li button').click()";

async fn walk(language: &str) {
    let bridge = Bridge::start();
    deliver(&bridge, MANY_PARTS.as_bytes()).await;
    let browser = Browser::open_in(language, 1440, 900).await;
    browser.go(&bridge.announcement().url).await;
    let page = Visitor { browser };
    page.has_commands().await;
    for view in VIEWS {
        go(&page, view).await;
        for scheme in ["light", "dark"] {
            page.browser.prefer_color_scheme(scheme).await;
            let what = format!("{}, {language}, {scheme}", view.name);
            page.without_violations(&what).await;
        }
        page.browser.presses("Escape").await;
        page.browser
            .until("!document.querySelector('dialog[open]')")
            .await;
    }
    page.close().await;
}

async fn go(page: &Visitor, view: &View) {
    match view.by {
        By::Nothing => {}
        By::Script(script) => {
            page.browser.evaluate(&format!("({script}, true)")).await;
        }
        By::Command(id) => page.chooses(id).await,
    }
    page.shows(view.there).await;
}

#[tokio::test]
async fn the_checker_finds_nothing_in_any_view_in_english() {
    walk("en-US").await;
}

#[tokio::test]
async fn the_checker_finds_nothing_in_any_view_in_korean() {
    walk("ko-KR").await;
}
