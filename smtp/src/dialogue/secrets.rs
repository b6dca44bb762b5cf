//! Which secrets there are, when they are sent, and which words are not secret.

use zeroize::{Zeroize, Zeroizing};

use super::Dialogue;
use crate::auth::Mechanism;
use crate::command::Command;
use crate::job::Credentials;
use crate::lenient;
use crate::redact::Secrets;

/// Most words kept of one typed line that reads as a response: a line may hold thousands.
const RESPONSES: usize = 8;

impl Secrets {
    /// A password, and the responses that it is the only secret part of.
    pub(super) fn add_credentials(&self, credentials: &Credentials) {
        let responses: Vec<Zeroizing<String>> = [(Mechanism::Plain, 0), (Mechanism::Login, 1)]
            .into_iter()
            .filter_map(|(mechanism, turn)| mechanism.response(credentials, turn))
            .collect();
        let others: Vec<&str> = responses.iter().map(|response| response.as_str()).collect();
        self.add(&credentials.password, &others);
    }

    /// A response that the operator typed: the base64, what it decodes to, and the part of that
    /// which is the password of PLAIN (RFC 4616) or the token of OAUTHBEARER (RFC 7628) and
    /// XOAUTH2.
    pub(super) fn add_response(&self, response: &str, user: Option<&str>) {
        let decoded = lenient::decode(response)
            .map(Zeroizing::new)
            .and_then(|octets| String::from_utf8(octets.to_vec()).ok())
            .map(Zeroizing::new);
        let Some(text) = decoded else {
            return self.add(response, &[]);
        };
        if user == Some(text.as_str()) {
            // The first response of LOGIN: a name is no secret.
            return;
        }
        let bearer = text
            .split('\u{1}')
            .find_map(|part| part.strip_prefix("auth=Bearer "));
        let password = text.rsplit_once('\0').map(|(_, last)| last);
        match bearer.or(password).filter(|secret| !secret.is_empty()) {
            Some(secret) => self.add(secret, &[response, &text]),
            None => self.add(&text, &[response]),
        }
    }
}

impl Dialogue {
    /// A server's text without secrets.
    pub(super) fn cleaned(&self, text: &str) -> String {
        self.secrets().clean(text, &|| self.own_words())
    }

    pub(super) fn secrets(&self) -> &Secrets {
        &self.connection.secrets
    }

    /// The words that the person put into the job openly. They stay readable, though a secret may
    /// happen to occur in one.
    pub(super) fn own_words(&self) -> Vec<String> {
        let mut words = vec![
            self.connection.server_name.clone(),
            self.job.client_name.to_string(),
        ];
        let addresses = self
            .transaction
            .mail
            .iter()
            .flat_map(|mail| mail.envelope.addresses());
        for address in addresses {
            let address = address.to_string();
            if let Some((_, domain)) = address.rsplit_once('@')
                && !words.iter().any(|word| word == domain)
            {
                words.push(domain.to_owned());
            }
            words.push(address);
        }
        words
    }

    /// An AUTH command, or a response to a challenge, is sent. If the operator typed it, it is a
    /// secret from now on. The secret in a planned one is known already.
    pub(super) fn response_sent(&self, response: &str) {
        let known = self.secrets().occur_in(response, &Vec::new);
        if !known && !response.is_empty() {
            let user = self.job.credentials.as_ref().map(|own| own.user.as_str());
            self.secrets().add_response(response, user);
        }
        self.secrets().sent(response);
    }

    /// A part of a typed line is sent. Each word in it may be a response.
    pub(super) fn responses_sent(&self, part: &str) {
        let digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
        let mut words: Vec<String> = part
            .split(|c: char| !digit(c))
            .filter(|word| matches!(Command::read(word), Command::Other(_)))
            .filter(|word| !word.is_empty())
            .take(RESPONSES)
            .map(str::to_owned)
            .collect();
        for word in &words {
            self.response_sent(word);
        }
        words.zeroize();
    }
}
