//! The chips of To, Cc and Bcc in a real browser: selecting, editing, moving, copying, undoing,
//! and what the page says about addresses.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

mod keys {
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const BACKSPACE: &str = "\u{e003}";
    pub(crate) const DELETE: &str = "\u{e017}";
    pub(crate) const LEFT: &str = "\u{e012}";
    pub(crate) const RIGHT: &str = "\u{e014}";
    pub(crate) const HOME: &str = "\u{e011}";
    pub(crate) const END: &str = "\u{e010}";
    pub(crate) const F2: &str = "\u{e032}";
    pub(crate) const SHIFT_LEFT: &str = "\u{e008}\u{e012}";
    pub(crate) const ALL: &str = "\u{e009}a";
    pub(crate) const COPY: &str = "\u{e009}c";
    pub(crate) const CUT: &str = "\u{e009}x";
    pub(crate) const PASTE: &str = "\u{e009}v";
    pub(crate) const UNDO: &str = "\u{e009}z";
    pub(crate) const REDO: &str = "\u{e009}\u{e008}z";
    pub(crate) const REDO_TOO: &str = "\u{e009}y";
    pub(crate) const MOVE_LEFT: &str = "\u{e00a}\u{e008}\u{e012}";
    pub(crate) const MOVE_UP: &str = "\u{e00a}\u{e008}\u{e013}";
    pub(crate) const MOVE_DOWN: &str = "\u{e00a}\u{e008}\u{e015}";
}

/// Waits until a field has these chips.
async fn chips_are(page: &Visitor, field: &str, chips: &[&str]) {
    let (field, chips) = (Value::from(field), json!(chips));
    page.browser
        .until(&format!(
            "JSON.stringify([...document.querySelectorAll(`[data-place=${{{field}}}] .addr`)]\
             .map(e => words(e.innerText))) === JSON.stringify({chips})"
        ))
        .await;
}

/// Waits until the focus is on the chip with this text, and these are selected.
async fn focus_is(page: &Visitor, text: &str, selected: &[&str]) {
    let (text, selected) = (Value::from(text), json!(selected));
    page.browser
        .until(&format!(
            "words(document.activeElement.closest('.addr')?.innerText) === {text} && \
             JSON.stringify([...document.querySelectorAll('.addr [aria-selected=true]')]\
             .map(e => words(e.innerText))) === JSON.stringify({selected})"
        ))
        .await;
}

/// Waits until the focus is in the input of a field, which has this text.
async fn types_in(page: &Visitor, field: &str, text: &str) {
    let (field, text) = (Value::from(field), Value::from(text));
    page.browser
        .until(&format!(
            "document.activeElement === named('textbox', {field}) && \
             document.activeElement.value === {text}"
        ))
        .await;
}

/// A new message with these addresses in To, and the focus behind them.
async fn with_chips(bridge: &Bridge, chips: &[&str]) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.browser.press("New message").await;
    chips_are(&page, "to", &[]).await;
    page.focus("To").await;
    for chip in chips {
        page.browser.keys(format!("{chip},")).await;
    }
    chips_are(&page, "to", chips).await;
    page
}

/// Pastes into the focused element, with HTML beside the plain text.
async fn paste_html(page: &Visitor, plain: &str, html: &str) {
    let (plain, html) = (Value::from(plain), Value::from(html));
    page.browser
        .evaluate(&format!(
            "(data => {{ data.setData('text/plain', {plain}); data.setData('text/html', {html}); \
             document.activeElement.dispatchEvent(new ClipboardEvent('paste', \
             {{clipboardData: data, bubbles: true, cancelable: true}})); }})(new DataTransfer())"
        ))
        .await;
}

