//! People who were written to before, in a real browser: suggested while an address is typed,
//! imported, erased, and the same in all tabs.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

mod keys {
    pub(crate) const ARROW_DOWN: &str = "\u{e015}";
    pub(crate) const ARROW_UP: &str = "\u{e013}";
    pub(crate) const DELETE: &str = "\u{e017}";
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const TAB: &str = "\u{e004}";
}

/// The addresses that are suggested.
const SUGGESTED: &str = "[...document.querySelectorAll('.suggestions .who')]\
    .map(e => words(e.innerText).replace(/ ?([<>]) ?/g, ' $1 ').trim().replace(/\\s+/g, ' '))";

/// The chips of the field To.
const CHIPS: &str =
    "[...document.querySelectorAll('.addresses:has(#to) .addr')].map(e => words(e.innerText))";

/// The contacts in the database.
const STORED: &str = "new Promise((done, fail) => { \
    const request = indexedDB.open('glasspost'); \
    request.onerror = fail; \
    request.onsuccess = () => { \
        const database = request.result; \
        const all = database.transaction('contacts').objectStore('contacts').getAllKeys(); \
        all.onsuccess = () => { database.close(); done(all.result); }; \
    }; })";

/// Waits until these are suggested, as `Name < address >`.
async fn suggested(page: &Visitor, expect: &[&str]) {
    let expect = json!(expect);
    page.browser
        .until(&format!(
            "JSON.stringify({SUGGESTED}) === JSON.stringify({expect})"
        ))
        .await;
}

/// Waits until the field To has these chips, and no text behind them.
async fn to_is(page: &Visitor, chips: &[&str]) {
    let chips = json!(chips);
    page.browser
        .until(&format!(
            "JSON.stringify({CHIPS}) === JSON.stringify({chips}) \
             && named('textbox', 'To').value === ''"
        ))
        .await;
}

/// Waits until the database has contacts under these keys, and no others.
async fn stored(page: &Visitor, keys: &[&str]) {
    let keys = json!(keys).to_string();
    page.browser
        .evaluate(&format!(
            "void (window.storedIs = false, (async () => {{ \
                 while (JSON.stringify(await {STORED}) !== {}) \
                     await new Promise(requestAnimationFrame); \
                 window.storedIs = true; }})())",
            Value::from(keys)
        ))
        .await;
    page.browser.until("window.storedIs").await;
}

/// Sends a message to these people.
async fn send(page: &Visitor, to: &str) {
    page.write(to, "A note", "Hello").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
}

/// Opens the dialog and imports a file.
async fn import(page: &Visitor, name: &str, text: &str) {
    page.browser.press("Contacts").await;
    page.browser.named("button", "Import contacts").await;
    let (name, text) = (Value::from(name), Value::from(text));
    page.browser
        .evaluate(&format!(
            "(files => {{ files.items.add(new File([{text}], {name})); \
             const field = document.querySelector('dialog[open] input[type=file]'); \
             field.files = files.files; \
             field.dispatchEvent(new Event('change')); }})(new DataTransfer())"
        ))
        .await;
    page.browser
        .until("words(document.querySelector('.report').innerText).includes('Contacts added')")
        .await;
}

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:김민호\r\n\
    EMAIL:minho@practice.test\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Tessa Ito\r\nEMAIL:tessa@practice.test\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Team Seoul\r\nEMAIL:team@practice.test\r\n\
    EMAIL:no address\r\nEND:VCARD\r\n";

/// Opens the page with three imported contacts, a new message and the focus in the field To.
async fn three_contacts(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    import(&page, "contacts.vcf", CARDS).await;
    page.browser.press("Close").await;
    page.browser.press("New message").await;
    to_is(&page, &[]).await;
    page.focus("To").await;
    page
}

