use proptest::prelude::*;
use smtp::{
    Capabilities, CertificateFault, Code, CommandKind, ConnectFailure, EnhancedCode, Failure,
    FramingError, Origin, Reply, Span, TlsFailure,
};
use wire::NotStarted;

use super::*;
use smtp::Stage;

fn reply(code: u16, text: &str) -> Reply {
    Reply::new(Code::new(code).expect("a code"), vec![text.to_owned()])
}

fn at(event: Event) -> Entry {
    Entry {
        seq: 0,
        at_us: 0,
        secured: false,
        stage: Stage::Envelope,
        event,
    }
}

/// The files, as the page would load them.
fn meanings() -> [Meanings; 2] {
    [
        include_str!("../../../meaning/en.json"),
        include_str!("../../../meaning/ko.json"),
    ]
    .map(|json| Meanings::read(json).expect("words by key"))
}

fn english() -> Meanings {
    let [en, _] = meanings();
    en
}

/// What the dialogue takes a line for that is no part of a message.
fn command(line: &str) -> CommandKind {
    match line {
        "." => CommandKind::EndOfData,
        line => smtp::Command::read(line).kind(),
    }
}

fn explained(meanings: &Meanings, asked: &str, reply: Reply) -> Explanation {
    let line = vec![Span::Text(asked.to_owned())];
    let sent = at(Event::Sent {
        command: command(asked),
        line,
        origin: Origin::Planned,
    });
    let accepts_ehlo = asked.starts_with("EHLO") && reply.is(250);
    let capabilities = accepts_ehlo.then(|| Box::new(Capabilities::read(&reply)));
    let received = at(Event::Received {
        reply,
        answers: None,
        wait_us: 0,
        capabilities,
    });
    entry(meanings, &received, (!asked.is_empty()).then_some(&sent))
}

/// Both languages say something, and not the same.
fn check(explain: impl Fn(&Meanings) -> Explanation) -> Explanation {
    let [en, ko] = meanings().map(|meanings| explain(&meanings));
    for said in [&en, &ko] {
        assert!(!said.title.is_empty() && !said.text.is_empty(), "{said:?}");
    }
    assert_ne!(en.title, ko.title);
    assert_ne!(en.text, ko.text);
    assert_eq!(en.rfc, ko.rfc);
    en
}

#[test]
fn every_code_of_the_standards_has_words_of_its_own() {
    let en = english();
    let classes = [x!(r2), x!(r3), x!(r4), x!(r5)].map(|key| split(en.say(key)).0);
    // RFC 5321 §4.2.3, RFC 4954 §6, RFC 7504.
    for code in [
        211, 214, 220, 221, 250, 251, 252, 354, 421, 450, 451, 452, 455, 500, 501, 502, 503, 504,
        550, 551, 552, 553, 554, 555, 235, 334, 432, 454, 530, 534, 535, 538, 521, 556,
    ] {
        let said = check(|meanings| explained(meanings, "NOOP", reply(code, "text")));
        let own = !classes.contains(&said.title.as_str()) || [250, 550, 554].contains(&code);
        assert!(own, "{code}: {said:?}");
        assert_eq!(said.badge.map(|badge| badge.text), Some(code.to_string()));
        assert!(said.rfc.is_some(), "{code}");
    }
    for code in [299, 399, 499, 599] {
        check(|meanings| explained(meanings, "NOOP", reply(code, "text")));
    }
}

#[test]
fn every_enhanced_code_of_rfc_3463_has_a_meaning_of_its_own() {
    let table = [
        (0, 0),
        (1, 8),
        (2, 4),
        (3, 5),
        (4, 7),
        (5, 5),
        (6, 5),
        (7, 7),
    ];
    for (subject, last) in table {
        for detail in 0..=last {
            let code = EnhancedCode {
                class: 5,
                subject,
                detail,
            };
            let said = meanings().map(|meanings| {
                let (said, own) = enhanced::meaning(&meanings, code);
                assert!(own && !said.is_empty(), "{code}");
                said.to_owned()
            });
            assert_ne!(said[0], said[1], "{code}");
        }
    }
    for (subject, detail) in [(1, 99), (9, 9)] {
        let code = EnhancedCode {
            class: 4,
            subject,
            detail,
        };
        let en = english();
        let (said, own) = enhanced::meaning(&en, code);
        assert!(!own && !said.is_empty());
    }
}

