//! Held messages in the database. What is decided here is decided inside a transaction, so of
//! several tabs one sends a message, or takes it back.

use super::model::{Held, State};
use crate::compose::drafts::{Head, Write, database};
use crate::storage::StoreError;
use crate::storage::database::{Table, write};

/// All held messages.
///
/// # Errors
/// The database failed.
pub(super) async fn all() -> Result<Vec<Held>, StoreError> {
    crate::storage::table::all(Table::Held).await
}

/// Adds one. `takes`: the draft that it takes the place of, if that is stored in this revision.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn add(held: &Held, takes: Option<u64>) -> Result<(), StoreError> {
    let transaction = write(&[Table::Held, Table::Heads, Table::Drafts]).await?;
    transaction.put_json(Table::Held, &held.id, held)?;
    if let Some(revision) = takes {
        database::remove_in(&transaction, &held.draft_id, revision).await?;
    }
    transaction.done().await
}

/// Marks one as being sent. None: it is not waiting any more.
///
/// # Errors
/// Why it is not marked.
pub(super) async fn claim(id: &str) -> Result<Option<Held>, StoreError> {
    change(id, |held| {
        let waits = held.state == State::Waiting;
        waits.then_some(Held {
            state: State::Sending,
            ..held
        })
    })
    .await
}

/// Marks how one has ended.
///
/// # Errors
/// Why it is not marked.
pub(super) async fn ended(id: &str, kind: &str) -> Result<Option<Held>, StoreError> {
    let state = State::Ended(kind.to_owned());
    change(id, |held| Some(Held { state, ..held })).await
}

/// Lets one wait until another time. None: it is being sent, or is not there any more.
///
/// # Errors
/// Why it is not changed.
pub(super) async fn wait_until(id: &str, due: u64) -> Result<Option<Held>, StoreError> {
    change(id, |held| {
        let sending = held.state == State::Sending;
        (!sending).then_some(Held {
            due,
            // From now on it is one that is sent at a time.
            undo: None,
            state: State::Waiting,
            ..held
        })
    })
    .await
}

/// Makes one that has ended wait again. None: it is not there any more.
///
/// # Errors
/// Why it is not changed.
pub(super) async fn again(id: &str) -> Result<Option<Held>, StoreError> {
    change(id, |held| {
        let ended = held.state != State::Sending;
        ended.then_some(Held {
            state: State::Waiting,
            ..held
        })
    })
    .await
}

/// Removes one. `sent`: also while it is being sent. Whether it was there.
///
/// # Errors
/// Why it is still there.
pub(super) async fn remove(id: &str, sent: bool) -> Result<bool, StoreError> {
    let transaction = write(&[Table::Held]).await?;
    let held: Option<Held> = transaction.json(Table::Held, id).await?;
    let held = held.filter(|held| sent || held.state != State::Sending);
    if held.is_some() {
        transaction.delete(Table::Held, id)?;
    }
    transaction.done().await?;
    Ok(held.is_some())
}

/// Removes one, and stores its draft in the same transaction. `interrupted`: also where a page that
/// is gone was sending it. None: it is being sent, or is not there any more.
///
/// # Errors
/// Why it is still there.
pub(super) async fn give_back(
    id: &str,
    draft: Write,
    interrupted: bool,
) -> Result<Option<Head>, StoreError> {
    let transaction = write(&[Table::Held, Table::Heads, Table::Drafts]).await?;
    let held: Option<Held> = transaction.json(Table::Held, id).await?;
    if held.is_none_or(|held| held.state == State::Sending && !interrupted) {
        transaction.abort();
        return Ok(None);
    }
    let stored = database::store_in(&transaction, draft).await;
    match stored.and_then(|stored| transaction.delete(Table::Held, id).map(|()| stored)) {
        Ok((head, _)) => transaction.done().await.map(|()| Some(head)),
        Err(error) => {
            transaction.abort();
            Err(error)
        }
    }
}

/// Changes one. None: it is not there, or `change` leaves it as it is.
async fn change(
    id: &str,
    change: impl FnOnce(Held) -> Option<Held>,
) -> Result<Option<Held>, StoreError> {
    let transaction = write(&[Table::Held]).await?;
    let changed = transaction.json(Table::Held, id).await?.and_then(change);
    if let Some(held) = &changed {
        transaction.put_json(Table::Held, &held.id, held)?;
    }
    transaction.done().await?;
    Ok(changed)
}
