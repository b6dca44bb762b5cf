//! Reads what the client sends: command lines, responses and messages.

use super::{
    Reading, Session, Subject, auth,
    command::{self, Command, CommandError},
    line::Line,
};
use crate::scenario::Point;
use crate::{faults::FAULTS, session::PASSWORD};
use smtp_proto::Request;

impl Session {
    pub(super) fn receive(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.reading {
                // Bytes after STARTTLS came in cleartext. Processing them after the handshake would
                // let an attacker on the path inject commands into the protected session
                // (CVE-2011-0411).
                Reading::AwaitTls | Reading::Closed | Reading::Silent => return,
                Reading::Script => return self.script_receives(bytes),
                Reading::Data(_) | Reading::Chunk(_) => self.read_body(&mut bytes),
                Reading::Commands | Reading::Auth(_) => {
                    let Some(line) = self.lines.read(&mut bytes) else {
                        return;
                    };
                    self.progress += 1;
                    self.handle_line(line);
                }
            }
        }
    }

    /// Reads a part of a message, up to where a rule could apply.
    fn read_body(&mut self, bytes: &mut &[u8]) {
        let most = usize::try_from(self.before_body_rule()).unwrap_or(usize::MAX);
        let mut piece = &bytes[..most.min(bytes.len())];
        let before = piece.len();
        match &mut self.reading {
            Reading::Data(data) => {
                let ended = data.read(&mut piece);
                let over_limit = data.body.over_limit();
                self.progress += (before - piece.len()) as u64;
                if ended {
                    self.end_data();
                } else if let Some(reply) = over_limit {
                    self.reply_and_close(reply);
                }
            }
            _ => self.read_chunk(&mut piece),
        }
        let read = before - piece.len();
        *bytes = &bytes[read..];
        self.body_was_read(read);
    }

    fn handle_line(&mut self, line: Line) {
        let exchange = match std::mem::replace(&mut self.reading, Reading::Commands) {
            Reading::Auth(exchange) => Some(exchange),
            _ => None,
        };
        match &line {
            Line::Whole(line) => self.client_said(line, exchange.is_some()),
            Line::TooLong(_) => self.note("the client has sent a line that is too long"),
            Line::BareLf => self.note("the client has sent a bare LF"),
        }
        match (line, exchange) {
            (Line::BareLf, _) => {
                self.reply_and_close("500 5.5.2 Error: bare <LF> received, closing connection")
            }
            (Line::TooLong(line), None) if command::announces_chunk(&line) => {
                self.reply_and_close("500 5.5.2 Error: line too long, closing connection")
            }
            (Line::TooLong(_), _) => self.reject("500 5.5.2 Error: line too long"),
            (Line::Whole(line), Some(exchange)) => {
                self.exchange = Some(exchange.clone());
                let point = Some(Point::Response);
                self.at(point, Subject::default(), |session| {
                    session.auth_step(auth::proceed(exchange, &line));
                });
                self.exchange = None;
            }
            (Line::Whole(line), None) => match command::parse(&line) {
                Err(error) if error.framing_lost => self.reply_and_close(error.reply),
                // The bytes of a chunk must be read whatever is answered, so rules apply behind it.
                Ok(Command::Other(Request::Bdat {
                    chunk_size,
                    is_last,
                })) => self.bdat(chunk_size as u64, is_last),
                parsed => self.command_or_rule(parsed),
            },
        }
    }

    fn command_or_rule(&mut self, parsed: Result<Command, CommandError>) {
        let point = parsed.as_ref().ok().and_then(Command::point);
        let (mut from, mut to, mut size) = (None, None, 0);
        match &parsed {
            Ok(Command::Mail {
                from: path,
                request,
                ..
            }) => {
                from = Some(path.text.clone());
                size = request.size as u64;
            }
            Ok(Command::Rcpt { to: path }) => to = Some(path.text.clone()),
            _ => {}
        }
        let subject = Subject {
            from: from.as_deref(),
            to: to.as_deref(),
            size,
        };
        self.at(point, subject, |session| match parsed {
            Ok(command) => session.command(command),
            Err(error) => session.reject(error.reply),
        });
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Mail {
                from,
                parameters,
                request,
            } => self.mail(from, parameters, &request),
            Command::Rcpt { to } => self.rcpt(to),
            Command::Other(request) => match request {
                Request::Ehlo { host } => self.hello(host, true),
                Request::Helo { host } => self.hello(host, false),
                Request::StartTls => self.start_tls(),
                Request::Auth {
                    mechanism,
                    initial_response,
                } => self.auth(mechanism, &initial_response),
                Request::Data => self.data(),
                Request::Bdat {
                    chunk_size,
                    is_last,
                } => self.bdat(chunk_size as u64, is_last),
                Request::Rset => {
                    self.transaction = None;
                    self.reply("250 2.0.0 OK");
                }
                Request::Noop { .. } => self.reply("250 2.0.0 OK"),
                Request::Vrfy { .. } => self.reply(
                    "252 2.5.0 Cannot VRFY user, but will accept message and attempt delivery",
                ),
                Request::Help { .. } => self.help(),
                Request::Quit => self.reply_and_close("221 2.0.0 Bye"),
                _ => self.reject("502 5.5.1 Error: command not implemented"),
            },
        }
    }

    fn help(&mut self) {
        self.reply(
            "214-2.0.0 Commands: \
             EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT",
        );
        self.reply(&format!(
            "214-2.0.0 Sign in with any user name and the password {PASSWORD}"
        ));
        let names: Vec<&str> = FAULTS.iter().map(|fault| fault.local_part).collect();
        self.reply(&format!(
            "214 2.0.0 Local parts of test addresses: {}",
            names.join(" ")
        ));
    }
}
