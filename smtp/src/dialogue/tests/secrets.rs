//! Secrets of a page's other dialogues, and lines that sign in without looking like it.

use super::*;
use crate::CertificateFault;
use crate::command::SECRET;
use crate::entry::Span;

/// A dialogue with another machine that knows what the page has used before, fed with `said`.
fn dialogue(job: Job, mode: SendMode, secrets: &Secrets, said: &[&str]) -> Run {
    started(false, job, mode, secrets, said)
}

/// The same with this machine.
fn dialogue_here(job: Job, mode: SendMode, secrets: &Secrets, said: &[&str]) -> Run {
    started(true, job, mode, secrets, said)
}

fn started(loopback: bool, job: Job, mode: SendMode, secrets: &Secrets, said: &[&str]) -> Run {
    let dialogue = Dialogue::with_secrets(job, mode, secrets.clone(), "mail.example.org");
    let mut run = Run {
        dialogue,
        entries: Vec::new(),
        written: Vec::new(),
        loopback,
        ..Run::new(super::job(), SendMode::Run, usize::MAX)
    };
    run.drain();
    for line in said {
        run.feed(Input::Received(format!("{line}\r\n").as_bytes()));
    }
    run
}

impl Run {
    fn shown(&self) -> String {
        format!("{:?} {:?} {:?}", self.entries, self.paused, self.outcome)
    }
}

fn signing_in(password: &str) -> Job {
    Job {
        credentials: Some(Credentials::new("mina", password)),
        ..job()
    }
}

const TO_MAIL: [&str; 2] = ["220 mail.example.org", "250 mail.example.org"];

#[test]
fn no_later_server_shows_what_an_earlier_one_was_given() {
    let secrets = Secrets::new();
    let said = [
        "220 org.example says hello",
        "250-x",
        "250 AUTH PLAIN",
        "535 no",
    ];
    dialogue_here(signing_in("Org.Example"), SendMode::Run, &secrets, &said);
    for said in [
        &["220 Org.Example/Org.Example"][..],
        &["554 Org.Example!"],
        &[TO_MAIL[0], "250-x Org.Example", "250 AUTH T3JnLkV4YW1wbGU="],
        &[TO_MAIL[0], "550 5.0.0 Org.Example"],
        &[TO_MAIL[0], "Org.Example"],
        &[TO_MAIL[0], TO_MAIL[1], "334 Org.Example"],
        &[
            TO_MAIL[0],
            TO_MAIL[1],
            "250 ok",
            "250 ok\r\n550 %4frg.Example",
        ],
    ] {
        let job = Job {
            credentials: said
                .concat()
                .contains("AUTH")
                .then(|| Credentials::new("m", "other")),
            ..job()
        };
        let mut run = dialogue_here(job, SendMode::Run, &secrets, said);
        run.feed(Input::Closed);
        let shown = run.shown();
        assert!(shown.contains(SECRET), "{said:?}: {shown}");
        for told in ["org.example\"", "Org.Example", "T3Jn", "frg"] {
            assert!(!shown.contains(told), "{said:?}: {shown}");
        }
    }
    // A word of the first server, from before it knew, stays.
    let run = dialogue(job(), SendMode::Run, &secrets, &["220 x org.example x"]);
    assert!(run.shown().contains("x org.example x"), "{}", run.shown());
}

/// Capabilities are read for the page from the redacted reply. In the dialogue itself they count as
/// the server sent them.
#[test]
fn capabilities_show_no_secret() {
    let secrets = Secrets::new();
    let said = ["220 x", "250-x", "250 AUTH PLAIN", "535 no"];
    dialogue_here(signing_in("8675309"), SendMode::Run, &secrets, &said);
    let said = [
        TO_MAIL[0],
        "250-x",
        "250-SIZE 8675309",
        "250-auth=plain 8675309 x8675309 ODY3NTMwOQ==",
        "250 PIPELINING",
    ];
    let run = dialogue_here(signing_in("other"), SendMode::Run, &secrets, &said);
    assert!(!run.shown().contains("8675309"), "{}", run.shown());
    assert!(!run.shown().contains("ODY3NTMwOQ"), "{}", run.shown());
    let shown = run.entries.iter().find_map(|entry| match &entry.event {
        Event::Received { capabilities, .. } => capabilities.as_deref(),
        _ => None,
    });
    let shown = shown.expect("EHLO is accepted");
    assert_eq!(shown.auth, ["PLAIN"]);
    assert!(shown.pipelining && shown.size == Some(0), "{shown:?}");
    assert_eq!(run.dialogue.session.capabilities.size, Some(8_675_309));
}

