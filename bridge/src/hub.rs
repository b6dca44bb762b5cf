//! What all pages share: the practice server, the policy, the roots, and the bounds on how many there may be.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use smtp::limits::{self, Timeouts};
use smtp::{Address, ClientName, ConnectFailure, Domain, Envelope, Job, MessageFacts, Security};
use tokio::sync::Semaphore;
use wire::{
    Field, MailboxState, MailboxSummary, NotStarted, Practice, PracticeFault, Start, Welcome,
};

use crate::driver::Target;
use crate::going::Going;
use crate::policy::Policy;
use crate::tls::{Realm, Roots};

/// WebSockets open at once.
pub(crate) const PAGES: usize = 64;

/// Dialogues running at once.
pub(crate) const DIALOGUES: usize = 64;

/// Characters of a bad address that are repeated in the answer.
const SHOWN: usize = 320;

/// Shared by all pages.
pub(crate) struct Hub {
    pub(crate) practice: Option<practice::Server>,
    pub(crate) policy: Policy,
    pub(crate) roots: Roots,
    pub(crate) resolve: HashMap<String, IpAddr>,
    pub(crate) timeouts: Timeouts,
    pub(crate) client_name: ClientName,
    pub(crate) pages: Arc<Semaphore>,
    pub(crate) dialogues: Arc<Semaphore>,
    /// Becomes true when the program ends.
    pub(crate) going: Going,
}

/// A dialogue that may begin once its host is resolved.
pub(crate) struct Plan {
    job: Job,
    host: Host,
}

enum Host {
    Known(Target),
    Named { host: String, port: u16 },
}

impl Hub {
    pub(crate) fn welcome(&self) -> Welcome {
        Welcome {
            version: wire::VERSION,
            program: env!("CARGO_PKG_VERSION").into(),
            practice: self.practice.as_ref().map(|practice| Practice {
                name: practice.server_name().into(),
                starttls: practice.starttls_addr().to_string(),
                tls: practice.tls_addr().to_string(),
                password: practice::PASSWORD.into(),
                faults: practice::FAULTS.iter().map(fault).collect(),
            }),
            ports: self.policy.ports(),
            client_name: self.client_name.to_string(),
        }
    }

    pub(crate) fn mailbox(&self) -> Option<MailboxState> {
        let mailbox = self.practice.as_ref()?.mailbox();
        let stats = mailbox.stats();
        let mut messages: Vec<MailboxSummary> = mailbox.list().into_iter().map(summary).collect();
        messages.reverse();
        Some(MailboxState {
            messages,
            octets: stats.bytes as u64,
            dropped: stats.dropped,
            most_messages: stats.capacity.messages as u64,
            most_octets: stats.capacity.bytes as u64,
        })
    }

    /// Makes a job of what a page asks for, before anything is dialled.
    pub(crate) fn plan(&self, start: Start) -> Result<(Start, Plan), NotStarted> {
        if self.going.is_heard() {
            return Err(NotStarted::ShuttingDown);
        }
        let envelope = envelope(&start)?;
        let client_name = match &start.client_name {
            Some(name) => Domain::parse(name).map_err(|why| bad(Field::ClientName, name, why))?,
            None => self.client_name.clone(),
        };
        let (host, security) = self.host(&start)?;
        let job = Job {
            security,
            loopback: false,
            client_name,
            credentials: start
                .credentials
                .as_ref()
                .map(|given| smtp::Credentials::new(given.user.clone(), given.password.clone())),
            envelope,
            message: MessageFacts {
                size: start.size,
                eight_bit: start.eight_bit,
                utf8: start.utf8,
            },
            pipelining: start.pipelining,
            timeouts: self.timeouts,
        };
        Ok((start, Plan { job, host }))
    }

