//! The shortcuts of the page, and the list of them.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use glasspost_tests::visitor::commands::LISTED;

/// What has the focus: its accessible name, or the subject of its row.
const FOCUS: &str = "(document.activeElement.closest('[data-row]')\
    ?.querySelector('.summary-subject')?.innerText ?? nameOf(document.activeElement))";

/// Opens the newest message by keys alone.
async fn open_newest(page: &Visitor) {
    page.browser.presses("g i").await;
    page.becomes(LISTED, "three,two,one").await;
    page.browser.presses("j").await;
    page.becomes(FOCUS, "three").await;
    page.browser.presses("o").await;
    page.browser
        .until("document.querySelector('[data-reading]') && named('button', 'Reply')")
        .await;
}

/// The shortcuts that this file tries, as the list of shortcuts shows them.
const TRIED: &[&str] = &[
    "G I",
    "G L",
    "G M",
    "G D",
    "G H",
    "G W",
    "G C",
    "G S",
    "/",
    "J",
    "K",
    "O",
    "U",
    "R",
    "A",
    "F",
    "#",
    "S",
    "Shift+I",
    "Shift+U",
    "X",
    "C",
    "Z",
    "Ctrl+Shift+C",
    "Ctrl+Shift+B",
    "Ctrl+K",
    "F1",
    "?",
];

/// The shortcuts that belong to widgets, and the files that try them.
const OF_WIDGETS: &[(&str, &[&str])] = &[
    (
        "mailbox_list.rs",
        &[
            "↓",
            "↑",
            "Home",
            "End",
            "Delete",
            "Ctrl+Space",
            "Shift+↑",
            "Shift+↓",
            "Ctrl+A",
            "Esc",
        ],
    ),
    ("compose_keys.rs", &["Ctrl+Enter", "Enter"]),
    ("writing.rs", &["Ctrl+F"]),
    ("printing.rs", &["Ctrl+P"]),
    ("chips.rs", &["F2"]),
    ("attachments.rs", &["Alt+←", "Alt+→", "Alt+↑", "Alt+↓"]),
    (
        "rich.rs",
        &[
            "Ctrl+B",
            "Ctrl+I",
            "Ctrl+U",
            "Ctrl+Shift+7",
            "Ctrl+K",
            "Ctrl+Shift+8",
            "Ctrl+Shift+9",
            "Ctrl+]",
            "Ctrl+D",
            "Ctrl+\\",
        ],
    ),
];

#[tokio::test]
async fn the_sheet_lists_every_shortcut_that_is_tried_and_no_other() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    page.browser.presses("?").await;
    page.dialog_is("Keyboard shortcuts").await;
    let shown = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.sheet .keys')].flatMap(keys => { \
             const parts = []; let then = false; \
             for (const e of keys.children) { \
               if (e.tagName === 'SMALL') { then = e.innerText === 'then'; continue; } \
               const one = [...e.children].map(k => k.innerText).join('+'); \
               then ? parts.push(parts.pop() + ' ' + one) : parts.push(one); then = false; \
             } return parts; })",
        )
        .await;
    let mut shown: Vec<String> = serde_json::from_value(shown).unwrap_or_default();
    let widgets = OF_WIDGETS.iter().flat_map(|(_, keys)| keys.iter());
    let mut tried: Vec<String> = TRIED
        .iter()
        .chain(widgets)
        .map(|&keys| keys.into())
        .collect();
    shown.sort();
    shown.dedup();
    tried.sort();
    tried.dedup();
    assert_eq!(shown, tried);
    page.browser.press("Search commands").await;
    page.dialog_is("Commands").await;
    page.browser.presses("Escape").await;
    page.dialog_is("").await;
    page.close().await;
}

