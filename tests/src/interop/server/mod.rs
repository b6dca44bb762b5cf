//! The servers. Each listens on loopback, on ports of its own, with its configuration in a
//! temporary folder, and stops when it is dropped. The system's own mail server, if it has one, is
//! neither read nor changed.

mod dovecot;
mod opensmtpd;
mod postfix;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use smtp::Security;

use super::NAME;
use super::arrivals::{Arrivals, Arrived};
use crate::authority::{Authority, Validity};
use crate::bridge::Bridge;

/// A mail server that is not ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Postfix, which hands its mail on; it asks Dovecot about passwords, as most Postfixes do.
    Postfix,
    /// OpenSMTPD, which hands its mail on.
    OpenSmtpd,
    /// Dovecot's submission service, which is a front to another server and passes on what that one
    /// says.
    Dovecot,
    /// A server made of Python's aiosmtpd.
    Aiosmtpd,
    /// A server made of nodemailer's smtp-server.
    SmtpServer,
}

impl Kind {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Kind; 5] = [
        Kind::Postfix,
        Kind::OpenSmtpd,
        Kind::Dovecot,
        Kind::Aiosmtpd,
        Kind::SmtpServer,
    ];

    /// As its makers write it.
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

    /// Whether it takes mail from nobody who has not signed in.
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
pub enum Door {
    /// No TLS.
    Clear,
    /// STARTTLS, which is insisted on where the server can.
    Starttls,
    /// TLS from the first octet.
    Tls,
    /// STARTTLS, and sign-in by LOGIN and nothing else.
    Login,
    /// STARTTLS, and nothing without sign-in.
    Locked,
    /// No TLS, and no message beyond [`super::SMALL`] octets.
    Small,
    /// No TLS, and patience for a second only. Not every server can be told to have so little.
    Hasty,
    /// No TLS, and a greeting of two lines, the second a second after the first: who speaks in
    /// between is turned away. Not every server has this.
    Slow,
    /// STARTTLS, of version 1.1 and older. Not every server can still be brought to it.
    Old,
    /// The same from the first octet.
    OldTls,
}

impl Door {
    /// All of them.
    const ALL: [Door; 10] = [
        Door::Clear,
        Door::Starttls,
        Door::Tls,
        Door::Login,
        Door::Locked,
        Door::Small,
        Door::Hasty,
        Door::Slow,
        Door::Old,
        Door::OldTls,
    ];

    /// In a word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Door::Clear => "clear",
            Door::Starttls => "starttls",
            Door::Tls => "tls",
            Door::Login => "login",
            Door::Locked => "locked",
            Door::Small => "small",
            Door::Hasty => "hasty",
            Door::Slow => "slow",
            Door::Old => "old",
            Door::OldTls => "old_tls",
        }
    }

    /// How a connection through it is protected.
    #[must_use]
    pub fn security(self) -> Security {
        match self {
            Door::Clear | Door::Small | Door::Hasty | Door::Slow => Security::None,
            Door::Starttls | Door::Login | Door::Locked | Door::Old => Security::Starttls,
            Door::Tls | Door::OldTls => Security::Tls,
        }
    }
}

/// A running server and its far end.
pub struct Server {
    /// Which one.
    pub kind: Kind,
    /// Its version, as its makers count.
    pub version: String,
    /// Where its messages end up.
    pub arrivals: Arrivals,
    doors: BTreeMap<Door, SocketAddr>,
    authority: Authority,
    daemon: Option<Box<dyn Daemon>>,
}

/// Server programs that run as long as this lives.
trait Daemon: Send + Sync {
    /// What they logged so far.
    fn log(&self) -> String;
}

/// What starting server programs gives.
struct Started {
    version: String,
    doors: BTreeMap<Door, SocketAddr>,
    daemon: Box<dyn Daemon>,
}

impl Server {
    /// Starts it.
    pub async fn start(installed: Installed) -> Server {
        let kind = installed.kind();
        let authority = Authority::new();
        let arrivals = match kind {
            Kind::SmtpServer => Arrivals::smtp_server(&authority).await,
            _ => Arrivals::aiosmtpd(&authority).await,
        };
        let leaf = authority.leaf(&[NAME], Validity::Now);
        let far_end = arrivals.door(Door::Clear).expect("a door in clear");
        let started = match kind {
            Kind::Postfix => postfix::start(&leaf, far_end).await,
            Kind::OpenSmtpd => opensmtpd::start(&leaf, far_end).await,
            Kind::Dovecot => dovecot::start(&leaf, far_end).await,
            Kind::Aiosmtpd | Kind::SmtpServer => {
                return Server {
                    kind,
                    version: arrivals.version().to_owned(),
                    doors: Door::ALL
                        .into_iter()
                        .filter_map(|door| Some((door, arrivals.door(door)?)))
                        .collect(),
                    arrivals,
                    authority,
                    daemon: None,
                };
            }
        };
        Server {
            kind,
            version: started.version,
            arrivals,
            doors: started.doors,
            authority,
            daemon: Some(started.daemon),
        }
    }

    /// Where it listens for those who come in this way; None where it can't be told to.
    #[must_use]
    pub fn door(&self, door: Door) -> Option<SocketAddr> {
        self.doors.get(&door).copied()
    }

    /// A bridge that may go to it. Whether it believes the server's certificate is left open.
    #[must_use]
    pub fn bridge(&self, believed: bool) -> Bridge {
        let (resolve, authority) = (format!("{NAME}:127.0.0.1"), self.authority.argument());
        let mut flags = vec![
            "--no-practice",
            "--allow-port",
            "any",
            "--resolve",
            &resolve,
        ];
        if believed {
            flags.extend(["--extra-ca", &authority]);
        }
        Bridge::with(&flags)
    }

    /// What it logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.daemon
            .as_ref()
            .map_or_else(String::new, |daemon| daemon.log())
    }

    /// Stops it, then its far end. Gives what has arrived there and was not asked for.
    pub async fn stop(self) -> Vec<Arrived> {
        // Whoever hands on mail goes first, so that nothing can follow.
        drop(self.daemon);
        self.arrivals.rest().await
    }
}
