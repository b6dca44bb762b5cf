//! The views of an opened message, in a browser: its parts, its header fields, its source, and the
//! conversation that brought it.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

#[cfg(feature = "axe")]
async fn accessible(page: &Visitor, view: &str) {
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("{view}, {scheme}")).await;
    }
}

/// The texts of the elements that match.
async fn texts(page: &Visitor, selector: &str) -> Vec<String> {
    let selector = json!(selector);
    let texts = page
        .browser
        .evaluate(&format!(
            "[...document.querySelectorAll({selector})].map(e => e.innerText.trim()\
             .replace(/\\s+/g, ' '))"
        ))
        .await;
    serde_json::from_value(texts).expect("texts")
}

async fn opens(page: &Visitor, bridge: &Bridge, subject: &str, message: &str) {
    deliver(bridge, message.as_bytes()).await;
    page.opens_the_newest_named(subject).await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn every_part_and_every_field_is_listed() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    let message = MANY_PARTS.replace(
        "MIME-Version",
        "X-Folded: =?utf-8?B?67Cx?=\r\n =?utf-8?B?66+87JWE?=\r\nX-Odd: a\u{202e}b\r\nMIME-Version",
    );
    opens(&page, &bridge, "Before and after", &message).await;
    accessible(&page, "Message").await;
    page.browser.pictures("message").await;

    page.browser.press("Parts").await;
    let whole = message.len() - message.find("--outer").expect("a part");
    assert_eq!(
        texts(&page, ".structure li").await,
        [
            format!("multipart/mixed {whole} B"),
            "1 text/plain 19 B".to_owned(),
            "2 image/png 그림.png base64 · attachment · 3 B".to_owned(),
            "3 text/plain 18 B".to_owned(),
            "4 message/rfc822 79 B".to_owned(),
            "4.1 text/plain 22 B".to_owned(),
            "5 application/pdf 6 B".to_owned(),
        ]
    );
    page.browser.named("button", "Download 그림.png").await;
    accessible(&page, "Parts").await;
    page.browser.pictures("parts").await;

    page.browser.press("Headers").await;
    let names = texts(&page, ".all-fields dt").await;
    assert_eq!(
        names,
        [
            "From",
            "To",
            "Subject",
            "X-Folded",
            "X-Odd",
            "MIME-Version",
            "Content-Type"
        ]
    );
    let values = texts(&page, ".all-fields dd").await;
    // Decoded, and as it is written.
    assert!(
        values.contains(&"백민아 =?utf-8?B?67Cx?= =?utf-8?B?66+87JWE?=".to_owned()),
        "{values:?}"
    );
    assert!(values.contains(&"a⟨U+202E⟩b".to_owned()), "{values:?}");
    accessible(&page, "Headers").await;
    page.browser.pictures("headers").await;

    page.browser.press("Source").await;
    let source = texts(&page, ".source").await.concat();
    assert!(
        source.contains("=?utf-8?B?66+87JWE?=") && source.ends_with("%PDF"),
        "{source}"
    );
    accessible(&page, "Source").await;
    page.browser.pictures("source").await;

    page.browser.press("Conversation").await;
    page.inbox_shows("Another program sent this message").await;
    page.inbox_shows("RCPT TO:<").await;
    page.inbox_shows("queued as").await;
    page.inbox_shows("inside TLS").await;
    accessible(&page, "Conversation").await;
    page.browser.press("Message").await;
    page.inbox_shows("Text of the first one.").await;
    page.browser.press("Language").await;
    page.browser.pictures("korean").await;
    page.close().await;
}

/// An invitation as a calendar server sends it, and the same as a file.
const INVITATION: &str = "From: mina@example.org\r\nSubject: Invitation: the figures\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\
Content-Type: text/plain\r\n\r\nYou are invited.\r\n--a\r\n\
Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n{calendar}\r\n--a--\r\n\
--m\r\nContent-Type: application/ics; name=invite.ics\r\n\r\n{calendar}\r\n--m--\r\n";

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\n\
TZID:Korea Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n\
TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nSUMMARY:The figures <b>\r\nLOCATION:Room 3\r\n\
DTSTART;TZID=Korea Standard Time:20261127T203000\r\n\
DTEND;TZID=Korea Standard Time:20261127T213000\r\n\
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=6\r\n\
ORGANIZER;CN=Mina Park:mailto:mina@example.org\r\n\
ATTENDEE;CN=Joon;PARTSTAT=ACCEPTED:mailto:joon@example.net\r\n\
ATTENDEE;PARTSTAT=DECLINED:mailto:hana@example.org\r\n\
END:VEVENT\r\nEND:VCALENDAR";

