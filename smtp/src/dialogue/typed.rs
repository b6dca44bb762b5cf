//! Lines that an operator typed: what is secret in them, and which of them do not leave.
//!
//! A line goes out as typed. The one exception: on a connection that is not protected, to another
//! machine, nothing goes out that holds a secret of this session or that the most lenient server
//! could take for signing in ([`lenient`]). It is recorded as left out, and the dialogue fails
//! with [`Failure::SignInInClear`], which says why.

use super::plan::Line;
use super::{Dialogue, Verdict};
use crate::command::Command;
use crate::entry::{Event, Span, Stage};
use crate::lenient;
use crate::outcome::Failure;

impl Dialogue {
    /// Whether a typed line must not leave. If so, it is recorded as left out, and the dialogue
    /// ends.
    pub(super) fn keeps_back(&mut self, line: &Line) -> bool {
        if self.may_sign_in() || !self.gives_away(&line.text) {
            return false;
        }
        let line = self.shown_typed(&line.template);
        self.record(Event::Skipped { line });
        let cause = Failure::SignInInClear;
        if self.in_data || self.payload > 0 || self.odd_challenge {
            // A QUIT would be no command there.
            self.stage = Stage::SignIn;
            self.end(cause);
        } else {
            self.verdict
                .get_or_insert(Verdict::Failed(Stage::SignIn, cause));
        }
        true
    }

    /// Whether a typed line holds a secret, or could be taken for a part of signing in.
    fn gives_away(&self, text: &str) -> bool {
        let responds = self.awaits_response() && text != "*";
        responds
            || self
                .commands_in(text)
                .is_some_and(|(_, commands)| lenient::sign_in(commands).is_some())
            || self.secrets.hold(text, &|| self.own_words())
    }

    /// Whether the server may take the next line for a response.
    fn awaits_response(&self) -> bool {
        self.odd_challenge || self.signing.as_ref().is_some_and(|signing| signing.awaited)
    }

    /// What of a line some server could take for commands, and where that begins. None: all of it
    /// is a message's text.
    fn commands_in<'a>(&self, text: &'a str) -> Option<(usize, &'a str)> {
        let as_text = if self.payload > 0 {
            // A server that offers no BDAT takes what follows it for commands.
            self.capabilities.chunking
        } else {
            self.in_data && !self.doubtful_end
        };
        if !as_text {
            return Some((0, text));
        }
        let behind = lenient::behind_dot(text).filter(|_| self.in_data)?;
        Some((text.len() - behind.len(), behind))
    }

    /// A typed line, or several with CRLF between, as it may be shown. In `template` a planned
    /// secret is a gap already, [`crate::SECRET`].
    pub(super) fn shown_typed(&self, template: &str) -> Vec<Span> {
        if self.awaits_response() && template != "*" {
            return vec![Span::Secret];
        }
        let begins = self
            .commands_in(template)
            .and_then(|(from, commands)| Some(from + lenient::sign_in(commands)?));
        let (open, secret) = match begins {
            Some(at) => template.split_at(at),
            None => (template, ""),
        };
        let mut open = self.secrets.clean_typed(open, &|| self.own_words());
        if secret.trim().is_empty() {
            return vec![Span::Text(open)];
        }
        if open.is_empty() {
            return vec![Span::Secret];
        }
        if !open.ends_with(char::is_whitespace) {
            open.push(' ');
        }
        vec![Span::Text(open), Span::Secret]
    }

    /// Notes what a typed line that has left gave away, and what a lenient server made of it.
    pub(super) fn typed_left(&mut self, text: &str) {
        self.secrets.sent(text);
        if self.awaits_response() {
            self.response_left(text);
        }
        let secret = self
            .commands_in(text)
            .and_then(|(from, commands)| Some(from + lenient::sign_in(commands)?));
        if let Some(at) = secret {
            self.responses_left(&text[at..]);
        }
        if self.in_data && text != "." && lenient::has_dot(text) {
            self.doubtful_end = true;
        }
    }

    /// A typed command without the secrets in the words that are kept of it.
    pub(super) fn hushed(&self, command: Command) -> Command {
        let clean = |text: String| self.secrets.clean_typed(&text, &|| self.own_words());
        match command {
            Command::Rcpt(path) => Command::Rcpt(clean(path)),
            Command::Other(verb) => Command::Other(clean(verb)),
            other => other,
        }
    }
}
