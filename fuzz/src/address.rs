//! Addresses and domains in any text.

use std::time::Duration;

use practice::{Action, Input, Profile, Session};
use smtp::{Address, Command, Domain, invisible, limits};

/// Parses any text as an address and as a domain.
pub fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Ok(domain) = Domain::parse(text) {
        check_domain(domain.as_str());
        assert_eq!(Domain::parse(domain.as_str()), Ok(domain));
    }
    if let Ok(address) = Address::parse(text) {
        check_domain(address.domain());
        let wire = address.to_string();
        assert_eq!(
            Address::parse(&wire),
            Ok(address.clone()),
            "{wire:?} does not parse to the same as {text:?}"
        );
        assert_eq!(address.needs_utf8(), !wire.is_ascii());
        assert!(wire.len() + 2 <= limits::PATH, "{wire:?} is too long");
        assert_eq!(
            invisible::find(&wire),
            None,
            "{wire:?} has an invisible character"
        );
        check_unchanged(text, &address);
        check_in_brackets(&wire);
    }
}

fn check_domain(domain: &str) {
    assert!(domain.is_ascii() && !domain.is_empty() && domain.len() <= limits::DOMAIN);
    let literal = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let valid = match literal {
        Some(literal) => literal
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.')),
        None => domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')),
    };
    assert!(valid, "{domain:?} is not a domain");
}

/// Checks that nothing is cut off or dropped. The local part is as typed, or as typed in quotes. An
/// ASCII domain differs only in case.
fn check_unchanged(text: &str, address: &Address) {
    let Some((local, domain)) = text.rsplit_once('@') else {
        panic!("{text:?} has no @");
    };
    let quoted = format!("\"{local}\"");
    assert!(address.local() == local || address.local() == quoted);
    if domain.is_ascii() {
        assert!(address.domain().eq_ignore_ascii_case(domain));
    }
}

/// Checks that two parsers other than [`Address`] read the whole address between its angle
/// brackets: the one that matches replies to recipients, and the practice server.
fn check_in_brackets(wire: &str) {
    assert_eq!(
        Command::read(&format!("RCPT TO:<{wire}>")),
        Command::Rcpt(wire.to_owned())
    );
    let mut session = Session::new(Profile::default(), practice::Security::Clear);
    let line = format!("EHLO x\r\nMAIL FROM:<> SMTPUTF8\r\nRCPT TO:<{wire}>\r\n");
    session.handle(Input::Received(line.as_bytes()), Duration::ZERO);
    let mut sent = Vec::new();
    while let Some(action) = session.poll() {
        if let Action::Write(octets) = action {
            sent.extend(octets);
        }
    }
    let sent = String::from_utf8_lossy(&sent);
    let last = sent.lines().next_back().unwrap_or_default();
    // The address is accepted, or refused as a mailbox. It is not refused as a syntax error.
    let accepted = [
        "250 2.1.5",
        "550 5.1.1",
        "550 5.7.1",
        "451 4.7.1",
        "452 4.2.2",
    ]
    .iter()
    .any(|reply| last.starts_with(reply));
    assert!(accepted, "{wire:?} is answered with {last:?}");
}
