//! The server's side of AUTH PLAIN (RFC 4616) and LOGIN within AUTH (RFC 4954).

use crate::limits;
use base64::{Engine, engine::general_purpose::STANDARD};
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN};

/// The password for every user name. It protects nothing and may be shown.
pub const PASSWORD: &str = "practice";

/// The response that is expected next.
#[derive(Debug, Clone)]
pub(super) enum Exchange {
    Plain,
    LoginName,
    LoginPassword { user: String },
}

/// The result of a client's response.
#[derive(Debug)]
pub(super) enum Step {
    /// Send this challenge and wait for the response.
    Challenge(Exchange, &'static str),
    /// The client is authenticated.
    Accepted { user: String },
    /// Authentication failed.
    Refused(&'static str),
}

const MALFORMED: Step = Step::Refused("501 5.5.2 Cannot decode response");

/// Starts an exchange. `initial` is the initial response in base64; empty if there is none.
pub(super) fn begin(mechanism: u64, initial: &str) -> Step {
    // RFC 4954 §4: `=` is an empty initial response.
    let initial = (!initial.is_empty()).then_some(if initial == "=" { "" } else { initial });
    match (mechanism, initial) {
        (AUTH_PLAIN, None) => Step::Challenge(Exchange::Plain, "334 "),
        (AUTH_PLAIN, Some(initial)) => proceed(Exchange::Plain, initial.as_bytes()),
        (AUTH_LOGIN, None) => Step::Challenge(Exchange::LoginName, "334 VXNlcm5hbWU6"),
        (AUTH_LOGIN, Some(initial)) => proceed(Exchange::LoginName, initial.as_bytes()),
        _ => Step::Refused("504 5.5.4 Unrecognized authentication type"),
    }
}

/// Processes the response to a challenge.
pub(super) fn proceed(exchange: Exchange, line: &[u8]) -> Step {
    if line == b"*" {
        return Step::Refused("501 5.7.0 Authentication aborted");
    }
    let Some(response) = STANDARD
        .decode(line)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
    else {
        return MALFORMED;
    };
    match exchange {
        Exchange::Plain => {
            let parts: Vec<&str> = response.split('\0').collect();
            match parts[..] {
                [identity, user, password] => {
                    // Acting for another user would need permissions, which the practice server
                    // does not have.
                    let acts_for_another = !identity.is_empty() && identity != user;
                    check_password(user.to_owned(), !acts_for_another && password == PASSWORD)
                }
                _ => MALFORMED,
            }
        }
        Exchange::LoginName => Step::Challenge(
            Exchange::LoginPassword { user: response },
            "334 UGFzc3dvcmQ6",
        ),
        Exchange::LoginPassword { user } => check_password(user, response == PASSWORD),
    }
}

fn check_password(user: String, correct: bool) -> Step {
    let valid =
        (1..=limits::USER_NAME).contains(&user.len()) && !user.chars().any(char::is_control);
    if correct && valid {
        Step::Accepted { user }
    } else {
        Step::Refused("535 5.7.8 Error: authentication failed")
    }
}
