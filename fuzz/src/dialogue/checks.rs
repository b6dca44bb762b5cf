//! Checks of a whole dialogue, and of each message in it.

use smtp::{Fate, Outcome, Security, Stuffer};

use super::Scenario;
use super::play::{MessageRun, Play};
use crate::encodings;

impl Play {
    pub(super) fn check(&self, scenario: &Scenario<'_>) {
        self.secrets(scenario);
        for message in &self.messages {
            message.recipients(scenario);
            if !scenario.operator_interfered() {
                message.delivery(scenario);
            }
        }
        if !scenario.operator_interfered() {
            self.protection(scenario);
        }
    }

    fn secrets(&self, scenario: &Scenario<'_>) {
        let Some(password) = scenario.password() else {
            return;
        };
        // A password that the operator typed elsewhere is shown. So is one that a server sent
        // before it could know it.
        let before = String::from_utf8_lossy(&self.before);
        let expected = [self.typed.as_str(), &before]
            .iter()
            .any(|text| encodings::found(password, text));
        if expected {
            return;
        }
        encodings::assert_absent(password, self.shown.text());
        if !scenario.connection.loopback {
            let cleartext: Vec<&str> = self
                .lines
                .iter()
                .filter(|(secured, _)| !secured)
                .map(|(_, line)| line.as_str())
                .collect();
            let cleartext = cleartext.join("\n");
            assert!(
                !encodings::found(password, &cleartext),
                "in cleartext: {cleartext:?}"
            );
        }
    }

    /// If TLS was requested, only the commands that lead to TLS are sent in cleartext.
    fn protection(&self, scenario: &Scenario<'_>) {
        let job = scenario.job();
        for (secured, line) in &self.lines {
            let harmless = ["EHLO ", "HELO ", "STARTTLS", "QUIT"]
                .iter()
                .any(|verb| line.starts_with(verb));
            assert!(
                *secured || harmless || job.security == Security::None,
                "{line:?} in cleartext: {scenario:?}"
            );
        }
    }
}

impl MessageRun {
    /// There is one result for each recipient, in order. An operator may have added more.
    fn recipients(&self, scenario: &Scenario<'_>) {
        let asked = &self.mail.envelope.to;
        let results = self.outcome().recipients();
        assert!(results.len() >= asked.len(), "{scenario:?}");
        for (asked, got) in asked.iter().zip(results) {
            assert_eq!(asked.to_string(), got.address, "{scenario:?}");
        }
        if !scenario.operator_interfered() {
            assert_eq!(results.len(), asked.len(), "{scenario:?}");
        }
    }

    /// The message is sent whole and ends once. A message that may have been delivered is not
    /// reported as failed.
    fn delivery(&self, scenario: &Scenario<'_>) {
        let ended = if self.chunks.is_empty() {
            self.ended_by_dot(scenario)
        } else {
            self.ended_by_chunk(scenario)
        };
        match self.outcome() {
            Outcome::Accepted { recipients, .. } => {
                let some = recipients
                    .iter()
                    .any(|recipient| matches!(recipient.fate, Fate::Accepted { .. }));
                assert!(some, "accepted without a recipient: {scenario:?}");
                assert!(ended, "accepted without an end: {scenario:?}");
                let mut stuffer = if self.chunks.is_empty() {
                    Stuffer::new()
                } else {
                    Stuffer::for_chunks()
                };
                let mut whole = Vec::new();
                stuffer.push(&self.body, &mut whole);
                stuffer.finish(&mut whole);
                assert!(self.octets == whole, "not sent whole: {scenario:?}");
            }
            Outcome::Unknown { .. } => assert!(ended, "unknown without an end: {scenario:?}"),
            Outcome::Failed { .. } => {
                assert!(!ended, "failed after the end was sent: {scenario:?}")
            }
            Outcome::Refused { .. } => {}
            Outcome::Ready | Outcome::Ended { .. } => {
                panic!("no outcome of its own: {scenario:?}")
            }
        }
    }

    /// `CRLF.CRLF` occurs once at most, at the end.
    fn ended_by_dot(&self, scenario: &Scenario<'_>) -> bool {
        let end = b"\r\n.\r\n";
        let ends: Vec<usize> = self
            .wire
            .windows(end.len())
            .enumerate()
            .filter(|(_, five)| five == end)
            .map(|(at, _)| at + end.len())
            .collect();
        assert!(ends.len() <= 1, "{} final dots: {scenario:?}", ends.len());
        if let Some(&at) = ends.first() {
            assert!(
                matches!(&self.wire[at..], b"" | b"QUIT\r\n"),
                "a command after the final dot: {scenario:?}"
            );
        }
        !ends.is_empty()
    }

    /// `LAST` occurs once at most, in the last BDAT.
    fn ended_by_chunk(&self, scenario: &Scenario<'_>) -> bool {
        let (last, others) = self.chunks.split_last().expect("there are some");
        assert!(
            others.iter().all(|line| !line.ends_with("LAST")),
            "a chunk after the last: {scenario:?}"
        );
        last.ends_with("LAST")
    }

    fn outcome(&self) -> &Outcome {
        self.outcome.as_ref().expect("exactly one outcome")
    }
}
