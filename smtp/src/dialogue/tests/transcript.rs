//! What entries say beside their text: which command a line is, and what a server offers.

use super::*;
use crate::command::{CommandKind, MailParameters};

/// Runs a script once, and returns the kinds of the lines sent.
fn kinds(job: &Job, mode: SendMode, script: &str) -> Vec<CommandKind> {
    let run = replay(job, mode, script, usize::MAX, usize::MAX);
    let sent = run.entries.iter().filter_map(|entry| match &entry.event {
        Event::Sent { command, .. } => Some(*command),
        _ => None,
    });
    sent.collect()
}

#[test]
fn each_line_says_which_command_it_is() {
    use CommandKind::*;
    let script = "
        TLS
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: bWluYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyMg==
        S: 235 in
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 250 ok
        C: DATA
        S: 354 go
        C: Subject: x
        C:
        C: ..dot
        C: last
        C: .
        S: 250 ok
        C: QUIT
        S: 221 bye
        = accepted 250 ok [joon@example.net 250, team@example.com 250]";
    let sent = kinds(&signing_in(Security::Tls), SendMode::Run, script);
    let expect = [
        Ehlo,
        Auth,
        AuthResponse,
        AuthResponse,
        Mail(MailParameters::default()),
        Rcpt,
        Rcpt,
        Data,
        EndOfData,
        Quit,
    ];
    assert_eq!(sent, expect);
}

/// What a line is follows from what was sent and where, not from what was planned.
#[test]
fn typed_lines_say_what_the_server_reads_them_as() {
    use CommandKind::*;
    let script = "
        S: 220 x
        P: EHLO client.example
        > insert noop
        C: noop
        S: 250 ok
        P: EHLO client.example
        > insert wizard please
        C: wizard please
        S: 500 what
        P: EHLO client.example
        > send HELO me
        C: HELO me
        S: 250 x
        P: MAIL FROM:<mina@example.org>
        > insert bdat 4 last
        C: bdat 4 last
        P:
        > send QU
        C: QU
        S: 503 no
        P: MAIL FROM:<mina@example.org>
        > abort
        C: QUIT
        S: 221 bye
        = failed at Message: Aborted [joon@example.net -, team@example.com -]";
    let sent = kinds(&job(), SendMode::Step, script);
    let expect = [Noop, Unknown, Helo, Bdat { last: true }, Text, Quit];
    assert_eq!(sent, expect);
}

#[test]
fn a_paused_line_says_which_command_it_is() {
    let mut run = Run::new(job(), SendMode::Step, usize::MAX);
    run.feed(Input::Received(b"220 x\r\n"));
    let next = run.paused.map(|paused| paused.next);
    let line = "EHLO client.example".to_owned();
    let command = CommandKind::Ehlo;
    assert_eq!(next, Some(Next::Line { command, line }));
}

#[test]
fn the_reply_that_accepts_ehlo_has_its_capabilities() {
    let script = "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-starttls
        S: 250 SIZE 100
        C: STARTTLS
        S: 220 go
        TLS
        C: EHLO client.example
        S: 250-x
        S: 250 SIZE 10
        C: QUIT
        S: 221 bye
        = failed at Envelope: TooLarge { size: 24, limit: 10 } \
        [joon@example.net -, team@example.com -]";
    let job = Job {
        security: Security::Starttls,
        ..job()
    };
    let run = replay(&job, SendMode::Run, script, usize::MAX, usize::MAX);
    let replies = run.entries.iter().filter_map(|entry| match &entry.event {
        Event::Received { capabilities, .. } => Some(capabilities.as_deref()),
        _ => None,
    });
    let keywords: Vec<_> = replies
        .map(|all| all.map(|all| all.keywords().collect::<Vec<_>>().join(" ")))
        .collect();
    let some = |words: &str| Some(words.to_owned());
    let expect = [None, some("STARTTLS SIZE"), None, some("SIZE"), None];
    assert_eq!(keywords, expect);
}