#[tokio::test]
async fn arrows_select_and_what_is_selected_is_copied_removed_and_undone() {
    let bridge = Bridge::start();
    let all = ["a@x.org", "Park <b@x.org>", "c@x.org"];
    let page = with_chips(&bridge, &all).await;
    page.browser.keys(keys::LEFT).await;
    focus_is(&page, "c@x.org", &["c@x.org"]).await;
    page.browser.keys(keys::SHIFT_LEFT).await;
    focus_is(&page, all[1], &all[1..]).await;
    page.browser.keys(keys::COPY).await;
    page.browser.keys(keys::DELETE).await;
    chips_are(&page, "to", &all[..1]).await;
    types_in(&page, "To", "").await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &all).await;
    page.browser.keys(keys::REDO).await;
    chips_are(&page, "to", &all[..1]).await;
    page.browser.keys(keys::UNDO).await;
    page.browser.keys(keys::REDO_TOO).await;
    chips_are(&page, "to", &all[..1]).await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &all).await;

    page.browser.keys(keys::HOME).await;
    focus_is(&page, all[0], &all[..1]).await;
    page.browser.keys(keys::RIGHT).await;
    focus_is(&page, all[1], &all[1..2]).await;
    page.browser.keys(keys::BACKSPACE).await;
    chips_are(&page, "to", &["a@x.org", "c@x.org"]).await;
    focus_is(&page, all[0], &all[..1]).await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &all).await;
    types_in(&page, "To", "").await;
    page.browser.keys(keys::ALL).await;
    focus_is(&page, all[2], &all).await;
    page.browser.keys(keys::END).await;
    types_in(&page, "To", "").await;

    page.focus("Message").await;
    page.browser.keys(keys::PASTE).await;
    page.browser
        .until("named('textbox', 'Message').value === 'Park <b@x.org>, c@x.org'")
        .await;
    // In a text field, undo is the browser's.
    page.browser.keys(keys::UNDO).await;
    page.browser
        .until("named('textbox', 'Message').value === ''")
        .await;
    chips_are(&page, "to", &all).await;
    page.close().await;
}

#[tokio::test]
async fn chips_that_are_cut_are_pasted_where_the_focus_is() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &["\"Park, M\" <a@x>", "b@x", "c@x"]).await;
    page.browser.keys(keys::HOME).await;
    page.browser.keys(keys::CUT).await;
    chips_are(&page, "to", &["b@x", "c@x"]).await;
    focus_is(&page, "b@x", &["b@x"]).await;
    page.browser.keys(keys::PASTE).await;
    chips_are(&page, "to", &["b@x", "\"Park, M\" <a@x>", "c@x"]).await;
    focus_is(&page, "\"Park, M\" <a@x>", &["\"Park, M\" <a@x>"]).await;
    page.close().await;
}

#[tokio::test]
async fn a_chip_is_edited_at_its_place() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &["a@x", "b@x", "c@x"]).await;
    for begin in ["ENTER", "F2", "double click"] {
        page.browser.keys(keys::HOME).await;
        page.browser.keys(keys::RIGHT).await;
        focus_is(&page, "b@x", &["b@x"]).await;
        match begin {
            "ENTER" => page.browser.keys(keys::ENTER).await,
            "F2" => page.browser.keys(keys::F2).await,
            _ => {
                let click = "document.querySelectorAll('.addr-text')[1].dispatchEvent(\
                    new MouseEvent('dblclick', {bubbles: true}))";
                page.browser.evaluate(click).await;
            }
        }
        types_in(&page, "To", "b@x").await;
        chips_are(&page, "to", &["a@x", "c@x"]).await;
        // The input stands between the two.
        let order = "(([a, b], i) => a.getBoundingClientRect().right <= \
            i.getBoundingClientRect().left && i.getBoundingClientRect().right <= \
            b.getBoundingClientRect().left)(document.querySelectorAll('.addr'), \
            named('textbox', 'To'))";
        page.browser.until(order).await;
        page.browser.keys("yz").await;
        page.browser.keys(keys::ESCAPE).await;
        chips_are(&page, "to", &["a@x", "b@x", "c@x"]).await;
        focus_is(&page, "b@x", &["b@x"]).await;
    }
    page.browser.keys(keys::ENTER).await;
    page.browser.keys("y, new@x").await;
    page.focus("Subject").await;
    chips_are(&page, "to", &["a@x", "b@xy", "new@x", "c@x"]).await;
    page.focus("To").await;
    page.browser.keys("d@x,").await;
    chips_are(&page, "to", &["a@x", "b@xy", "new@x", "c@x", "d@x"]).await;

    // An edit is one step.
    for _ in 0..2 {
        page.browser.keys(keys::UNDO).await;
    }
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &["a@x", "b@x", "c@x"]).await;

    // What is being edited is stored like anything else that is typed.
    page.browser.keys(keys::HOME).await;
    page.browser.keys(keys::F2).await;
    page.browser.keys("yz").await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    chips_are(&page, "to", &["b@x", "c@x"]).await;
    page.browser
        .until("named('textbox', 'To').value === 'a@xyz'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn what_is_typed_on_a_chip_goes_behind_it() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &["a@x", "c@x"]).await;
    page.browser.keys(keys::HOME).await;
    focus_is(&page, "a@x", &["a@x"]).await;
    page.browser.keys("b").await;
    types_in(&page, "To", "b").await;
    page.browser.composes("@하").await;
    page.browser.composes_with("Enter").await;
    page.browser.composed("@한").await;
    types_in(&page, "To", "b@한").await;
    page.browser.keys(".kr").await;
    page.browser.keys(keys::ENTER).await;
    chips_are(&page, "to", &["a@x", "b@한.kr → b@xn--6q8b.kr", "c@x"]).await;
    types_in(&page, "To", "").await;
    page.close().await;
}

