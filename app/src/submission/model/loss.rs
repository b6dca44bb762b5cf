//! What can be known of a message when the connection to the bridge is lost.

use serde::{Deserialize, Serialize};
use smtp::{Class, CommandKind, Entry, Event};

use super::{Ending, Phase, Submission};

/// Whether a message was delivered, as far as the page can know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivered {
    /// It was not: its end had not been sent, or was refused.
    No,
    /// Its end may have been sent, and no answer to it has reached the page.
    Unknown,
    /// The server had accepted it.
    Yes,
}

impl Submission {
    /// The connection to the bridge is lost, and with it the submission under way. Its ending says
    /// what can be known of the message.
    pub fn bridge_lost(&mut self) {
        self.closed();
        if !self.is_busy() {
            return;
        }
        let delivered = self.delivered();
        self.last = Some(self.entries.len());
        self.phase = Phase::Finished(Ending::BridgeLost { delivered });
    }

    fn delivered(&self) -> Delivered {
        let own = self.own();
        if let Some(end) = own.iter().rfind(|entry| ends_message(entry)) {
            let answer = own.iter().find_map(|entry| match &entry.event {
                Event::Received { reply, answers, .. } if *answers == Some(end.seq) => {
                    Some(reply.class())
                }
                _ => None,
            });
            return match answer {
                Some(Class::Success) => Delivered::Yes,
                Some(Class::Temporary | Class::Permanent) => Delivered::No,
                Some(Class::Intermediate) | None => Delivered::Unknown,
            };
        }
        // The line before which it is paused has not been sent, and neither has what follows it.
        if self.paused().is_some() {
            return Delivered::No;
        }
        // What the bridge does reaches the page later. With all octets of the message it could send
        // the end as well.
        let whole = self.transferred
            || (self.size > 0 && self.sent == self.size)
            || own
                .iter()
                .any(|entry| matches!(entry.event, Event::Message { .. }));
        if whole {
            Delivered::Unknown
        } else {
            Delivered::No
        }
    }
}

/// Whether this line ends a message: the final dot, or `BDAT … LAST` (RFC 3030 §2).
fn ends_message(entry: &Entry) -> bool {
    matches!(
        entry.event,
        Event::Sent {
            command: CommandKind::EndOfData | CommandKind::Bdat { last: true },
            ..
        }
    )
}
