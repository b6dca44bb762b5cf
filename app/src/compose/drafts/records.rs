//! Drafts in the database. What is decided here is decided inside a transaction, so no other tab
//! can write between the decision and its result.

use serde::{Deserialize, Serialize};

use super::record::{Head, Verdict, Write};
use super::session::Stored;
use crate::compose::draft::Draft;
use crate::storage::StoreError;
use crate::storage::database::{Table, Transaction, read, write};

/// What is stored of a draft besides its head.
#[derive(Deserialize)]
struct Record {
    id: String,
    draft: Draft,
}

/// The files that a record names, by its list or in its draft.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Names {
    files: Vec<String>,
    draft: Draft,
}

#[derive(Serialize)]
struct RecordRef<'a> {
    id: &'a str,
    draft: &'a Draft,
}

/// Stores a text. The head as it is then, and whether the text went into one that another page had
/// stored already.
///
/// # Errors
/// Why it is not stored.
pub async fn store(text: Write) -> Result<(Head, bool), StoreError> {
    let transaction = write(&[Table::Heads, Table::Drafts]).await?;
    let done = store_in(&transaction, text).await;
    finish(transaction, done).await
}

/// Stores texts, all or none. The ids they have then.
///
/// # Errors
/// Why they are not stored.
pub async fn store_all(texts: Vec<Write>) -> Result<Vec<String>, StoreError> {
    let transaction = write(&[Table::Heads, Table::Drafts]).await?;
    let mut done = Ok(Vec::new());
    for text in texts {
        match (store_in(&transaction, text).await, &mut done) {
            (Ok((head, _)), Ok(ids)) => ids.push(head.id),
            (Err(error), _) => {
                done = Err(error);
                break;
            }
            (Ok(_), Err(_)) => {}
        }
    }
    finish(transaction, done).await
}

/// Waits until the transaction is done, or takes back what was written in it.
async fn finish<T>(transaction: Transaction, done: Result<T, StoreError>) -> Result<T, StoreError> {
    match done {
        Ok(value) => transaction.done().await.map(|()| value),
        Err(error) => {
            transaction.abort();
            Err(error)
        }
    }
}

/// Stores a text in a transaction over [`Table::Heads`] and [`Table::Drafts`], see [`store`].
///
/// # Errors
/// The database failed.
pub async fn store_in(transaction: &Transaction, text: Write) -> Result<(Head, bool), StoreError> {
    let stored = head(transaction, &text.id).await?;
    match (text.verdict(stored.as_ref()), stored) {
        (Verdict::Covered, Some(stored)) => Ok(covered(&text, stored)),
        (Verdict::Conflicts, Some(stored)) => {
            if draft(transaction, &text.id).await?.as_ref() == Some(&text.draft) {
                return Ok((stored, true));
            }
            // Both are kept. It may have been kept before by a page that then crashed.
            let own = text.own();
            let stored = head(transaction, &own.id).await?;
            match (own.verdict(stored.as_ref()), stored) {
                (Verdict::Covered, Some(stored)) => Ok(covered(&own, stored)),
                (_, stored) => put(transaction, &own, stored.as_ref()),
            }
        }
        (_, stored) => put(transaction, &text, stored.as_ref()),
    }
}

fn covered(text: &Write, stored: Head) -> (Head, bool) {
    let newer = stored.writers.last() != Some(&text.by);
    (stored, newer)
}

fn put(
    transaction: &Transaction,
    text: &Write,
    stored: Option<&Head>,
) -> Result<(Head, bool), StoreError> {
    let head = text.head(stored);
    let record = RecordRef {
        id: &text.id,
        draft: &text.draft,
    };
    transaction.put_json(Table::Drafts, &text.id, &record)?;
    transaction.put_json(Table::Heads, &text.id, &head)?;
    Ok((head, false))
}

async fn head(transaction: &Transaction, id: &str) -> Result<Option<Head>, StoreError> {
    transaction.json(Table::Heads, id).await
}

async fn draft(transaction: &Transaction, id: &str) -> Result<Option<Draft>, StoreError> {
    let record = transaction.json::<Record>(Table::Drafts, id).await?;
    Ok(record.map(|record| record.draft))
}