#[cfg(feature = "axe")]
#[tokio::test]
async fn an_invitation_is_shown_as_a_card() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.time_zone("Europe/Berlin").await;
    page.inbox().await;
    let message = INVITATION.replace("{calendar}", CALENDAR);
    opens(&page, &bridge, "Invitation: the figures", &message).await;
    page.inbox_shows("You are invited.").await;
    let cards = texts(&page, ".event").await;
    let [card] = cards.as_slice() else {
        panic!("{cards:?}");
    };
    for part in [
        "Invitation The figures <b>",
        "Friday, November 27, 2026",
        "12:30",
        "1:30",
        "(20:30 Korea Standard Time)",
        "every 2 weeks, on Mon, Fri, 6 times",
        "Room 3",
        "Mina Park <mina@example.org>",
        "Joon <joon@example.net> accepted",
        "hana@example.org declined",
    ] {
        assert!(card.contains(part), "{part}: {card}");
    }
    assert_eq!(texts(&page, ".att b").await, ["invite.ics"]);
    accessible(&page, "an invitation").await;
    page.browser.pictures("invitation").await;

    let cancelled = CALENDAR
        .replace("METHOD:REQUEST", "METHOD:CANCEL")
        .replace("TZID=Korea Standard Time", "TZID=America/New_York");
    let message = format!(
        "Subject: No figures\r\nContent-Type: text/calendar; method=CANCEL\r\n\r\n{cancelled}\r\n"
    );
    opens(&page, &bridge, "No figures", &message).await;
    page.inbox_shows("Cancelled").await;
    // The calendar does not define this zone; the browser knows it.
    page.inbox_shows("(20:30 America/New_York)").await;
    let card = texts(&page, ".event").await.concat();
    assert!(
        card.contains("Saturday, November 28, 2026") && card.contains("2:30"),
        "{card}"
    );
    page.close().await;
}

#[tokio::test]
async fn a_rule_ends_on_a_day_of_the_place_of_the_event() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.time_zone("Europe/Berlin").await;
    page.inbox().await;
    for (subject, start, until, last) in [
        // The calendar defines its zone.
        (
            "Seoul",
            "TZID=Korea Standard Time:20251127T203000",
            "20260228T160000Z",
            "until March 1, 2026",
        ),
        // The browser knows it.
        (
            "New York",
            "TZID=America/New_York:20251127T203000",
            "20260301T030000Z",
            "until February 28, 2026",
        ),
        // It has none: the day of the one who reads.
        (
            "UTC",
            "X-NONE=1:20251127T203000Z",
            "20260228T233000Z",
            "until March 1, 2026",
        ),
        (
            "Nowhere",
            "TZID=Nowhere:20251127T203000",
            "20260228T233000Z",
            "until March 1, 2026",
        ),
        // These have no clock.
        (
            "Whole days",
            "VALUE=DATE:20251127",
            "20260228T233000Z",
            "until February 28, 2026",
        ),
        (
            "A day",
            "TZID=America/New_York:20251127T203000",
            "20260301",
            "until March 1, 2026",
        ),
    ] {
        let calendar = CALENDAR
            .replace("TZID=Korea Standard Time:20261127T203000", start)
            .replace("DTEND;TZID=Korea Standard Time:20261127T213000\r\n", "")
            .replace("COUNT=6", &format!("UNTIL={until}"));
        let message = format!(
            "Subject: {subject}\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n\
             {calendar}\r\n"
        );
        opens(&page, &bridge, subject, &message).await;
        page.shows(".event").await;
        let card = texts(&page, ".event").await.concat();
        assert!(card.contains(last), "{subject}: {card}");
    }
    page.close().await;
}

