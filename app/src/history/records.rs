//! What was sent, in the database.

use super::model::{Details, Sent, to_remove};
use crate::storage::StoreError;
use crate::storage::database::{Table, read, write};

/// What was deleted can be restored for this time, in milliseconds.
const RESTORABLE: u64 = 10 * 60 * 1000;

/// What the list shows of all, without those that can't be read.
///
/// # Errors
/// The database failed.
pub(super) async fn all() -> Result<Vec<Sent>, StoreError> {
    crate::storage::table::all(Table::Sends).await
}

/// The rest of one. None: it is not there, or can't be read.
///
/// # Errors
/// The database failed.
pub(super) async fn details(id: &str) -> Result<Option<Details>, StoreError> {
    let transaction = read(&[Table::Sent]).await?;
    transaction.json(Table::Sent, id).await
}

/// Writes one, and removes what is beyond the bounds. The keys of those that were removed.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn put(
    sent: &Sent,
    details: &Details,
    now: u64,
) -> Result<Vec<String>, StoreError> {
    let transaction = write(&[Table::Sends, Table::Sent]).await?;
    transaction.put_json(Table::Sends, &sent.id, sent)?;
    transaction.put_json(Table::Sent, &sent.id, details)?;
    let values = transaction.all(Table::Sends).await?;
    let texts = values.into_iter().filter_map(|value| value.as_string());
    let all: Vec<Sent> = texts
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect();
    let removed = to_remove(&all, now.saturating_sub(RESTORABLE));
    for id in &removed {
        transaction.delete(Table::Sends, id)?;
        transaction.delete(Table::Sent, id)?;
    }
    transaction.done().await?;
    Ok(removed)
}

/// Marks those of these keys as deleted at a time, or as not deleted.
///
/// # Errors
/// Why none is marked.
pub(super) async fn mark(ids: &[String], deleted: Option<u64>) -> Result<(), StoreError> {
    let transaction = write(&[Table::Sends]).await?;
    for id in ids {
        let sent = transaction.json::<Sent>(Table::Sends, id).await?;
        if let Some(mut sent) = sent {
            sent.deleted = deleted;
            transaction.put_json(Table::Sends, id, &sent)?;
        }
    }
    transaction.done().await
}

/// Changes one whose page is gone, if it is there and not over.
///
/// # Errors
/// Why it is not changed.
pub(super) async fn interrupted(
    id: &str,
    end: impl FnOnce(&mut Sent, &mut Details),
) -> Result<(), StoreError> {
    let transaction = write(&[Table::Sends, Table::Sent]).await?;
    let sent = transaction.json::<Sent>(Table::Sends, id).await?;
    let details = transaction.json::<Details>(Table::Sent, id).await?;
    if let (Some(mut sent), Some(mut details)) = (sent, details)
        && details.ending.is_none()
    {
        end(&mut sent, &mut details);
        transaction.put_json(Table::Sends, id, &sent)?;
        transaction.put_json(Table::Sent, id, &details)?;
    }
    transaction.done().await
}

/// The keys of those in whose texts are all these words, which are in lower case.
///
/// # Errors
/// The database failed.
pub(super) async fn search(ids: &[String], words: &[String]) -> Result<Vec<String>, StoreError> {
    let mut found = Vec::new();
    // One after the other, because together they may be large.
    for id in ids {
        if let Some(details) = details(id).await? {
            let text = details.text();
            if words.iter().all(|word| text.contains(word)) {
                found.push(id.clone());
            }
        }
    }
    Ok(found)
}
