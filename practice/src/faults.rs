//! Faults on demand: test addresses that make the server misbehave.
//!
//! The session looks faults up in this table only, so a page that lists [`FAULTS`] lists everything
//! the server does.

use std::time::Duration;

/// Which address carries the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The envelope sender, in MAIL FROM.
    Sender,
    /// An envelope recipient, in RCPT TO.
    Recipient,
}

/// What the server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Refuses the address: answers its command with this reply.
    Refuse(&'static str),
    /// Accepts the address, but refuses the message: answers the end of the message with this
    /// reply.
    RefuseMessage(&'static str),
    /// Accepts and stores the message, then closes the connection without a reply, so the client
    /// cannot know whether the message was delivered (RFC 1047).
    Lose,
    /// Accepts the address after this delay.
    Delay(Duration),
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The local part that triggers the fault. It is compared as a whole, ignoring ASCII case. Any
    /// domain matches.
    pub local_part: &'static str,
    /// Which address the local part must be in.
    pub side: Side,
    /// What the server does.
    pub effect: Effect,
}

/// All faults, in the order in which a page should list them.
pub const FAULTS: &[Fault] = &[
    Fault {
        local_part: "refused",
        side: Side::Recipient,
        effect: Effect::Refuse("550 5.1.1 Recipient address rejected: User unknown"),
    },
    Fault {
        local_part: "greylisted",
        side: Side::Recipient,
        effect: Effect::Refuse("451 4.7.1 Greylisting in effect, please try again later"),
    },
    Fault {
        local_part: "full",
        side: Side::Recipient,
        effect: Effect::Refuse("452 4.2.2 Mailbox full"),
    },
    Fault {
        local_part: "relay",
        side: Side::Recipient,
        effect: Effect::Refuse("550 5.7.1 Relaying denied"),
    },
    Fault {
        local_part: "spam",
        side: Side::Recipient,
        effect: Effect::RefuseMessage("554 5.7.1 Spam message rejected"),
    },
    Fault {
        local_part: "lost",
        side: Side::Recipient,
        effect: Effect::Lose,
    },
    Fault {
        local_part: "slow",
        side: Side::Recipient,
        effect: Effect::Delay(Duration::from_secs(3)),
    },
    Fault {
        local_part: "blocked",
        side: Side::Sender,
        effect: Effect::Refuse("550 5.7.1 Sender address rejected: Access denied"),
    },
];

/// Returns the fault that an address triggers. `local_part` is the part before the `@`, without
/// quotes.
pub fn fault(side: Side, local_part: &str) -> Option<&'static Fault> {
    FAULTS
        .iter()
        .find(|fault| fault.side == side && fault.local_part.eq_ignore_ascii_case(local_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_local_part_on_its_own_side_matches() {
        assert!(fault(Side::Recipient, "ReFuSeD").is_some());
        for (side, local_part) in [
            (Side::Sender, "refused"),
            (Side::Recipient, "blocked"),
            (Side::Recipient, "refused+tag"),
            (Side::Recipient, "unrefused"),
            (Side::Recipient, ""),
        ] {
            assert_eq!(fault(side, local_part), None, "{local_part}");
        }
    }
}
