//! Opening messages from files: they become messages of the inbox, and are read like others.

use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File, FileList};
use wire::NotStored;

use super::store::{InboxStateStoreFields as _, InboxStore};

/// The numbers of these messages are from here on. Those of dialogues begin at 1.
const NUMBERS: u32 = 1 << 31;

/// A file is read if it has at most so many octets. The bridge takes less.
const LARGEST: f64 = 128.0 * 1024.0 * 1024.0;

/// Why a file was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotOpened {
    /// The browser can't read it.
    Unreadable,
    /// It has nothing in it.
    Empty,
    /// It is larger than a message may be, in octets, if that is known.
    TooLarge(Option<u64>),
    /// There is no inbox.
    NoInbox,
    /// The bridge is busy with others.
    Busy,
    /// The bridge is gone.
    Lost,
}

/// Files that wait, and the one on its way.
#[derive(Default)]
pub(super) struct Opening {
    waiting: Vec<File>,
    /// The number of the one on its way, and the name of its file.
    current: Option<(u32, String)>,
    last: u32,
}

impl InboxStore {
    /// Opens messages from files, one after the other. The last one is shown.
    pub(super) fn open_files(self, files: &FileList) {
        let files: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
        self.state.not_opened().set(Vec::new());
        let idle = self.opening.try_update_value(|opening| {
            opening.waiting.extend(files.into_iter().rev());
            opening.current.is_none()
        });
        if idle == Some(true) {
            self.open_next();
        }
    }

    fn open_next(self) {
        let next = self.opening.try_update_value(|opening| {
            let file = opening.waiting.pop()?;
            opening.last = opening.last.wrapping_add(1) | NUMBERS;
            opening.current = Some((opening.last, file.name()));
            Some((opening.last, file))
        });
        let Some((id, file)) = next.flatten() else {
            return;
        };
        spawn_local(async move {
            let sent = match read(&file).await {
                Ok(octets) => {
                    let sent = self.connection.store(id, octets);
                    sent.then_some(()).ok_or(NotOpened::Lost)
                }
                Err(why) => Err(why),
            };
            if let Err(why) = sent {
                self.opened(id, Err(why));
            }
        });
    }

    /// A message from a file is in the inbox, or why not.
    pub(super) fn stored(self, id: u32, message: Result<u64, NotStored>) {
        self.opened(
            id,
            message.map_err(|why| match why {
                NotStored::NoPractice => NotOpened::NoInbox,
                NotStored::TooLarge { most } => NotOpened::TooLarge(Some(most)),
                NotStored::Busy => NotOpened::Busy,
            }),
        );
    }

    /// The bridge is gone, and the message on its way to it.
    pub(super) fn opening_lost(self) {
        let current = self
            .opening
            .with_value(|opening| opening.current.as_ref().map(|(id, _)| *id));
        if let Some(id) = current {
            self.opened(id, Err(NotOpened::Lost));
        }
    }

    fn opened(self, id: u32, message: Result<u64, NotOpened>) {
        let current = self.opening.try_update_value(|opening| {
            let name = opening.current.take_if(|(current, _)| *current == id)?.1;
            Some((name, opening.waiting.is_empty()))
        });
        let Some((name, last)) = current.flatten() else {
            return;
        };
        match message {
            Ok(message) if last => {
                // It is found although something else is searched for.
                self.state.search().set(String::new());
                self.read(message);
            }
            Ok(_) => {}
            Err(why) => self
                .state
                .not_opened()
                .update(|problems| problems.push((name, why))),
        }
        self.open_next();
    }
}

/// The octets of a message in a file, with the line ends of mail.
async fn read(file: &File) -> Result<Vec<u8>, NotOpened> {
    if file.size() > LARGEST {
        return Err(NotOpened::TooLarge(None));
    }
    let octets = JsFuture::from(file.array_buffer()).await;
    let octets = octets.map_err(|_| NotOpened::Unreadable)?;
    let octets = Uint8Array::new(&octets).to_vec();
    if octets.is_empty() {
        return Err(NotOpened::Empty);
    }
    Ok(with_crlf(octets))
}

/// A message whose lines are all ended by LF, as Unix programs save it, with CRLF. Any other stays
/// as it is.
fn with_crlf(octets: Vec<u8>) -> Vec<u8> {
    let ends = octets.iter().filter(|octet| **octet == b'\n').count();
    if ends == 0 || octets.windows(2).any(|pair| pair == b"\r\n") {
        return octets;
    }
    let mut whole = Vec::with_capacity(octets.len() + ends);
    for octet in octets {
        if octet == b'\n' {
            whole.push(b'\r');
        }
        whole.push(octet);
    }
    whole
}

/// Whether something that is dragged has files.
pub(super) fn has_files(event: &DragEvent) -> bool {
    let data = event.data_transfer();
    data.is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}

#[cfg(test)]
mod tests {
    use super::with_crlf;

    #[test]
    fn lines_of_unix_get_the_ends_of_mail() {
        let check = |octets: &[u8], expect: &[u8]| {
            assert_eq!(with_crlf(octets.to_vec()), expect);
        };
        check(b"a\nb\n\nc", b"a\r\nb\r\n\r\nc");
        check(b"a\r\nb\nc", b"a\r\nb\nc");
        check(b"a\rb", b"a\rb");
        check(b"a", b"a");
        check(b"\n", b"\r\n");
    }
}
