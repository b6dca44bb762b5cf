//! The form of a file, and what is said of one that is not of that form.

use proptest::prelude::*;
use smtp::{Security, SendMode};

use crate::lessons::model::{Act, Check, Fault, Lesson, Mark, What};

const HEAD: &str = "lesson: 1\ntitle: A title\nabout: What\n";
const STEP: &str = "step: One\ndone: connected\nwhen: it is\n";

#[test]
fn a_lesson_is_read_whole() {
    let text = "\
# A comment
lesson: 1
title: Two
  lines
about: What it is about
security: none
from: a@x.test
to: b@x.test, c@x.test
message:
  Subject: Hi

  text

step: First
text: One
  paragraph.
text: Another.
python:
  import socket
  - s.send(b\"EHLO\\r\\n\")
  + s.send(b\"EHLO x\\r\\n\")
    indented
offer: EHLO
send: EHLO x\\\\y
planned: the message
done: reply 250 to EHLO then sent MAIL
  and not closed
when: it is done
wrong: reply 5yz | No.
rfc: 5321 4.1.1.1
step: Second
connect: tls
user: mina
pauses: no
chunking: yes
done: outcome accepted
when: it is
rfc: 5321 D.1
rfc: 1047
program: send.py
  print(1)
";
    let lesson = Lesson::read(text).expect("a lesson");
    assert_eq!(lesson.title, "Two lines");
    let [first, second] = &lesson.steps[..] else {
        panic!("{:?}", lesson.steps)
    };
    let connection = first.connection.as_ref().expect("the first has one");
    assert_eq!(connection.security, Security::None);
    assert_eq!(connection.to, ["b@x.test", "c@x.test"]);
    assert_eq!(connection.message, "Subject: Hi\r\n\r\ntext");
    assert_eq!(connection.mode, SendMode::Step);
    assert_eq!(first.text, ["One paragraph.", "Another."]);
    let marks: Vec<_> = first.code[0].lines.iter().map(|(mark, _)| *mark).collect();
    assert_eq!(marks, [Mark::Plain, Mark::Wrong, Mark::Right, Mark::Plain]);
    assert_eq!(first.code[0].lines[3].1, "  indented");
    assert_eq!(first.acts, [Act::Line("EHLO x\\y".into()), Act::Planned]);
    assert_eq!(first.offer(0).as_deref(), Some("EHLO"));
    assert_eq!(first.offer(7).as_deref(), Some("EHLO"));
    assert_eq!(first.rfcs[0].label(), "RFC 5321 §4.1.1.1");
    assert_eq!(
        first.rfcs[0].url(),
        "https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1"
    );
    assert_eq!(
        second.rfcs[0].url(),
        "https://www.rfc-editor.org/rfc/rfc5321#appendix-D.1"
    );
    assert_eq!(second.rfcs[1].label(), "RFC 1047");
    assert_eq!(
        second.rfcs[1].url(),
        "https://www.rfc-editor.org/rfc/rfc1047"
    );
    let connection = second.connection.as_ref().expect("one of its own");
    assert_eq!(connection.security, Security::Tls);
    assert_eq!(connection.user.as_deref(), Some("mina"));
    assert_eq!(connection.from.as_deref(), Some("a@x.test"));
    assert_eq!(connection.mode, SendMode::Run);
    assert!(connection.chunking);
    let program = second.program.as_ref().expect("a program");
    assert_eq!((&*program.name, &*program.text), ("send.py", "print(1)\n"));
    assert_eq!(lesson.connection_of(0).map(|(at, _)| at), Some(0));
    assert_eq!(lesson.connection_of(1).map(|(at, _)| at), Some(1));
    assert_eq!(lesson.connection_of(2), None);
    let usual = Lesson::read(&format!("{HEAD}{STEP}")).expect("a lesson");
    let (_, connection) = usual.connection_of(0).expect("the first has one");
    assert_eq!(connection.to, ["joon@practice.test"]);
}

fn check(text: &str, expect: &[(usize, What)]) {
    let faults = Lesson::read(text).expect_err("faults");
    let faults: Vec<_> = faults
        .into_iter()
        .map(|Fault { line, what }| (line, what))
        .collect();
    assert_eq!(faults, expect, "{text}");
}

#[test]
fn every_fault_is_found_at_its_line() {
    check(
        &format!("{HEAD}security: ssl\n{STEP}rfc: x\nwrong: closed\nfrom: a@b\ndone: closed\n"),
        &[
            (
                4,
                What::NoneOf {
                    key: "security",
                    values: "none, starttls, tls",
                },
            ),
            (8, What::Rfc),
            (9, What::NoAnswer),
            (11, What::Twice("done")),
        ],
    );
    check(
        "title: x\n\nnothing\n",
        &[
            (1, What::NoLesson),
            (1, What::Missing("about")),
            (1, What::Missing("step")),
            (3, What::NoKey),
        ],
    );
    check(
        &format!("{HEAD}{STEP}step: Two\nfrom: a@b\ndone: reply 250 to\nprogram: x\n"),
        &[
            (7, What::Missing("when")),
            (8, What::NoConnection("from")),
            (9, What::Check(String::new())),
            (10, What::Empty("program")),
        ],
    );
    check(
        "",
        &[
            (1, What::NoLesson),
            (1, What::Missing("title")),
            (1, What::Missing("about")),
            (1, What::Missing("step")),
        ],
    );
    let faults = Lesson::read(&format!("{HEAD}{STEP}  more\nnext: x\n  passed over\n"));
    assert!(matches!(
        &faults.expect_err("faults")[..],
        [Fault { line: 8, what: What::UnknownKey { key, known } }]
            if key == "next" && known.contains("when")
    ));
}

#[test]
fn a_long_file_is_refused() {
    check(&"#".repeat(300_000), &[(1, What::TooLarge)]);
    let steps = format!("{HEAD}{}", STEP.repeat(201));
    check(&steps, &[(604, What::TooManySteps)]);
}

fn unread(text: &str, rest: &str) {
    let error = Check::read(text).expect_err(text);
    assert_eq!(error.0, rest, "{text}");
}

#[test]
fn a_check_says_where_it_can_not_be_read() {
    for text in [
        "sent EHLO containing \"[\"",
        "reply 5yz to MAIL then not sent QUIT",
        "secured and signed in and outcome accepted",
        "message stuffed then reply 25z to . containing \"a \\\"b\\\"\" under TLS",
        "delivered containing \"x\" and not delivered containing \"y\"",
        "sent in clear",
        "skipped and closed and connected",
    ] {
        Check::read(text).expect(text);
    }
    unread("", "");
    unread("reply", "");
    unread("reply 600", "600");
    unread("reply 2500", "2500");
    unread("reply 2y", "2y");
    unread("sent EHLO containing [", "[");
    unread("sent EHLO containing \"[", "\"[");
    unread("sent EHLO under water", "water");
    unread("signed out", "out");
    unread("outcome fine", "fine");
    unread("connected or closed", "or closed");
    unread("connected and", "");
    unread("not not closed", "not closed");
    unread("yes", "yes");
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(text in ".*") {
        drop(Lesson::read(&text));
        drop(Check::read(&text));
    }

    #[test]
    fn nothing_like_a_lesson_makes_it_panic(
        lines in prop::collection::vec(
            ("(|  |#)(lesson|title|step|done|wrong|rfc|send|program|to|connect|when)", ".{0,30}"),
            0..30,
        ),
    ) {
        let lines = lines.iter().map(|(key, value)| format!("{key}: {value}\n"));
        drop(Lesson::read(&format!("{HEAD}{}", lines.collect::<String>())));
    }

    #[test]
    fn no_check_makes_it_panic(
        words in prop::collection::vec("sent|reply|[2-5][0-9y][0-9z]|to|containing|\"[^\"]*\"|not|\
            then|and|in|clear|under|TLS|delivered|outcome|accepted|\\PC", 0..12),
    ) {
        drop(Check::read(&words.join(" ")));
    }
}
