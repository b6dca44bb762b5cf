//! HTML of strangers in stored messages: no script of theirs runs, nothing is loaded, the page
//! stays where it is and as it looks, and the console stays empty.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::hostile_html::{Hostile, Lure, generate};
use glasspost_tests::mail::deliver;
use glasspost_tests::rng::seed;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// How many messages are opened, and in Firefox.
const MESSAGES: usize = 200;
#[cfg(feature = "firefox")]
const IN_FIREFOX: usize = 100;

/// What the page looks like and where it is, and everything that was loaded.
const STATE: &str = "(() => {
    const style = element => {
      const all = getComputedStyle(element);
      return ['display', 'visibility', 'color', 'background-color', 'font-family', 'position']
        .map(name => all.getPropertyValue(name)).join(' ');
    };
    const frame = document.querySelector('.sealed iframe');
    const loaded = window => window.performance.getEntriesByType('resource')
      .map(entry => entry.name)
      .filter(name => !name.startsWith(location.origin) && !name.startsWith('blob:'));
    return {
      stranger: self.stranger ?? frame.contentWindow.stranger ?? null,
      here: location.pathname,
      title: document.title,
      frame: frame.contentWindow.location.href.replace(location.origin, ''),
      looks: ['body', '.pane', '.inbox-head', '[data-reading] h2'].map(
        selector => style(document.querySelector(selector))),
      sheets: document.styleSheets.length,
      loaded: [...loaded(window), ...loaded(frame.contentWindow)],
      forbidden: frame.contentDocument.querySelectorAll(
        'script, iframe, object, embed, form, input, button, meta[http-equiv], base, link, svg, \
         math, template, video, audio, noscript, title ~ title').length,
      handlers: [...frame.contentDocument.querySelectorAll('*')].flatMap(
        element => [...element.attributes].filter(a => /^on|^(target|ping|srcset|srcdoc)$/.test(
          a.name))).length,
    };
  })()";

