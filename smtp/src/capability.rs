//! What a server says it can do, in its reply to EHLO (RFC 5321 §4.1.1.1).

use crate::auth::Mechanism;
use crate::reply::Reply;

/// The extensions one EHLO reply offers. Keywords are compared without regard to case (RFC 5321
/// §4.1.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Capabilities {
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// 8BITMIME (RFC 6152).
    pub eight_bit: bool,
    /// SMTPUTF8 (RFC 6531).
    pub utf8: bool,
    /// CHUNKING (RFC 3030).
    pub chunking: bool,
    /// DSN (RFC 3461).
    pub dsn: bool,
    /// SIZE (RFC 1870): offered at all, and with which limit in octets; 0 or no number means no
    /// fixed limit.
    pub size: Option<u64>,
    /// AUTH (RFC 4954): the mechanisms, in upper case, each once, in the server's order.
    pub auth: Vec<String>,
}

impl Capabilities {
    /// The most mechanisms kept from one reply besides those this client has. The others only say
    /// what is offered.
    const MECHANISMS: usize = 64;

    /// Reads the lines after the first of a `250` reply to EHLO. Unknown keywords and odd
    /// parameters are ignored.
    #[must_use]
    pub fn read(reply: &Reply) -> Capabilities {
        let mut all = Capabilities::default();
        for line in reply.lines.iter().skip(1) {
            let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
            let Some(keyword) = words.next() else {
                continue;
            };
            match keyword.to_ascii_uppercase().as_str() {
                "PIPELINING" => all.pipelining = true,
                "STARTTLS" => all.starttls = true,
                "8BITMIME" => all.eight_bit = true,
                "SMTPUTF8" => all.utf8 = true,
                "CHUNKING" => all.chunking = true,
                "DSN" => all.dsn = true,
                "SIZE" => all.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0)),
                "AUTH" => all.offer(words),
                // Before RFC 2554 servers wrote `AUTH=LOGIN`, and some still write both.
                upper => {
                    if let Some(first) = upper.strip_prefix("AUTH=") {
                        all.offer(std::iter::once(first).chain(words));
                    }
                }
            }
        }
        all
    }

    /// The capabilities in a reply that is shown. Only what RFC 4422 §3.1 allows counts as a
    /// mechanism: the place of a redacted secret does not.
    pub(crate) fn shown(reply: &Reply) -> Capabilities {
        let mut all = Capabilities::read(reply);
        all.auth.retain(|name| is_mechanism_name(name));
        all
    }

    /// The extensions offered, by their keywords: first those that decide how a message is sent.
    pub fn keywords(&self) -> impl Iterator<Item = &'static str> {
        [
            ("STARTTLS", self.starttls),
            ("AUTH", !self.auth.is_empty()),
            ("SIZE", self.size.is_some()),
            ("PIPELINING", self.pipelining),
            ("CHUNKING", self.chunking),
            ("SMTPUTF8", self.utf8),
            ("8BITMIME", self.eight_bit),
            ("DSN", self.dsn),
        ]
        .into_iter()
        .filter_map(|(keyword, offered)| offered.then_some(keyword))
    }

    fn offer<'a>(&mut self, words: impl Iterator<Item = &'a str>) {
        for word in words {
            let word = word.to_ascii_uppercase();
            let kept = self.auth.len() < Self::MECHANISMS || Mechanism::named(&word).is_some();
            if kept && !word.is_empty() && !self.auth.contains(&word) {
                self.auth.push(word);
            }
        }
    }
}

/// Whether a SASL mechanism can have this name, in upper case (RFC 4422 §3.1).
fn is_mechanism_name(name: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_');
    (1..=20).contains(&name.len()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::Code;

    fn check(lines: &[&str], expect: Capabilities) {
        let mut all = vec!["mail.example".to_owned()];
        all.extend(lines.iter().map(|line| (*line).to_owned()));
        let reply = Reply::new(Code::new(250).expect("a code"), all);
        assert_eq!(Capabilities::read(&reply), expect, "{lines:?}");
    }

    #[test]
    fn capabilities_however_they_are_written() {
        let none = Capabilities::default();
        check(&[], none.clone());
        check(
            &["", "X-ODD", "sTaRtTlS"],
            Capabilities {
                starttls: true,
                ..none.clone()
            },
        );
        check(
            &["SIZE"],
            Capabilities {
                size: Some(0),
                ..none.clone()
            },
        );
        check(
            &["SIZE 99999999999999999999999"],
            Capabilities {
                size: Some(0),
                ..none.clone()
            },
        );
        check(
            &["size 1000", "PIPELINING"],
            Capabilities {
                size: Some(1000),
                pipelining: true,
                ..none.clone()
            },
        );
        check(
            &["AUTH=LOGIN plain", "AUTH PLAIN  LOGIN XOAUTH2"],
            Capabilities {
                auth: vec!["LOGIN".into(), "PLAIN".into(), "XOAUTH2".into()],
                ..none.clone()
            },
        );
        let huge = format!(
            "AUTH {}",
            (0..500).map(|n| format!("M{n} ")).collect::<String>()
        );
        let reply = Reply::new(Code::new(250).expect("a code"), vec![String::new(), huge]);
        assert_eq!(
            Capabilities::read(&reply).auth.len(),
            Capabilities::MECHANISMS
        );
        for ours in ["plain", "LOGIN"] {
            let lines = [
                String::new(),
                format!("AUTH {}", "X ".repeat(3)),
                format!(
                    "AUTH {} {ours}",
                    (0..500).map(|n| format!("M{n} ")).collect::<String>()
                ),
            ];
            let reply = Reply::new(Code::new(250).expect("a code"), lines.to_vec());
            assert!(
                Mechanism::choose(&Capabilities::read(&reply).auth).is_some(),
                "{ours} behind a long list is not seen"
            );
        }
    }

    #[test]
    fn keywords_are_those_offered() {
        let lines = ["", "8bitmime", "auth PLAIN", "X", "SIZE", "DSN"].map(str::to_owned);
        let reply = Reply::new(Code::new(250).expect("a code"), lines.to_vec());
        let keywords: Vec<&str> = Capabilities::read(&reply).keywords().collect();
        assert_eq!(keywords, ["AUTH", "SIZE", "8BITMIME", "DSN"]);
    }

    #[test]
    fn the_place_of_a_secret_is_not_shown_as_a_mechanism() {
        let offered = "AUTH PLAIN ⟨secret⟩ X_1-Y é ABCDEFGHIJKLMNOPQRSTU";
        let lines = ["", offered].map(str::to_owned);
        let reply = Reply::new(Code::new(250).expect("a code"), lines.to_vec());
        assert_eq!(Capabilities::shown(&reply).auth, ["PLAIN", "X_1-Y"]);
    }

    #[test]
    fn the_first_line_offers_nothing() {
        let reply = Reply::new(Code::new(250).expect("a code"), vec!["STARTTLS".into()]);
        assert_eq!(Capabilities::read(&reply), Capabilities::default());
    }
}
