//! The database `glasspost`, and transactions over its tables.
//!
//! All keys are text, and values are text (JSON) except files, which are `Blob`s. A transaction
//! ends as soon as nothing of it is being waited for, so await only its own functions inside it.
//! Transactions that write run one at a time over all tabs.

mod connection;
mod wait;

use js_sys::{Array, Function, Object, Reflect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbObjectStore, IdbTransaction};

pub use self::connection::on_close;
use self::connection::{connection, forget};
use self::wait::{answer, wait};
use super::StoreError;

/// A table of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// What the list of drafts shows of each.
    Heads,
    /// The drafts.
    Drafts,
    /// The octets of attachments.
    Files,
    /// People who were written to.
    Contacts,
    /// Messages that are held back.
    Held,
    /// What the history shows of each message that was sent.
    Sends,
    /// The rest of each: the message, its transcript and its results.
    Sent,
    /// A message that is sent to many: what it is made of, and what became of each.
    Merge,
}

impl Table {
    const ALL: [Table; 8] = [
        Table::Heads,
        Table::Drafts,
        Table::Files,
        Table::Contacts,
        Table::Held,
        Table::Sends,
        Table::Sent,
        Table::Merge,
    ];

    fn name(self) -> &'static str {
        match self {
            Table::Heads => "heads",
            Table::Drafts => "drafts",
            Table::Files => "files",
            Table::Contacts => "contacts",
            Table::Held => "held",
            Table::Sends => "sends",
            Table::Sent => "sent",
            Table::Merge => "merge",
        }
    }
}

/// A transaction. Where it is dropped, the browser commits it as soon as its requests are answered;
/// only [`Transaction::done`] says whether it did.
pub struct Transaction {
    inner: IdbTransaction,
}

/// Begins a transaction that reads these tables.
///
/// # Errors
/// Why the database can't be used.
pub async fn read(tables: &[Table]) -> Result<Transaction, StoreError> {
    begin(tables, "readonly").await
}

/// Begins a transaction that reads and writes these tables. What it wrote is on the disk when it is
/// done, not only in the system's memory.
///
/// # Errors
/// Why the database can't be used.
pub async fn write(tables: &[Table]) -> Result<Transaction, StoreError> {
    begin(tables, "readwrite").await
}

async fn begin(tables: &[Table], mode: &str) -> Result<Transaction, StoreError> {
    match begin_once(tables, mode).await {
        // The browser closed the database since it was used last.
        Err(StoreError::Closed) => {
            forget();
            begin_once(tables, mode).await
        }
        other => other,
    }
}

async fn begin_once(tables: &[Table], mode: &str) -> Result<Transaction, StoreError> {
    let database = connection().await?;
    let names: Array = tables
        .iter()
        .map(|table| JsValue::from(table.name()))
        .collect();
    let options = Object::new();
    // By name, because web-sys has the options only among what may still change.
    let transaction = Reflect::set(&options, &"durability".into(), &"strict".into())
        .and_then(|_| Reflect::get(&database, &"transaction".into()))
        .and_then(JsCast::dyn_into::<Function>)
        .and_then(|begin| begin.call3(&database, &names, &mode.into(), &options))
        .map_err(|error| StoreError::of(&error))?;
    Ok(Transaction {
        inner: transaction.unchecked_into(),
    })
}

impl Transaction {
    /// The value under `key`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, table: Table, key: &str) -> Result<Option<JsValue>, StoreError> {
        let request = self.store(table)?.get(&JsValue::from_str(key));
        let value = answer(request).await?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// The text under `key`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn text(&self, table: Table, key: &str) -> Result<Option<String>, StoreError> {
        let value = self.get(table, key).await?;
        Ok(value.and_then(|value| value.as_string()))
    }

    /// All values, in the order of their keys.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all(&self, table: Table) -> Result<Vec<JsValue>, StoreError> {
        let values = answer(self.store(table)?.get_all()).await?;
        Ok(values.dyn_into::<Array>().unwrap_or_default().to_vec())
    }

    /// All keys.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keys(&self, table: Table) -> Result<Vec<String>, StoreError> {
        let keys = answer(self.store(table)?.get_all_keys()).await?;
        let keys = keys.dyn_into::<Array>().unwrap_or_default();
        Ok(keys.iter().filter_map(|key| key.as_string()).collect())
    }

    /// Writes a value. Whether that worked is known when the transaction is done.
    ///
    /// # Errors
    /// The value can't be stored.
    pub fn put(&self, table: Table, key: &str, value: &JsValue) -> Result<(), StoreError> {
        self.store(table)?
            .put_with_key(value, &JsValue::from_str(key))
            .map(drop)
            .map_err(|error| StoreError::of(&error))
    }

    /// Writes a value as JSON.
    ///
    /// # Errors
    /// The value can't be stored.
    pub fn put_json(
        &self,
        table: Table,
        key: &str,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(value).map_err(|_| StoreError::Failed)?;
        self.put(table, key, &JsValue::from_str(&text))
    }

    /// The value under `key`, if it is there and can be read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn json<T: DeserializeOwned>(
        &self,
        table: Table,
        key: &str,
    ) -> Result<Option<T>, StoreError> {
        let text = self.text(table, key).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Removes the value under `key`.
    ///
    /// # Errors
    /// The database failed.
    pub fn delete(&self, table: Table, key: &str) -> Result<(), StoreError> {
        self.store(table)?
            .delete(&JsValue::from_str(key))
            .map(drop)
            .map_err(|error| StoreError::of(&error))
    }

    /// Removes all values of a table.
    ///
    /// # Errors
    /// The database failed.
    pub fn clear(&self, table: Table) -> Result<(), StoreError> {
        let request = self.store(table)?.clear();
        request.map(drop).map_err(|error| StoreError::of(&error))
    }

    /// Waits until all of it is stored.
    ///
    /// # Errors
    /// Why nothing of it is stored.
    pub async fn done(self) -> Result<(), StoreError> {
        match wait(&self.inner, "complete", &["abort"]).await {
            Ok(_) => Ok(()),
            Err(_) => Err(self
                .inner
                .error()
                .map_or(StoreError::Closed, |error| StoreError::of(error.as_ref()))),
        }
    }

    /// Takes back all that was written in it.
    pub fn abort(self) {
        self.inner.abort().ok();
    }

    fn store(&self, table: Table) -> Result<IdbObjectStore, StoreError> {
        let store = self.inner.object_store(table.name());
        store.map_err(|error| StoreError::of(&error))
    }
}
