//! Puts a message into the practice mailbox that a page has, for example from a file.

use std::sync::Arc;
use std::time::SystemTime;

use engine::Overdrawn;
use hyper::body::Bytes;
use practice::limits;
use tokio::sync::OwnedSemaphorePermit;
use wire::{FromBridge, NotStored, WINDOW};

use crate::app_state::AppState;
use crate::outbox::Outbox;

/// Puts the messages of one page into the mailbox, one after the other.
pub(super) struct Storing {
    app: Arc<AppState>,
    outbox: Outbox,
    current: Option<Current>,
}

/// The message that is coming.
struct Current {
    id: u32,
    size: usize,
    octets: Vec<u8>,
    /// Octets that the page may send.
    credit: u64,
    _permit: OwnedSemaphorePermit,
}

impl Storing {
    pub(super) fn new(app: Arc<AppState>, outbox: Outbox) -> Storing {
        Storing {
            app,
            outbox,
            current: None,
        }
    }

    /// The page has a message of this size. It gets credit for it, or the reason why not.
    pub(super) async fn start(&mut self, id: u32, size: u64) {
        match self.accept(id, size) {
            Ok(current) => {
                self.current = Some(current);
                self.go_on().await;
            }
            Err(why) => self.send(FromBridge::NotStored { id, why }).await,
        }
    }

    fn accept(&self, id: u32, size: u64) -> Result<Current, NotStored> {
        if self.app.practice.is_none() {
            return Err(NotStored::NoPractice);
        }
        let most = limits::MESSAGE;
        let size = { usize::try_from(size).ok() }
            .filter(|size| *size <= most)
            .ok_or(NotStored::TooLarge { most: most as u64 })?;
        if self.current.is_some() {
            return Err(NotStored::Busy);
        }
        let permits = self.app.storing_permits.clone();
        let permit = permits.try_acquire_owned();
        Ok(Current {
            id,
            size,
            octets: Vec::with_capacity(size),
            credit: 0,
            _permit: permit.map_err(|_| NotStored::Busy)?,
        })
    }

    /// Octets have come from the page. None: they belong to no message of this kind.
    pub(super) async fn octets(
        &mut self,
        id: u32,
        octets: &Bytes,
    ) -> Option<Result<(), Overdrawn>> {
        let current = self.current.as_mut().filter(|current| current.id == id)?;
        if (current.octets.len() + octets.len()) as u64 > current.credit {
            return Some(Err(Overdrawn));
        }
        current.octets.extend_from_slice(octets);
        self.go_on().await;
        Some(Ok(()))
    }

    /// Stores the message if it is complete, and else gives credit for more of it.
    async fn go_on(&mut self) {
        let Some(current) = &mut self.current else {
            return;
        };
        let received = current.octets.len();
        if received < current.size {
            let upto = (received as u64 + WINDOW).min(current.size as u64);
            // Not for each frame.
            let worth = upto == current.size as u64 || upto - current.credit >= WINDOW / 2;
            if upto > current.credit && worth {
                current.credit = upto;
                let id = current.id;
                self.send(FromBridge::Credit { id, upto }).await;
            }
            return;
        }
        let Some(Current { id, octets, .. }) = self.current.take() else {
            return;
        };
        let answer = match &self.app.practice {
            Some(practice) => FromBridge::Stored {
                id,
                message: practice.mailbox().add(octets, SystemTime::now()),
            },
            None => FromBridge::NotStored {
                id,
                why: NotStored::NoPractice,
            },
        };
        self.send(answer).await;
    }

    async fn send(&self, message: FromBridge) {
        // A writer that has ended is noticed where the page is read.
        self.outbox.send(message).await.ok();
    }
}