/// Holds back what the bridge says while `holds` is set, until `release` is called.
const HOLDING: &str = "
window.holds = false;
const held = [];
const Real = window.WebSocket;
window.WebSocket = class extends Real {
  constructor(...args) {
    super(...args);
    this.addEventListener('message', (event) => {
      if (!window.holds) return;
      event.stopImmediatePropagation();
      held.push([this, event.data]);
    });
  }
};
window.release = () => {
  window.holds = false;
  for (const [socket, data] of held.splice(0)) {
    socket.onmessage(new MessageEvent('message', { data }));
  }
};
";

#[tokio::test]
async fn the_conversation_is_kept_of_a_message_sent_behind_a_recorded_transcript() {
    let bridge = Bridge::start();
    let browser = Browser::open(1440, 900).await;
    browser.run_in_new_documents(HOLDING).await;
    let page = Visitor::with(browser, &bridge).await;
    let sent = |count: usize| {
        format!(
            "document.querySelectorAll('.history .badge[data-kind=accepted]').length === {count}"
        )
    };
    page.write("joon@practice.test", "Before", "one").await;
    page.browser.press("Send").await;
    page.go_to("History").await;
    page.browser.until(&sent(1)).await;
    page.compose().await;
    page.write("joon@practice.test", "Behind", "two").await;
    page.browser.evaluate("window.holds = true").await;
    page.browser.press("Send").await;
    page.go_to("History").await;
    page.browser
        .until("document.querySelectorAll('[data-sent]').length === 2")
        .await;
    page.browser
        .evaluate("[...document.querySelectorAll('[data-sent]')].at(-1).click()")
        .await;
    page.browser.press("Open transcript").await;
    page.wire_shows("From the history.").await;
    page.browser.evaluate("release()").await;
    page.go_to("History").await;
    page.browser.until(&sent(2)).await;
    page.inbox().await;
    page.opens_the_newest_named("Behind").await;
    page.browser.press("Source").await;
    let size = octets(&page).await;
    page.browser
        .press(&format!("Octets 1 to {size}, brought by DATA"))
        .await;
    page.browser
        .until("document.querySelectorAll('.brought .row').length > 8")
        .await;
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn a_message_leads_to_the_lines_that_brought_it_and_back() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@practice.test", "The first", "one").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.write("joon@practice.test", "The second", "two").await;
    page.browser.press("Send").await;
    page.inbox().await;
    page.browser
        .until("document.querySelectorAll('[data-message]').length === 2")
        .await;
    for (at, subject) in [(0, "The second"), (1, "The first")] {
        page.browser
            .evaluate(&format!(
                "document.querySelectorAll('[data-message]')[{at}].click()"
            ))
            .await;
        let subject = json!(subject);
        page.browser
            .until(&format!(
                "document.querySelector('[data-reading] h2')?.innerText.includes({subject}) || \
                 null"
            ))
            .await;
        page.browser.press("Source").await;
        let size = octets(&page).await;
        let link = format!("Octets 1 to {size}, brought by DATA");
        page.browser.press(&link).await;
        page.browser
            .until("document.querySelectorAll('.brought .row').length > 8")
            .await;
        let lines = texts(&page, ".brought .row").await.join("\n");
        let queue = "[...document.querySelectorAll('.reading-parts dd')].at(-1).innerText";
        let queue = page.browser.evaluate(queue).await;
        let queue = queue.as_str().expect("a queue id");
        for part in [
            "MAIL FROM",
            "RCPT TO",
            "DATA",
            "354",
            &format!("queued as {queue}"),
        ] {
            assert!(lines.contains(part), "{part}:\n{lines}");
        }
        if at == 0 {
            accessible(&page, "Conversation of this page").await;
            page.browser.pictures("conversation").await;
        }
        // The way back has the focus.
        let back = format!("Show octets 1 to {size} in the source");
        is_focused(&page, &back).await;
        page.browser.press(&back).await;
        is_focused(&page, &link).await;
        let text = if at == 0 { "two" } else { "one" };
        // A browser says no inner text of what it has not drawn yet.
        let source = "document.querySelector('.inbox-message .source').textContent";
        let source = page.browser.evaluate(source).await.to_string();
        assert!(source.contains(text), "{source}");
    }
    page.close().await;
}