#[tokio::test]
async fn each_shortcut_does_what_its_name_says() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    let region = |name: &str| format!("String(named('region', '{name}') !== null)");
    page.browser.presses("g i").await;
    page.becomes(&region("Inbox"), "true").await;
    page.becomes(LISTED, "three,two,one").await;
    page.browser.presses("j").await;
    page.becomes(FOCUS, "three").await;
    page.browser.presses("j").await;
    page.becomes(FOCUS, "two").await;
    page.browser.presses("k").await;
    page.becomes(FOCUS, "three").await;

    let chosen = "words(document.querySelector('.chosen-tools')?.innerText ?? '')";
    page.browser.presses("x j x").await;
    page.becomes(chosen, "2 selected").await;
    let starred = "String(document.querySelectorAll('.star[aria-pressed=true]').length)";
    page.browser.presses("s").await;
    page.becomes(starred, "2").await;
    let unread = "String(document.querySelectorAll('li.unread').length)";
    page.becomes(unread, "3").await;
    page.browser.presses("Shift+i").await;
    page.becomes(unread, "1").await;
    page.browser.presses("Shift+u").await;
    page.becomes(unread, "3").await;
    page.browser.presses("#").await;
    page.becomes(LISTED, "one").await;
    page.browser.presses("z").await;
    page.becomes(LISTED, "three,two,one").await;

    page.browser.presses("/").await;
    page.becomes(FOCUS, "Search").await;
    page.browser.presses("Tab").await;
    open_newest(&page).await;
    let reading = "document.querySelector('[data-reading] h2')?.innerText ?? ''";
    page.browser.presses("j").await;
    page.becomes(reading, "three").await;
    page.browser.presses("u").await;
    page.becomes(reading, "").await;
    open_newest(&page).await;
    page.browser.presses("r").await;
    page.draft_is("Re: three").await;
    page.leaves_field().await;
    open_newest(&page).await;
    page.browser.presses("a").await;
    page.draft_is("Re: three").await;
    page.leaves_field().await;
    open_newest(&page).await;
    page.browser.presses("f").await;
    page.draft_is("Fwd: three").await;

    page.leaves_field().await;
    page.browser.presses("c").await;
    page.draft_is("").await;
    page.becomes(FOCUS, "To").await;
    page.browser.presses("Ctrl+Shift+c").await;
    page.becomes(FOCUS, "Cc").await;
    page.browser.presses("Ctrl+Shift+b").await;
    page.becomes(FOCUS, "Bcc").await;
    page.browser.presses("Ctrl+Shift+c").await;
    page.becomes(FOCUS, "Cc").await;

    page.leaves_field().await;
    page.browser.presses("g d").await;
    page.browser
        .until("document.activeElement.matches('.draft-title')")
        .await;
    page.browser.presses("g h").await;
    page.becomes(&region("History"), "true").await;
    page.browser.presses("g l").await;
    page.becomes(&region("Lessons"), "true").await;
    page.browser.presses("g w").await;
    page.browser
        .until("document.querySelector('.wirepane:not(.folded)') !== null")
        .await;
    page.browser.presses("g i").await;
    page.becomes(&region("Inbox"), "true").await;
    page.browser.presses("g m").await;
    page.becomes(&region("Compose"), "true").await;
    page.becomes(FOCUS, "Message").await;
    page.leaves_field().await;
    for (keys, heading) in [
        ("g c", "Contacts"),
        ("g s", "Settings"),
        ("?", "Keyboard shortcuts"),
        ("Ctrl+k", "Commands"),
        ("F1", "Commands"),
    ] {
        page.browser.presses(keys).await;
        page.dialog_is(heading).await;
        // Not through a dialog.
        page.browser.presses("g i").await;
        page.browser.presses("Escape").await;
        page.dialog_is("").await;
        page.becomes(&region("Compose"), "true").await;
    }
    page.close().await;
}