#[tokio::test]
async fn contacts_are_those_to_whom_a_message_was_sent() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.fill("From", "mina@practice.test").await;
    page.write("typed@practice.test", "A note", "Not sent")
        .await;
    send(
        &page,
        "김민호 <minho@practice.test>, refused@practice.test, Tessa <tessa@practice.test>",
    )
    .await;
    stored(&page, &["minho@practice.test", "tessa@practice.test"]).await;

    page.browser.press("New message").await;
    to_is(&page, &[]).await;
    page.focus("To").await;
    page.browser.keys("te").await;
    suggested(&page, &["Tessa < tessa@practice.test >"]).await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["Tessa <tessa@practice.test>"]).await;
    // Who is in the message already is not suggested.
    page.browser.keys("practice").await;
    suggested(&page, &["김민호 < minho@practice.test >"]).await;
    page.browser.keys(keys::TAB).await;
    to_is(
        &page,
        &[
            "Tessa <tessa@practice.test>",
            "김민호 <minho@practice.test>",
        ],
    )
    .await;

    // In another tab, and after a reload.
    page.browser.reload().await;
    page.ready().await;
    page.browser.press("New message").await;
    page.focus("To").await;
    page.browser.keys("typ").await;
    page.browser.keys("\u{e003}\u{e003}\u{e003}mi").await;
    suggested(&page, &["김민호 < minho@practice.test >"]).await;
    page.close().await;
}

#[tokio::test]
async fn contacts_are_chosen_by_keys_and_by_mouse() {
    let bridge = Bridge::start();
    let page = three_contacts(&bridge).await;
    page.browser.keys("te").await;
    let two = [
        "Team Seoul < team@practice.test >",
        "Tessa Ito < tessa@practice.test >",
    ];
    suggested(&page, &two).await;
    let chosen = "words(document.getElementById(\
        named('textbox', 'To').getAttribute('aria-activedescendant'))?.innerText ?? '')";
    let is = async |name: &str| {
        let name = Value::from(name);
        page.browser
            .until(&format!("{chosen}.startsWith({name})"))
            .await;
    };
    is("Team").await;
    page.browser.keys(keys::ARROW_DOWN).await;
    is("Tessa").await;
    page.browser.keys(keys::ARROW_DOWN).await;
    is("Team").await;
    page.browser.keys(keys::ARROW_UP).await;
    is("Tessa").await;
    // What was typed is marked.
    let marked = "[...document.querySelectorAll('.suggestions .who b')].map(e => e.innerText)";
    let marked = page.browser.evaluate(marked).await;
    assert_eq!(marked, json!(["Te", "te", "Te", "te"]));
    // Escape closes the list and leaves the text.
    page.browser.keys(keys::ESCAPE).await;
    suggested(&page, &[]).await;
    assert_eq!(page.browser.value("To").await, "te");
    page.browser.keys(keys::ARROW_DOWN).await;
    suggested(&page, &two).await;
    page.browser.keys(keys::ARROW_DOWN).await;
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["Tessa Ito <tessa@practice.test>"]).await;
    page.browser
        .until("document.activeElement === named('textbox', 'To')")
        .await;

    page.browser.keys("te").await;
    suggested(&page, &two[..1]).await;
    page.browser
        .evaluate("document.querySelector('.suggestions [role=option]').click()")
        .await;
    to_is(
        &page,
        &[
            "Tessa Ito <tessa@practice.test>",
            "Team Seoul <team@practice.test>",
        ],
    )
    .await;

    // An address that is complete is taken as it was typed.
    page.browser.keys("minho@practice.tes").await;
    suggested(&page, &["김민호 < minho@practice.test >"]).await;
    page.browser.keys(keys::ENTER).await;
    to_is(
        &page,
        &[
            "Tessa Ito <tessa@practice.test>",
            "Team Seoul <team@practice.test>",
            "minho@practice.tes",
        ],
    )
    .await;
    page.close().await;
}

