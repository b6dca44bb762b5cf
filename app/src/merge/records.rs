//! A message to many in the database: the plan, and what became of each row. A row is marked before
//! it is sent and when it is over, so no page that opens later sends it again.

use serde::{Deserialize, Serialize};

use super::model::{Halt, Plan, RowState, Run};
use crate::storage::StoreError;
use crate::storage::database::{Table, Transaction, read, write};

/// The key of the plan.
const PLAN: &str = "plan";

/// The key of why nothing more is sent.
const HALT: &str = "halt";

#[derive(Serialize, Deserialize)]
struct Row {
    row: usize,
    state: RowState,
}

#[derive(Serialize, Deserialize)]
struct Halted {
    halt: Option<Halt>,
}

/// Whether there is one. Not noted in localStorage, of which a browser that is killed loses the
/// last seconds.
pub(super) async fn is_there() -> bool {
    let Ok(transaction) = read(&[Table::Merge]).await else {
        return false;
    };
    let keys = transaction.keys(Table::Merge).await;
    keys.is_ok_and(|keys| !keys.is_empty())
}

/// The one that is stored: the plan, what became of its rows, and why nothing more is sent.
///
/// # Errors
/// The database failed.
pub(super) async fn load() -> Result<Option<(Plan, Run, Option<Halt>)>, StoreError> {
    let transaction = read(&[Table::Merge]).await?;
    let Some(plan) = transaction.json::<Plan>(Table::Merge, PLAN).await? else {
        return Ok(None);
    };
    let halted = transaction.json::<Halted>(Table::Merge, HALT).await?;
    let run = rows(&transaction).await?;
    Ok(Some((plan, run, halted.and_then(|halted| halted.halt))))
}

/// Stores a new one in place of the one before.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn begin(plan: &Plan) -> Result<(), StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    transaction.clear(Table::Merge)?;
    transaction.put_json(Table::Merge, PLAN, plan)?;
    transaction.done().await
}

/// Stores the plan, of which only what is left out has changed.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn change(plan: &Plan) -> Result<(), StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    transaction.put_json(Table::Merge, PLAN, plan)?;
    transaction.done().await
}

/// Marks a row as being sent. False: it is over, or another page sends it.
///
/// # Errors
/// Why it is not marked.
pub(super) async fn claim(plan: &str, row: usize) -> Result<bool, StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let same = transaction.json::<Plan>(Table::Merge, PLAN).await?;
    let before = transaction.json::<Row>(Table::Merge, &key(row)).await?;
    let waits = before.is_none_or(|before| before.state == RowState::Waiting);
    let claimed = waits && same.is_some_and(|stored| stored.id == plan);
    if claimed {
        let state = RowState::Sending;
        transaction.put_json(Table::Merge, &key(row), &Row { row, state })?;
        transaction.put_json(Table::Merge, HALT, &Halted { halt: None })?;
    }
    transaction.done().await?;
    Ok(claimed)
}

/// Stores what became of a row, and why nothing more is sent.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn set(row: usize, state: RowState, halt: Option<Halt>) -> Result<(), StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    transaction.put_json(Table::Merge, &key(row), &Row { row, state })?;
    transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    transaction.done().await
}

/// Stores why nothing more is sent.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn halt(halt: &Halt) -> Result<(), StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let halt = Some(halt.clone());
    transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    transaction.done().await
}

/// What was being sent by a page that is gone is marked as not known. The rows.
///
/// # Errors
/// Why it is not marked.
pub(super) async fn interrupt() -> Result<Vec<usize>, StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let interrupted = rows(&transaction).await?.interrupt();
    for row in &interrupted {
        let state = RowState::Unknown;
        transaction.put_json(Table::Merge, &key(*row), &Row { row: *row, state })?;
    }
    if !interrupted.is_empty() {
        let halt = Some(Halt::Interrupted);
        transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    }
    transaction.done().await?;
    Ok(interrupted)
}

/// Removes it.
///
/// # Errors
/// Why it is still stored.
pub(super) async fn remove() -> Result<(), StoreError> {
    crate::storage::table::clear(Table::Merge).await
}

async fn rows(transaction: &Transaction) -> Result<Run, StoreError> {
    let mut run = Run::default();
    for value in transaction.all(Table::Merge).await? {
        let text = value.as_string().unwrap_or_default();
        if let Ok(Row { row, state }) = serde_json::from_str(&text) {
            run.set(row, state);
        }
    }
    Ok(run)
}

fn key(row: usize) -> String {
    format!("row.{row:06}")
}
