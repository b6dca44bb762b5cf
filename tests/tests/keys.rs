//! The commands of the page: the palette, the shortcuts and the list of shortcuts.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::deliver;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// What has the focus: its accessible name, or the subject of its row.
const FOCUS: &str = "(document.activeElement.closest('[data-row]')\
    ?.querySelector('.summary-subject')?.innerText ?? nameOf(document.activeElement))";

/// The messages in the inbox that are listed.
const LISTED: &str = "[...document.querySelectorAll('.inbox-list .summary-subject')]\
    .map(e => words(e.innerText)).join()";

async fn becomes(page: &Visitor, what: &str, expect: &str) {
    let expect = Value::from(expect);
    page.browser.until(&format!("({what}) === {expect}")).await;
}

/// Waits two frames. By then every effect of a key has happened.
async fn two_frames(page: &Visitor) {
    page.browser
        .evaluate(
            "void (window.frames2 = 0, requestAnimationFrame(() => \
             requestAnimationFrame(() => window.frames2 = 1)))",
        )
        .await;
    page.browser.until("window.frames2 === 1").await;
}

/// The page with three messages in its inbox, which is not shown.
async fn three(bridge: &Bridge) -> Visitor {
    for subject in ["one", "two", "three"] {
        let message = format!(
            "From: Mina <mina@practice.test>\r\nTo: me@practice.test\r\nSubject: {subject}\r\n\
             \r\nText.\r\n"
        );
        deliver(bridge, message.as_bytes()).await;
    }
    let page = Visitor::first_visit(bridge).await;
    page.browser
        .until("document.querySelector('[aria-labelledby=palette-title]') && true")
        .await;
    page
}

/// Opens the newest message by keys alone.
async fn open_newest(page: &Visitor) {
    page.browser.presses("g i").await;
    becomes(page, LISTED, "three,two,one").await;
    page.browser.presses("j").await;
    becomes(page, FOCUS, "three").await;
    page.browser.presses("o").await;
    page.browser
        .until("document.querySelector('[data-reading]') && named('button', 'Reply')")
        .await;
}

/// The focus leaves the field in which it is.
async fn leave_field(page: &Visitor) {
    page.browser
        .evaluate("(document.activeElement.blur(), true)")
        .await;
}

/// Waits for a draft with this subject in the compose pane.
async fn draft_is(page: &Visitor, subject: &str) {
    let subject = Value::from(subject);
    page.browser
        .until(&format!(
            "named('textbox', 'Subject')?.value === {subject} || null"
        ))
        .await;
}

async fn dialog_is(page: &Visitor, heading: &str) {
    becomes(
        page,
        "document.querySelector('dialog[open] h2')?.innerText ?? ''",
        heading,
    )
    .await;
}

/// The shortcuts that this file tries, as the list of shortcuts shows them.
const TRIED: &[&str] = &[
    "G I",
    "G M",
    "G D",
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
    let page = three(&bridge).await;
    page.browser.presses("?").await;
    dialog_is(&page, "Keyboard shortcuts").await;
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
    page.browser.press("Commands").await;
    dialog_is(&page, "Commands").await;
    page.browser.presses("Escape").await;
    dialog_is(&page, "").await;
    page.close().await;
}