#[test]
fn a_certificate_shows_no_secret() {
    let secrets = Secrets::new();
    let said = ["220 x", "250-x", "250 AUTH PLAIN", "535 no"];
    dialogue_here(signing_in("hunter2"), SendMode::Run, &secrets, &said);
    let tls = || Job {
        security: Security::Tls,
        ..job()
    };
    let mut run = dialogue(tls(), SendMode::Run, &secrets, &[]);
    run.feed(Input::TlsEstablished(TlsFacts {
        names: vec!["hunter2.example".into(), "68756e74657232".into()],
        issuer: "hunter2 CA".into(),
        trust: Trust::Platform,
        ..facts()
    }));
    let names = vec!["hunter2".to_owned()];
    let asked = "mail.example.org".to_owned();
    let detail = "not hunter2".to_owned();
    let mut shown = run.shown();
    for why in [
        TlsFailure::WrongName { asked, names },
        TlsFailure::BadCertificate {
            why: CertificateFault::Other {
                detail: detail.clone(),
            },
        },
        TlsFailure::UnknownIssuer {
            issuer: detail.clone(),
        },
        TlsFailure::Other { detail },
    ] {
        let mut run = dialogue(tls(), SendMode::Run, &secrets, &[]);
        run.feed(Input::TlsFailed(why));
        shown += &run.shown();
    }
    assert!(
        !shown.contains("hunter2") && !shown.contains("6e74"),
        "{shown}"
    );
    assert_eq!(shown.matches(SECRET).count(), 7, "{shown}");
}

/// What a server offers is what it said, whatever a password is called.
#[test]
fn a_password_named_like_an_extension_hides_none() {
    let secrets = Secrets::new();
    let said = ["220 x", "250-x", "250 AUTH PLAIN", "235 ok"];
    dialogue_here(signing_in("plain"), SendMode::Run, &secrets, &said[..3]);
    let run = dialogue_here(signing_in("plain"), SendMode::Run, &secrets, &said);
    let written = String::from_utf8_lossy(&run.written).into_owned();
    assert!(
        written.contains("AUTH PLAIN ") && written.contains("MAIL"),
        "{written}"
    );
}

#[test]
fn nothing_that_signs_in_goes_in_clear_to_another_machine() {
    let secrets = Secrets::new();
    secrets.add("hunter2", &[]);
    for typed in [
        " AUTH PLAIN AGEAYg==",
        "NOOP\nAUTH PLAIN AGEAYg==",
        "AUTH\u{b}PLAIN AGEAYg==",
        "NOOP\r\nAUTH LOGIN",
        "auth=plain AGEAYg==",
        "AGEAYg==",
        "MAIL FROM:<hunter2>",
        "NOOP 68756e74657232",
        "EHLO aHVudGVyMg",
    ] {
        let mut run = dialogue(job(), SendMode::Step, &secrets, &[TO_MAIL[0]]);
        let before = run.written.len();
        let step = run.paused.take().expect("EHLO is paused").step;
        let line = typed.to_owned();
        run.feed(Input::Operator(Operator::Insert { step, line }));
        let written = String::from_utf8_lossy(&run.written[before..]).into_owned();
        assert_eq!(written, "", "{typed:?}");
        let shown = run.shown();
        assert!(shown.contains("Skipped"), "{typed:?}: {shown}");
        for told in ["hunter2", "AGEA", "6874", "aHVud"] {
            assert!(!shown.contains(told), "{typed:?}: {shown}");
        }
        run.feed(Input::Closed);
        let failed = Outcome::Failed {
            at: Stage::SignIn,
            cause: Failure::SignInInClear,
            recipients: run
                .outcome
                .as_ref()
                .map(|end| end.recipients().to_vec())
                .expect("an end"),
        };
        assert_eq!(run.outcome, Some(failed), "{typed:?}");
    }
}

