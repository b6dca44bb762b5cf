//! Puts a message into the mailbox that a page has, for example from a file.

use std::time::SystemTime;

use practice::{Mailbox, limits};
use wire::{FromBridge, NotStored, WINDOW};

use crate::Overdrawn;

/// The message that is coming, if there is one.
#[derive(Debug, Default)]
pub(super) struct Storing {
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    id: u32,
    size: usize,
    octets: Vec<u8>,
    /// Octets that the page may send.
    credit: u64,
}

impl Storing {
    /// The page has a message of this size.
    ///
    /// # Errors
    /// Why it is not taken.
    pub(super) fn begin(&mut self, id: u32, size: u64) -> Result<(), NotStored> {
        let most = limits::MESSAGE;
        let size = { usize::try_from(size).ok() }
            .filter(|size| *size <= most)
            .ok_or(NotStored::TooLarge { most: most as u64 })?;
        if self.current.is_some() {
            return Err(NotStored::Busy);
        }
        self.current = Some(Current {
            id,
            size,
            octets: Vec::new(),
            credit: 0,
        });
        Ok(())
    }

    /// Octets have come from the page. None: they belong to no message of this kind.
    pub(super) fn octets(&mut self, id: u32, octets: &[u8]) -> Option<Result<(), Overdrawn>> {
        let current = self.current.as_mut().filter(|current| current.id == id)?;
        if (current.octets.len() + octets.len()) as u64 > current.credit {
            return Some(Err(Overdrawn));
        }
        current.octets.extend_from_slice(octets);
        Some(Ok(()))
    }

    /// Stores the message if it is complete, and else gives credit for more of it.
    pub(super) fn go_on(&mut self, mailbox: &Mailbox, time: SystemTime) -> Option<FromBridge> {
        let current = self.current.as_mut()?;
        let received = current.octets.len();
        if received < current.size {
            let upto = (received as u64 + WINDOW).min(current.size as u64);
            // Not for each frame.
            let worth = upto == current.size as u64 || upto - current.credit >= WINDOW / 2;
            if upto <= current.credit || !worth {
                return None;
            }
            current.credit = upto;
            let id = current.id;
            return Some(FromBridge::Credit { id, upto });
        }
        let Current { id, octets, .. } = self.current.take()?;
        let message = mailbox.add(octets, time);
        Some(FromBridge::Stored { id, message })
    }
}
