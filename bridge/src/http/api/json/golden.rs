//! `docs/api.md` shows one value of each kind, as it is written here. `UPDATE_GOLDEN=1` writes them
//! into it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

use practice::scenario::{BuiltIn, ScenarioRun, parse};
use practice::{Action, Input, Mailbox, Profile, Security, Session};

use super::*;

const BEGIN: &str = "<!-- golden: ";
const END: &str = "<!-- end -->";

/// A mailbox with one message, as a client of the greylisting scenario has sent it.
fn mailbox(run: &ScenarioRun) -> Mailbox {
    let mailbox = Mailbox::default();
    let at = Duration::from_millis;
    let mut session = Session::with_scenario(Profile::default(), Security::Tls, run, at(0));
    let now = SystemTime::UNIX_EPOCH + at(1_790_000_000_000);
    mailbox.begin(session.conversation().clone(), now);
    let script = "EHLO client.example\r\nAUTH PLAIN AG1pbmEAcHJhY3RpY2U=\r\n\
                  MAIL FROM:<mina@example.org> SIZE=26\r\nRCPT TO:<hana@example.org>\r\n\
                  RCPT TO:<hana@example.org>\r\nDATA\r\nSubject: A note\r\n\r\nHello\r\n.\r\n\
                  QUIT\r\n";
    // The greeting comes first.
    let lines = std::iter::once("").chain(script.split_inclusive("\r\n"));
    for (number, line) in (0..).zip(lines) {
        session.handle(Input::Received(line.as_bytes()), at(number));
        while let Some(action) = session.poll() {
            match action {
                Action::Deliver(delivered) => {
                    let conversation = session.conversation().clone();
                    mailbox.deliver_with(*delivered, conversation, now);
                }
                Action::Confirm => drop(session.confirm(1)),
                _ => {}
            }
        }
    }
    mailbox
}

/// The value of each name.
fn value(name: &str) -> String {
    fn written(value: &impl Serialize) -> String {
        serde_json::to_string_pretty(value).expect("plain data")
    }
    let known = BuiltIn::find("greylisting").expect("it comes with the program");
    let scenario = parse(known.text).expect("it is valid");
    let run = ScenarioRun::new(scenario, 3_735_928_559);
    let mailbox = mailbox(&run);
    let message = mailbox.get(1).expect("one message");
    match name {
        "message" => written(&Message::of(&message)),
        "messages" => written(&Messages {
            messages: Vec::new(),
            dropped: 0,
        }),
        "transcript" => {
            let conversation = message.conversation.as_ref().expect("it came by SMTP");
            written(&engine::said(conversation))
        }
        "conversations" => written(&Conversations::of(&mailbox.connections())),
        "playing" => written(&Playing::of(Some(&run))),
        "none" => written(&Playing::of(None)),
        "known" => written(&Known::all(&[*known])),
        "errors" => {
            let errors = parse("on LUNCH\n  s: 451 Later\n").expect_err("two errors");
            written(&Errors::of(&errors))
        }
        "problem" => written(&Problem {
            error: "there is no such message".to_owned(),
        }),
        other => panic!("{other} is no value"),
    }
}

const ALL: [&str; 9] = [
    "message",
    "messages",
    "transcript",
    "conversations",
    "playing",
    "none",
    "known",
    "errors",
    "problem",
];

/// The text with every block filled in, and the names of the values.
fn filled(text: &str) -> (String, BTreeSet<String>) {
    let (mut out, mut shown) = (String::new(), BTreeSet::new());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        let name = line.trim_end().strip_prefix(BEGIN);
        let Some(name) = name.and_then(|rest| rest.strip_suffix(" -->")) else {
            continue;
        };
        assert!(shown.insert(name.to_owned()), "{name} is shown twice");
        out.push_str(&format!("```json\n{}\n```\n", value(name)));
        let end = lines.find(|line| line.trim_end() == END);
        out.push_str(end.unwrap_or_else(|| panic!("the block of {name} has no end")));
    }
    (out, shown)
}

#[test]
fn the_document_shows_every_value() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api.md");
    let written = std::fs::read_to_string(&path).expect("docs/api.md");
    let (text, shown) = filled(&written);
    assert_eq!(
        shown,
        ALL.map(str::to_owned).into(),
        "left: shown, right: all"
    );
    assert!(!text.contains("AG1pbmE"), "the password is shown");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("docs/api.md can be written");
    } else {
        assert!(
            text == written,
            "docs/api.md is out of date: run with UPDATE_GOLDEN=1 and check the changes"
        );
    }
}

#[test]
fn an_outdated_block_is_detected() {
    let old = "before\n<!-- golden: none -->\nold\n<!-- end -->\nbehind\n";
    let (new, _) = filled(old);
    assert_ne!(new, old);
    assert_eq!(filled(&new).0, new);
}
