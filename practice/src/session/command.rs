//! Reads one command line.
//!
//! `smtp-proto` knows verbs and parameters. It is meant for a busy server and forgives a lot, so
//! what it forgives at the cost of certainty is refused here first.

use super::path::{self, Path, PathError};
use smtp_proto::{Error, MailFrom, Request};

/// A command this server can act on.
#[derive(Debug)]
pub(super) enum Command {
    /// MAIL FROM, its parameters as sent and as read.
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

/// A line that is no command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// What to answer.
    pub(super) reply: &'static str,
    /// What follows must not be taken for commands: the line may have announced a BDAT chunk of
    /// unknown size, or a page in a browser speaks through it.
    pub(super) framing_lost: bool,
}

const PARAMETERS: &[&str] = &["SIZE", "BODY", "SMTPUTF8", "AUTH"];

/// Decimal digits that surely fit `usize` in `smtp-proto`, which wraps around beyond them.
const NUMBER_DIGITS: usize = 18;

/// Whether a line, however broken, says that a chunk of bytes follows it.
pub(super) fn announces_chunk(line: &[u8]) -> bool {
    line.trim_ascii_start()
        .get(..4)
        .is_some_and(|verb| verb.eq_ignore_ascii_case(b"BDAT"))
}

/// Whether a line is the first of an HTTP request (RFC 9112 §3). What comes behind it is not its
/// sender's, who is at a browser, but that of a page which had the browser send it.
fn is_http(line: &[u8]) -> bool {
    // Its version (§2.3), and no more than that: an address may have a space and `HTTP/` in its
    // quotes.
    line.rsplit(|&byte| byte == b' ')
        .next()
        .is_some_and(|last| {
            matches!(last, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit())
        })
}

/// `line` has no CRLF at its end.
pub(super) fn parse(line: &[u8]) -> Result<Command, Wrong> {
    if is_http(line) {
        return Err(Wrong {
            reply: "421 4.7.0 Error: HTTP request received, closing connection",
            framing_lost: true,
        });
    }
    read(line).map_err(|reply| Wrong {
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
        let size_is_sound = words.get(1).is_some_and(|size| size.len() <= NUMBER_DIGITS);
        let last_is_sound = words
            .get(2)
            .is_none_or(|last| last.eq_ignore_ascii_case("LAST"));
        if !size_is_sound || !last_is_sound {
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

/// The replies are `&'static str`, so the syntaxes people get wrong are spelled out.
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