#[tokio::test]
async fn chips_are_moved_by_keys_and_mouse() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &["a@x", "b@x", "c@x"]).await;
    page.browser.keys(keys::LEFT).await;
    page.browser.keys(keys::MOVE_LEFT).await;
    chips_are(&page, "to", &["a@x", "c@x", "b@x"]).await;
    focus_is(&page, "c@x", &["c@x"]).await;
    page.browser.keys(keys::MOVE_DOWN).await;
    chips_are(&page, "to", &["a@x", "b@x"]).await;
    chips_are(&page, "cc", &["c@x"]).await;
    focus_is(&page, "c@x", &["c@x"]).await;
    page.browser.keys(keys::MOVE_UP).await;
    chips_are(&page, "to", &["a@x", "b@x", "c@x"]).await;
    chips_are(&page, "cc", &[]).await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "cc", &["c@x"]).await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &["a@x", "c@x", "b@x"]).await;

    // A click selects, Ctrl adds, Shift extends.
    let click = async |at: u32, with: &str| {
        page.browser
            .evaluate(&format!(
                "document.querySelectorAll('.addr-text')[{at}].dispatchEvent(\
                 new MouseEvent('click', {{bubbles: true, {with}}}))"
            ))
            .await;
    };
    click(2, "").await;
    focus_is(&page, "b@x", &["b@x"]).await;
    click(0, "ctrlKey: true").await;
    focus_is(&page, "a@x", &["a@x", "b@x"]).await;

    // Dropped on a field that is not shown, which then is.
    let drag = async |from: u32, to: &str| {
        page.browser
            .evaluate(&format!(
                "(data => {{ const fire = (e, name) => e.dispatchEvent(new DragEvent(name, \
                 {{dataTransfer: data, bubbles: true, cancelable: true}})); \
                 const chip = document.querySelectorAll('.addr')[{from}]; fire(chip, 'dragstart'); \
                 const to = {to}; fire(to, 'dragover'); fire(to, 'drop'); fire(chip, 'dragend'); \
                 }})(new DataTransfer())"
            ))
            .await;
    };
    drag(0, "named('button', 'Bcc')").await;
    chips_are(&page, "to", &["c@x"]).await;
    chips_are(&page, "bcc", &["a@x", "b@x"]).await;
    focus_is(&page, "b@x", &["a@x", "b@x"]).await;
    click(1, "").await;
    click(2, "shiftKey: true").await;
    drag(1, "document.querySelector('[data-place=to] .chips')").await;
    chips_are(&page, "to", &["c@x", "a@x", "b@x"]).await;
    chips_are(&page, "bcc", &[]).await;
    page.close().await;
}

