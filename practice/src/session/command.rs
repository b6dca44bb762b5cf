//! Parses one command line.
//!
//! `smtp-proto` parses verbs and parameters. It is made for a busy server and is lenient, so lines
//! that it would accept but that are ambiguous are refused here first.

use super::path::{self, Path, PathError};
use crate::scenario::Point;
use smtp_proto::{Error, MailFrom, Request};

/// A command.
#[derive(Debug)]
pub(super) enum Command {
    /// MAIL FROM, with its parameters as sent and as parsed.
    Mail {
        from: Path,
        parameters: Vec<String>,
        request: MailFrom<String>,
    },
    /// RCPT TO.
    Rcpt { to: Path },
    /// Everything else.
    Other(Request<String>),
}

impl Command {
    /// Where rules of a scenario apply, if it is not only at any command.
    pub(super) fn point(&self) -> Option<Point> {
        Some(match self {
            Command::Mail { .. } => Point::Mail,
            Command::Rcpt { .. } => Point::Rcpt,
            Command::Other(request) => match request {
                Request::Ehlo { .. } => Point::Ehlo,
                Request::Helo { .. } => Point::Helo,
                Request::StartTls => Point::StartTls,
                Request::Auth { .. } => Point::Auth,
                Request::Data => Point::Data,
                Request::Rset => Point::Rset,
                Request::Noop { .. } => Point::Noop,
                Request::Vrfy { .. } => Point::Vrfy,
                Request::Quit => Point::Quit,
                _ => return None,
            },
        })
    }
}

/// Why a line is not a valid command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommandError {
    /// The reply.
    pub(super) reply: &'static str,
    /// Whether the following bytes must not be read as commands, because the line may announce a
    /// BDAT chunk of unknown size, or because it is an HTTP request.
    pub(super) framing_lost: bool,
}

const PARAMETERS: &[&str] = &["SIZE", "BODY", "SMTPUTF8", "AUTH"];

/// Decimal digits that always fit `usize`; `smtp-proto` wraps around on longer numbers.
const NUMBER_DIGITS: usize = 18;

/// Whether a line, even if invalid, announces a chunk.
pub(super) fn announces_chunk(line: &[u8]) -> bool {
    line.trim_ascii_start()
        .get(..4)
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT"))
}

/// Whether a line is the first of an HTTP request (RFC 9112 §3). The bytes after it do not come
/// from an SMTP client, but from a web page that made a browser send them.
fn is_http(line: &[u8]) -> bool {
    // Only the version at the end of the line counts (§2.3): a quoted address may contain a space
    // and `HTTP/`.
    line.rsplit(|&byte| byte == b' ')
        .next()
        .is_some_and(|last| {
            matches!(last, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit())
        })
}

/// Parses `line`, which has no CRLF.
pub(super) fn parse(line: &[u8]) -> Result<Command, CommandError> {
    if is_http(line) {
        return Err(CommandError {
            reply: "421 4.7.0 Error: HTTP request received, closing connection",
            framing_lost: true,
        });
    }
    read(line).map_err(|reply| CommandError {
        reply,
        framing_lost: announces_chunk(line),
    })
}

fn read(line: &[u8]) -> Result<Command, &'static str> {
    let Ok(text) = str::from_utf8(line) else {
        return Err("500 5.5.2 Error: bad UTF-8 syntax");
    };
    if text.chars().any(char::is_control) {
        return Err("500 5.5.2 Error: control characters not permitted");
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let verb = words
        .first()
        .map(|word| word.to_ascii_uppercase())
        .unwrap_or_default();
    let most_words = match verb.as_str() {
        "MAIL" | "RCPT" => return with_path(text),
        "DATA" | "RSET" | "QUIT" | "STARTTLS" => 1,
        "AUTH" | "BDAT" => 3,
        _ => usize::MAX,
    };
    if words.len() > most_words {
        return Err("501 5.5.4 Error: too many arguments");
    }
    if verb == "BDAT" {
        let size_is_valid = words.get(1).is_some_and(|size| size.len() <= NUMBER_DIGITS);
        let last_is_valid = words
            .get(2)
            .is_none_or(|last| last.eq_ignore_ascii_case("LAST"));
        if !size_is_valid || !last_is_valid {
            return Err("501 5.5.4 Syntax: BDAT count [LAST]");
        }
    }
    request(text).map(Command::Other)
}

