//! The servers. Each listens on its own loopback ports with its own configuration in a temporary
//! folder, and is stopped when dropped. A mail server of the system is neither read nor changed.

mod dovecot;
mod opensmtpd;
mod postfix;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use smtp::Security;

use super::NAME;
use super::receiver::{ReceivedMessage, Receiver};
use crate::authority::{Authority, Validity};
use crate::bridge::Bridge;

/// Another mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Postfix, which forwards mail. It checks passwords with Dovecot, as is common.
    Postfix,
    /// OpenSMTPD, which forwards mail.
    OpenSmtpd,
    /// Dovecot's submission service, which passes each command on to another server and returns its
    /// replies.
    Dovecot,
    /// A server based on Python's aiosmtpd.
    Aiosmtpd,
    /// A server based on nodemailer's smtp-server.
    SmtpServer,
}

impl Kind {
    /// All servers, in the order of the table's columns.
    pub const ALL: [Kind; 5] = [
        Kind::Postfix,
        Kind::OpenSmtpd,
        Kind::Dovecot,
        Kind::Aiosmtpd,
        Kind::SmtpServer,
    ];

    /// The name as its project writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Postfix => "Postfix",
            Kind::OpenSmtpd => "OpenSMTPD",
            Kind::Dovecot => "Dovecot",
            Kind::Aiosmtpd => "aiosmtpd",
            Kind::SmtpServer => "smtp-server",
        }
    }

    /// Whether it accepts mail only after sign-in.
    #[must_use]
    pub fn wants_sign_in(self) -> bool {
        self == Kind::Dovecot
    }
}

/// A server that this machine can start. There is one only where the feature of its name is on, so
/// a test that starts it can't be compiled, and then fail, where it is missing.
#[derive(Clone, Copy, Debug)]
pub struct Installed(Kind);

impl Installed {
    /// Postfix.
    #[cfg(feature = "postfix")]
    pub const POSTFIX: Installed = Installed(Kind::Postfix);
    /// OpenSMTPD.
    #[cfg(feature = "opensmtpd")]
    pub const OPENSMTPD: Installed = Installed(Kind::OpenSmtpd);
    /// Dovecot.
    #[cfg(feature = "dovecot")]
    pub const DOVECOT: Installed = Installed(Kind::Dovecot);
    /// aiosmtpd.
    #[cfg(feature = "python")]
    pub const AIOSMTPD: Installed = Installed(Kind::Aiosmtpd);
    /// smtp-server.
    #[cfg(feature = "smtp-server")]
    pub const SMTP_SERVER: Installed = Installed(Kind::SmtpServer);

    /// All servers, in the order of [`Kind::ALL`].
    #[cfg(all(
        feature = "dovecot",
        feature = "opensmtpd",
        feature = "postfix",
        feature = "python",
        feature = "smtp-server"
    ))]
    pub const ALL: [Installed; 5] = [
        Installed::POSTFIX,
        Installed::OPENSMTPD,
        Installed::DOVECOT,
        Installed::AIOSMTPD,
        Installed::SMTP_SERVER,
    ];

    /// Which one it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.0
    }
}

/// A way of coming in. Each has a port of its own, unless a server can't tell two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// No TLS.
    Clear,
    /// STARTTLS, required if the server supports that.
    Starttls,
    /// Implicit TLS.
    Tls,
    /// STARTTLS, and only LOGIN for sign-in.
    Login,
    /// STARTTLS, and sign-in is required.
    AuthRequired,
    /// No TLS, and messages are limited to [`super::SMALL`] octets.
    Small,
    /// No TLS, and a timeout of one second. Not every server can have so short a timeout.
    ShortTimeout,
    /// No TLS, and a greeting of two lines, the second after one second. A client that sends
    /// something in between is rejected. Not every server has this.
    SlowGreeting,
    /// STARTTLS with TLS 1.1 and older. Not every server still supports this.
    Old,
    /// Implicit TLS with TLS 1.1 and older.
    OldTls,
}

impl Endpoint {
    /// All endpoints.
    const ALL: [Endpoint; 10] = [
        Endpoint::Clear,
        Endpoint::Starttls,
        Endpoint::Tls,
        Endpoint::Login,
        Endpoint::AuthRequired,
        Endpoint::Small,
        Endpoint::ShortTimeout,
        Endpoint::SlowGreeting,
        Endpoint::Old,
        Endpoint::OldTls,
    ];

