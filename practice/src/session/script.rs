//! Plays a scenario that is a whole dialogue: its steps in order, whatever the client does.

use super::{Action, Reading, Session, rules::Played};
use crate::{limits, scenario::Step};
use std::sync::Arc;

/// A dialogue that is played.
#[derive(Debug)]
pub(super) struct Player {
    steps: Arc<[Step]>,
    at: usize,
    /// What was read and not used by a step.
    unread: Vec<u8>,
    /// How much of the current step is still to be read, and the part of a line in a message.
    left: Option<usize>,
    read: u64,
}

/// What a step has come to.
enum Taken {
    /// It is done.
    Done,
    /// It needs more of the client.
    Waits,
    /// The client does not do what it expects.
    Deviation(String),
    /// A TLS handshake is next.
    Handshake,
}

impl Player {
    pub(super) fn new(steps: Arc<[Step]>) -> Player {
        Player {
            steps,
            at: 0,
            unread: Vec::new(),
            left: None,
            read: 0,
        }
    }
}

impl Session {
    /// Processes what a client of a dialogue has sent.
    pub(super) fn script_receives(&mut self, bytes: &[u8]) {
        if let Some(player) = &mut self.script {
            player.unread.extend_from_slice(bytes);
        }
        self.follow_script();
    }

    /// The handshake is done. `NO TLS` expects that it fails.
    pub(super) fn script_is_in_tls(&mut self) {
        let Some(player) = &mut self.script else {
            return;
        };
        if matches!(player.steps.get(player.at), Some(Step::NoTls)) {
            self.note("the client has completed a handshake that it should have aborted");
            return self.close();
        }
        player.at += 1;
        self.follow_script();
    }

    /// Performs the steps up to one that needs more of the client.
    pub(super) fn follow_script(&mut self) {
        let Some(mut player) = self.script.take() else {
            return;
        };
        while let Some(step) = player.steps.get(player.at).cloned() {
            let taken = match step {
                Step::Expect(_) | Step::Read(_) | Step::Record | Step::Message | Step::End => {
                    self.read_step(&mut player, &step)
                }
                Step::Tls | Step::NoTls => Taken::Handshake,
                step => match self.play(&step) {
                    Played::On => Taken::Done,
                    Played::Over => return,
                },
            };
            match taken {
                Taken::Done => player.at += 1,
                Taken::Waits => {
                    self.script = Some(player);
                    return;
                }
                Taken::Handshake => {
                    // What came in clear has no place inside TLS.
                    player.unread.clear();
                    self.reading = Reading::AwaitTls;
                    self.actions.push(Action::StartTls);
                    self.script = Some(player);
                    return;
                }
                Taken::Deviation(expected) => {
                    self.note(&format!("the client deviates: expected {expected}"));
                    self.reading = Reading::Commands;
                    return self.reply_and_close(
                        "503 5.5.1 Error: not what the scenario expects, closing connection",
                    );
                }
            }
        }
        // Nothing is left: the rest is up to the client.
        self.silence();
    }

    fn read_step(&mut self, player: &mut Player, step: &Step) -> Taken {
        match step {
            Step::Expect(prefix) => match self.script_line(player) {
                Ok(Some(line)) if line.to_ascii_uppercase().starts_with(prefix) => Taken::Done,
                Ok(Some(_)) => Taken::Deviation(format!("{prefix:?}")),
                Ok(None) => Taken::Waits,
                Err(()) => Taken::Deviation(format!("{prefix:?}, not so long a line")),
            },
            Step::Read(count) => player.take(*count),
            Step::Record => {
                if player.left.is_none() {
                    let Some(head) = player.unread.get(..5) else {
                        return Taken::Waits;
                    };
                    let length = usize::from(head[3]) << 8 | usize::from(head[4]);
                    player.unread.drain(..5);
                    return match length {
                        0 => Taken::Done,
                        length => player.take(length),
                    };
                }
                player.take(0)
            }
            Step::Message => loop {
                // Only the line with the dot matters, so the rest is not kept.
                match player.unread.windows(2).position(|pair| pair == b"\r\n") {
                    Some(end) => {
                        let is_dot = end == 1 && player.unread[0] == b'.' && player.left.is_none();
                        player.unread.drain(..end + 2);
                        player.read += end as u64 + 2;
                        player.left = None;
                        self.progress += 1;
                        if is_dot {
                            let octets = std::mem::take(&mut player.read);
                            self.note(&format!("{octets} octets of a message"));
                            return Taken::Done;
                        }
                    }
                    None => {
                        // A CR may be half of a line end.
                        let keep = usize::from(player.unread.last() == Some(&b'\r'));
                        let drop = player.unread.len() - keep;
                        if player.unread.len() > 2 {
                            player.unread.drain(..drop);
                            player.read += drop as u64;
                            player.left = Some(0);
                        }
                        return Taken::Waits;
                    }
                }
            },
            Step::End if player.unread.is_empty() => Taken::Waits,
            _ => Taken::Deviation("nothing more".to_owned()),
        }
    }

    /// The next line, without its CRLF. An error if it is too long.
    fn script_line(&mut self, player: &mut Player) -> Result<Option<String>, ()> {
        let end = player.unread.windows(2).position(|pair| pair == b"\r\n");
        match end {
            Some(end) if end + 2 <= limits::COMMAND_LINE => {
                let line: Vec<u8> = player.unread.drain(..end + 2).collect();
                self.client_said(&line[..end], false);
                self.progress += 1;
                Ok(Some(String::from_utf8_lossy(&line[..end]).into_owned()))
            }
            None if player.unread.len() < limits::COMMAND_LINE => Ok(None),
            _ => Err(()),
        }
    }
}

impl Player {
    /// Reads the rest of `count` bytes, of which none are kept.
    fn take(&mut self, count: usize) -> Taken {
        let left = self.left.unwrap_or(count);
        let some = left.min(self.unread.len());
        self.unread.drain(..some);
        match left - some {
            0 => {
                self.left = None;
                Taken::Done
            }
            left => {
                self.left = Some(left);
                Taken::Waits
            }
        }
    }
}