#[test]
fn the_line_answered_decides_what_a_code_means() {
    let check = |asked: &str, code, text: &str, title: &str| {
        let said = check(|meanings| explained(meanings, asked, reply(code, text)));
        assert_eq!(said.title, title, "{asked} {code} {text}");
        said
    };
    check("", 220, "mail.example ESMTP", "The server is ready");
    check("STARTTLS", 220, "go", "Ready for TLS");
    check("mail from:<a@b>", 250, "ok", "Sender accepted");
    check(".", 250, "queued as 1", "The message is accepted");
    check("", 554, "no", "The server accepts no mail from this client");
    let grey = check(
        "RCPT TO:<a@b>",
        451,
        "4.7.1 Greylisted, try again",
        "Try again later",
    );
    assert!(
        grey.text.starts_with("A code that begins with 4 means")
            && grey.text.contains("4.7.1:")
            && grey.text.contains("greylisting"),
        "{grey:?}"
    );
    check(
        "AUTH PLAIN",
        534,
        "5.7.9 Application-specific password required. x - gsmtp",
        "Gmail requires an app password",
    );
    check(
        "MAIL FROM:<a@b>",
        530,
        "5.7.0 Must issue a STARTTLS command first. x - gsmtp",
        "STARTTLS required first",
    );
    check(
        "MAIL FROM:<a@b>",
        530,
        "5.7.0 Authentication Required. x - gsmtp",
        "Sign in first",
    );
    check(
        "AUTH LOGIN",
        535,
        "5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        "Microsoft has turned off password sign-in",
    );
    check(
        "RCPT TO:<a@b>",
        550,
        "5.1.1 No such mailbox here",
        "No such mailbox",
    );
    check(
        "RCPT TO:<a@b>",
        554,
        "5.7.1 <a@b>: Relay access denied",
        "This server does not relay the message",
    );
    check(
        "AUTH PLAIN",
        534,
        "5.7.9 Please use an app password",
        "App password required",
    );
    check(
        "AUTH PLAIN",
        535,
        "5.7.1 Username and Password not accepted",
        "Wrong user name or password",
    );
    check(
        "AUTH PLAIN",
        454,
        "4.7.0 Too many login attempts, please try again later.",
        "Too many sign-in attempts",
    );
    check(
        "RCPT TO:<a@b>",
        452,
        "4.5.3 Too many recipients, send in separate messages",
        "Too many recipients at once",
    );
    check(
        "RCPT TO:<a@b>",
        550,
        "5.7.23 SPF validation failed",
        "The sender's domain does not list this server",
    );
    check(
        "EHLO me",
        502,
        "5.5.1 what?",
        "The server does not know EHLO",
    );
    let extensions = vec![
        "mail.example".to_owned(),
        "SIZE 100".into(),
        "starttls".into(),
        "X".into(),
    ];
    let reply = Reply::new(Code::new(250).expect("a code"), extensions);
    let offers = explained(&english(), "EHLO me", reply);
    assert!(offers.text.ends_with("(STARTTLS, SIZE)"), "{offers:?}");
}

#[test]
fn every_verb_is_explained_sent_or_paused() {
    for line in [
        "EHLO a",
        "HELO a",
        "STARTTLS",
        "AUTH PLAIN",
        "MAIL FROM:<a@b> SIZE=3",
        "RCPT TO:<a@b>",
        "DATA",
        "BDAT 3 LAST",
        ".",
        "RSET",
        "NOOP",
        "VRFY a",
        "EXPN a",
        "HELP",
        "QUIT",
        "WHATEVER",
        "",
    ] {
        let command = command(line);
        let next = Next::Line {
            command,
            line: line.into(),
        };
        let paused = check(|meanings| paused(meanings, &next));
        let sent = at(Event::Sent {
            command,
            line: vec![Span::Text(line.into())],
            origin: Origin::Planned,
        });
        assert_eq!(
            paused,
            check(|meanings| entry(meanings, &sent, None)),
            "{line}"
        );
        assert!(paused.rfc.is_some());
    }
    check(|meanings| paused(meanings, &Next::Message { octets: 1 }));
    let secret = at(Event::Sent {
        command: CommandKind::AuthResponse,
        line: vec![Span::Secret],
        origin: Origin::Planned,
    });
    assert_eq!(check(|meanings| entry(meanings, &secret, None)).badge, None);
}

