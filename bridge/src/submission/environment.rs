//! What every submission needs: the policy, the roots of trust, the resolver and the timeouts; and
//! where a dialogue goes.

use std::net::SocketAddr;

use engine::request::{self, ConnectionKey};
use smtp::limits::Timeouts;
use smtp::{ClientName, Job, Mail, Security};
use wire::NotStarted;

use super::policy::Policy;
use super::resolve::{self, Found, NotAllowed, Resolver};
use super::tls::{Roots, TrustScope};

/// Shared by all dialogues.
pub(crate) struct Environment {
    pub(crate) policy: Policy,
    pub(crate) roots: Roots,
    pub(crate) resolver: Resolver,
    pub(crate) timeouts: Timeouts,
    /// What EHLO says unless the page chooses otherwise.
    pub(crate) client_name: ClientName,
    /// The practice server, if it runs.
    pub(crate) practice: Option<PracticeServer>,
}

/// Where the practice server is.
#[derive(Clone, Debug)]
pub(crate) struct PracticeServer {
    /// The name in its certificate.
    pub(crate) name: String,
    /// The port that offers STARTTLS.
    pub(crate) starttls: SocketAddr,
    /// The port with TLS from the first octet.
    pub(crate) tls: SocketAddr,
}

/// Where a dialogue goes.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) host: Host,
    /// The server's name, which its certificate must have.
    pub(crate) name: String,
    pub(crate) trust_scope: TrustScope,
}

/// Where a server is.
#[derive(Debug)]
pub(crate) enum Host {
    /// At addresses that are known without a lookup.
    Known(Found),
    /// At those that a lookup of the name finds.
    Named {
        /// As A-labels.
        name: String,
        port: u16,
    },
}

impl Environment {
    /// Checks what can be checked of a connection without using the network.
    ///
    /// # Errors
    /// Why it can't be made.
    pub(crate) fn check(&self, key: &ConnectionKey) -> Result<(), NotStarted> {
        request::client_name(key)?;
        self.target(&key.server)?;
        Ok(())
    }

    /// The job for a connection and its message, and where it goes.
    ///
    /// # Errors
    /// Why it can't be done, as far as that is known without using the network.
    pub(crate) fn job(
        &self,
        key: &ConnectionKey,
        mail: Option<Mail>,
    ) -> Result<(Job, Target), NotStarted> {
        let client_name = request::client_name(key)?;
        let (target, security) = self.target(&key.server)?;
        let job = Job {
            security,
            client_name: client_name.unwrap_or_else(|| self.client_name.clone()),
            credentials: key.credentials.as_ref().map(|given| smtp::Credentials {
                user: given.user.clone(),
                password: given.password.clone(),
            }),
            mail,
            timeouts: self.timeouts,
        };
        Ok((job, target))
    }

    fn target(&self, server: &wire::Server) -> Result<(Target, Security), NotStarted> {
        match server {
            wire::Server::Practice { security } => Ok((self.practice(*security)?, *security)),
            wire::Server::Host {
                host,
                port,
                security,
            } => Ok((self.host(host, *port)?, *security)),
        }
    }

    fn practice(&self, security: Security) -> Result<Target, NotStarted> {
        let practice = self.practice.as_ref().ok_or(NotStarted::NoPractice)?;
        let address = match security {
            Security::Tls => practice.tls,
            Security::None | Security::Starttls => practice.starttls,
        };
        Ok(Target {
            host: Host::Known(Found {
                lookup: None,
                addresses: vec![address],
                loopback: address.ip().is_loopback(),
            }),
            name: practice.name.clone(),
            trust_scope: TrustScope::Practice,
        })
    }

    fn host(&self, host: &str, port: u16) -> Result<Target, NotStarted> {
        self.policy
            .port(port)
            .map_err(|_| NotStarted::PortNotAllowed {
                port,
                allowed: self.policy.ports(),
            })?;
        let name = request::host_name(host).ok_or(NotStarted::BadHost)?;
        let host = match self.resolver.known(&name, port) {
            Some(addresses) => Host::Known(self.choose(&name, &addresses)?),
            None => Host::Named {
                name: name.clone(),
                port,
            },
        };
        Ok(Target {
            host,
            name,
            trust_scope: TrustScope::Public,
        })
    }

    /// Looks a name up, and applies the policy to each address. Takes as long as the system's
    /// resolver takes. Dropping the future stops waiting.
    ///
    /// # Errors
    /// [`NotStarted::AddressNotAllowed`] if there are addresses and none of them is allowed.
    pub(super) async fn lookup(&self, name: &str, port: u16) -> Result<Found, NotStarted> {
        let addresses = self.resolver.lookup(name, port).await;
        self.choose(name, &addresses)
    }

    fn choose(&self, name: &str, addresses: &[SocketAddr]) -> Result<Found, NotStarted> {
        let allowed = |address| self.policy.address(address).is_ok();
        resolve::choose(name, addresses, allowed)
            .map_err(|NotAllowed| NotStarted::AddressNotAllowed)
    }
}