    fn host(&self, start: &Start) -> Result<(Host, Security), NotStarted> {
        match &start.server {
            wire::Server::Practice { security } => {
                let practice = self.practice.as_ref().ok_or(NotStarted::NoPractice)?;
                let address = match security {
                    Security::Tls => practice.tls_addr(),
                    Security::None | Security::Starttls => practice.starttls_addr(),
                };
                let target = Target {
                    addresses: vec![address],
                    name: practice.server_name().into(),
                    realm: Realm::Practice,
                };
                Ok((Host::Known(target), *security))
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
                let host = host_name(host).ok_or(NotStarted::BadHost)?;
                Ok((Host::Named { host, port: *port }, *security))
            }
        }
    }

    /// Finds the addresses behind a plan's host, and asks the policy about each.
    pub(crate) async fn resolve(&self, plan: Plan) -> Result<(Job, Target), NotStarted> {
        let mut job = plan.job;
        let target = match plan.host {
            Host::Known(target) => target,
            Host::Named { host, port } => {
                let addresses = self.addresses(&host, port).await;
                let allowed: Vec<SocketAddr> = addresses
                    .iter()
                    .copied()
                    .filter(|address| self.policy.address(*address).is_ok())
                    .collect();
                if allowed.is_empty() && !addresses.is_empty() {
                    return Err(NotStarted::AddressNotAllowed);
                }
                Target {
                    addresses: allowed,
                    name: host,
                    realm: Realm::World,
                }
            }
        };
        // One address that is not of this machine is enough to keep passwords out of the clear.
        job.loopback = target
            .addresses
            .iter()
            .all(|address| address.ip().to_canonical().is_loopback());
        Ok((job, target))
    }

    async fn addresses(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        if let Some(ip) = self.resolve.get(&host.to_ascii_lowercase()) {
            return vec![SocketAddr::new(*ip, port)];
        }
        if let Ok(ip) = host.parse::<IpAddr>() {
            return vec![SocketAddr::new(ip, port)];
        }
        let lookup = tokio::net::lookup_host((host, port));
        match tokio::time::timeout(self.timeouts.connect, lookup).await {
            Ok(Ok(addresses)) => addresses.collect(),
            // No address: the dialogue says so, as it does of every other way a connection can fail.
            Ok(Err(error)) => {
                tracing::debug!(%error, why = ?ConnectFailure::NoSuchHost, "look-up");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }
}

/// A host name in A-labels, or an IP address, with or without brackets.
fn host_name(host: &str) -> Option<String> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(ip.to_string());
    }
    let name = Domain::parse(host.strip_suffix('.').unwrap_or(host)).ok()?;
    // Only digits and dots that are no address: some resolvers take `2130706433` or `127.1` for one.
    let numeric =
        name.as_str().split('.').next_back().is_some_and(|label| {
            label.bytes().all(|b| b.is_ascii_digit()) || label.starts_with("0x")
        });
    (!numeric && !name.as_str().starts_with('[')).then(|| name.as_str().to_owned())
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
            practice::Effect::Refuse(reply) | practice::Effect::RefuseMessage(reply) => {
                reply.into()
            }
            practice::Effect::Lose => "the connection is lost after the final dot".into(),
            practice::Effect::Delay(pause) => format!("the answer takes {} s", pause.as_secs()),
        },
    }
}

fn summary(summary: practice::Summary) -> MailboxSummary {
    MailboxSummary {
        id: summary.id,
        received_ms: summary.received_ms,
        from: summary.from,
        to: summary.recipients,
        subject: summary.subject.unwrap_or_default(),
        header_from: summary.header_from.unwrap_or_default(),
        size: summary.size as u64,
        tls: summary.tls,
        user: summary.user,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses() {
        let check = |host: &str, expect: Option<&str>| {
            assert_eq!(host_name(host).as_deref(), expect, "{host:?}")
        };
        check("smtp.example.com", Some("smtp.example.com"));
        check("smtp.example.com.", Some("smtp.example.com"));
        check("메일.한국", Some("xn--h32bq4v.xn--3e0b707e"));
        check("192.0.2.1", Some("192.0.2.1"));
        check("[2001:db8::1]", Some("2001:db8::1"));
        check("::1", Some("::1"));
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
        ] {
            check(odd, None);
        }
    }
}
