//! The server that is chosen. Pure.

use serde::{Deserialize, Serialize};
use smtp::Security;

/// Which server the next message goes to. The password is not part of it, because this is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerChoice {
    /// The built-in practice server, rather than the host below.
    pub practice: bool,
    /// How the connection to the practice server is protected.
    pub practice_security: Security,
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection to the host is protected.
    pub security: Security,
    /// Whether to sign in.
    pub sign_in: bool,
    /// The user name to sign in with.
    pub user: String,
    /// Open a connection before there is a message, and keep it for the next.
    pub keep_open: bool,
    /// Use BDAT when the server offers CHUNKING.
    pub chunking: bool,
}

impl Default for ServerChoice {
    fn default() -> Self {
        ServerChoice {
            practice: true,
            practice_security: Security::Starttls,
            host: String::new(),
            port: 587,
            security: Security::Starttls,
            sign_in: false,
            user: String::new(),
            keep_open: false,
            chunking: false,
        }
    }
}

impl ServerChoice {
    /// How the connection to the chosen server is protected.
    #[must_use]
    pub fn effective_security(&self) -> Security {
        if self.practice {
            self.practice_security
        } else {
            self.security
        }
    }

    /// The server, as a request to the bridge names it.
    #[must_use]
    pub fn server(&self) -> wire::Server {
        if self.practice {
            wire::Server::Practice {
                security: self.practice_security,
            }
        } else {
            wire::Server::Host {
                host: self.host.clone(),
                port: self.port,
                security: self.security,
            }
        }
    }

    /// The credentials, as a request to the bridge has them. None: no sign-in.
    #[must_use]
    pub fn credentials(&self, password: String) -> Option<wire::Credentials> {
        self.sign_in.then(|| wire::Credentials {
            user: self.user.clone().into(),
            password: password.into(),
        })
    }

    /// Whether both are the same server, with the same user.
    #[must_use]
    pub fn is_same(&self, other: &ServerChoice) -> bool {
        let user = |one: &ServerChoice| one.sign_in.then(|| one.user.clone());
        self.server() == other.server() && user(self) == user(other)
    }

    /// Sets the options of a request to send a message.
    pub fn apply_options(&self, start: &mut wire::Start) {
        start.keep_open = self.keep_open;
        start.chunking = self.chunking;
    }

    /// Whether something is missing that a connection to it takes: the host or the password.
    #[must_use]
    pub fn is_incomplete(&self, password: &str) -> bool {
        (self.sign_in && password.is_empty()) || (!self.practice && self.host.is_empty())
    }
}

/// Where a message goes: a server, and the user that signs in there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The name of the server.
    pub name: String,
    /// The server, as a request to the bridge names it.
    pub server: wire::Server,
    /// The user name to sign in with. None: no sign-in.
    pub user: Option<String>,
}

impl Destination {
    /// Whether it is the practice server, whose messages are in the inbox.
    #[must_use]
    pub fn is_practice(&self) -> bool {
        matches!(self.server, wire::Server::Practice { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_as_it_was_stored_before_an_option_was_added_still_reads() {
        let stored = r#"{"practice":false,"host":"mail.example.org","port":465}"#;
        let choice: ServerChoice = serde_json::from_str(stored).expect("a choice");
        let expect = ServerChoice {
            practice: false,
            host: "mail.example.org".into(),
            port: 465,
            ..ServerChoice::default()
        };
        assert_eq!(choice, expect);
    }

    #[test]
    fn a_connection_takes_a_host_and_the_password_of_a_user() {
        let practice = ServerChoice::default();
        assert!(!practice.is_incomplete(""));
        let signs_in = ServerChoice {
            sign_in: true,
            ..practice
        };
        assert!(signs_in.is_incomplete(""));
        assert!(!signs_in.is_incomplete("secret"));
        let no_host = ServerChoice {
            practice: false,
            ..signs_in
        };
        assert!(no_host.is_incomplete("secret"));
    }
}
