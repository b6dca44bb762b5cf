use crate::{Job, pace::*};
use std::time::Duration;
/// stub
#[derive(Debug)]
pub struct Dialogue {}
impl Dialogue {
    /// A dialogue.
    #[must_use]
    pub fn new(_job: Job, _pace: Pace) -> Self {
        Dialogue {}
    }
    /// In.
    pub fn handle(&mut self, _input: Input<'_>, _now: Duration) {}
    /// Out.
    pub fn poll(&mut self) -> Option<Action> {
        None
    }
    /// Deadline since start.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        None
    }
    /// Octets of the message wanted now.
    #[must_use]
    pub fn wants_message(&self) -> u64 {
        0
    }
}
