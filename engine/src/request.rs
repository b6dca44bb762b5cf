//! Reads what a page asks for: the connection it needs, and the message.

use std::net::IpAddr;

use smtp::{Address, ClientName, Domain, Envelope, Mail, MessageFacts, limits};
use wire::{Credentials, Field, NotStarted, Open, Start};

/// Most characters of a bad address that are repeated in the answer.
const SHOWN: usize = 320;

/// A connection as the page asked for it. Requests with equal keys can use the same connection: it
/// is to the same server, for the same user.
#[derive(Clone, PartialEq)]
pub struct ConnectionKey {
    /// The server.
    pub server: wire::Server,
    /// Sign in with these.
    pub credentials: Option<Credentials>,
    /// What EHLO says; None: what the bridge chooses.
    pub client_name: Option<String>,
}

impl ConnectionKey {
    /// The connection that a message needs.
    #[must_use]
    pub fn of_start(start: &Start) -> ConnectionKey {
        ConnectionKey {
            server: start.server.clone(),
            credentials: start.credentials.clone(),
            client_name: start.client_name.clone(),
        }
    }

    /// The connection that is opened ahead of a message.
    #[must_use]
    pub fn of_open(open: Open) -> ConnectionKey {
        ConnectionKey {
            server: open.server,
            credentials: open.credentials,
            client_name: open.client_name,
        }
    }
}

/// The message that is to be sent.
///
/// # Errors
/// What is wrong with its envelope.
pub fn mail(start: &Start) -> Result<Mail, NotStarted> {
    Ok(Mail {
        envelope: envelope(start)?,
        message: MessageFacts {
            size: start.size,
            eight_bit: start.eight_bit,
            utf8: start.utf8,
        },
        pipelining: start.pipelining,
        chunking: start.chunking,
        keep_open: start.keep_open,
    })
}

/// What EHLO is to say. None: the page leaves it to the bridge.
///
/// # Errors
/// It is no domain and no address literal.
pub fn client_name(key: &ConnectionKey) -> Result<Option<ClientName>, NotStarted> {
    let name = key.client_name.as_ref();
    name.map(|name| Domain::parse(name).map_err(|why| bad(Field::ClientName, name, why)))
        .transpose()
}

/// Reads a host name, or an IP address with or without brackets. Names are returned as A-labels.
/// None: it is neither.
#[must_use]
pub fn host_name(host: &str) -> Option<String> {
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