#[tokio::test]
async fn contacts_are_found_while_hangul_is_composed() {
    let bridge = Bridge::start();
    let page = three_contacts(&bridge).await;
    let minho = "김민호 < minho@practice.test >";
    for text in ["ㅁ", "미", "민", "믾"] {
        page.browser.composes(text).await;
        suggested(&page, &[minho]).await;
    }
    page.browser.composes("밍").await;
    suggested(&page, &[]).await;
    page.browser.composes("민").await;
    suggested(&page, &[minho]).await;
    // The key belongs to the input method.
    page.browser.composes_with("Enter").await;
    page.browser.composed("민").await;
    suggested(&page, &[minho]).await;
    assert_eq!(page.browser.value("To").await, "민");
    page.browser.keys(keys::ENTER).await;
    to_is(&page, &["김민호 <minho@practice.test>"]).await;
    page.close().await;
}

#[tokio::test]
async fn contacts_are_erased_and_brought_back() {
    let bridge = Bridge::start();
    let page = three_contacts(&bridge).await;
    let (team, tessa) = (
        "Team Seoul < team@practice.test >",
        "Tessa Ito < tessa@practice.test >",
    );
    page.browser.keys("te").await;
    suggested(&page, &[team, tessa]).await;
    // Delete is for the text until a suggestion is chosen by an arrow key.
    page.browser.keys(keys::DELETE).await;
    page.browser.keys(keys::ARROW_DOWN).await;
    page.browser.keys(keys::DELETE).await;
    suggested(&page, &[team]).await;
    stored(&page, &["minho@practice.test", "team@practice.test"]).await;
    page.browser.press("Undo").await;
    suggested(&page, &[team, tessa]).await;
    let all = [
        "minho@practice.test",
        "team@practice.test",
        "tessa@practice.test",
    ];
    stored(&page, &all).await;
    page.browser
        .evaluate("document.querySelector('.suggestions .cross').click()")
        .await;
    suggested(&page, &[tessa]).await;

    page.browser.press("Contacts").await;
    page.browser.named("textbox", "Search contacts").await;
    page.browser.fill("Search contacts", "ㅁㅎ").await;
    page.browser
        .until("document.querySelectorAll('.contact-rows li').length === 1")
        .await;
    page.browser
        .press("Erase 김민호 <minho@practice.test>")
        .await;
    stored(&page, &["tessa@practice.test"]).await;
    page.browser.press("Undo").await;
    stored(&page, &["minho@practice.test", "tessa@practice.test"]).await;
    page.browser.press("Erase all contacts").await;
    page.browser.press("Cancel").await;
    page.browser.press("Erase all contacts").await;
    page.browser.press("Erase all: 2").await;
    stored(&page, &[]).await;
    page.browser.press("Undo").await;
    stored(&page, &["minho@practice.test", "tessa@practice.test"]).await;
    page.close().await;
}

#[tokio::test]
async fn contacts_are_imported_with_a_report() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    import(&page, "contacts.vcf", CARDS).await;
    let report = "words(document.querySelector('.report').innerText)";
    let reports = async |text: &str| {
        let text = Value::from(text);
        page.browser
            .until(&format!("{report}.includes({text})"))
            .await;
    };
    reports("Contacts added: 3. Addresses already known: 0.").await;
    reports("Not imported: 1").await;
    reports("Line 15: no address: ").await;
    page.browser.press("Close").await;
    let table = "이름,이메일\n민호,minho@PRACTICE.test\n준,joon@practice.test\n";
    import(&page, "contacts.csv", table).await;
    reports("Contacts added: 1. Addresses already known: 1.").await;
    stored(
        &page,
        &[
            "joon@practice.test",
            "minho@practice.test",
            "team@practice.test",
            "tessa@practice.test",
        ],
    )
    .await;
    page.close().await;
}