#[test]
fn every_step_to_the_server_is_explained() {
    let peer = |peer: &str| peer.to_owned();
    let lookup = smtp::Lookup {
        name: "mail.example".into(),
        addresses: vec![peer("[2001:db8::1]:25"), peer("192.0.2.1:25")],
        left_out: 0,
        not_allowed: 0,
    };
    let mut events = vec![
        Event::Resolved { lookup },
        Event::Connecting {
            peer: peer("192.0.2.1:25"),
        },
        Event::Connected {
            peer: peer("192.0.2.1:25"),
        },
    ];
    let reasons = [
        ConnectFailure::Refused,
        ConnectFailure::TimedOut,
        ConnectFailure::Reset,
        ConnectFailure::Unreachable,
    ];
    events.extend(reasons.map(|why| Event::ConnectFailed {
        peer: peer("192.0.2.1:25"),
        why,
    }));
    let silent = |at: &str| Event::NoGreeting {
        peer: peer(at),
        waited_ms: 8_000,
    };
    let said = |event: Event| {
        let recorded = at(event);
        check(|meanings| entry(meanings, &recorded, None))
    };
    for event in events {
        assert!(said(event.clone()).rfc.is_some(), "{event:?}");
    }
    // Where expects TLS from the start is usual it is named alone; elsewhere a slow server as well.
    for usual in ["192.0.2.1:465", "[2001:db8::1]:465", "127.0.0.1:2465"] {
        let text = said(silent(usual)).text;
        assert!(
            text.contains("expects TLS from the start") && !text.contains("slow"),
            "{text}"
        );
    }
    for other in ["192.0.2.1:587", "[2001:db8::465]:25", "192.0.2.1:1465"] {
        let text = said(silent(other)).text;
        assert!(
            text.contains("expects TLS from the start") && text.contains("slow"),
            "{text}"
        );
    }
}

/// One of each; of those with a list, one with names and one without.
fn tls_failures() -> Vec<TlsFailure> {
    let text = String::from;
    let faults = [
        CertificateFault::Missing,
        CertificateFault::Malformed,
        CertificateFault::NotVersion3,
        CertificateFault::UnknownExtension,
        CertificateFault::NotForServers,
        CertificateFault::IsCa,
        CertificateFault::IssuerNotCa,
        CertificateFault::ChainTooLong,
        CertificateFault::NameConstraints,
        CertificateFault::BadSignature,
        CertificateFault::SignatureAlgorithm {
            algorithm: text("SHA-1 with RSA"),
        },
        CertificateFault::WeakKey { bits: 1024 },
        CertificateFault::KeyNotProven,
        CertificateFault::Revoked,
        CertificateFault::Other { detail: text("d") },
    ];
    let wrong_name = |names| TlsFailure::WrongName {
        asked: text("a.example"),
        names,
    };
    let mut failures = vec![
        TlsFailure::UnknownIssuer {
            issuer: text("A CA"),
        },
        TlsFailure::SelfSigned,
        wrong_name(vec![text("b.example")]),
        wrong_name(vec![]),
        TlsFailure::Expired {
            not_after: text("2020-01-01T00:00:00Z"),
        },
        TlsFailure::NotYetValid {
            not_before: text("2098-01-01T00:00:00Z"),
        },
        TlsFailure::NoCommonVersion,
        TlsFailure::NoCommonCipher,
        TlsFailure::ClientCertificateRequired,
        TlsFailure::NameNotServed,
        TlsFailure::Alert {
            alert: text("internal_error"),
        },
        TlsFailure::Protocol { detail: text("d") },
        TlsFailure::NotTls,
        TlsFailure::Closed,
        TlsFailure::TimedOut,
        TlsFailure::Other { detail: text("d") },
    ];
    failures.extend(faults.map(|why| TlsFailure::BadCertificate { why }));
    failures
}

#[test]
fn failures_of_tls_name_what_they_know() {
    let check = |why: TlsFailure, expect: &str| {
        let failed = Outcome::Failed {
            at: Stage::Tls,
            cause: Failure::Tls { why },
            recipients: vec![],
        };
        let said = check(|meanings| outcome(meanings, &failed));
        assert!(said.text.ends_with(expect), "{said:?}");
    };
    check(
        TlsFailure::UnknownIssuer {
            issuer: "A CA".into(),
        },
        "The issuer: A CA",
    );
    check(
        TlsFailure::Expired {
            not_after: "2020-01-01T00:00:00Z".into(),
        },
        "Valid until: 2020-01-01 00:00:00 UTC",
    );
    check(
        TlsFailure::NotYetValid {
            not_before: "2098-01-01T00:00:00Z".into(),
        },
        "Valid from: 2098-01-01 00:00:00 UTC",
    );
    check(
        TlsFailure::WrongName {
            asked: "mail.a.example".into(),
            names: vec!["b.example".into(), "c.example".into()],
        },
        "(mail.a.example ≠ b.example, c.example)",
    );
    check(
        TlsFailure::WrongName {
            asked: "mail.a.example".into(),
            names: vec![],
        },
        "Requested host: mail.a.example",
    );
    check(
        TlsFailure::BadCertificate {
            why: CertificateFault::WeakKey { bits: 1024 },
        },
        "Length of this key in bits: 1024",
    );
    check(
        TlsFailure::Alert {
            alert: "internal_error".into(),
        },
        "The alert: internal_error",
    );
}

