//! The server's side of AUTH PLAIN (RFC 4616) and LOGIN, as RFC 4954 carries them.

use crate::limits;
use base64::{Engine, engine::general_purpose::STANDARD};
use smtp_proto::{AUTH_LOGIN, AUTH_PLAIN};

/// The one password. Any user name goes with it, so it guards nothing and is meant to be shown.
pub const PASSWORD: &str = "practice";

/// What the client still owes.
#[derive(Debug)]
pub(super) enum Exchange {
    Plain,
    LoginName,
    LoginPassword { user: String },
}

/// What comes of a client's turn.
#[derive(Debug)]
pub(super) enum Turn {
    /// Send this challenge and wait.
    Challenge(Exchange, &'static str),
    /// The client is who it says.
    Accepted { user: String },
    /// The exchange is over.
    Refused(&'static str),
}

const MALFORMED: Turn = Turn::Refused("501 5.5.2 Cannot decode response");

/// Begins an exchange. `initial` is the initial response still in base64, empty when there was
/// none.
pub(super) fn begin(mechanism: u64, initial: &str) -> Turn {
    // RFC 4954 §4: `=` stands for an initial response of no bytes.
    let initial = (!initial.is_empty()).then_some(if initial == "=" { "" } else { initial });
    match (mechanism, initial) {
        (AUTH_PLAIN, None) => Turn::Challenge(Exchange::Plain, "334 "),
        (AUTH_PLAIN, Some(initial)) => proceed(Exchange::Plain, initial.as_bytes()),
        (AUTH_LOGIN, None) => Turn::Challenge(Exchange::LoginName, "334 VXNlcm5hbWU6"),
        (AUTH_LOGIN, Some(initial)) => proceed(Exchange::LoginName, initial.as_bytes()),
        _ => Turn::Refused("504 5.5.4 Unrecognized authentication type"),
    }
}

/// Takes the line that answers a challenge.
pub(super) fn proceed(exchange: Exchange, line: &[u8]) -> Turn {
    if line == b"*" {
        return Turn::Refused("501 5.7.0 Authentication aborted");
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
                    // Acting for somebody else would need a notion of rights, which the practice
                    // server has not.
                    let acts_for_another = !identity.is_empty() && identity != user;
                    verdict(user.to_owned(), !acts_for_another && password == PASSWORD)
                }
                _ => MALFORMED,
            }
        }
        Exchange::LoginName => Turn::Challenge(
            Exchange::LoginPassword { user: response },
            "334 UGFzc3dvcmQ6",
        ),
        Exchange::LoginPassword { user } => verdict(user, response == PASSWORD),
    }
}

fn verdict(user: String, right: bool) -> Turn {
    let sound =
        (1..=limits::USER_NAME).contains(&user.len()) && !user.chars().any(char::is_control);
    if right && sound {
        Turn::Accepted { user }
    } else {
        Turn::Refused("535 5.7.8 Error: authentication failed")
    }
}
