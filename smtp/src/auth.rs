//! Signing in (RFC 4954): the mechanisms this client has, and their responses.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::job::Credentials;
use crate::limits;
use crate::reply::Reply;

/// A SASL mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// PLAIN (RFC 4616): one response, user and password.
    Plain,
    /// LOGIN (draft-murchison-sasl-login): two responses. Obsolete, and some servers' only one.
    Login,
}

impl Mechanism {
    /// The strongest of those offered that this client has. `offered` is in upper case.
    #[must_use]
    pub fn choose(offered: &[String]) -> Option<Mechanism> {
        Mechanism::choose_besides(offered, &[])
    }

    /// The same, without those in `refused`.
    pub(crate) fn choose_besides(offered: &[String], refused: &[Mechanism]) -> Option<Mechanism> {
        [Mechanism::Plain, Mechanism::Login]
            .into_iter()
            .filter(|mechanism| !refused.contains(mechanism))
            .find(|mechanism| offered.iter().any(|name| name == mechanism.name()))
    }

    /// The mechanism of this name, in any case.
    #[must_use]
    pub fn named(name: &str) -> Option<Mechanism> {
        [Mechanism::Plain, Mechanism::Login]
            .into_iter()
            .find(|mechanism| mechanism.name().eq_ignore_ascii_case(name))
    }

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::Plain => "PLAIN",
            Mechanism::Login => "LOGIN",
        }
    }

    /// The response to challenge number `turn`, in base64; None where the mechanism has no more to
    /// say. Turn 0 of PLAIN may go with the AUTH command itself (RFC 4954 §4, initial response).
    pub(crate) fn response(
        self,
        credentials: &Credentials,
        turn: usize,
    ) -> Option<Zeroizing<String>> {
        let (user, password) = (credentials.user.as_str(), credentials.password.as_str());
        let text = match (self, turn) {
            (Mechanism::Plain, 0) => Zeroizing::new(format!("\0{user}\0{password}")),
            (Mechanism::Login, 0) => Zeroizing::new(user.to_owned()),
            (Mechanism::Login, 1) => Zeroizing::new(password.to_owned()),
            _ => return None,
        };
        Some(Zeroizing::new(STANDARD.encode(text.as_bytes())))
    }
}

/// Whether a refusal of AUTH is about the mechanism, so that another one may succeed with the same
/// credentials. An answer that may be about the credentials, the account or the connection is not:
/// with another mechanism it would be a second guess at the password.
///
/// | reply | about |
/// | --- | --- |
/// | `504`, `534` (RFC 4954 §4, §6) | the mechanism, but not with `5.7.8` or `5.7.10` to `5.7.14` |
/// | other 5yz with `5.5.4`, `5.7.4` or `5.7.9` (RFC 4954 §6, RFC 3463 §3.8) | the mechanism |
/// | `503`, `530`, `535`, `538`, whatever the enhanced code | order, password, encryption |
/// | any other 5yz, every 4yz | something else |
pub(crate) fn is_of_mechanism(reply: &Reply) -> bool {
    let detail = reply.enhanced.map(|code| (code.subject, code.detail));
    match (reply.code.value(), detail) {
        (503 | 530 | 535 | 538, _) => false,
        // Credentials, encryption, a password to be changed first, an account disabled or
        // distrusted (RFC 4954 §6, RFC 5248).
        (504 | 534, Some((7, 8 | 10..=14))) => false,
        (504 | 534, _) => true,
        (500..=599, Some((5, 4) | (7, 4 | 9))) => true,
        _ => false,
    }
}

/// Whether these can be sent at all: not empty, no NUL (RFC 4616 §2), not beyond
/// [`limits::CREDENTIAL`].
pub(crate) fn usable(credentials: &Credentials) -> bool {
    [&credentials.user, &credentials.password]
        .into_iter()
        .all(|text| !text.is_empty() && !text.contains('\0') && text.len() <= limits::CREDENTIAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_common_mechanism_is_chosen() {
        let check = |offered: &[&str], expect| {
            let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(Mechanism::choose(&offered), expect, "{offered:?}");
        };
        check(&["LOGIN", "PLAIN"], Some(Mechanism::Plain));
        check(&["XOAUTH2", "LOGIN"], Some(Mechanism::Login));
        check(&["PLAINTEXT", "GSSAPI"], None);
        check(&[], None);
    }

    #[test]
    fn a_mechanism_that_was_refused_is_not_chosen_again() {
        let offered = ["LOGIN".to_owned(), "PLAIN".to_owned()];
        let check = |refused: &[Mechanism], expect| {
            let chosen = Mechanism::choose_besides(&offered, refused);
            assert_eq!(chosen, expect, "{refused:?}");
        };
        check(&[Mechanism::Plain], Some(Mechanism::Login));
        check(&[Mechanism::Login], Some(Mechanism::Plain));
        check(&[Mechanism::Plain, Mechanism::Login], None);
    }

    #[test]
    fn plain_is_the_example_of_rfc_4616() {
        let credentials = Credentials::new("tim", "tanstaaftanstaaf");
        let response = Mechanism::Plain
            .response(&credentials, 0)
            .expect("one response");
        assert_eq!(
            STANDARD.decode(response.as_bytes()).expect("base64"),
            b"\0tim\0tanstaaftanstaaf"
        );
        assert!(Mechanism::Plain.response(&credentials, 1).is_none());
    }
}