#[tokio::test]
async fn what_people_have_on_their_clipboards_is_pasted() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &[]).await;
    paste_html(
        &page,
        "mailto:a@x?cc=b%40x,c@x&bcc=d@x&subject=%EC%A0%9C%EB%AA%A9&body=Hi%0D%0Ayou&priority=1",
        "",
    )
    .await;
    chips_are(&page, "to", &["a@x"]).await;
    chips_are(&page, "cc", &["b@x", "c@x"]).await;
    chips_are(&page, "bcc", &["d@x"]).await;
    page.browser
        .until("named('textbox', 'Subject').value === '제목'")
        .await;
    page.browser
        .until("named('textbox', 'Message').value === 'Hi\\nyou'")
        .await;
    page.compose_shows("priority: 1").await;
    page.browser.press("Dismiss").await;
    page.browser
        .until("!region('Compose').includes('priority')")
        .await;

    page.focus("To").await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &[]).await;
    chips_are(&page, "cc", &[]).await;

    page.focus("To").await;
    paste_html(
        &page,
        "To: =?euc-kr?B?udq5zr7G?= <m@x>,\r\n\tj@x\r\nCc: c@x\r\nSubject: other\r\n",
        "",
    )
    .await;
    chips_are(&page, "to", &["박민아 <m@x>", "j@x"]).await;
    chips_are(&page, "cc", &["c@x"]).await;
    // There is a subject already.
    page.compose_shows("other").await;
    page.browser
        .until("named('textbox', 'Subject').value === '제목'")
        .await;
    page.browser.keys(keys::UNDO).await;
    chips_are(&page, "to", &[]).await;

    paste_html(
        &page,
        "Mina, Joon",
        "<a href='mailto:m@x'>Mina</a>, <a href='mailto:j@x'>Joon</a>",
    )
    .await;
    chips_are(&page, "to", &["Mina <m@x>", "Joon <j@x>"]).await;
    paste_html(&page, "\"Park\nMina\"\tp@x\n- q@x\nnobody", "").await;
    let all = [
        "Mina <m@x>",
        "Joon <j@x>",
        "Park Mina <p@x>",
        "q@x",
        "nobody",
    ];
    chips_are(&page, "to", &all).await;
    page.close().await;
}

#[tokio::test]
async fn look_alikes_and_mixed_scripts_are_pointed_out() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &[]).await;
    for (typed, shown) in [
        ("m@аррӏе.com", "“аррӏе” is not “apple”"),
        ("m@pаypal.com", "p y a l (Latin), а (Cyrillic)"),
        ("m@g00gle.com", "“g00gle” looks like “google”"),
        ("m@xn--80ak6aa92e.com", "= m@аррӏе.com"),
    ] {
        page.browser.keys(typed).await;
        page.browser.keys(keys::ENTER).await;
        page.compose_shows(shown).await;
    }
    let marked = "document.querySelectorAll('.addr.warn').length === 4";
    page.browser.until(marked).await;
    #[cfg(feature = "axe")]
    page.without_violations("look-alikes").await;
    page.browser.keys(keys::LEFT).await;
    #[cfg(feature = "axe")]
    page.without_violations("a selected chip").await;
    page.close().await;
}

#[tokio::test]
async fn an_address_that_is_there_twice_is_sent_once_and_the_page_says_so() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &["a@practice.test"]).await;
    page.browser.press("Bcc").await;
    page.focus("Bcc").await;
    page.browser.keys("A <a@PRACTICE.test>,").await;
    page.compose_shows("is already in To. One copy is sent.")
        .await;
    page.browser.fill("From", "mina@practice.test").await;
    page.browser.fill("Subject", "Twice").await;
    page.browser.fill("Message", "Once.").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let rcpt = "region('Wire').split('RCPT TO:<').length";
    assert_eq!(page.browser.evaluate(rcpt).await, Value::from(2));
    page.close().await;
}

#[tokio::test]
async fn many_visible_recipients_are_pointed_out() {
    let bridge = Bridge::start();
    let page = with_chips(&bridge, &[]).await;
    let list: Vec<String> = (0..15).map(|at| format!("p{at}@x.org")).collect();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    paste_html(&page, &list[..14].join("\n"), "").await;
    chips_are(&page, "to", &list[..14]).await;
    let warned = "region('Compose').includes('see each other')";
    assert_eq!(page.browser.evaluate(warned).await, Value::from(false));
    page.browser.keys("p14@x.org,").await;
    page.compose_shows("15 recipients will see each other's addresses")
        .await;
    #[cfg(feature = "axe")]
    page.without_violations("many recipients").await;
    page.browser.press("Move all to Bcc").await;
    chips_are(&page, "to", &[]).await;
    chips_are(&page, "bcc", &list).await;
    page.compose_shows("15 addresses were moved to Bcc").await;
    page.browser.press("Undo").await;
    chips_are(&page, "to", &list).await;
    chips_are(&page, "bcc", &[]).await;
    page.compose_shows("15 recipients").await;
    page.browser.press("Dismiss").await;
    page.browser.until(&format!("!{warned}")).await;
    page.close().await;
}
