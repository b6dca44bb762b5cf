//! Checks of a dialogue, whatever happened in it.

use glasspost_tests::secret;
use smtp::{Event, Fate, Outcome, SECRET, Security, Span};

use crate::messages::Message;
use crate::world::{World, Written};

impl World {
    pub(crate) fn check(&self) {
        let transcript = || self.transcript();
        assert_eq!(self.ends.len(), 1, "one end: {}", transcript());
        assert_eq!(
            self.completed.len(),
            self.started,
            "one outcome for each message: {}",
            transcript()
        );
        if self.started == 0 {
            let ended = matches!(
                self.ends[0],
                Outcome::Ended { .. } | Outcome::Failed { .. } | Outcome::Refused { .. }
            );
            assert!(ended && self.delivered.is_empty(), "{}", transcript());
        }
        for (at, outcome) in self.completed.iter().enumerate() {
            self.check_delivery(at, outcome);
            self.check_recipients(&self.messages[at], outcome);
            self.check_end_of_message(at);
        }
        self.check_secrets();
        self.check_transcript();
    }

    /// The outcome of each message in a word. A message accepted after another on the same
    /// connection counts as `another`.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.completed
            .iter()
            .enumerate()
            .map(|(at, outcome)| match outcome {
                Outcome::Accepted { .. } if at > 0 => "another",
                Outcome::Accepted { .. } => "accepted",
                Outcome::Refused { .. } => "refused",
                Outcome::Unknown { .. } => "unknown",
                Outcome::Ready => "ready",
                Outcome::Ended { .. } => "ended",
                Outcome::Failed { .. } => "failed",
            })
    }

    /// Checks the outcome: delivered and reported so, not delivered and reported so, or reported as
    /// unknown.
    fn check_delivery(&self, at: usize, outcome: &Outcome) {
        let transcript = || self.transcript();
        let message = &self.messages[at];
        let delivered: Vec<_> = self
            .delivered
            .iter()
            .filter(|(during, _)| *during == at)
            .map(|(_, delivered)| delivered)
            .collect();
        match outcome {
            Outcome::Accepted { .. } => assert_eq!(
                delivered.len(),
                1,
                "an accepted message is delivered once: {}",
                transcript()
            ),
            Outcome::Unknown { .. } => assert!(delivered.len() <= 1, "{}", transcript()),
            _ => assert!(
                delivered.is_empty(),
                "delivered but not reported: {}",
                transcript()
            ),
        }
        if self.operator_interfered {
            return;
        }
        let results = outcome.recipients();
        for delivered in delivered {
            let accepted: Vec<&str> = results
                .iter()
                .filter(|result| matches!(result.fate, Fate::Accepted { .. }))
                .map(|result| result.address.as_str())
                .collect();
            // With BDAT the message is in flight together with RCPT. If the connection is lost
            // then, it is not even known which recipients were accepted.
            let open = |address: &String| {
                matches!(outcome, Outcome::Unknown { .. })
                    && results
                        .iter()
                        .any(|result| result.address == *address && result.fate == Fate::NotTried)
            };
            let mut known = delivered.recipients.clone();
            known.retain(|address| !open(address));
            assert_eq!(known, accepted, "{}", transcript());
            assert!(
                delivered.raw == message.canonical(),
                "another message was delivered: {}",
                transcript()
            );
        }
    }

    /// Every recipient has one result, in order, followed by those that an operator added.
    fn check_recipients(&self, message: &Message, outcome: &Outcome) {
        let to = &message.mail.envelope.to;
        let results = outcome.recipients();
        assert!(results.len() >= to.len(), "{}", self.transcript());
        for (asked, got) in to.iter().zip(results) {
            assert_eq!(asked.to_string(), got.address, "{}", self.transcript());
        }
        assert!(
            self.operator_interfered || results.len() == to.len(),
            "{}",
            self.transcript()
        );
    }

    fn check_secrets(&self) {
        let clear = || self.written.iter().filter(|written| !written.secured);
        for written in clear() {
            assert!(
                self.operator_interfered
                    || self.job.security == Security::None
                    || !written.octets.starts_with(b"MAIL"),
                "MAIL in cleartext although TLS was requested: {}",
                self.transcript()
            );
        }
        let Some(credentials) = &self.job.credentials else {
            return;
        };
        for written in clear() {
            let octets = &written.octets;
            let credential = octets.starts_with(b"AUTH") && octets.len() > b"AUTH PLAIN\r\n".len();
            assert!(
                !credential || self.loopback,
                "a credential in cleartext: {}",
                self.transcript()
            );
        }
        // The practice server sends its own password to everyone.
        if *credentials.password == practice::PASSWORD {
            return;
        }
        let shown = format!("{:?} {:?} {:?}", self.entries, self.completed, self.ends);
        secret::assert_absent(&[&credentials.password], &shown, "what is shown");
        if !self.loopback {
            let clear: Vec<u8> = clear().flat_map(|written| written.octets.clone()).collect();
            let clear = String::from_utf8_lossy(&clear);
            secret::assert_absent(
                &[&credentials.password],
                &clear,
                "what was sent in cleartext",
            );
        }
    }

    /// Checks that the transcript has every octet that was sent, in order.
    fn check_transcript(&self) {
        let wire = wire(self.written.iter());
        let mut rest = &wire[..];
        // A message sent with DATA has one entry at its end. With BDAT there is also one before
        // each chunk.
        let (mut streaming, mut by_chunks) = (false, false);
        for (at, entry) in self.entries.iter().enumerate() {
            assert_eq!(entry.seq as usize, at);
            match &entry.event {
                Event::Sent { line, .. } => {
                    for span in line {
                        rest = match span {
                            Span::Text(text) => self.skip_recorded(rest, text),
                            Span::Secret => self.skip_recorded(rest, SECRET),
                        };
                    }
                    rest = rest
                        .strip_prefix(b"\r\n")
                        .unwrap_or_else(|| panic!("no CRLF: {}", self.transcript()));
                    if let [Span::Text(line)] = &line[..] {
                        streaming |= line.eq_ignore_ascii_case("DATA");
                        let chunk = line
                            .strip_prefix("BDAT ")
                            .map(|n| n.trim_end_matches(" LAST"));
                        by_chunks = chunk.is_some();
                        let chunk = chunk.map_or(0, |n| n.parse().expect("a size"));
                        rest = &rest[chunk..];
                    }
                }
                Event::Message { wire_octets, .. } => {
                    streaming = false;
                    if !by_chunks {
                        rest = &rest[usize::try_from(*wire_octets).expect("a size")..];
                    }
                }
                _ => {}
            }
        }
        assert!(
            rest.is_empty() || streaming,
            "sent but not recorded: {}",
            self.transcript()
        );
    }

    /// The rest of the sent octets after a recorded text. A secret in it may be any octets that do
    /// not end the line.
    fn skip_recorded<'a>(&self, mut wire: &'a [u8], text: &str) -> &'a [u8] {
        for (at, piece) in text.split(SECRET).enumerate() {
            let end = wire.iter().position(|b| *b == b'\r').unwrap_or(wire.len());
            let skipped = match (at, piece) {
                (0, _) => Some(0),
                (_, "") => Some(end),
                (_, piece) => wire[..end]
                    .windows(piece.len())
                    .position(|window| window == piece.as_bytes()),
            };
            wire = skipped
                .and_then(|skipped| wire[skipped..].strip_prefix(piece.as_bytes()))
                .unwrap_or_else(|| panic!("{text:?} was not sent: {}", self.transcript()));
        }
        wire
    }

    /// Checks that no message ends early, and none ends twice.
    fn check_end_of_message(&self, at: usize) {
        if self.operator_interfered {
            return;
        }
        let own = self.written.iter().filter(|w| w.message == Some(at));
        // A chunk ends by its size. A dot in it has no meaning.
        if own.clone().any(|w| w.octets.starts_with(b"BDAT ")) {
            let last =
                |w: &&Written| w.octets.starts_with(b"BDAT ") && w.octets.ends_with(b" LAST\r\n");
            let ends = own.filter(last).count();
            assert!(ends <= 1, "{ends} last chunks: {}", self.transcript());
            return;
        }
        let wire = wire(own);
        let end = b"\r\n.\r\n";
        let mut ends = wire
            .windows(end.len())
            .enumerate()
            .filter(|(_, window)| window == end)
            .map(|(at, _)| at + end.len());
        if let Some(behind) = ends.next() {
            assert!(
                matches!(&wire[behind..], b"" | b"QUIT\r\n"),
                "a command after the final dot: {}",
                self.transcript()
            );
        }
        assert_eq!(ends.next(), None, "two final dots: {}", self.transcript());
    }
}

fn wire<'a>(written: impl Iterator<Item = &'a Written>) -> Vec<u8> {
    written.flat_map(|written| written.octets.clone()).collect()
}
