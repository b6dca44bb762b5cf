//! What a first visit to the page takes, octets and time; and what many drafts, a long message
//! and a large attachment take, and opening stored messages.

mod attachment;
mod drafts;
mod load;
mod opening;
mod typing;
mod weight;

use anyhow::Result;
use glasspost_tests::bridge::Bridge;

use super::sender::QUIET;

/// Measures it.
pub(crate) async fn measure() -> Result<String> {
    let bridge = Bridge::with(&QUIET);
    Ok(format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        weight::measure(&bridge).await?,
        load::measure(&bridge).await?,
        drafts::measure(&bridge).await?,
        typing::measure(&bridge).await?,
        attachment::measure().await?,
        opening::measure().await?
    ))
}
