//! The conversations that brought messages to the practice server, as far as this page had them.

mod carried;
mod record;
mod view;

use std::collections::VecDeque;
use std::sync::Arc;

use smtp::{Entry, Outcome};

use super::model::{Ending, Submission};

pub(super) use self::record::record;
pub(super) use self::view::{brought, carried_octets};

/// Conversations that are kept, and entries of one.
const KEPT: usize = 50;
const LONGEST: usize = 2_000;

/// A conversation that ended with the server taking the message.
#[derive(Debug)]
pub(super) struct Conversation {
    /// The server's last words, which have the name that it gave the message.
    reply: String,
    lines: Lines,
}

/// The lines of a conversation.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// All of them.
    pub(super) entries: Arc<[Entry]>,
    /// How many of them are of messages before, or of no message.
    pub(super) before: usize,
}

impl Lines {
    /// Those of the message itself.
    pub(super) fn own(&self) -> &[Entry] {
        self.entries.get(self.before..).unwrap_or_default()
    }
}

/// The conversations with the practice server of one run of the bridge. Names of messages begin
/// anew with each run.
#[derive(Debug, Default)]
pub(super) struct Conversations {
    run: String,
    /// The submission whose conversation was kept last, even if it is forgotten by now.
    last: Option<u32>,
    /// Oldest first.
    kept: VecDeque<Conversation>,
}

impl Conversations {
    /// The page is connected to this run of the bridge. What another run brought is forgotten.
    pub(super) fn of_run(&mut self, run: &str) {
        if self.run != run {
            run.clone_into(&mut self.run);
            self.kept.clear();
        }
    }

    /// Keeps the conversation of a submission, if the server has taken its message.
    pub(super) fn keep(&mut self, submission: &Submission) {
        let Some(Ending::Outcome(Outcome::Accepted { reply, .. })) = submission.ending() else {
            return;
        };
        if self.last.replace(submission.id) == Some(submission.id) {
            return;
        }
        // What happened on the connection before belongs to it, unless that is very much.
        let own = submission.own();
        let all = submission.entries.get(..submission.end()).unwrap_or(own);
        let shown = if all.len() > LONGEST { own } else { all };
        let lines = Lines {
            entries: shown.iter().take(LONGEST).cloned().collect(),
            before: shown.len() - own.len(),
        };
        self.kept.push_back(Conversation {
            reply: reply.lines.last().cloned().unwrap_or_default(),
            lines,
        });
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
    }

    /// The conversation that brought the message to which the server gave this name.
    pub(super) fn find(&self, queue_id: &str) -> Option<Lines> {
        let mut newest = self.kept.iter().rev();
        let named = |kept: &&Conversation| {
            let mut words = kept.reply.split_ascii_whitespace();
            !queue_id.is_empty() && words.next_back() == Some(queue_id)
        };
        newest.find(named).map(|kept| kept.lines.clone())
    }
}

#[cfg(test)]
mod tests {
    use smtp::{Code, Reply};

    use super::super::model::Phase;
    use super::*;

    /// A submission whose message the server has taken with this reply.
    fn accepted(id: u32, reply: &str) -> Submission {
        let reply = Reply::new(Code::new(250).expect("a code"), vec![reply.to_owned()]);
        let outcome = Outcome::Accepted {
            reply,
            recipients: Vec::new(),
        };
        let mut submission = Submission::default();
        submission.id = id;
        submission.phase = Phase::Finished(Ending::Outcome(outcome));
        submission
    }

    fn conversations(replies: &[&str]) -> Conversations {
        let kept = replies.iter().map(|reply| Conversation {
            reply: (*reply).to_owned(),
            lines: Lines {
                entries: Arc::new([]),
                before: 0,
            },
        });
        Conversations {
            run: "a".to_owned(),
            last: None,
            kept: kept.collect(),
        }
    }

    #[test]
    fn a_message_is_found_by_its_name() {
        let kept = conversations(&["2.0.0 OK: queued as 0A", "2.0.0 OK: queued as 10A", "OK"]);
        assert!(kept.find("0A").is_some());
        assert!(kept.find("10A").is_some());
        assert!(kept.find("A").is_none());
        assert!(kept.find("").is_none());
    }

    #[test]
    fn another_run_of_the_bridge_gives_the_same_names_to_other_messages() {
        let mut kept = Conversations::default();
        let last = accepted(7, "2.0.0 OK: queued as 1");
        kept.of_run("a");
        kept.keep(&last);
        kept.of_run("a");
        assert!(kept.find("1").is_some());
        kept.of_run("b");
        assert!(kept.find("1").is_none());
        // It is still the last submission of the page.
        kept.keep(&last);
        assert!(kept.find("1").is_none());
        kept.keep(&accepted(8, "2.0.0 OK: queued as 1"));
        assert!(kept.find("1").is_some());
    }

    #[test]
    fn only_what_was_accepted_is_kept_and_not_too_much() {
        let mut kept = Conversations::default();
        kept.keep(&Submission::default());
        assert!(kept.kept.is_empty());
        for id in 1..=60 {
            let submission = accepted(id, &format!("as {id}"));
            kept.keep(&submission);
            kept.keep(&submission);
        }
        assert_eq!(kept.kept.len(), KEPT);
        assert!(kept.find("60").is_some() && kept.find("1").is_none());
    }
}