#[test]
fn a_mechanism_that_is_refused_leaves_nothing_to_choose() {
    for asked in ["AUTH PLAIN", "AUTH LOGIN"] {
        let answer = reply(504, "5.5.4 Unrecognized authentication type");
        let said = check(|meanings| explained(meanings, asked, answer.clone()));
        assert_eq!(said.title, "Sign-in mechanism not supported");
        assert!(said.text.contains("do not have to choose"), "{said:?}");
        let refused = Outcome::Refused {
            at: Stage::SignIn,
            reply: answer,
            recipients: vec![],
        };
        assert_eq!(check(|meanings| outcome(meanings, &refused)), said);
    }
    let weak = check(|meanings| explained(meanings, "AUTH PLAIN", reply(534, "5.7.9 weak")));
    assert!(weak.text.contains("tries it automatically"), "{weak:?}");
}

#[test]
fn every_failure_says_what_to_do() {
    let reply = reply(250, "x");
    let tls = tls_failures();
    let connect = [
        ConnectFailure::NoSuchHost,
        ConnectFailure::LookupTimedOut,
        ConnectFailure::Refused,
        ConnectFailure::TimedOut,
        ConnectFailure::Reset,
        ConnectFailure::Unreachable,
    ];
    let mut failures: Vec<Failure> = tls.into_iter().map(|why| Failure::Tls { why }).collect();
    failures.extend(connect.map(|why| Failure::NotConnected { why }));
    failures.extend([
        Failure::NotMail,
        Failure::ConnectionLost,
        Failure::TimedOut {
            awaiting: "MAIL".into(),
            after_ms: 1,
        },
        Failure::BadReply {
            why: FramingError::BareLf,
        },
        Failure::BadReply {
            why: FramingError::TooLong,
        },
        Failure::UnexpectedReply {
            after: "MAIL".into(),
            reply: reply.clone(),
        },
        Failure::Unsolicited { reply },
        Failure::InjectedBeforeTls,
        Failure::StarttlsNotOffered,
        Failure::SignInNotOffered,
        Failure::NoCommonMechanism {
            offered: vec!["XOAUTH2".into()],
        },
        Failure::SignInInClear,
        Failure::BadCredentials,
        Failure::TooLarge { size: 2, limit: 1 },
        Failure::Utf8NotOffered {
            address: Some("가@b".into()),
        },
        Failure::EightBitNotOffered,
        Failure::NoRecipients,
        Failure::MessageCutShort,
        Failure::LineTooLong { line: 12 },
        Failure::Aborted,
        Failure::PageGone,
        Failure::ShuttingDown,
    ]);
    let mut titles: Vec<String> = failures
        .into_iter()
        .map(|cause| {
            let failed = Outcome::Failed {
                at: Stage::Connect,
                cause,
                recipients: vec![],
            };
            check(|meanings| outcome(meanings, &failed)).title
        })
        .collect();
    let count = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), count, "two failures have the same title");

    for why in [
        NotStarted::Busy,
        NotStarted::TooMany { most: 16 },
        NotStarted::BadAddress {
            field: wire::Field::To,
            address: "hana".into(),
            why: smtp::AddressError::NoAt,
        },
        NotStarted::NoRecipients,
        NotStarted::TooManyRecipients { most: 1000 },
        NotStarted::BadHost,
        NotStarted::PortNotAllowed {
            port: 22,
            allowed: vec![25, 587],
        },
        NotStarted::AddressNotAllowed,
        NotStarted::NoPractice,
        NotStarted::NoBridge,
        NotStarted::ShuttingDown,
    ] {
        check(|meanings| not_started(meanings, &why));
    }
}

proptest! {
    #[test]
    fn no_reply_is_left_without_words(code in 200_u16..600, text in ".*", asked in "[A-Z.]{0,5}") {
        let said = explained(&english(), &asked, reply(code, &text));
        prop_assert!(!said.title.is_empty());
    }
}
