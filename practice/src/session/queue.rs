//! The actions of a session that were not performed yet. What a scenario sends in large amounts is
//! made when it is asked for.

use super::Action;
use std::{collections::VecDeque, time::Duration};

/// Approximate number of bytes that a flood writes at once.
const WAVE: usize = 64 * 1024;

/// The queue.
#[derive(Debug, Default)]
pub(super) struct Queue(VecDeque<Queued>);

/// What is in it.
#[derive(Debug)]
pub(super) enum Queued {
    /// An action as it is.
    Action(Action),
    /// A write that contains what the client sent, and what may be shown of it.
    Quoting { octets: Vec<u8>, shown: Vec<u8> },
    /// So many bytes of these, again and again.
    Flood { text: Vec<u8>, left: u64 },
    /// One byte at a time.
    Drip(Drip),
}

#[derive(Debug)]
pub(super) struct Drip {
    pub(super) octets: Vec<u8>,
    pub(super) every: Duration,
    pub(super) endless: bool,
    /// Whether it is not to be shown, because it contains what the client sent.
    pub(super) hidden: bool,
    /// The next byte, and whether the pause before it was made.
    pub(super) at: usize,
    pub(super) paused: bool,
}

/// The next action, and what may be shown of its write if that is another text.
pub(super) struct Next {
    pub(super) action: Action,
    pub(super) shown: Option<Vec<u8>>,
}

impl Queue {
    pub(super) fn push(&mut self, action: Action) {
        self.0.push_back(Queued::Action(action));
    }

    pub(super) fn push_queued(&mut self, queued: Queued) {
        self.0.push_back(queued);
    }

    /// The last write, if nothing is behind it.
    pub(super) fn last_write(&mut self) -> Option<&mut Vec<u8>> {
        match self.0.back_mut() {
            Some(Queued::Action(Action::Write(octets))) => Some(octets),
            _ => None,
        }
    }

    /// All actions of a queue to which no scenario has added.
    pub(super) fn into_actions(self) -> impl Iterator<Item = Action> {
        self.0.into_iter().filter_map(|queued| match queued {
            Queued::Action(action) => Some(action),
            _ => None,
        })
    }

    pub(super) fn pop(&mut self) -> Option<Next> {
        let plain = |action| {
            Some(Next {
                action,
                shown: None,
            })
        };
        let hidden = |action| {
            Some(Next {
                action,
                shown: Some(Vec::new()),
            })
        };
        match self.0.front_mut()? {
            Queued::Flood { text, left } => {
                // Whole texts, so that the next wave begins with one.
                let wave = (WAVE / text.len().max(1) + 1) * text.len();
                let length = usize::try_from(*left).map_or(wave, |left| left.min(wave));
                let octets: Vec<u8> = text.iter().copied().cycle().take(length).collect();
                *left -= length as u64;
                if *left == 0 {
                    self.0.pop_front();
                }
                hidden(Action::Write(octets))
            }
            Queued::Drip(drip) => {
                let (action, is_hidden) = (drip.next(), drip.hidden);
                if drip.is_over() {
                    self.0.pop_front();
                }
                match is_hidden {
                    true => hidden(action),
                    false => plain(action),
                }
            }
            Queued::Action(_) | Queued::Quoting { .. } => match self.0.pop_front()? {
                Queued::Quoting { octets, shown } => Some(Next {
                    action: Action::Write(octets),
                    shown: Some(shown),
                }),
                Queued::Action(action) => plain(action),
                Queued::Flood { .. } | Queued::Drip(_) => None,
            },
        }
    }
}

/// So many bytes of `text`, again and again.
pub(super) fn flood(text: &[u8], left: u64) -> Option<Queued> {
    if text.is_empty() || left == 0 {
        return None;
    }
    Some(Queued::Flood {
        text: text.to_vec(),
        left,
    })
}

impl Drip {
    fn next(&mut self) -> Action {
        if !std::mem::replace(&mut self.paused, true) {
            return Action::Pause(self.every);
        }
        self.paused = false;
        let octet = self.octets.get(self.at).copied();
        self.at += 1;
        if self.endless && self.at == self.octets.len() {
            self.at = 0;
        }
        Action::Write(octet.into_iter().collect())
    }

    fn is_over(&self) -> bool {
        self.at >= self.octets.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_made_in_waves_of_whole_texts() {
        let mut queue = Queue::default();
        queue.push_queued(flood(b"250-x\r\n", 1_000_000).expect("a flood"));
        let (mut sent, mut writes) = (Vec::new(), 0);
        while let Some(next) = queue.pop() {
            let Action::Write(octets) = next.action else {
                panic!("{:?}", next.action);
            };
            assert!(octets.len() <= WAVE + 7);
            sent.extend(octets);
            writes += 1;
        }
        assert_eq!(sent.len(), 1_000_000);
        assert!(writes > 10);
        assert!(sent.chunks(7).all(|text| b"250-x\r\n".starts_with(text)));
    }

    #[test]
    fn a_drip_pauses_before_each_byte() {
        let mut queue = Queue::default();
        let drip = |endless| {
            Queued::Drip(Drip {
                octets: b"ab".to_vec(),
                every: Duration::from_secs(1),
                endless,
                hidden: false,
                at: 0,
                paused: false,
            })
        };
        let take = |queue: &mut Queue| queue.pop().map(|next| next.action);
        queue.push_queued(drip(false));
        let pause = Some(Action::Pause(Duration::from_secs(1)));
        for octet in [b'a', b'b'] {
            assert_eq!(take(&mut queue), pause);
            assert_eq!(take(&mut queue), Some(Action::Write(vec![octet])));
        }
        assert_eq!(take(&mut queue), None);
        queue.push_queued(drip(true));
        for octet in b"ababab" {
            assert_eq!(take(&mut queue), pause);
            assert_eq!(take(&mut queue), Some(Action::Write(vec![*octet])));
        }
    }
}
