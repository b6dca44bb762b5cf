//! What must hold of a dialogue as a whole, and of each message in it.

use smtp::{Fate, Outcome, Security, Stuffer};

use super::Story;
use super::play::{Play, Turn};
use crate::dress;

impl Play {
    pub(super) fn judge(&self, story: &Story<'_>) {
        self.secrets(story);
        for turn in &self.turns {
            turn.recipients(story);
            if !story.meddled() {
                turn.message(story);
            }
        }
        if !story.meddled() {
            self.protection(story);
        }
    }

    fn secrets(&self, story: &Story<'_>) {
        let Some(password) = story.password() else {
            return;
        };
        // Who types the password where none is due shows it; what a server says before it can know
        // it stays readable.
        let before = String::from_utf8_lossy(&self.before);
        let own_doing = [self.typed.as_str(), &before]
            .iter()
            .any(|text| dress::found(password, text));
        if own_doing {
            return;
        }
        dress::assert_absent(password, self.shown.text());
        if !story.connection.loopback {
            let clear: Vec<&str> = self
                .lines
                .iter()
                .filter(|(secured, _)| !secured)
                .map(|(_, line)| line.as_str())
                .collect();
            let clear = clear.join("\n");
            assert!(!dress::found(password, &clear), "in clear: {clear:?}");
        }
    }

    /// Where TLS was asked for, nothing goes without it but what leads to it.
    fn protection(&self, story: &Story<'_>) {
        let job = story.job();
        for (secured, line) in &self.lines {
            let harmless = ["EHLO ", "HELO ", "STARTTLS", "QUIT"]
                .iter()
                .any(|verb| line.starts_with(verb));
            assert!(
                *secured || harmless || job.security == Security::None,
                "{line:?} in clear: {story:?}"
            );
        }
    }
}

impl Turn {
    /// One result for each recipient, in order; an operator may have brought in more.
    fn recipients(&self, story: &Story<'_>) {
        let asked = &self.mail.envelope.to;
        let results = self.outcome().recipients();
        assert!(results.len() >= asked.len(), "{story:?}");
        for (asked, got) in asked.iter().zip(results) {
            assert_eq!(asked.to_string(), got.address, "{story:?}");
        }
        if !story.meddled() {
            assert_eq!(results.len(), asked.len(), "{story:?}");
        }
    }

    /// The message goes in whole and ends once; what may have been delivered is not said to have
    /// failed.
    fn message(&self, story: &Story<'_>) {
        let ended = if self.chunks.is_empty() {
            self.ended_by_dot(story)
        } else {
            self.ended_by_chunk(story)
        };
        match self.outcome() {
            Outcome::Accepted { recipients, .. } => {
                let some = recipients
                    .iter()
                    .any(|recipient| matches!(recipient.fate, Fate::Accepted { .. }));
                assert!(some, "accepted for nobody: {story:?}");
                assert!(ended, "accepted without an end: {story:?}");
                let mut stuffer = if self.chunks.is_empty() {
                    Stuffer::new()
                } else {
                    Stuffer::for_chunks()
                };
                let mut whole = Vec::new();
                stuffer.push(&self.body, &mut whole);
                stuffer.finish(&mut whole);
                assert!(self.message == whole, "not in whole: {story:?}");
            }
            Outcome::Unknown { .. } => assert!(ended, "unknown without an end: {story:?}"),
            Outcome::Failed { .. } => assert!(!ended, "it may have been delivered: {story:?}"),
            Outcome::Refused { .. } => {}
            Outcome::Ready | Outcome::Ended { .. } => {
                panic!("nobody led it to its end: {story:?}")
            }
        }
    }

    /// `CRLF.CRLF` once, and last.
    fn ended_by_dot(&self, story: &Story<'_>) -> bool {
        let end = b"\r\n.\r\n";
        let ends: Vec<usize> = self
            .wire
            .windows(end.len())
            .enumerate()
            .filter(|(_, five)| five == end)
            .map(|(at, _)| at + end.len())
            .collect();
        assert!(ends.len() <= 1, "{} final dots: {story:?}", ends.len());
        if let Some(&at) = ends.first() {
            assert!(
                matches!(&self.wire[at..], b"" | b"QUIT\r\n"),
                "said behind the final dot: {story:?}"
            );
        }
        !ends.is_empty()
    }

    /// `LAST` at most once, in the last BDAT.
    fn ended_by_chunk(&self, story: &Story<'_>) -> bool {
        let (last, others) = self.chunks.split_last().expect("there are some");
        assert!(
            others.iter().all(|line| !line.ends_with("LAST")),
            "a chunk behind the last: {story:?}"
        );
        last.ends_with("LAST")
    }

    fn outcome(&self) -> &Outcome {
        self.outcome.as_ref().expect("exactly one outcome")
    }
}