#[tokio::test]
async fn each_shortcut_does_what_its_name_says() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let region = |name: &str| format!("String(named('region', '{name}') !== null)");
    page.browser.presses("g i").await;
    becomes(&page, &region("Inbox"), "true").await;
    becomes(&page, LISTED, "three,two,one").await;
    page.browser.presses("j").await;
    becomes(&page, FOCUS, "three").await;
    page.browser.presses("j").await;
    becomes(&page, FOCUS, "two").await;
    page.browser.presses("k").await;
    becomes(&page, FOCUS, "three").await;

    let chosen = "words(document.querySelector('.chosen-tools')?.innerText ?? '')";
    page.browser.presses("x j x").await;
    becomes(&page, chosen, "2 selected").await;
    let starred = "String(document.querySelectorAll('.star[aria-pressed=true]').length)";
    page.browser.presses("s").await;
    becomes(&page, starred, "2").await;
    let unread = "String(document.querySelectorAll('li.unread').length)";
    becomes(&page, unread, "3").await;
    page.browser.presses("Shift+i").await;
    becomes(&page, unread, "1").await;
    page.browser.presses("Shift+u").await;
    becomes(&page, unread, "3").await;
    page.browser.presses("#").await;
    becomes(&page, LISTED, "one").await;
    page.browser.presses("z").await;
    becomes(&page, LISTED, "three,two,one").await;

    page.browser.presses("/").await;
    becomes(&page, FOCUS, "Search").await;
    page.browser.presses("Tab").await;
    open_newest(&page).await;
    let reading = "document.querySelector('[data-reading] h2')?.innerText ?? ''";
    page.browser.presses("j").await;
    becomes(&page, reading, "three").await;
    page.browser.presses("u").await;
    becomes(&page, reading, "").await;
    open_newest(&page).await;
    page.browser.presses("r").await;
    draft_is(&page, "Re: three").await;
    leave_field(&page).await;
    page.browser.presses("g i").await;
    page.browser
        .until("named('button', 'Reply all') !== null")
        .await;
    page.browser.presses("a").await;
    draft_is(&page, "Re: three").await;
    leave_field(&page).await;
    page.browser.presses("g i").await;
    page.browser
        .until("named('button', 'Forward') !== null")
        .await;
    page.browser.presses("f").await;
    draft_is(&page, "Fwd: three").await;

    leave_field(&page).await;
    page.browser.presses("c").await;
    draft_is(&page, "").await;
    becomes(&page, FOCUS, "To").await;
    page.browser.presses("Ctrl+Shift+c").await;
    becomes(&page, FOCUS, "Cc").await;
    page.browser.presses("Ctrl+Shift+b").await;
    becomes(&page, FOCUS, "Bcc").await;
    page.browser.presses("Ctrl+Shift+c").await;
    becomes(&page, FOCUS, "Cc").await;

    leave_field(&page).await;
    page.browser.presses("g d").await;
    page.browser
        .until("document.activeElement.matches('.draft-title')")
        .await;
    page.browser.presses("g w").await;
    page.browser
        .until("document.querySelector('.wirepane:not(.folded)') !== null")
        .await;
    page.browser.presses("g i").await;
    becomes(&page, &region("Inbox"), "true").await;
    page.browser.presses("g m").await;
    becomes(&page, &region("Compose"), "true").await;
    for (keys, heading) in [
        ("g c", "Contacts"),
        ("g s", "Settings"),
        ("?", "Keyboard shortcuts"),
        ("Ctrl+k", "Commands"),
        ("F1", "Commands"),
    ] {
        page.browser.presses(keys).await;
        dialog_is(&page, heading).await;
        // Not through a dialog.
        page.browser.presses("g i").await;
        page.browser.presses("Escape").await;
        dialog_is(&page, "").await;
        becomes(&page, &region("Compose"), "true").await;
    }
    page.close().await;
}

#[tokio::test]
async fn shortcuts_work_with_a_korean_input_source() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
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
    becomes(&page, LISTED, "three,two,one").await;
    keys(&[("Process", "KeyJ", false, true)]).await;
    becomes(&page, FOCUS, "three").await;
    keys(&[("ㅐ", "KeyO", false, false)]).await;
    page.browser
        .until("named('button', 'Reply') !== null")
        .await;
    keys(&[("Process", "KeyR", false, true)]).await;
    draft_is(&page, "Re: three").await;
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
    two_frames(&page).await;
    draft_is(&page, "Re: three").await;
    leave_field(&page).await;
    keys(&[("Process", "Slash", true, true)]).await;
    dialog_is(&page, "Keyboard shortcuts").await;
    page.close().await;
}

#[tokio::test]
async fn single_keys_can_be_turned_off_and_stay_so() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let said = "named('button', 'New message').getAttribute('aria-keyshortcuts') ?? ''";
    becomes(&page, said, "C").await;
    page.browser.presses("g s").await;
    dialog_is(&page, "Settings").await;
    page.browser.tick("Single keys are shortcuts").await;
    page.browser.presses("Escape").await;
    dialog_is(&page, "").await;
    becomes(&page, said, "").await;
    for reloaded in [false, true] {
        if reloaded {
            page.browser.reload().await;
            page.ready().await;
        }
        page.browser
            .until("named('button', 'Send').getAttribute('aria-keyshortcuts') !== null")
            .await;
        page.browser.presses("g i ? c /").await;
        two_frames(&page).await;
        assert!(page.browser.has("region", "Compose").await);
        dialog_is(&page, "").await;
        page.browser.presses("Ctrl+k").await;
        dialog_is(&page, "Commands").await;
        page.browser.presses("Escape").await;
        dialog_is(&page, "").await;
    }
    page.close().await;
}