/// RFC 3207 §4.2: nothing from before TLS counts.
#[test]
fn signing_in_before_tls_counts_for_nothing_behind_it() {
    let job = Job {
        security: Security::Starttls,
        ..signing_in("hunter2")
    };
    let mut run = started(true, job, SendMode::Step, &Secrets::new(), &[]);
    let act = |run: &mut Run, line: Option<&str>| {
        let step = run.paused.take().expect("a line is paused").step;
        let line = line.map(str::to_owned);
        let act = match line {
            Some(line) => Operator::Insert { step, line },
            None => Operator::Send { step, line: None },
        };
        run.feed(Input::Operator(act));
    };
    run.feed(Input::Received(b"220 x\r\n"));
    act(&mut run, None);
    run.feed(Input::Received(b"250-x\r\n250 STARTTLS\r\n"));
    act(&mut run, Some("AUTH PLAIN AG1pbmEAaHVudGVyMg=="));
    run.feed(Input::Received(b"235 in\r\n"));
    act(&mut run, None);
    run.feed(Input::Received(b"220 go\r\n"));
    assert!(run.wants_tls);
    run.feed(Input::TlsEstablished(facts()));
    act(&mut run, None);
    run.feed(Input::Received(b"250-x\r\n250 AUTH PLAIN\r\n"));
    let paused = format!("{:?}", run.paused);
    assert!(paused.contains("AUTH PLAIN"), "{paused}");
}

/// A server that answers 334 to what is no AUTH takes the next line for a response.
#[test]
fn behind_an_odd_challenge_every_line_is_a_response() {
    for loopback in [false, true] {
        let secrets = Secrets::new();
        let mut run = started(loopback, job(), SendMode::Step, &secrets, &[TO_MAIL[0]]);
        let type_in = |run: &mut Run, line: &str| {
            let step = run.paused.take().expect("a line is paused").step;
            let line = line.to_owned();
            run.feed(Input::Operator(Operator::Insert { step, line }));
        };
        type_in(&mut run, "XSIGNIN");
        run.feed(Input::Received(b"334 \r\n"));
        type_in(&mut run, "s3same");
        let written = String::from_utf8_lossy(&run.written).into_owned();
        assert_eq!(written.contains("s3same"), loopback, "{written}");
        run.feed(Input::Received(b"550 s3same is wrong\r\n"));
        assert!(!run.shown().contains("s3same"), "{}", run.shown());
    }
}

#[test]
fn text_of_a_message_is_text_and_what_follows_a_doubtful_end_is_not() {
    let to_data = ["220 x", "250 x", "250 ok", "250 ok", "250 ok", "354 go"];
    let check = |typed: &[&str], leaves: bool| {
        let mut run = dialogue(job(), SendMode::Step, &Secrets::new(), &to_data[..1]);
        for line in &to_data[1..] {
            let step = run.paused.take().expect("a line is paused").step;
            run.feed(Input::Operator(Operator::Send { step, line: None }));
            run.feed(Input::Received(format!("{line}\r\n").as_bytes()));
        }
        for line in typed {
            let Some(paused) = run.paused.take() else {
                break;
            };
            let line = (*line).to_owned();
            let step = paused.step;
            run.feed(Input::Operator(Operator::Insert { step, line }));
        }
        let written = String::from_utf8_lossy(&run.written).into_owned();
        assert_eq!(written.contains("AGEAYg"), leaves, "{typed:?}: {written}");
        assert_eq!(run.shown().contains("AGEAYg"), leaves, "{typed:?}");
    };
    check(&["AUTH PLAIN AGEAYg=="], true);
    check(&["x\nAUTH PLAIN AGEAYg=="], true);
    check(&["x\n.\nAUTH PLAIN AGEAYg=="], false);
    check(&["x\n.", "AUTH PLAIN AGEAYg=="], false);
}

/// Where it may go, it goes as typed, and is a secret from then on.
#[test]
fn a_disguised_response_on_this_machine_is_remembered_and_not_shown() {
    let secrets = Secrets::new();
    let mut run = dialogue_here(job(), SendMode::Step, &secrets, &[TO_MAIL[0]]);
    let step = run.paused.take().expect("EHLO is paused").step;
    let line = " AUTH PLAIN AG1pbmEAczNzYW1l".to_owned();
    run.feed(Input::Operator(Operator::Insert {
        step,
        line: line.clone(),
    }));
    assert!(String::from_utf8_lossy(&run.written).contains(&line));
    let sent = run.entries.iter().find_map(|entry| match &entry.event {
        Event::Sent { line, .. } => Some(line.clone()),
        _ => None,
    });
    let shown = vec![Span::Text(" AUTH PLAIN ".into()), Span::Secret];
    assert_eq!(sent, Some(shown));
    let run = dialogue_here(job(), SendMode::Run, &secrets, &["220 s3same"]);
    assert!(run.shown().contains(SECRET), "{}", run.shown());
}
