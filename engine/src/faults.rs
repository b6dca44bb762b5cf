//! The test addresses of the practice server, as a page gets them.

use wire::{PracticeEffect, PracticeFault};

/// The test addresses of the practice server.
#[must_use]
pub fn practice_faults() -> Vec<PracticeFault> {
    practice::FAULTS.iter().map(fault).collect()
}

fn fault(fault: &practice::Fault) -> PracticeFault {
    PracticeFault {
        local_part: fault.local_part.into(),
        sender: fault.side == practice::Side::Sender,
        effect: match fault.effect {
            practice::Effect::Refuse(reply) => PracticeEffect::Refuse {
                reply: reply.into(),
            },
            practice::Effect::RefuseMessage(reply) => PracticeEffect::RefuseMessage {
                reply: reply.into(),
            },
            practice::Effect::Lose => PracticeEffect::Lose,
            practice::Effect::Delay(pause) => PracticeEffect::Delay {
                seconds: u32::try_from(pause.as_secs()).unwrap_or(u32::MAX),
            },
        },
    }
}
