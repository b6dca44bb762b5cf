//! A table of values of one type, each a transaction of its own.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::database::{Table, read, write};

/// All values of a table, without those that can't be read as `T`.
///
/// # Errors
/// The database failed.
pub async fn all<T: DeserializeOwned>(table: Table) -> Result<Vec<T>, StoreError> {
    let values = read(&[table]).await?.all(table).await?;
    let texts = values.into_iter().filter_map(|value| value.as_string());
    Ok(texts
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect())
}

/// Writes values under their keys, all or none.
///
/// # Errors
/// Why they are not stored.
pub async fn put<T: Serialize>(table: Table, values: &[(String, T)]) -> Result<(), StoreError> {
    let transaction = write(&[table]).await?;
    for (key, value) in values {
        transaction.put_json(table, key, value)?;
    }
    transaction.done().await
}

/// Removes the value under `key`.
///
/// # Errors
/// Why it is still stored.
pub async fn delete(table: Table, key: &str) -> Result<(), StoreError> {
    let transaction = write(&[table]).await?;
    transaction.delete(table, key)?;
    transaction.done().await
}

/// Removes all values of a table.
///
/// # Errors
/// Why they are still stored.
pub async fn clear(table: Table) -> Result<(), StoreError> {
    let transaction = write(&[table]).await?;
    transaction.clear(table)?;
    transaction.done().await
}
