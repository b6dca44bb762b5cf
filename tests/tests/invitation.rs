//! An invitation: written in the form, sent, and read again as a card, in a browser.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use glasspost_tests::bridge::Bridge;
use glasspost_tests::visitor::Visitor;
use serde_json::json;

/// Sets a field whose keys depend on the language of the browser, as its picker does.
async fn choose(page: &Visitor, id: &str, value: &str) {
    let (id, value) = (json!(id), json!(value));
    page.browser
        .until(&format!("document.getElementById({id}) !== null || null"))
        .await;
    page.browser
        .evaluate(&format!(
            "(field => {{ field.value = {value}; \
             field.dispatchEvent(new Event('change', {{ bubbles: true }})); }})(\
             document.getElementById({id}))"
        ))
        .await;
}

/// The value of a field.
async fn value(page: &Visitor, id: &str) -> String {
    let id = json!(id);
    let value = page
        .browser
        .until(&format!("document.getElementById({id})?.value"))
        .await;
    value.as_str().expect("a text").to_owned()
}

/// The only card of the newest message.
async fn card(page: &Visitor) -> String {
    page.opens_the_newest().await;
    page.browser
        .until("document.querySelectorAll('.event').length === 1 || null")
        .await;
    let card = "document.querySelector('.event').innerText.replace(/\\s+/g, ' ')";
    let card = page.browser.evaluate(card).await;
    card.as_str().expect("a text").to_owned()
}

fn says(card: &str, parts: &[&str]) {
    for part in parts {
        assert!(card.contains(part), "{part}: {card}");
    }
}

#[cfg(feature = "axe")]
async fn accessible(page: &Visitor, view: &str) {
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("{view}, {scheme}")).await;
    }
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn an_invitation_is_written_sent_and_read() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.time_zone("America/New_York").await;
    page.write("Joon <joon@practice.test>", "분기 회의", "Come.")
        .await;
    page.browser.press("Invitation").await;
    page.browser
        .until("document.activeElement.id === 'event-title' || null")
        .await;
    assert_eq!(value(&page, "event-zone").await, "America/New_York");
    assert!(value(&page, "event-start").await.ends_with(":00"));
    accessible(&page, "the form of an invitation").await;
    page.browser.pictures("form").await;

    // The evening before clocks are changed there, and after it.
    choose(&page, "event-start", "2026-03-07T22:00").await;
    assert_eq!(value(&page, "event-end").await, "2026-03-07T23:00");
    choose(&page, "event-end", "2026-03-08T09:30").await;
    page.browser.fill("Place", "Room 3, \\ second; floor").await;
    page.browser
        .fill("Description", "The figures\nand the plan")
        .await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    assert_eq!(value(&page, "event-end").await, "2026-03-08T09:30");

    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    let shown = card(&page).await;
    says(
        &shown,
        &[
            "Invitation 분기 회의",
            "Saturday, March 7, 2026 at 10:00 PM – Sunday, March 8, 2026 at 9:30 AM",
            "Room 3, \\ second; floor",
            "The figures and the plan",
            "Joon <joon@practice.test>",
            "Mina Park <mina@example.org>",
        ],
    );
    // The same event in Seoul: standard time before the change, summer time after it.
    page.browser.time_zone("Asia/Seoul").await;
    page.browser.reload().await;
    page.inbox().await;
    let shown = card(&page).await;
    says(
        &shown,
        &["Sunday, March 8, 2026, 12:00 – 10:30 PM (22:00 America/New_York)"],
    );
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn whole_days_and_faults_and_undo() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser.time_zone("Asia/Seoul").await;
    page.write("joon@practice.test", "Days", "Come.").await;
    page.browser.press("Invitation").await;
    choose(&page, "event-start", "2026-12-24T10:00").await;
    choose(&page, "event-end", "2026-12-24T10:00").await;
    page.browser.press("Send").await;
    page.compose_shows("The event does not end after its start.")
        .await;
    page.browser
        .until("document.activeElement.id === 'event-start' || null")
        .await;
    accessible(&page, "an invitation with a fault").await;

    page.browser.tick("All day").await;
    choose(&page, "event-end", "2026-12-26").await;
    page.browser.press("Remove the invitation").await;
    page.browser
        .until("document.querySelector('.invitation') === null || null")
        .await;
    page.compose_shows("The invitation was removed.").await;
    // By its key, as everything that can be undone.
    page.leaves_field().await;
    page.browser.presses("z").await;
    assert_eq!(value(&page, "event-start").await, "2026-12-24");
    page.browser.press("Send").await;
    page.finished("accepted").await;
    page.inbox().await;
    let shown = card(&page).await;
    says(
        &shown,
        &["Thursday, December 24 – Saturday, December 26, 2026"],
    );
    page.browser.press("Language").await;
    page.browser.pictures("days").await;
    page.close().await;
}
