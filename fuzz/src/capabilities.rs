//! The capabilities of a server: any lines after the first line of its reply to EHLO.

use smtp::{Capabilities, Code, Mechanism, Reply};

/// Splits the octets at LF and parses them as the lines of a reply.
pub fn run(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let all = read(&lines);

    // Mechanisms that this client supports are kept at any position, so a long list can't hide
    // them.
    let unknown = |name: &&String| Mechanism::choose(std::slice::from_ref(*name)).is_none();
    let kept = all.auth.iter().filter(unknown).count();
    assert!(kept <= 64, "{kept} unknown mechanisms");
    for (at, name) in all.auth.iter().enumerate() {
        assert!(!name.is_empty() && !name.contains([' ', '\t']), "{name:?}");
        assert_eq!(*name, name.to_ascii_uppercase());
        assert!(!all.auth[..at].contains(name), "{name:?} twice");
    }
    if let Some(chosen) = Mechanism::choose(&all.auth) {
        assert!(all.auth.iter().any(|name| name == chosen.name()));
    }

    // RFC 5321 §4.1.1.1: no keyword depends on case, and the first line offers nothing.
    let in_case = |change: fn(&str) -> String| -> Vec<String> {
        lines.iter().map(|line| change(line)).collect()
    };
    assert_eq!(read(&in_case(str::to_ascii_uppercase)), all);
    assert_eq!(read(&in_case(str::to_ascii_lowercase)), all);
    let mut other_first = lines.clone();
    other_first[0] = "STARTTLS".to_owned();
    assert_eq!(read(&other_first), all);
    let twice = [&lines[..], &lines[1..]].concat();
    assert_eq!(read(&twice), all);

    // Checks the keywords that decide about protection again, with a simpler parser.
    let offered = |keyword: &str| {
        lines[1..].iter().any(|line| {
            line.trim_start_matches([' ', '\t'])
                .split([' ', '\t'])
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
        })
    };
    assert_eq!(all.starttls, offered("STARTTLS"));
    assert_eq!(all.pipelining, offered("PIPELINING"));
    assert_eq!(all.size.is_some(), offered("SIZE"));
}

fn read(lines: &[String]) -> Capabilities {
    let code = Code::new(250).expect("250 is a code");
    Capabilities::read(&Reply::new(code, lines.to_vec()))
}
