//! The commands EHLO, HELO, STARTTLS and AUTH.

use super::{
    Action, Client, Extension, Reading, SERVER_NAME, Session,
    auth::{self, Step},
    line::LineReader,
};
use crate::scenario;

impl Session {
    pub(super) fn hello(&mut self, name: String, esmtp: bool) {
        self.transaction = None;
        self.client = Some(Client { name, esmtp });
        if !esmtp {
            return self.reply(&format!("250 {SERVER_NAME}"));
        }
        let mut lines = vec![SERVER_NAME.to_owned()];
        lines.extend(self.profile.announced(self.tls));
        for edit in std::mem::take(&mut self.edits) {
            match edit {
                // The first line is the server's name.
                scenario::Step::Hide(keyword) => {
                    let mut at = 0;
                    lines.retain(|line| {
                        at += 1;
                        let first = line.split([' ', '=']).next().unwrap_or_default();
                        at == 1 || !first.eq_ignore_ascii_case(&keyword)
                    });
                }
                scenario::Step::Add(line) => lines.push(line),
                _ => {}
            }
        }
        let last = lines.len() - 1;
        for (at, line) in lines.iter().enumerate() {
            self.reply(&format!("250{}{line}", if at == last { ' ' } else { '-' }));
        }
    }

    pub(super) fn start_tls(&mut self) {
        if !self.profile.offers(Extension::StartTls) {
            self.reject("502 5.5.1 Error: command not implemented");
        } else if self.tls {
            self.reject("503 5.5.1 Error: TLS already active");
        } else if !self.client.as_ref().is_some_and(|client| client.esmtp) {
            self.reject("503 5.5.1 Error: send EHLO first");
        } else {
            self.reply("220 2.0.0 Ready to start TLS");
            // RFC 3207 §4.2: discard everything learned in cleartext. The client must send EHLO
            // again.
            self.client = None;
            self.user = None;
            self.transaction = None;
            self.lines = LineReader::default();
            self.reading = Reading::AwaitTls;
            self.actions.push(Action::StartTls);
        }
    }

    pub(super) fn auth(&mut self, mechanism: u64, initial: &str) {
        if !self.profile.offers(Extension::Auth) {
            self.reject("502 5.5.1 Error: authentication not enabled");
        } else if !self.client.as_ref().is_some_and(|client| client.esmtp) {
            self.reject("503 5.5.1 Error: send EHLO first");
        } else if self.user.is_some() {
            self.reject("503 5.5.1 Error: already authenticated");
        } else if self.transaction.is_some() {
            self.reject("503 5.5.1 Error: MAIL transaction in progress");
        } else {
            self.auth_step(auth::begin(mechanism, initial));
        }
    }

    pub(super) fn auth_step(&mut self, step: Step) {
        match step {
            Step::Challenge(exchange, challenge) => {
                self.reading = Reading::Auth(exchange);
                self.reply(challenge);
            }
            Step::Accepted { user } => {
                self.user = Some(user);
                self.reply("235 2.7.0 Authentication successful");
            }
            Step::Refused(reply) => self.reject(reply),
        }
    }
}
