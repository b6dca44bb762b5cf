//! A message to many in the database: the plan, the run, and what became of each row. A row is
//! marked before it is sent and when it is over, so no page that opens later sends it again.
//!
//! A run has an id of its own from when it begins. What is stored of a row names the run, and is
//! not stored if another has begun meanwhile.

use serde::{Deserialize, Serialize};

use super::model::{Halt, Plan, RowState, Run};
use crate::storage::StoreError;
use crate::storage::database::{Table, Transaction, read, write};
use crate::ui::dom;

/// The key of the plan.
const PLAN: &str = "plan";

/// The key of the run.
const RUN: &str = "run";

/// The key of why nothing more is sent.
const HALT: &str = "halt";

/// What is stored of a run besides its rows.
#[derive(Serialize, Deserialize)]
struct Begun {
    id: String,
}

/// A message to many, as it is stored.
pub(super) struct Stored {
    /// The id of the run.
    pub(super) id: String,
    /// What is sent.
    pub(super) plan: Plan,
    /// What became of its rows.
    pub(super) run: Run,
    /// Why nothing more is sent.
    pub(super) halt: Option<Halt>,
}

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

/// The one that is stored.
///
/// # Errors
/// The database failed.
pub(super) async fn load() -> Result<Option<Stored>, StoreError> {
    stored(&read(&[Table::Merge]).await?).await
}

async fn stored(transaction: &Transaction) -> Result<Option<Stored>, StoreError> {
    let Some(plan) = transaction.json::<Plan>(Table::Merge, PLAN).await? else {
        return Ok(None);
    };
    let halted = transaction.json::<Halted>(Table::Merge, HALT).await?;
    let run = rows(transaction).await?;
    let begun = transaction.json::<Begun>(Table::Merge, RUN).await?;
    Ok(Some(Stored {
        id: begun.map(|begun| begun.id).unwrap_or_default(),
        plan,
        run,
        halt: halted.and_then(|halted| halted.halt),
    }))
}

/// Begins a run. None: there is one that is not over.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn begin(plan: &Plan) -> Result<Option<String>, StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let before = transaction.json::<Plan>(Table::Merge, PLAN).await?;
    if before.is_some() {
        transaction.abort();
        return Ok(None);
    }
    transaction.clear(Table::Merge)?;
    transaction.put_json(Table::Merge, PLAN, plan)?;
    let id = begin_run(&transaction)?;
    transaction.done().await?;
    Ok(Some(id))
}

fn begin_run(transaction: &Transaction) -> Result<String, StoreError> {
    let begun = Begun { id: dom::long_id() };
    transaction.put_json(Table::Merge, RUN, &begun)?;
    Ok(begun.id)
}

/// Stores the plan of a run, of which only what is left out has changed.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn change(run: &str, plan: &Plan) -> Result<(), StoreError> {
    let transaction = of_run(run).await?;
    transaction.put_json(Table::Merge, PLAN, plan)?;
    transaction.done().await
}

/// Marks a row as being sent. False: it is over, or another page sends it.
///
/// # Errors
/// Why it is not marked.
pub(super) async fn claim(run: &str, row: usize) -> Result<bool, StoreError> {
    let transaction = match of_run(run).await {
        Err(StoreError::Missing) => return Ok(false),
        transaction => transaction?,
    };
    let before = transaction.json::<Row>(Table::Merge, &key(row)).await?;
    let claimed = before.is_none_or(|before| before.state == RowState::Waiting);
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
pub(super) async fn set(
    run: &str,
    row: usize,
    state: RowState,
    halt: Option<Halt>,
) -> Result<(), StoreError> {
    let transaction = of_run(run).await?;
    transaction.put_json(Table::Merge, &key(row), &Row { row, state })?;
    transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    transaction.done().await
}

/// Stores why nothing more is sent.
///
/// # Errors
/// Why it is not stored.
pub(super) async fn halt(run: &str, halt: &Halt) -> Result<(), StoreError> {
    let transaction = of_run(run).await?;
    let halt = Some(halt.clone());
    transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    transaction.done().await
}

/// What this tab goes on with, which has the lock. What was being sent by a page that is gone is
/// marked as not known.
///
/// # Errors
/// Why it is not read or marked.
pub(super) async fn take_over() -> Result<Option<Stored>, StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let Some(mut stored) = stored(&transaction).await? else {
        transaction.abort();
        return Ok(None);
    };
    let interrupted = stored.run.interrupt();
    for row in &interrupted {
        let state = RowState::Unknown;
        transaction.put_json(Table::Merge, &key(*row), &Row { row: *row, state })?;
    }
    if !interrupted.is_empty() {
        stored.halt = Some(Halt::Interrupted);
        let halt = stored.halt.clone();
        transaction.put_json(Table::Merge, HALT, &Halted { halt })?;
    }
    // One of a page before runs had ids.
    if stored.id.is_empty() {
        stored.id = begin_run(&transaction)?;
    }
    transaction.done().await?;
    Ok(Some(stored))
}

/// Begins a transaction that writes to a run.
///
/// # Errors
/// [`StoreError::Missing`]: another run has begun meanwhile, or none is there.
async fn of_run(run: &str) -> Result<Transaction, StoreError> {
    let transaction = write(&[Table::Merge]).await?;
    let begun = transaction.json::<Begun>(Table::Merge, RUN).await?;
    if begun.is_some_and(|begun| begun.id == run) {
        return Ok(transaction);
    }
    transaction.abort();
    Err(StoreError::Missing)
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
