//! What a person has asked the system for, and every width of a window.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// The views, and the command that shows each.
const VIEWS: &[(&str, &str)] = &[
    ("compose", ".compose"),
    ("source", ".compose .source"),
    ("fields", "#message"),
    ("rich", ".rich:not(.waiting)"),
    ("drafts", ".draft-title"),
    ("wire", ".lines"),
    ("inbox", "[data-message]"),
    ("settings", "dialog[open] .settings"),
    ("sheet", "dialog[open] .sheet"),
    ("contacts", "dialog[open] input"),
    ("server", "dialog[open] form"),
    ("connections", "dialog[open] .connections"),
    ("scenarios", "dialog[open] .scenarios"),
    ("lessons", ".lesson-row"),
    ("history", ".history"),
    ("send-later", ".send-menu"),
    ("send-to-many", "dialog[open] .merge"),
    ("invite", "#event-title"),
];

/// The page with a message in its inbox, and its commands.
async fn page(bridge: &Bridge, width: u32, height: u32) -> Visitor {
    deliver(bridge, MANY_PARTS.as_bytes()).await;
    let page = Visitor::in_a_window(bridge, width, height).await;
    page.has_commands().await;
    page
}

/// Shows a view through the palette.
async fn show(page: &Visitor, command: &str, there: &str) {
    page.chooses(command).await;
    page.shows(there).await;
}

async fn close_dialog(page: &Visitor) {
    page.browser.presses("Escape").await;
    page.browser
        .until("!document.querySelector('dialog[open]')")
        .await;
}

/// What is wider than the window, or is cut off at its right edge.
const TOO_WIDE: &str = r"(() => {
    const root = document.documentElement;
    const wide = root.scrollWidth > root.clientWidth ? ['the page'] : [];
    for (const e of document.querySelectorAll('button, input, select, textarea, h2')) {
        const box = e.getBoundingClientRect();
        const scrolled = e.closest('pre, .format, .cards, .sheet-groups');
        if (box.width && !scrolled && e.checkVisibility({visibilityProperty: true})
            && !e.closest('.unseen') && (box.right > innerWidth + 1 || box.left < -1)
            && getComputedStyle(e).position !== 'absolute')
            wide.push(e.outerHTML.slice(0, 120));
    }
    return wide;
})()";

#[tokio::test]
async fn nothing_is_lost_from_360_to_3840_pixels() {
    let bridge = Bridge::start();
    let page = page(&bridge, 360, 740).await;
    for (width, height) in [(360, 740), (768, 1024), (3840, 2160)] {
        page.browser.resize(width, height).await;
        for (command, there) in VIEWS {
            show(&page, command, there).await;
            let wide = page.browser.evaluate(TOO_WIDE).await;
            assert_eq!(wide, json!([]), "{command} at {width}");
            close_dialog(&page).await;
        }
        show(&page, "inbox", "[data-message]").await;
        page.opens_the_newest().await;
        let wide = page.browser.evaluate(TOO_WIDE).await;
        assert_eq!(wide, json!([]), "a message at {width}");
        // Lines stay readable.
        let longest = "Math.max(...[...document.querySelectorAll('.reading-parts .text')]\
             .map(e => e.clientWidth / parseFloat(getComputedStyle(e).fontSize)))";
        let longest = page.browser.evaluate(longest).await;
        assert!(longest.as_f64().is_some_and(|em| em < 80.0), "{longest} em");
    }
    page.close().await;
}

