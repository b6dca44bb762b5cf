//! The message on its way to the bridge. Credit, and files that have been read, move it; no timer
//! does, because timers are slow in hidden tabs.

use std::ops::Range;

use leptos::task::spawn_local;
use web_sys::Blob;

use super::super::event::LinkEvent;
use super::super::outgoing::{Next, WrongLength};
use super::super::segment::StoredFile;
use super::{Inner, Link};
use crate::storage::{StoreError, files};

/// A file that is being read, by the key of its octets.
pub(super) struct OpenFile {
    id: String,
    blob: Blob,
}

impl Link {
    /// Credit has come for the message of this id.
    pub(super) fn credited(&self, id: u32, upto: u64) {
        if let Some(outgoing) = &mut self.inner.borrow_mut().outgoing {
            outgoing.credit(id, upto);
        }
        self.transfer();
        self.transfer_stored(id, upto);
    }

    /// The same for a message on its way into the mailbox, which has no files that are read.
    fn transfer_stored(&self, id: u32, upto: u64) {
        let mut inner = self.inner.borrow_mut();
        let Inner {
            carrier, storing, ..
        } = &mut *inner;
        let (Some(carrier), Some(message)) = (carrier, storing) else {
            return;
        };
        message.credit(id, upto);
        while let Some(Next::Frame(frame)) = message.next() {
            carrier.send_octets(&frame);
        }
    }

    /// Sends what there is credit for, all at once: credit is never more than [`wire::WINDOW`]
    /// ahead of the server, so the browser's own buffer can't grow beyond that.
    fn transfer(&self) {
        let whole = {
            let mut inner = self.inner.borrow_mut();
            let number = inner.attempts.number();
            let Inner {
                carrier,
                outgoing,
                open_file,
                ..
            } = &mut *inner;
            let (Some(carrier), Some(message)) = (carrier, &mut *outgoing) else {
                return;
            };
            while let Some(next) = message.next() {
                match next {
                    Next::Frame(frame) => carrier.send_octets(&frame),
                    Next::Read(file, range) => {
                        let open = open_file.take();
                        self.read_slice(number, message.id(), open, file, range);
                    }
                }
            }
            let whole = message.is_whole().then_some(message.id());
            if whole.is_some() {
                *outgoing = None;
                *open_file = None;
            }
            whole
        };
        if let Some(id) = whole {
            (self.on_event)(LinkEvent::Transferred { id });
        }
    }

    /// Reads octets of a file for the message of this id, over the connection of this number.
    /// `open`: the file that was read last.
    fn read_slice(
        &self,
        number: u32,
        id: u32,
        open: Option<OpenFile>,
        file: StoredFile,
        range: Range<u64>,
    ) {
        let link = self.clone();
        spawn_local(async move {
            let octets = match read(open, &file.id, range).await {
                Ok((open, octets)) => {
                    link.inner.borrow_mut().open_file = Some(open);
                    Ok(octets)
                }
                Err(why) => Err(why),
            };
            if let Err(why) = link.has_read(number, id, octets) {
                // Without it the message can't be completed.
                link.inner.borrow_mut().outgoing = None;
                let name = file.name;
                (link.on_event)(LinkEvent::FileUnreadable { id, name, why });
            }
        });
    }

    /// A slice has been read, or can't be. Ignored if its message is over.
    fn has_read(
        &self,
        number: u32,
        id: u32,
        octets: Result<Vec<u8>, StoreError>,
    ) -> Result<(), StoreError> {
        {
            let mut inner = self.inner.borrow_mut();
            let current = inner.attempts.is_current(number);
            let Some(outgoing) = inner
                .outgoing
                .as_mut()
                .filter(|outgoing| current && outgoing.id() == id)
            else {
                return Ok(());
            };
            // A file that has lost octets is not the one that was attached.
            outgoing
                .push(&octets?)
                .map_err(|WrongLength| StoreError::Missing)?;
        }
        self.transfer();
        Ok(())
    }
}

/// Reads octets of a file. The file stays open for the next slice of it.
async fn read(
    open: Option<OpenFile>,
    id: &str,
    range: Range<u64>,
) -> Result<(OpenFile, Vec<u8>), StoreError> {
    let file = match open.filter(|file| file.id == id) {
        Some(file) => file,
        None => OpenFile {
            id: id.to_owned(),
            blob: files::blob(id).await?,
        },
    };
    let octets = files::slice(&file.blob, range).await?;
    Ok((file, octets))
}