/// Reads a draft. None: it is not stored.
///
/// # Errors
/// The database failed.
pub async fn get(id: &str) -> Result<Option<Stored>, StoreError> {
    let transaction = read(&[Table::Heads, Table::Drafts]).await?;
    let Some(head) = head(&transaction, id).await? else {
        return Ok(None);
    };
    let draft = draft(&transaction, id).await?;
    Ok(draft.map(|draft| Stored { head, draft }))
}

/// The heads of all drafts, those that are deleted too.
///
/// # Errors
/// The database failed.
pub async fn heads() -> Result<Vec<Head>, StoreError> {
    crate::storage::table::all(Table::Heads).await
}

/// The ids of the drafts whose whole text has all these words, which are in lower case.
///
/// # Errors
/// The database failed.
pub async fn search(words: &[String]) -> Result<Vec<String>, StoreError> {
    let records: Vec<Record> = crate::storage::table::all(Table::Drafts).await?;
    let found = records.into_iter().filter(|record| {
        let draft = &record.draft;
        let mut text = draft.raw.as_ref().unwrap_or(&draft.body).to_lowercase();
        let lists = [&draft.to, &draft.cc, &draft.bcc].into_iter().flatten();
        let names = draft.attachments.iter().map(|one| &one.name);
        for more in lists.chain(names).chain([&draft.subject, &draft.from]) {
            text.push('\n');
            text.push_str(&more.to_lowercase());
        }
        words.iter().all(|word| text.contains(word))
    });
    Ok(found.map(|record| record.id).collect())
}

/// Marks a draft as deleted at a time, or as not deleted. None: it is not stored.
///
/// # Errors
/// Why it is not marked.
pub async fn mark(id: &str, deleted: Option<u64>) -> Result<Option<Head>, StoreError> {
    let transaction = write(&[Table::Heads]).await?;
    let Some(mut head) = head(&transaction, id).await? else {
        return Ok(None);
    };
    head.deleted = deleted;
    head.revision += 1;
    transaction.put_json(Table::Heads, id, &head)?;
    transaction.done().await?;
    Ok(Some(head))
}

/// Removes drafts for good. With a revision, only where that is still the stored one. The ids of
/// those that were removed.
///
/// # Errors
/// Why none is removed.
pub async fn purge(ids: &[(String, Option<u64>)]) -> Result<Vec<String>, StoreError> {
    let transaction = write(&[Table::Heads, Table::Drafts]).await?;
    let mut purged = Vec::new();
    for (id, revision) in ids {
        let stored = head(&transaction, id).await?.map(|head| head.revision);
        if revision.is_none_or(|revision| stored == Some(revision)) {
            transaction.delete(Table::Heads, id)?;
            transaction.delete(Table::Drafts, id)?;
            purged.push(id.clone());
        }
    }
    transaction.done().await?;
    Ok(purged)
}

/// Removes a draft in a transaction over [`Table::Heads`] and [`Table::Drafts`], if this is the
/// stored revision.
///
/// # Errors
/// The database failed.
pub async fn remove_in(
    transaction: &Transaction,
    id: &str,
    revision: u64,
) -> Result<(), StoreError> {
    let stored = head(transaction, id).await?.map(|head| head.revision);
    if stored == Some(revision) {
        transaction.delete(Table::Heads, id)?;
        transaction.delete(Table::Drafts, id)?;
    }
    Ok(())
}

/// Removes the files that nothing names: no draft, no message that is held back, and none that was
/// sent or is sent to many. Only for a page that is the only one open: another may still bring one
/// back.
///
/// # Errors
/// Why none is removed.
pub async fn remove_unused_files() -> Result<(), StoreError> {
    let naming = [Table::Heads, Table::Held, Table::Sends, Table::Merge];
    let transaction = write(&[&naming[..], &[Table::Files]].concat()).await?;
    let mut used = std::collections::BTreeSet::new();
    for table in naming {
        for value in transaction.all(table).await? {
            let text = value.as_string().unwrap_or_default();
            match serde_json::from_str::<Names>(&text) {
                Ok(names) => {
                    used.extend(names.files);
                    used.extend(names.draft.attachments.into_iter().map(|one| one.file));
                }
                // It may name any of them.
                Err(_) => return Ok(()),
            }
        }
    }
    for file in transaction.keys(Table::Files).await? {
        if !used.contains(&file) {
            transaction.delete(Table::Files, &file)?;
        }
    }
    transaction.done().await
}
