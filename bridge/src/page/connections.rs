//! Tells one page of the connections to the practice server.

use std::sync::Arc;

use practice::Changes;
use tokio::sync::watch;
use wire::FromBridge;

use crate::app_state::AppState;
use crate::outbox::Outbox;

/// Sends the page the connections whenever it has `asked`, and while it follows them also when one
/// has begun or ended. `asked`: whether it follows them. Ends when the page is gone.
pub(super) async fn run(app: Arc<AppState>, mut asked: watch::Receiver<bool>, outbox: Outbox) {
    let mailbox = app.practice.as_ref().map(|practice| practice.mailbox());
    let mut changes = mailbox.map(|mailbox| mailbox.changes());
    let mut told = Vec::new();
    while asked.changed().await.is_ok() {
        let mut is_answer = true;
        loop {
            if let Some(changes) = &mut changes {
                changes.mark_unchanged();
            }
            let known = engine::known_connections(mailbox);
            if is_answer || known != told {
                told.clone_from(&known);
                let message = FromBridge::Connections { known };
                if outbox.send(message).await.is_err() {
                    return;
                }
            }
            if !*asked.borrow_and_update() {
                break;
            }
            is_answer = tokio::select! {
                more = asked.changed() => match more {
                    Ok(()) => true,
                    Err(_) => return,
                },
                () = changed(&mut changes) => false,
            };
        }
    }
}

/// Waits for a change of the mailbox; without end where there is none.
async fn changed(changes: &mut Option<Changes>) {
    if let Some(changes) = changes
        && changes.changed().await.is_ok()
    {
        return;
    }
    std::future::pending().await
}