#[tokio::test]
async fn text_fields_and_the_paused_line_keep_their_letters() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    page.browser.press("New message").await;
    for field in ["To", "Subject", "Message", "Search drafts"] {
        page.focus(field).await;
        page.browser.presses("g i c # ?").await;
        becomes(
            &page,
            &format!("named('textbox', '{field}').value"),
            "gic#?",
        )
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
    dialog_is(&page, "Commands").await;
    page.browser.presses("Escape").await;

    page.browser.press("New message").await;
    page.browser.fill("To", "a@practice.test, ").await;
    page.browser.fill("Subject", "Step").await;
    page.browser.press("Plain text").await;
    page.browser.fill("Message", "Text").await;
    page.browser.press("Step through").await;
    page.pauses_at("EHLO").await;
    page.browser.presses("Tab r c u").await;
    two_frames(&page).await;
    page.pauses_at("EHLO").await;
    draft_is(&page, "Step").await;
    page.browser.presses("Enter").await;
    page.next_pause(1).await;
    page.browser.press("Run to end").await;
    page.finished("accepted").await;
    page.close().await;
}

#[tokio::test]
async fn the_palette_finds_runs_and_remembers_commands() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    let first = "words(document.querySelector('.palette li.current .command-name')?.innerText)";
    page.browser.presses("Ctrl+k").await;
    let field = "nameOf(document.activeElement) + ' ' + document.activeElement.role";
    becomes(&page, field, "Search commands combobox").await;
    for (typed, found) in [
        ("inb", "Inbox"),
        ("받은편지", "Inbox"),
        ("ㅂㅇㅍㅈㅎ", "Inbox"),
        ("nm", "New message"),
        ("key short", "Keyboard shortcuts"),
    ] {
        page.browser.keys("\u{e009}a\u{e000}").await;
        page.browser.keys(typed).await;
        becomes(&page, first, found).await;
    }
    let active = "document.getElementById(\
        document.activeElement.getAttribute('aria-activedescendant'))?.id";
    becomes(&page, active, "palette-sheet").await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("reply all").await;
    // Not without an open message, and it says why.
    page.browser
        .until("document.querySelector('#palette-reply-all')?.ariaDisabled === 'true'")
        .await;
    becomes(
        &page,
        "words(document.querySelector('.palette-said').innerText)",
        "Needs an open message.",
    )
    .await;
    page.browser.presses("Enter").await;
    dialog_is(&page, "Commands").await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("zzz").await;
    becomes(
        &page,
        "words(document.querySelector('.palette-said').innerText)",
        "No command has this in its name.",
    )
    .await;
    page.browser.keys("\u{e009}a\u{e000}").await;
    page.browser.keys("inbox").await;
    page.browser.presses("Enter").await;
    becomes(&page, LISTED, "three,two,one").await;
    // In another view: that is shown first.
    page.browser.presses("Ctrl+k").await;
    becomes(&page, first, "Inbox").await;
    page.browser.keys("source").await;
    page.browser.presses("Enter").await;
    page.browser.named("region", "Source").await;
    // The focus goes back where it was.
    page.focus("Subject").await;
    page.browser.presses("Ctrl+k").await;
    becomes(&page, first, "Source").await;
    page.browser.presses("ArrowDown").await;
    becomes(&page, first, "Inbox").await;
    page.browser.presses("Escape").await;
    becomes(&page, FOCUS, "Subject").await;
    // By mouse, too.
    page.browser.press("Commands").await;
    page.browser
        .until("named('option', 'x') || document.querySelector('#palette-theme')")
        .await;
    page.browser
        .evaluate("(document.querySelector('#palette-theme').click(), true)")
        .await;
    page.browser
        .until("document.documentElement.dataset.theme === 'dark'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn every_command_of_the_palette_is_marked_or_offered_where_it_says() {
    let bridge = Bridge::start();
    let page = three(&bridge).await;
    open_newest(&page).await;
    page.browser.presses("Ctrl+k").await;
    dialog_is(&page, "Commands").await;
    // What can't be done now needs something that is not there, and says so.
    let disabled = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.palette li[aria-disabled]')]\
             .map(e => e.id.replace('palette-', ''))",
        )
        .await;
    let without_reason = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.palette li[aria-disabled]')]\
             .filter(e => !e.querySelector('.command-name small')).map(e => e.id)",
        )
        .await;
    assert_eq!(without_reason, json!([]));
    assert_eq!(
        disabled,
        json!(["send", "undo", "abort", "run", "export-wire"])
    );
    page.close().await;
}