fn with_path(line: &str) -> Result<Command, &'static str> {
    let Some((before, path, after)) = path::split(line) else {
        return Err(request(line)
            .err()
            .unwrap_or("501 5.5.4 Syntax error in parameters or arguments"));
    };
    if !after.is_empty() && !after.starts_with(' ') {
        return Err("501 5.5.4 Error: missing space before parameters");
    }
    let parameters: Vec<String> = after.split_ascii_whitespace().map(str::to_owned).collect();
    match request(&format!("{before}<>{after}"))? {
        Request::Mail { from: request } => {
            check_parameters(&parameters)?;
            let from = match path {
                "" => Path::null(),
                path => Path::parse(path).map_err(|error| match error {
                    PathError::TooLong => "501 5.1.7 Path too long",
                    PathError::Syntax => "501 5.1.7 Bad sender address syntax",
                })?,
            };
            Ok(Command::Mail {
                from,
                parameters,
                request,
            })
        }
        Request::Rcpt { .. } if !parameters.is_empty() => {
            Err("555 5.5.4 RCPT TO parameters not recognized or not implemented")
        }
        Request::Rcpt { .. } => Path::postmaster(path)
            .map_or_else(|| Path::parse(path), Ok)
            .map(|to| Command::Rcpt { to })
            .map_err(|error| match error {
                PathError::TooLong => "501 5.1.3 Path too long",
                PathError::Syntax => "501 5.1.3 Bad recipient address syntax",
            }),
        _ => Err("500 5.5.2 Error: command not recognized"),
    }
}

fn check_parameters(parameters: &[String]) -> Result<(), &'static str> {
    let mut seen = Vec::new();
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.to_ascii_uppercase();
        if !PARAMETERS.contains(&name.as_str()) {
            return Err("555 5.5.4 MAIL FROM parameters not recognized or not implemented");
        }
        if name == "SIZE" && value.len() > NUMBER_DIGITS {
            return Err("552 5.3.4 Message size exceeds fixed limit");
        }
        if seen.contains(&name) {
            return Err("501 5.5.4 Error: duplicate parameter");
        }
        seen.push(name);
    }
    Ok(())
}

fn request(line: &str) -> Result<Request<String>, &'static str> {
    let line = format!("{line}\n");
    Request::parse(&mut line.as_bytes().iter())
        .map(Request::into_owned)
        .map_err(|error| match error {
            Error::UnknownCommand => "500 5.5.2 Error: command not recognized",
            Error::InvalidSenderAddress => "501 5.1.7 Bad sender address syntax",
            Error::InvalidRecipientAddress => "501 5.1.3 Bad recipient address syntax",
            Error::InvalidParameter { .. } => "501 5.5.4 Error: bad parameter value",
            Error::UnsupportedParameter { .. } => {
                "555 5.5.4 Parameters not recognized or not implemented"
            }
            Error::SyntaxError { syntax } => syntax_reply(syntax),
            Error::NeedsMoreData { .. }
            | Error::ResponseTooLong
            | Error::InvalidResponse { .. } => "500 5.5.2 Error: bad syntax",
        })
}

/// The replies are `&'static str`, so the syntax of each command is spelled out here.
fn syntax_reply(syntax: &str) -> &'static str {
    match syntax.split_once(' ').map_or(syntax, |(verb, _)| verb) {
        "EHLO" => "501 5.5.4 Syntax: EHLO hostname",
        "HELO" => "501 5.5.4 Syntax: HELO hostname",
        "MAIL" => "501 5.5.4 Syntax: MAIL FROM:<address> [parameters]",
        "RCPT" => "501 5.5.4 Syntax: RCPT TO:<address>",
        "AUTH" => "501 5.5.4 Syntax: AUTH mechanism [initial-response]",
        "BDAT" => "501 5.5.4 Syntax: BDAT count [LAST]",
        _ => "501 5.5.4 Syntax error in parameters or arguments",
    }
}