#[tokio::test]
async fn shortcuts_work_with_a_korean_input_source() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    let keys = async |all: &[(&str, &str, bool, bool)]| {
        for (key, code, shift, taken) in all {
            page.browser.other_layout(key, code, *shift, *taken).await;
        }
    };
    // As a Mac sends them, and as Windows does.
    let both = "for (const [key, code] of [['ㅎ', 'KeyG'], ['ㅑ', 'KeyI']]) \
        document.body.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))";
    page.browser
        .evaluate(&format!("void (() => {{ {both} }})()"))
        .await;
    page.becomes(LISTED, "three,two,one").await;
    keys(&[("Process", "KeyJ", false, true)]).await;
    page.becomes(FOCUS, "three").await;
    keys(&[("ㅐ", "KeyO", false, false)]).await;
    page.browser
        .until("named('button', 'Reply') !== null")
        .await;
    keys(&[("Process", "KeyR", false, true)]).await;
    page.draft_is("Re: three").await;
    // In a text they are text.
    page.focus("Message").await;
    keys(&[
        ("Process", "KeyC", false, true),
        ("ㅊ", "KeyC", false, false),
    ])
    .await;
    page.browser.composes("ㅊ").await;
    keys(&[("Process", "KeyC", false, true)]).await;
    page.browser.composed("ㅊ").await;
    page.browser.two_frames().await;
    page.draft_is("Re: three").await;
    page.leaves_field().await;
    keys(&[("Process", "Slash", true, true)]).await;
    page.dialog_is("Keyboard shortcuts").await;
    page.close().await;
}

#[tokio::test]
async fn single_keys_can_be_turned_off_and_stay_so() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    let said = "named('button', 'New message').getAttribute('aria-keyshortcuts') ?? ''";
    page.becomes(said, "C").await;
    page.browser.presses("g s").await;
    page.dialog_is("Settings").await;
    page.browser.tick("Single keys are shortcuts").await;
    page.browser.presses("Escape").await;
    page.dialog_is("").await;
    page.becomes(said, "").await;
    for reloaded in [false, true] {
        if reloaded {
            page.browser.reload().await;
            page.ready().await;
        }
        page.browser
            .until("named('button', 'Send').getAttribute('aria-keyshortcuts') !== null")
            .await;
        // Keys are listened to by the part that comes behind the page, as this list does.
        page.browser
            .until("document.querySelector('.attached') && true")
            .await;
        page.browser.two_frames().await;
        page.browser.presses("g i ? c /").await;
        page.browser.two_frames().await;
        assert!(page.browser.has("region", "Compose").await);
        page.dialog_is("").await;
        page.browser.presses("Ctrl+k").await;
        page.dialog_is("Commands").await;
        page.browser.presses("Escape").await;
        page.dialog_is("").await;
    }
    page.close().await;
}

#[tokio::test]
async fn text_fields_and_the_paused_line_keep_their_letters() {
    let bridge = Bridge::start();
    let page = Visitor::with_messages(&bridge, &["one", "two", "three"]).await;
    page.browser.press("New message").await;
    for field in ["To", "Subject", "Message", "Search drafts"] {
        page.focus(field).await;
        page.browser.presses("g i c # ?").await;
        page.becomes(&format!("named('textbox', '{field}').value"), "gic#?")
            .await;
    }
    page.browser.press("Rich text").await;
    page.browser
        .until("document.querySelector('.rich')?.isContentEditable || null")
        .await;
    page.focus("Message").await;
    page.browser.presses("j k").await;
    page.browser
        .until("document.querySelector('.rich').innerText.includes('jk')")
        .await;
    // A link there, and the palette by its other key.
    page.browser.presses("Ctrl+k").await;
    page.browser.named("textbox", "Link address").await;
    page.browser.presses("Escape").await;
    page.focus("Message").await;
    page.browser.presses("F1").await;
    page.dialog_is("Commands").await;
    page.browser.presses("Escape").await;

    page.browser.press("New message").await;
    page.browser.fill("To", "a@practice.test, ").await;
    page.browser.fill("Subject", "Step").await;
    page.browser.press("Plain text").await;
    page.browser.fill("Message", "Text").await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser.presses("Tab r c u").await;
    page.browser.two_frames().await;
    page.pauses_at("EHLO").await;
    page.draft_is("Step").await;
    page.browser.presses("Enter").await;
    page.next_pause(1).await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    page.close().await;
}