#[tokio::test]
async fn contacts_are_the_same_in_all_tabs() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    let first = page.browser.tab().await;
    let second = page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    import(&page, "contacts.vcf", CARDS).await;
    page.browser.press("Close").await;
    page.browser.to(&first).await;
    page.browser.press("Contacts").await;
    page.browser
        .until("document.querySelectorAll('.contact-rows li').length === 3")
        .await;
    page.browser
        .press("Erase Tessa Ito <tessa@practice.test>")
        .await;
    stored(&page, &["minho@practice.test", "team@practice.test"]).await;
    page.browser.to(&second).await;
    page.browser.press("Contacts").await;
    page.browser
        .until("document.querySelectorAll('.contact-rows li').length === 2")
        .await;
    page.close().await;
}

#[tokio::test]
async fn an_address_one_letter_off_a_contact_is_pointed_out() {
    let bridge = Bridge::start();
    let page = three_contacts(&bridge).await;
    page.browser.keys("Joon <joon@practise.test>,").await;
    page.compose_shows("Did you mean joon@practice.test?").await;
    page.browser.press("Use joon@practice.test").await;
    to_is(&page, &["Joon <joon@practice.test>"]).await;
    page.browser
        .until("!region('Compose').includes('Did you mean')")
        .await;
    page.focus("To").await;
    page.browser.keys("mihno@practice.test,").await;
    page.compose_shows("Did you mean minho@practice.test?")
        .await;
    // It can be sent as it is.
    page.browser.fill("Subject", "Near").await;
    page.browser.fill("Message", "Text").await;
    page.browser.press("Send").await;
    page.wire_shows("RCPT TO:<mihno@practice.test>").await;
    page.close().await;
}

#[tokio::test]
async fn without_a_database_contacts_last_as_long_as_the_tab() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    browser
        .run_in_new_documents(
            "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); }",
        )
        .await;
    browser.go(&bridge.announcement().url).await;
    let page = Visitor { browser };
    page.ready().await;
    import(&page, "contacts.vcf", CARDS).await;
    page.browser
        .until("words(document.querySelector('dialog[open]').innerText).includes('not stored')")
        .await;
    // Not the notice about drafts, which has such a button, too.
    page.browser
        .evaluate("document.querySelector('dialog[open] [aria-label=Close]').click() ?? true")
        .await;
    page.browser.press("New message").await;
    page.focus("To").await;
    page.browser.keys("tess").await;
    suggested(&page, &["Tessa Ito < tessa@practice.test >"]).await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn contacts_are_accessible_in_both_languages_on_a_narrow_screen() {
    let bridge = Bridge::start();
    for (language, contacts, import, close, to) in [
        ("en-US", "Contacts", "Import contacts", "Close", "To"),
        ("ko-KR", "연락처", "연락처 가져오기", "닫기", "받는 사람"),
    ] {
        let browser = Browser::open_in(language, 390, 844).await;
        browser.go(&bridge.announcement().url).await;
        let page = Visitor { browser };
        page.browser.press(contacts).await;
        page.browser.named("button", import).await;
        page.without_violations("the empty dialog").await;
        let text = Value::from(CARDS);
        page.browser
            .evaluate(&format!(
                "(files => {{ files.items.add(new File([{text}], 'contacts.vcf')); \
                 const field = document.querySelector('dialog[open] input[type=file]'); \
                 field.files = files.files; \
                 field.dispatchEvent(new Event('change')); }})(new DataTransfer())"
            ))
            .await;
        page.browser
            .until("document.querySelectorAll('.contact-rows li').length === 3")
            .await;
        page.without_violations("the dialog").await;
        page.browser.press(close).await;
        page.focus(to).await;
        page.browser.keys("te").await;
        page.browser
            .until("document.querySelectorAll('.suggestions .who').length === 1")
            .await;
        page.without_violations("the suggestions").await;
        let inside = "document.documentElement.scrollWidth <= innerWidth \
            && document.querySelector('.suggestions').getBoundingClientRect().right <= innerWidth";
        assert_eq!(page.browser.evaluate(inside).await, Value::Bool(true));
        page.close().await;
    }
}
