//! Tells one page what changes in the practice mailbox, and which scenario is played.

use std::sync::Arc;

use engine::MailboxFeed;
use wire::FromBridge;

use crate::app_state::AppState;
use crate::outbox::Outbox;

/// Sends the page what the mailbox holds, and then what changes, until the page is gone. Changes
/// that happen while the page is busy are sent together.
pub(super) async fn run(app: Arc<AppState>, outbox: Outbox) {
    let Some(practice) = &app.practice else {
        return;
    };
    let mailbox = practice.mailbox();
    let mut changes = mailbox.changes();
    let mut feed = MailboxFeed::default();
    let mut told = None;
    loop {
        changes.mark_unchanged();
        for update in feed.updates(mailbox) {
            if outbox.send(FromBridge::Mailbox(update)).await.is_err() {
                return;
            }
        }
        let playing = practice.scenario().as_ref().map(engine::played);
        if playing != told {
            told.clone_from(&playing);
            if outbox.send(FromBridge::Scenario { playing }).await.is_err() {
                return;
            }
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}
