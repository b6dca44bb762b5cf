//! A person who has no mouse: every view, by keys alone. The focus is always on something, and can
//! be seen.

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// What is wrong with the focus; empty where nothing is.
const FAULT: &str = r"(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return 'lost';
    const box = e.getBoundingClientRect();
    if (!box.width) return 'on nothing';
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0
        && box.left < innerWidth;
    if (!inside) return 'out of view';
    const outlined = (x, part) => {
        const style = getComputedStyle(x, part);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    };
    for (let x = e, up = 0; x && up < 3; x = x.parentElement, up += 1) {
        if (outlined(x) || outlined(x, '::after')) return '';
    }
    const around = e.closest('.field, .find');
    const style = around && getComputedStyle(around);
    const accent = 'rgb(10, 102, 120)';
    if (style && (style.boxShadow.includes(accent) || style.borderColor === accent)) return '';
    if (getComputedStyle(e, '::before').backgroundColor === accent) return '';
    return 'not shown on ' + e.outerHTML.slice(0, 200);
})()";

/// Records what only a pointer does.
const POINTER: &str = "window.pointed = 0;
    for (const event of ['pointerdown', 'mousedown', 'touchstart'])
      addEventListener(event, () => window.pointed += 1, true);";

/// A person who walks through the page by keys.
struct Walker {
    page: Visitor,
}

impl Walker {
    /// Presses keys, one after the other. After each the focus must be seen.
    async fn keys(&self, keys: &[&str]) {
        for keys in keys {
            self.page.browser.presses(keys).await;
            self.sees_focus(keys).await;
        }
    }

    /// Waits until the focus is seen, as it is two frames after a key at the latest.
    async fn sees_focus(&self, keys: &str) {
        let look = "(window.looks = (window.looks ?? 0) + 1) > 3";
        self.page.browser.evaluate("(window.looks = 0, true)").await;
        self.page
            .browser
            .until(&format!(
                "({FAULT} === '' || {look}) && {FAULT}.length >= 0"
            ))
            .await;
        let fault = self.page.browser.evaluate(FAULT).await;
        assert_eq!(fault, "", "after {keys}");
    }

    /// Presses Tab until the focus is on the element with this name.
    async fn tab_to(&self, name: &str) {
        self.step_to("Tab", name).await;
    }

    async fn step_to(&self, key: &str, name: &str) {
        let there = format!("nameOf(document.activeElement) === {}", Value::from(name));
        let mut passed = Vec::new();
        for _ in 0..60 {
            self.keys(&[key]).await;
            if self.page.browser.evaluate(&there).await == json!(true) {
                return;
            }
            let name = "nameOf(document.activeElement).slice(0, 30)";
            passed.push(self.page.browser.evaluate(name).await.to_string());
        }
        panic!("{name} is not reached by {key}: {}", passed.join(" "));
    }

    async fn types(&self, text: &str) {
        self.page.browser.keys(text).await;
        self.sees_focus(text).await;
    }

    async fn until(&self, expression: &str) {
        self.page.browser.until(expression).await;
        self.sees_focus(expression).await;
    }

    /// A dialog opens by these keys, every control in it is reached, and Escape closes it.
    async fn dialog(&self, keys: &[&str], heading: &str) {
        let (last, before) = keys.split_last().expect("keys");
        self.keys(before).await;
        let focus = "window.before = document.activeElement, true";
        self.page.browser.evaluate(&format!("({focus})")).await;
        self.page.browser.presses(last).await;
        let heading = Value::from(heading);
        self.until(&format!(
            "document.querySelector('dialog[open] h2')?.innerText === {heading}"
        ))
        .await;
        // The browser's own controls come after the last one.
        for _ in 0..6 {
            self.page.browser.presses("Tab").await;
            let fault = self.page.browser.evaluate(FAULT).await;
            assert!(fault == "" || fault == "lost", "{heading}: {fault}");
        }
        self.keys(&["Escape"]).await;
        self.until("!document.querySelector('dialog[open]')").await;
        self.until("document.activeElement === window.before").await;
    }
}