/// The size of the opened message.
async fn octets(page: &Visitor) -> u64 {
    let size = page
        .browser
        .evaluate(
            "[...document.querySelectorAll('.source-block')].reduce(\
             (sum, block) => sum + new TextEncoder().encode(block.textContent).length + \
             block.textContent.split('\\n').length - 1, 0)",
        )
        .await;
    size.as_u64().expect("a size")
}

/// Waits until the button of this name has the focus.
async fn is_focused(page: &Visitor, name: &str) {
    let name = json!(name);
    page.browser
        .until(&format!(
            "document.activeElement?.innerText?.trim() === {name} || null"
        ))
        .await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn each_chunk_of_a_message_leads_to_its_line_and_back() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.press("Mail server").await;
    page.browser
        .tick("Use BDAT when the server offers CHUNKING")
        .await;
    page.browser.press("Use this server").await;
    // Several chunks.
    page.write("joon@practice.test", "In chunks", "").await;
    page.browser
        .evaluate(
            "(field => { field.value = ('한글로 쓴 줄입니다. '.repeat(30) + '\\n').repeat(900); \
             field.dispatchEvent(new Event('input', { bubbles: true })); })(\
             document.querySelector('#message'))",
        )
        .await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    page.opens_the_newest().await;
    page.browser.press("Source").await;
    page.browser
        .until("/ LAST$/.test([...document.querySelectorAll('.source-mark')].at(-1)?.innerText)")
        .await;
    let marks = texts(&page, ".source-mark").await;
    assert!(marks.len() > 2, "{marks:?}");
    let mut next = 1;
    for mark in &marks {
        let numbers: Vec<u64> = mark
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let [first, last, chunk] = numbers[..] else {
            panic!("{mark}");
        };
        assert_eq!((first, last - first + 1), (next, chunk), "{mark}");
        next = last + 1;
    }
    let size = octets(&page).await;
    assert_eq!(next - 1, size);

    for mark in [marks.len() - 1, 1] {
        let mark = &marks[mark];
        page.browser.press(mark).await;
        let (octets, line) = mark.split_once(", brought by ").expect("a line");
        let back = format!("Show {} in the source", octets.to_lowercase());
        is_focused(&page, &back).await;
        let above = "document.activeElement.closest('.to-source').previousElementSibling";
        let row = page.browser.evaluate(&format!("{above}.innerText")).await;
        assert!(row.as_str().is_some_and(|row| row.contains(line)), "{row}");
        page.browser.press(&back).await;
        is_focused(&page, mark).await;
        let seen = "(b => b.top >= 0 && b.bottom <= innerHeight)(\
             document.activeElement.getBoundingClientRect()) || null";
        page.browser.until(seen).await;
    }
    accessible(&page, "Source in chunks").await;
    page.browser.press("Language").await;
    page.browser
        .until("/로 전달된 옥텟 1~/.test(region('원문')) || null")
        .await;
    page.close().await;
}

#[tokio::test]
async fn ten_thousand_parts_and_megabytes_of_headers_are_shown() {
    const PARTS: usize = 10_000;
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.inbox().await;
    let mut message =
        String::from("Subject: Parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
    for n in 0..PARTS {
        message.push_str(&format!(
            "--b\r\nContent-Type: application/x-a; name=file-{n}\r\n\r\nx\r\n"
        ));
    }
    opens(&page, &bridge, "Parts", &message).await;
    page.browser
        .until(&format!(
            "document.querySelectorAll('.att').length === {PARTS}"
        ))
        .await;
    page.browser.press("Parts").await;
    page.browser
        .until(&format!(
            "document.querySelectorAll('.structure li').length === {PARTS} + 1"
        ))
        .await;

    let fields = "X-Field: some value of a header field that is not short\r\n".repeat(60_000);
    let message = format!("Subject: Fields\r\n{fields}\r\nThe text\r\n");
    opens(&page, &bridge, "Fields", &message).await;
    page.inbox_shows("The text").await;
    page.browser.press("Headers").await;
    page.inbox_shows("Header fields not shown here (Source shows all of them): 50001")
        .await;
    page.browser.press("Source").await;
    page.browser
        .until("document.querySelector('.inbox-message .source').textContent.includes('The text')")
        .await;
    let lines = "document.querySelector('.inbox-message .source').textContent.split('\\n').length";
    assert_eq!(page.browser.evaluate(lines).await, Value::from(60_004));
    page.close().await;
}
