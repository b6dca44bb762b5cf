//! Addresses and domains as a person may type them.

use practice::{Action, Input, Profile, Session};
use smtp::{Address, Command, Domain, invisible, limits};

/// Reads any text as an address and as a domain.
pub fn run(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else {
        return;
    };
    if let Ok(domain) = Domain::parse(text) {
        domain_is_sound(domain.as_str());
        assert_eq!(Domain::parse(domain.as_str()), Ok(domain));
    }
    if let Ok(address) = Address::parse(text) {
        domain_is_sound(address.domain());
        let wire = address.to_string();
        assert_eq!(
            Address::parse(&wire),
            Ok(address.clone()),
            "{wire:?} is read otherwise than {text:?}"
        );
        assert_eq!(address.needs_utf8(), !wire.is_ascii());
        assert!(wire.len() + 2 <= limits::PATH, "{wire:?} is too long");
        assert_eq!(invisible::find(&wire), None, "{wire:?} hides something");
        is_what_was_typed(text, &address);
        stays_in_its_brackets(&wire);
    }
}

fn domain_is_sound(domain: &str) {
    assert!(domain.is_ascii() && !domain.is_empty() && domain.len() <= limits::DOMAIN);
    let literal = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let fine = match literal {
        Some(literal) => literal
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.')),
        None => domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')),
    };
    assert!(fine, "{domain:?} is no domain");
}

/// Nothing is cut off or dropped: the local part is as typed, at most with quotes around it, and a
/// domain of ASCII differs in case alone.
fn is_what_was_typed(text: &str, address: &Address) {
    let Some((local, domain)) = text.rsplit_once('@') else {
        panic!("{text:?} has no @");
    };
    let quoted = format!("\"{local}\"");
    assert!(address.local() == local || address.local() == quoted);
    if domain.is_ascii() {
        assert!(address.domain().eq_ignore_ascii_case(domain));
    }
}

/// Two readers that know nothing of [`Address`] find it whole between its angle brackets: the one
/// that matches replies to recipients, and a mail server.
fn stays_in_its_brackets(wire: &str) {
    assert_eq!(
        Command::read(&format!("RCPT TO:<{wire}>")),
        Command::Rcpt(wire.to_owned())
    );
    let mut session = Session::new(Profile::default(), practice::Security::Clear);
    let line = format!("EHLO x\r\nMAIL FROM:<> SMTPUTF8\r\nRCPT TO:<{wire}>\r\n");
    session.handle(Input::Received(line.as_bytes()));
    let mut said = Vec::new();
    while let Some(action) = session.poll() {
        if let Action::Write(octets) = action {
            said.extend(octets);
        }
    }
    let said = String::from_utf8_lossy(&said);
    let last = said.lines().next_back().unwrap_or_default();
    // Taken, or refused as a mailbox; not as a line that is no RCPT.
    let understood = [
        "250 2.1.5",
        "550 5.1.1",
        "550 5.7.1",
        "451 4.7.1",
        "452 4.2.2",
    ]
    .iter()
    .any(|reply| last.starts_with(reply));
    assert!(understood, "{wire:?} is answered with {last:?}");
}
