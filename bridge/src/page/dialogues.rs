//! The dialogues of one page: how many there may be, and that they end with it.
//!
//! A page controls one dialogue at a time. Earlier ones may still be closing their connections: a
//! server gets up to five seconds to answer QUIT. A person who switches servers quickly should not
//! have to wait for that, and one page must not use up all dialogues of the bridge. So each page
//! may have a few, and if it needs one more, the connection that has been closing longest is cut
//! off.

use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::submission::driver::Command;

/// The most dialogues of one page: the running one, and those that are closing.
pub(super) const MOST: usize = 4;

/// How long a dialogue may take to end when its connection is closed to make room, or when the page
/// goes.
const END_TIMEOUT: Duration = Duration::from_millis(750);

/// All dialogues of one page. Dropping this aborts them.
#[derive(Default)]
pub(super) struct Dialogues {
    tasks: JoinSet<()>,
    /// The channels of those that are closing; the one that has been closing longest is first.
    /// Dropping a channel tells its dialogue that the page is gone, and it closes at once.
    closing: VecDeque<mpsc::Sender<Command>>,
}

/// There is no room, and none could be made.
#[derive(Debug)]
pub(super) struct NoRoom;

impl Dialogues {
    /// Lets a connection that is no longer wanted close in order.
    pub(super) fn dismiss(&mut self, commands: mpsc::Sender<Command>) {
        // It may be closed already.
        if commands
            .try_send(Command::Operator(smtp::Operator::Abort))
            .is_ok()
        {
            self.closing.push_back(commands);
        }
    }

    /// Waits until one more dialogue may start. Cuts off the one that has been closing longest if
    /// necessary.
    ///
    /// # Errors
    /// That one does not end in time.
    pub(super) async fn make_room(&mut self) -> Result<(), NoRoom> {
        while self.tasks.try_join_next().is_some() {}
        while self.tasks.len() >= MOST {
            self.closing.retain(|commands| !commands.is_closed());
            drop(self.closing.pop_front());
            timeout(END_TIMEOUT, self.tasks.join_next())
                .await
                .map_err(|_| NoRoom)?;
        }
        Ok(())
    }

    /// Runs a dialogue.
    pub(super) fn spawn(&mut self, dialogue: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(dialogue);
    }

    /// Ends all dialogues: the page is gone.
    pub(super) async fn end(mut self) {
        self.closing.clear();
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        drop(timeout(END_TIMEOUT, ended).await);
        self.tasks.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dialogue that answers nothing, and ends when its page is gone; or not even then.
    fn dialogue(dialogues: &mut Dialogues, deaf: bool) -> mpsc::Sender<Command> {
        let (commands, mut received) = mpsc::channel(4);
        dialogues.spawn(async move {
            while received.recv().await.is_some() {}
            if deaf {
                std::future::pending::<()>().await;
            }
        });
        commands
    }

    #[tokio::test]
    async fn the_one_that_has_been_closing_longest_makes_room() {
        let mut dialogues = Dialogues::default();
        let mut ends = Vec::new();
        for _ in 0..MOST {
            dialogues.make_room().await.expect("room");
            let commands = dialogue(&mut dialogues, false);
            ends.push(commands.downgrade());
            dialogues.dismiss(commands);
        }
        for n in 0..10 {
            dialogues.make_room().await.expect("room");
            assert!(dialogues.tasks.len() < MOST);
            let open = ends.iter().filter(|end| end.upgrade().is_some()).count();
            assert_eq!(open, MOST - 1, "{n}");
            assert!(ends.remove(0).upgrade().is_none(), "{n}");
            let commands = dialogue(&mut dialogues, false);
            ends.push(commands.downgrade());
            dialogues.dismiss(commands);
        }
        dialogues.end().await;
    }

    #[tokio::test]
    async fn what_does_not_end_leaves_no_room_and_is_aborted_with_the_page() {
        let mut dialogues = Dialogues::default();
        for _ in 0..MOST {
            let commands = dialogue(&mut dialogues, true);
            dialogues.dismiss(commands);
        }
        assert!(dialogues.make_room().await.is_err());
        dialogues.end().await;
    }
}