/// A message with this HTML. Base64, because its lines may be longer than a server takes.
fn message(number: usize, html: &str) -> String {
    let mut message = format!(
        "From: stranger@example.org\r\nSubject: number {number} of them\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    );
    for line in STANDARD.encode(html).as_bytes().chunks(76) {
        message.push_str(std::str::from_utf8(line).expect("ASCII"));
        message.push_str("\r\n");
    }
    message
}

/// Opens a message and waits until it is shown in its frame.
async fn opens(page: &Visitor, bridge: &Bridge, number: usize, html: &str) {
    deliver(bridge, message(number, html).as_bytes()).await;
    let subject = json!(format!("number {number} of them"));
    let newest =
        format!("document.querySelector('[data-message]')?.innerText.includes({subject}) || null");
    page.browser.until(&newest).await;
    page.opens_the_newest().await;
    page.browser
        .until(&format!(
            "document.querySelector('[data-reading] h2')?.innerText.includes({subject}) && \
             document.querySelector('.sealed iframe[data-shown=true]') && true"
        ))
        .await;
}

async fn check(page: &Visitor, bridge: &Bridge, all: &[Hostile], lure: &Lure) {
    page.inbox().await;
    opens(page, bridge, 0, "<p>harmless</p>").await;
    let mut expect = page.browser.evaluate(STATE).await;
    assert_eq!(expect["loaded"], json!([]));
    for (number, Hostile { name, html, mark }) in all.iter().enumerate() {
        opens(page, bridge, number + 1, html).await;
        // What happens with the next frame has happened.
        page.browser.two_frames().await;
        let what = format!(
            "{number}: {name}\n{}",
            &html[..html.floor_char_boundary(2_000)]
        );
        let text = "document.querySelector('.sealed iframe').contentDocument.body.textContent";
        let text = page.browser.evaluate(text).await;
        let text = text.as_str().unwrap_or_default();
        assert!(text.contains(mark), "{what}\nshows {text}");
        let state = page.browser.evaluate(STATE).await;
        // Its title is the message's.
        expect["title"] = state["title"].clone();
        assert_eq!(state, expect, "{what}");
        assert_eq!(lure.visits(), 0, "{what}");
        let console = page.browser.console_errors().await;
        assert_eq!(console, Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn strangers_can_do_nothing() {
    let (bridge, lure) = (Bridge::start(), Lure::start());
    let all = generate(seed(), MESSAGES, &lure.host());
    let page = Visitor::first_visit(&bridge).await;
    check(&page, &bridge, &all, &lure).await;
    page.close().await;
    assert_eq!(lure.visits(), 0);
}

#[cfg(feature = "firefox")]
#[tokio::test]
async fn strangers_can_do_nothing_in_firefox() {
    let (bridge, lure) = (Bridge::start(), Lure::start());
    let all = generate(seed(), IN_FIREFOX, &lure.host());
    let page = Visitor::first_visit_in_firefox(&bridge).await;
    check(&page, &bridge, &all, &lure).await;
    page.close().await;
    assert_eq!(lure.visits(), 0);
}

/// The frame itself is enough: without anything that is done to the HTML before, no script runs,
/// nothing is requested, and the page stays where it is. The console says what was blocked.
#[tokio::test]
async fn the_frame_alone_withstands_strangers() {
    let (bridge, lure) = (Bridge::start(), Lure::start());
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    let all = generate(seed(), MESSAGES, &lure.host());
    for (number, Hostile { name, html, .. }) in all.iter().enumerate() {
        if number % 20 == 0 {
            // What was written there before may have removed the document of the frame.
            opens(&page, &bridge, number, "<p>harmless</p>").await;
        }
        let html = json!(html);
        page.browser
            .evaluate(&format!(
                "(frame => {{ if (frame.contentDocument) \
                 frame.contentDocument.documentElement.innerHTML = {html}; }})(\
                 document.querySelector('.sealed iframe'))"
            ))
            .await;
        page.browser.two_frames().await;
        let state = "[self.stranger ?? null, location.pathname, \
             document.querySelectorAll('.pane').length > 0]";
        let state = page.browser.evaluate(state).await;
        assert_eq!(state, json!([null, "/", true]), "{number}: {name}");
        // Chromium opens a connection for a frame in the frame before it asks the policy.
        assert_eq!(lure.requests(), 0, "{number}: {name}");
    }
    let blocked = page.browser.console_errors().await;
    assert!(!blocked.is_empty(), "nothing was tried");
    page.browser.close().await;
}

/// A click in the frame at the middle of an element.
async fn clicks(page: &Visitor, selector: &str) {
    let at = page
        .browser
        .evaluate(&format!(
            "(() => {{ const frame = document.querySelector('.sealed iframe'); \
             const outer = frame.getBoundingClientRect(); \
             const inner = frame.contentDocument.querySelector({}).getBoundingClientRect(); \
             return [outer.x + 1 + inner.x + inner.width / 2, \
                     outer.y + 1 + inner.y + inner.height / 2]; }})()",
            json!(selector)
        ))
        .await;
    let place = |n: usize| at[n].as_f64().expect("a number");
    page.browser.point_at(place(0), place(1)).await;
    page.browser.mouse_down(place(0), place(1)).await;
    page.browser.mouse_up(place(0), place(1)).await;
}

#[tokio::test]
async fn links_say_where_they_lead_and_lead_there_in_a_tab_of_their_own() {
    let (bridge, lure) = (Bridge::start(), Lure::start());
    let host = lure.host();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    let html = format!(
        "<p><a id=away href='http://{host}/away' target=_top>https://bank.example</a></p>\
         <p><a id=script href='javascript:top.stranger=1'>script</a></p>\
         <p><a id=within href='#end'>within</a></p>\
         <p><a id=data href='data:text/html,x'>data</a> <a id=local href='/frame'>local</a></p>\
         <p style='height:3000px'>long</p><p id=end>end</p>"
    );
    opens(&page, &bridge, 1, &html).await;
    page.browser
        .evaluate("window.open = (...given) => { window.opened = given; return null; }")
        .await;
    let before = page
        .browser
        .evaluate("[location.href, history.length]")
        .await;
    for selector in ["#script", "#data", "#local", "#within"] {
        clicks(&page, selector).await;
    }
    // The place within is scrolled to.
    page.browser
        .until("document.querySelector('.reading-parts').scrollTop > 1000")
        .await;
    page.browser
        .evaluate("document.querySelector('.reading-parts').scrollTop = 0")
        .await;
    assert_eq!(
        page.browser.evaluate("window.opened ?? null").await,
        Value::Null
    );

    assert_eq!(lure.visits(), 0);
    let leads =
        format!("document.querySelector('.leads').innerText.includes('http://{host}/away')");
    clicks(&page, "#away").await;
    page.browser.until(&leads).await;
    assert_eq!(
        page.browser.evaluate("window.opened").await,
        json!([
            format!("http://{host}/away"),
            "_blank",
            "noopener,noreferrer"
        ])
    );
    // By keyboard: the focus shows it, Enter opens it.
    page.browser.point_at(1.0, 1.0).await;
    page.browser
        .evaluate(
            "(window.opened = null, \
             document.querySelector('.sealed iframe').contentDocument.activeElement.blur())",
        )
        .await;
    page.browser
        .until("document.querySelector('.leads').innerText === ''")
        .await;
    page.browser
        .evaluate(
            "document.querySelector('.sealed iframe').contentDocument.querySelector('#away')\
             .focus()",
        )
        .await;
    page.browser.until(&leads).await;
    page.browser.keys("\u{e007}").await;
    page.browser.until("window.opened !== null").await;
    let after = page
        .browser
        .evaluate("[location.href, history.length]")
        .await;
    assert_eq!(before, after);
    let frame = "document.querySelector('.sealed iframe').contentWindow.location.pathname";
    assert_eq!(page.browser.evaluate(frame).await, json!("/frame"));
    // Chromium may open a connection when the button is pressed on a link.
    assert_eq!(lure.requests(), 0);
    page.close().await;
}
