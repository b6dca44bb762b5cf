//! What all pages share: the practice server, the policy, the roots, and the bounds on how many
//! there may be.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use smtp::limits::{self, Timeouts};
use smtp::{Address, ClientName, Domain, Envelope, Job, Mail, MessageFacts, Security};
use tokio::sync::Semaphore;
use wire::{
    Credentials, Field, NotStarted, Practice, PracticeEffect, PracticeFault, Start, Welcome,
};

use crate::approach::Host;
use crate::driver::Target;
use crate::going::Going;
use crate::policy::Policy;
use crate::reading::Reader;
use crate::resolve::{self, Found, NotAllowed, Resolver};
use crate::tls::{Realm, Roots};

/// WebSockets open at once.
pub(crate) const PAGES: usize = 64;

/// Dialogues running at once.
pub(crate) const DIALOGUES: usize = 64;

/// Characters of a bad address that are repeated in the answer.
const SHOWN: usize = 320;

/// Shared by all pages.
pub(crate) struct Hub {
    /// Names this run of the program to the pages.
    pub(crate) run: String,
    pub(crate) practice: Option<practice::Server>,
    pub(crate) policy: Policy,
    pub(crate) roots: Roots,
    pub(crate) resolver: Resolver,
    pub(crate) timeouts: Timeouts,
    pub(crate) client_name: ClientName,
    /// The usual port of the page, if another program has it.
    pub(crate) usual_port: Option<u16>,
    pub(crate) pages: Arc<Semaphore>,
    pub(crate) dialogues: Arc<Semaphore>,
    pub(crate) reader: Reader,
    /// Becomes true when the program ends.
    pub(crate) going: Going,
}

/// What a page asked for, found to be possible as far as can be told without a look at the network.
pub(crate) struct Plan {
    /// Its connection.
    pub(crate) way: Way,
    /// Its message; None where a connection is to be opened ahead of one.
    pub(crate) mail: Option<Mail>,
}

/// A connection to be made, or one to go over that is there: two ways that are equal lead to the
/// same server, as the same user.
#[derive(Clone, PartialEq)]
pub(crate) struct Way {
    pub(crate) server: wire::Server,
    pub(crate) credentials: Option<Credentials>,
    /// What EHLO says; None: what the bridge chooses.
    pub(crate) client_name: Option<String>,
}

impl Hub {
    pub(crate) fn welcome(&self) -> Welcome {
        Welcome {
            version: wire::VERSION,
            program: env!("CARGO_PKG_VERSION").into(),
            run: self.run.clone(),
            practice: self.practice.as_ref().map(|practice| Practice {
                name: practice.server_name().into(),
                starttls: practice.starttls_addr().to_string(),
                tls: practice.tls_addr().to_string(),
                password: practice::PASSWORD.into(),
                faults: practice::FAULTS.iter().map(fault).collect(),
            }),
            ports: self.policy.ports(),
            client_name: self.client_name.to_string(),
            usual_port: self.usual_port,
        }
    }

    /// Sees whether what a page asks for can be done, before anything is dialled.
    pub(crate) fn plan(&self, start: Start) -> Result<Plan, NotStarted> {
        let envelope = envelope(&start)?;
        let way = Way {
            server: start.server,
            credentials: start.credentials,
            client_name: start.client_name,
        };
        self.check(&way)?;
        Ok(Plan {
            way,
            mail: Some(Mail {
                envelope,
                message: MessageFacts {
                    size: start.size,
                    eight_bit: start.eight_bit,
                    utf8: start.utf8,
                },
                pipelining: start.pipelining,
                chunking: start.chunking,
                keep_open: start.keep_open,
            }),
        })
    }

    /// The same for a connection opened ahead of its message.
    pub(crate) fn plan_ahead(&self, open: wire::Open) -> Result<Plan, NotStarted> {
        let way = Way {
            server: open.server,
            credentials: open.credentials,
            client_name: open.client_name,
        };
        self.check(&way)?;
        Ok(Plan { way, mail: None })
    }

    fn check(&self, way: &Way) -> Result<(), NotStarted> {
        if self.going.is_heard() {
            return Err(NotStarted::ShuttingDown);
        }
        self.client_name(way)?;
        self.target(&way.server)?;
        Ok(())
    }

    fn client_name(&self, way: &Way) -> Result<ClientName, NotStarted> {
        match &way.client_name {
            Some(name) => Domain::parse(name).map_err(|why| bad(Field::ClientName, name, why)),
            None => Ok(self.client_name.clone()),
        }
    }

    fn target(&self, server: &wire::Server) -> Result<(Target, Security), NotStarted> {
        match server {
            wire::Server::Practice { security } => {
                let practice = self.practice.as_ref().ok_or(NotStarted::NoPractice)?;
                let address = match security {
                    Security::Tls => practice.tls_addr(),
                    Security::None | Security::Starttls => practice.starttls_addr(),
                };
                let target = Target {
                    host: Host::Known(Found {
                        lookup: None,
                        addresses: vec![address],
                        loopback: address.ip().is_loopback(),
                    }),
                    name: practice.server_name().into(),
                    realm: Realm::Practice,
                };
                Ok((target, *security))
            }
            wire::Server::Host {
                host,
                port,
                security,
            } => {
                self.policy
                    .port(*port)
                    .map_err(|_| NotStarted::PortNotAllowed {
                        port: *port,
                        allowed: self.policy.ports(),
                    })?;
                let name = host_name(host).ok_or(NotStarted::BadHost)?;
                let host = match self.resolver.known(&name, *port) {
                    Some(addresses) => Host::Known(self.choose(&name, &addresses)?),
                    None => Host::Named {
                        name: name.clone(),
                        port: *port,
                    },
                };
                let realm = Realm::World;
                Ok((Target { host, name, realm }, *security))
            }
        }
    }