#[tokio::test]
async fn nothing_moves_where_less_motion_is_wanted() {
    let bridge = Bridge::start();
    let page = page(&bridge, 1440, 900).await;
    let moving = "[...document.querySelectorAll('*')].filter(e => ['', '::before', '::after']\
        .some(part => { const s = getComputedStyle(e, part || undefined); \
          return s.transitionDuration.split(', ').some(d => parseFloat(d) > 0) \
            || s.scrollBehavior === 'smooth'; })).map(e => e.outerHTML.slice(0, 100))";
    page.browser
        .prefer("prefers-reduced-motion", "reduce")
        .await;
    for (command, there) in VIEWS {
        show(&page, command, there).await;
        assert_eq!(page.browser.evaluate(moving).await, json!([]), "{command}");
        let running = "document.getAnimations().length";
        assert_eq!(page.browser.evaluate(running).await, 0, "{command}");
        close_dialog(&page).await;
    }
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn forced_colours_and_contrast_keep_text_and_focus_visible() {
    let bridge = Bridge::start();
    let page = page(&bridge, 1440, 900).await;
    // The button within a field of date and time has an outline that the browser draws. While it
    // has the focus, the field has none.
    let outlined = "(() => { \
        if (document.activeElement.matches('input[type=datetime-local]:not(:focus)')) return true; \
        for (let e = document.activeElement, up = 0; e && up < 4; \
        e = e.parentElement, up += 1) for (const part of [undefined, '::after']) { \
          const s = getComputedStyle(e, part); \
          if (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) return true; } \
        return document.activeElement.matches('.edge, body'); })()";
    for (feature, value) in [("forced-colors", "active"), ("prefers-contrast", "more")] {
        page.browser.prefer(feature, value).await;
        let on = format!("matchMedia('({feature}: {value})').matches || null");
        page.browser.until(&on).await;
        for (command, there) in VIEWS {
            show(&page, command, there).await;
            page.without_violations(&format!("{command}, {feature}"))
                .await;
            close_dialog(&page).await;
        }
        if feature != "forced-colors" {
            continue;
        }
        show(&page, "compose", ".compose").await;
        for _ in 0..30 {
            page.browser.presses("Tab").await;
            let seen = page.browser.evaluate(outlined).await;
            let what = page
                .browser
                .evaluate("document.activeElement.outerHTML.slice(0, 150)")
                .await;
            assert_eq!(seen, true, "{what}");
        }
    }
    page.close().await;
}

#[tokio::test]
async fn fingers_hit_everything() {
    let bridge = Bridge::start();
    let page = page(&bridge, 390, 844).await;
    page.browser.touches().await;
    page.browser
        .until("matchMedia('(pointer: coarse)').matches || null")
        .await;
    let small = "(least, which) => [...document.querySelectorAll(which)].filter(e => {\
          const box = e.getBoundingClientRect(); \
          return box.width && e.checkVisibility({visibilityProperty: true}) \
            && Math.min(box.width, box.height) < least - 0.5; })\
        .map(e => `${Math.round(e.getBoundingClientRect().height)} ${e.outerHTML.slice(0, 120)}`)";
    for (command, there) in VIEWS {
        show(&page, command, there).await;
        let any = format!("({small})(24, 'button, select, summary')");
        assert_eq!(page.browser.evaluate(&any).await, json!([]), "{command}");
        let main = format!("({small})(44, '.btn, .tabs button, .icon')");
        assert_eq!(page.browser.evaluate(&main).await, json!([]), "{command}");
        close_dialog(&page).await;
    }
    page.close().await;
}

#[tokio::test]
async fn the_browser_is_asked_to_open_mail_links_here() {
    let bridge = Bridge::start();
    let page = page(&bridge, 1440, 900).await;
    show(&page, "settings", "dialog[open] .settings").await;
    page.browser
        .evaluate(
            "(Navigator.prototype.registerProtocolHandler = (...asked) => window.asked = asked, \
             true)",
        )
        .await;
    page.browser.press("Open mail links here").await;
    page.browser
        .until("document.querySelector('.mail-links [role=status]').innerText.length > 0")
        .await;
    let asked = page.browser.evaluate("window.asked.slice(0, 2)").await;
    assert_eq!(
        asked,
        json!(["mailto", format!("{}/#mailto=%s", bridge.origin())])
    );
    page.browser
        .evaluate(
            "(Navigator.prototype.registerProtocolHandler = () => { throw new DOMException(\
             'no', 'SecurityError'); }, true)",
        )
        .await;
    page.browser.press("Open mail links here").await;
    page.browser
        .until("document.querySelector('.mail-links [role=alert]').innerText.length > 0")
        .await;
    page.close().await;
}

#[tokio::test]
async fn what_happens_is_announced() {
    let bridge = Bridge::start();
    let page = page(&bridge, 1440, 900).await;
    // What is said is what changes in a live region that was there before.
    page.browser
        .evaluate(
            "void (window.said = '', new MutationObserver(all => { for (const one of all) { \
             const at = one.target.nodeType === 1 ? one.target : one.target.parentElement; \
             const live = at?.closest('[role=status], [role=alert], [aria-live]'); \
             if (live?.checkVisibility()) window.said += ' | ' + words(live.innerText); } })\
             .observe(document.body, {subtree: true, childList: true, characterData: true}))"
                .replace("words(live.innerText)", "live.innerText")
                .as_str(),
        )
        .await;
    let says = async |text: &str| {
        let text = Value::from(text);
        page.browser
            .until(&format!("window.said.includes({text})"))
            .await;
    };
    page.browser.press("Send").await;
    says("The server accepted the message.").await;
    page.inbox().await;
    page.browser.fill("Search", "Before").await;
    says("Messages found: 1.").await;
    page.opens_the_newest().await;
    page.browser.press("Delete").await;
    says("Messages deleted: 1.").await;
    page.compose().await;
    page.browser.fill("Search drafts", "nothing has this").await;
    says("No draft matches this search.").await;
    page.browser.presses("Ctrl+k").await;
    page.browser.named("combobox", "Search commands").await;
    page.browser.keys("inbox").await;
    says("Commands: ").await;
    page.close().await;
}
