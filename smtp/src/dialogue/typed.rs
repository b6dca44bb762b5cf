//! Lines that an operator typed: what is secret in them, and which of them are not sent.
//!
//! A line is sent as typed. The one exception: on a connection that is not protected, to another
//! machine, no line is sent that holds a secret of this session or that the most lenient server
//! could read as signing in ([`crate::lenient`]). It is recorded as skipped, and the dialogue fails
//! with [`Failure::SignInInClear`], which says why.

use super::Dialogue;
use super::line::Line;
use crate::command::Command;
use crate::entry::{Event, Span, Stage};
use crate::outcome::Failure;

impl Dialogue {
    /// Whether a typed line must not be sent. If so, it is recorded as skipped, and the dialogue
    /// fails.
    pub(super) fn blocks(&mut self, line: &Line) -> bool {
        if self.connection.may_sign_in() || !self.exposes_secret(&line.text) {
            return false;
        }
        let line = self.shown_typed(&line.template);
        self.record(Event::Skipped { line });
        let cause = Failure::SignInInClear;
        if self.session.is_in_message() || self.session.stray_challenge {
            // A QUIT would be no command there.
            self.stage = Stage::SignIn;
            self.end(cause);
        } else {
            self.fail(Stage::SignIn, cause);
        }
        true
    }

    /// Whether a typed line holds a secret, or could be taken for a part of signing in.
    fn exposes_secret(&self, text: &str) -> bool {
        let responds = self.session.awaits_response() && text != "*";
        responds
            || self.session.secret_in(text).is_some()
            || self.secrets().occur_in(text, &|| self.own_words())
    }

    /// A typed line, or several with CRLF between, as it may be shown. In `template` a planned
    /// secret is a gap already, [`crate::SECRET`].
    pub(super) fn shown_typed(&self, template: &str) -> Vec<Span> {
        if self.session.awaits_response() && template != "*" {
            return vec![Span::Secret];
        }
        let (open, secret) = match self.session.secret_in(template) {
            Some(at) => template.split_at(at),
            None => (template, ""),
        };
        let mut open = self.secrets().clean_typed(open, &|| self.own_words());
        if secret.trim().is_empty() {
            return vec![Span::Text(open)];
        }
        if open.is_empty() {
            return vec![Span::Secret];
        }
        // The white space before it, as it was typed.
        open.push_str(&secret[..secret.len() - secret.trim_start().len()]);
        vec![Span::Text(open), Span::Secret]
    }

    /// A typed line is sent: notes the secrets in it, and what a lenient server made of it.
    pub(super) fn typed_sent(&mut self, text: &str) {
        self.secrets().sent(text);
        if self.session.awaits_response() {
            self.response_sent(text);
        }
        if let Some(at) = self.session.secret_in(text) {
            self.responses_sent(&text[at..]);
        }
        self.session.typed(text);
    }

    /// A typed command without the secrets in the words that are kept of it.
    pub(super) fn redacted(&self, command: Command) -> Command {
        let clean = |text: String| self.secrets().clean_typed(&text, &|| self.own_words());
        match command {
            Command::Rcpt(path) => Command::Rcpt(clean(path)),
            Command::Other(verb) => Command::Other(clean(verb)),
            other => other,
        }
    }
}
