//! The octets of attachments, each a `Blob` in the database. The browser keeps them on the disk, so
//! none is ever in memory as a whole.

use std::ops::Range;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::StoreError;
use super::database::{Table, Transaction, read as begin_reading};

/// Adds a file in a transaction over [`Table::Files`]. Whether the browser could copy all of it is
/// known when the transaction is done.
///
/// # Errors
/// It can't be stored.
pub fn put(transaction: &Transaction, id: &str, file: &Blob) -> Result<(), StoreError> {
    transaction.put(Table::Files, id, file)
}

/// The file of this id, not read yet.
///
/// # Errors
/// It is not there, or the database failed.
pub async fn blob(id: &str) -> Result<Blob, StoreError> {
    let transaction = begin_reading(&[Table::Files]).await?;
    let value = transaction.get(Table::Files, id).await?;
    let blob = value.and_then(|value| value.dyn_into().ok());
    blob.ok_or(StoreError::Missing)
}

/// Octets of the file of this id. Fewer than asked for where the file ends before.
///
/// # Errors
/// The file is not there, or can't be read.
pub async fn read(id: &str, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
    slice(&blob(id).await?, range).await
}

/// Octets of a file. Fewer than asked for where the file ends before.
///
/// # Errors
/// The file can't be read.
pub async fn slice(file: &Blob, range: Range<u64>) -> Result<Vec<u8>, StoreError> {
    #[expect(clippy::cast_precision_loss, reason = "no file has 2^53 octets")]
    let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64);
    let slice = slice.map_err(|error| StoreError::of(&error))?;
    let octets = JsFuture::from(slice.array_buffer()).await;
    octets
        .map(|octets| Uint8Array::new(&octets).to_vec())
        .map_err(|error| match StoreError::of(&error) {
            // The browser has removed the file since the database named it.
            StoreError::Closed => StoreError::Missing,
            error => error,
        })
}