    /// The name in the servers' output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Endpoint::Clear => "clear",
            Endpoint::Starttls => "starttls",
            Endpoint::Tls => "tls",
            Endpoint::Login => "login",
            Endpoint::AuthRequired => "auth_required",
            Endpoint::Small => "small",
            Endpoint::ShortTimeout => "short_timeout",
            Endpoint::SlowGreeting => "slow_greeting",
            Endpoint::Old => "old",
            Endpoint::OldTls => "old_tls",
        }
    }

    /// The security that a connection to it uses.
    #[must_use]
    pub fn security(self) -> Security {
        match self {
            Endpoint::Clear | Endpoint::Small | Endpoint::ShortTimeout | Endpoint::SlowGreeting => {
                Security::None
            }
            Endpoint::Starttls | Endpoint::Login | Endpoint::AuthRequired | Endpoint::Old => {
                Security::Starttls
            }
            Endpoint::Tls | Endpoint::OldTls => Security::Tls,
        }
    }
}

/// A running server and the receiver of its mail.
pub struct Server {
    /// Which server.
    pub kind: Kind,
    /// Its version.
    pub version: String,
    /// Where its messages are delivered.
    pub receiver: Receiver,
    endpoints: BTreeMap<Endpoint, SocketAddr>,
    authority: Authority,
    daemon: Option<Box<dyn Daemon>>,
}

/// Server programs that run until this is dropped.
trait Daemon: Send + Sync {
    /// Their log so far.
    fn log(&self) -> String;
}

/// What starting server programs returns.
struct Started {
    version: String,
    endpoints: BTreeMap<Endpoint, SocketAddr>,
    daemon: Box<dyn Daemon>,
}

impl Server {
    /// Starts a server.
    pub async fn start(installed: Installed) -> Server {
        let kind = installed.kind();
        let authority = Authority::new();
        let receiver = match kind {
            Kind::SmtpServer => Receiver::smtp_server(&authority).await,
            _ => Receiver::aiosmtpd(&authority).await,
        };
        let leaf = authority.leaf(&[NAME], Validity::Now);
        let next_hop = receiver
            .endpoint(Endpoint::Clear)
            .expect("an endpoint without TLS");
        let started = match kind {
            Kind::Postfix => postfix::start(&leaf, next_hop).await,
            Kind::OpenSmtpd => opensmtpd::start(&leaf, next_hop).await,
            Kind::Dovecot => dovecot::start(&leaf, next_hop).await,
            Kind::Aiosmtpd | Kind::SmtpServer => {
                return Server {
                    kind,
                    version: receiver.version().to_owned(),
                    endpoints: Endpoint::ALL
                        .into_iter()
                        .filter_map(|endpoint| Some((endpoint, receiver.endpoint(endpoint)?)))
                        .collect(),
                    receiver,
                    authority,
                    daemon: None,
                };
            }
        };
        Server {
            kind,
            version: started.version,
            receiver,
            endpoints: started.endpoints,
            authority,
            daemon: Some(started.daemon),
        }
    }

    /// The address of an endpoint. None if the server does not support it.
    #[must_use]
    pub fn endpoint(&self, endpoint: Endpoint) -> Option<SocketAddr> {
        self.endpoints.get(&endpoint).copied()
    }

    /// A bridge that can connect to the server. `trusted` decides whether it trusts the server's
    /// certificate.
    #[must_use]
    pub fn bridge(&self, trusted: bool) -> Bridge {
        let (resolve, authority) = (format!("{NAME}:127.0.0.1"), self.authority.argument());
        let mut flags = vec![
            "--no-practice",
            "--allow-port",
            "any",
            "--resolve",
            &resolve,
        ];
        if trusted {
            flags.extend(["--extra-ca", &authority]);
        }
        Bridge::with(&flags)
    }

    /// Its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.daemon
            .as_ref()
            .map_or_else(String::new, |daemon| daemon.log())
    }

    /// Stops the server, then its receiver. Returns messages that were received but not requested.
    pub async fn stop(self) -> Vec<ReceivedMessage> {
        // Stop the forwarding server first, so that nothing can follow.
        drop(self.daemon);
        self.receiver.rest().await
    }
}