    /// Makes a job of what a page asked for.
    ///
    /// # Errors
    /// What keeps it from being begun, as far as can be told without a look at the network.
    pub(crate) fn job(&self, way: &Way, mail: Option<Mail>) -> Result<(Job, Target), NotStarted> {
        let client_name = self.client_name(way)?;
        let (target, security) = self.target(&way.server)?;
        let job = Job {
            security,
            client_name,
            credentials: way.credentials.as_ref().map(|given| smtp::Credentials {
                user: given.user.clone(),
                password: given.password.clone(),
            }),
            mail,
            timeouts: self.timeouts,
        };
        Ok((job, target))
    }

    /// Looks a name up, and asks the policy about each address. Waits for as long as the system's
    /// resolver takes; dropping the future ends the wait.
    ///
    /// # Errors
    /// [`NotStarted::AddressNotAllowed`] where there are addresses and none may be connected to.
    pub(crate) async fn lookup(&self, name: &str, port: u16) -> Result<Found, NotStarted> {
        let addresses = self.resolver.lookup(name, port).await;
        self.choose(name, &addresses)
    }

    fn choose(&self, name: &str, addresses: &[SocketAddr]) -> Result<Found, NotStarted> {
        let allowed = |address| self.policy.address(address).is_ok();
        resolve::choose(name, addresses, allowed)
            .map_err(|NotAllowed| NotStarted::AddressNotAllowed)
    }
}

/// A host name in A-labels, or an IP address, with or without brackets.
pub(crate) fn host_name(host: &str) -> Option<String> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(ip.to_string());
    }
    let name = Domain::parse(host.strip_suffix('.').unwrap_or(host)).ok()?;
    (!name.as_str().starts_with('[')).then(|| name.as_str().to_owned())
}

fn envelope(start: &Start) -> Result<Envelope, NotStarted> {
    let from = match &start.from {
        Some(from) => Some(Address::parse(from).map_err(|why| bad(Field::From, from, why))?),
        None => None,
    };
    if start.to.is_empty() {
        return Err(NotStarted::NoRecipients);
    }
    if start.to.len() > limits::RECIPIENTS {
        return Err(NotStarted::TooManyRecipients {
            most: limits::RECIPIENTS as u32,
        });
    }
    let to = start
        .to
        .iter()
        .map(|to| Address::parse(to).map_err(|why| bad(Field::To, to, why)))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Envelope { from, to })
}

fn bad(field: Field, address: &str, why: smtp::AddressError) -> NotStarted {
    NotStarted::BadAddress {
        field,
        address: address.chars().take(SHOWN).collect(),
        why,
    }
}

fn fault(fault: &practice::Fault) -> PracticeFault {
    PracticeFault {
        local_part: fault.local_part.into(),
        sender: fault.side == practice::Side::Sender,
        effect: match fault.effect {
            practice::Effect::Refuse(reply) => PracticeEffect::Refuse {
                reply: reply.into(),
            },
            practice::Effect::RefuseMessage(reply) => PracticeEffect::RefuseMessage {
                reply: reply.into(),
            },
            practice::Effect::Lose => PracticeEffect::Lose,
            practice::Effect::Delay(pause) => PracticeEffect::Delay {
                seconds: u32::try_from(pause.as_secs()).unwrap_or(u32::MAX),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses() {
        let check = |host: &str, expect: Option<&str>| {
            assert_eq!(host_name(host).as_deref(), expect, "{host:?}");
            if let Some(name) = expect {
                // TLS takes every name that is accepted here.
                let name = rustls::pki_types::ServerName::try_from(name);
                assert!(name.is_ok(), "{host:?}: {name:?}");
            }
        };
        check("smtp.example.com", Some("smtp.example.com"));
        check("smtp.example.com.", Some("smtp.example.com"));
        check("메일.한국", Some("xn--h32bq4v.xn--3e0b707e"));
        check("192.0.2.1", Some("192.0.2.1"));
        check("[2001:db8::1]", Some("2001:db8::1"));
        check("::1", Some("::1"));
        check("my_host", Some("my_host"));
        check("mail.my_host.example", Some("mail.my_host.example"));
        check("ｍａｉｌ。한국", Some("mail.xn--3e0b707e"));
        for odd in [
            "",
            "a b",
            "2130706433",
            "127.1",
            "0x7f000001",
            "http://x",
            "x:25",
            "x/y",
            "x\r\ny",
            "[127.0.0.1",
            "-x.org",
            "127.0x1",
            "１２７.1",
            "[IPv6:::1]",
            "fe80::1%eth0",
            "mail\u{ad}.example.com",
            "mail.example.com\u{200b}",
            "mail\u{3164}.example.com",
            "한국.kr/x",
            "한국.kr:25",
        ] {
            check(odd, None);
        }
    }
}