#[tokio::test]
async fn every_view_is_used_by_keys_alone() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .evaluate(&format!("void (() => {{ {POINTER} }})()"))
        .await;
    page.has_commands().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("list.txt");
    std::fs::write(&file, "one\ntwo\n").expect("a file");
    let walker = Walker { page };
    let browser = &walker.page.browser;

    // From the first Tab to a message with an attachment, sent.
    walker.tab_to("New message").await;
    walker.keys(&["Enter"]).await;
    walker
        .until("nameOf(document.activeElement) === 'To'")
        .await;
    walker.types("mina@practice.test").await;
    walker.keys(&["Enter"]).await;
    walker.tab_to("Subject").await;
    walker.types("By keys").await;
    walker.tab_to("Message").await;
    walker.types("No mouse was used.").await;
    walker.tab_to("Attach files").await;
    let ask = json!({"enabled": true});
    browser
        .ask_devtools("Page.setInterceptFileChooserDialog", ask)
        .await;
    walker.keys(&["Enter"]).await;
    browser.choose_files(".attach-add input", &[&file]).await;
    walker.until("region('Compose').includes('list.txt')").await;
    walker.tab_to("Send").await;
    walker.keys(&["Enter"]).await;
    walker.page.finished("accepted").await;
    walker.sees_focus("Send").await;

    // The conversation, its lines, and the strip.
    walker.keys(&["g w"]).await;
    walker
        .until("document.activeElement.matches('.lines') || null")
        .await;
    walker.keys(&["ArrowUp", "ArrowUp", "Home", "End"]).await;
    walker.step_to("Shift+Tab", "Hide the conversation").await;
    walker.keys(&["Enter"]).await;
    walker
        .until("nameOf(document.activeElement) === 'Show the conversation'")
        .await;

    // The source, and back to the fields, through the palette.
    walker.keys(&["Ctrl+k"]).await;
    walker.types("source").await;
    walker.keys(&["Enter"]).await;
    walker.until("named('region', 'Source') !== null").await;
    walker.keys(&["Ctrl+k"]).await;
    walker.types("write").await;
    walker.keys(&["Enter"]).await;
    walker.until("named('textbox', 'Message') !== null").await;

    // The inbox: reading, deleting and taking that back, replying.
    walker.keys(&["g i"]).await;
    walker
        .until("document.querySelector('[data-message]') !== null")
        .await;
    walker.keys(&["j", "o"]).await;
    walker
        .until("region('Inbox').includes('No mouse was used.')")
        .await;
    walker.tab_to("Download list.txt").await;
    walker.keys(&["u"]).await;
    walker
        .until("!document.querySelector('[data-reading]')")
        .await;
    walker.keys(&["#"]).await;
    walker
        .until("!document.querySelector('[data-message]')")
        .await;
    walker.keys(&["z"]).await;
    walker
        .until("document.querySelector('[data-message]') !== null")
        .await;
    walker.keys(&["j", "Enter"]).await;
    walker.until("named('button', 'Reply') !== null").await;
    walker.keys(&["r"]).await;
    walker
        .until("named('textbox', 'Subject')?.value === 'Re: By keys' || null")
        .await;
    walker.types("Neither here. ").await;
    walker
        .until("named('textbox', 'Message').value.includes('Neither here.')")
        .await;
    walker.keys(&["Ctrl+Enter"]).await;
    walker
        .until("document.querySelector('nav .count')?.innerText === '1'")
        .await;
    walker.page.finished("accepted").await;

    // The drafts.
    walker.keys(&["Escape", "F1"]).await;
    walker.types("drafts").await;
    walker.keys(&["Enter"]).await;
    walker
        .until("document.activeElement.matches('.draft-title')")
        .await;
    walker.keys(&["ArrowDown", "ArrowUp", "Home", "End"]).await;

    // The dialogs.
    walker.dialog(&["g c"], "Contacts").await;
    walker.dialog(&["g s"], "Settings").await;
    walker.dialog(&["?"], "Keyboard shortcuts").await;
    walker.dialog(&["F1"], "Commands").await;

    let pointed = browser.evaluate("window.pointed").await;
    assert_eq!(pointed, 0, "a pointer was used");
    walker.page.close().await;
}
