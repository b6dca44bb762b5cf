//! What must hold of a dialogue as a whole.

use smtp::{Fate, Outcome, Security};

use super::Story;
use super::play::Play;
use crate::dress;

impl Play {
    pub(super) fn judge(&self, story: &Story<'_>) {
        self.recipients(story);
        self.secrets(story);
        if !story.meddled() {
            self.protection(story);
            self.message(story);
        }
    }

    /// One result for each recipient, in order; an operator may have brought in more.
    fn recipients(&self, story: &Story<'_>) {
        let job = story.job();
        let results = self.outcome().recipients();
        assert!(results.len() >= job.envelope.to.len(), "{story:?}");
        for (asked, got) in job.envelope.to.iter().zip(results) {
            assert_eq!(asked.to_string(), got.address, "{story:?}");
        }
        if !story.meddled() {
            assert_eq!(results.len(), job.envelope.to.len(), "{story:?}");
        }
    }

    fn secrets(&self, story: &Story<'_>) {
        let Some(password) = story.password() else {
            return;
        };
        // Who types the password where none is due shows it; what a server says before it can know it stays readable.
        let before = String::from_utf8_lossy(&self.before);
        let own_doing = [self.typed.as_str(), &before]
            .iter()
            .any(|text| dress::found(password, text));
        if own_doing {
            return;
        }
        dress::assert_absent(password, self.shown.text());
        if !story.job.loopback {
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

    /// `CRLF.CRLF` once, and last; nothing is accepted that was not sent in whole.
    fn message(&self, story: &Story<'_>) {
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
        match self.outcome() {
            Outcome::Accepted { recipients, .. } => {
                let some = recipients
                    .iter()
                    .any(|recipient| matches!(recipient.fate, Fate::Accepted { .. }));
                assert!(some, "accepted for nobody: {story:?}");
                let mut whole = Vec::new();
                let mut stuffer = smtp::Stuffer::new();
                stuffer.push(story.job.body, &mut whole);
                stuffer.finish(&mut whole);
                assert_eq!(self.message, whole, "{story:?}");
                assert_eq!(ends.len(), 1, "accepted without a final dot: {story:?}");
            }
            Outcome::Unknown { .. } => {
                assert_eq!(ends.len(), 1, "unknown without a final dot: {story:?}");
            }
            Outcome::Ended { .. } => panic!("nobody led it to its end: {story:?}"),
            Outcome::Refused { .. } | Outcome::Failed { .. } => {}
        }
    }

    fn outcome(&self) -> &Outcome {
        self.outcome.as_ref().expect("exactly one outcome")
    }
}
