//! Connections kept open.

use super::*;

const ENVELOPE: &str = "
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 250 ok
        S: 354 go";

const MESSAGE: &str = "
        C: Subject: x
        C:
        C: ..dot
        C: last
        C: .
        S: 250 queued";

const HELLO: &str = "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-PIPELINING
        S: 250 CHUNKING";

fn waiting() -> Job {
    Job {
        mail: None,
        ..job()
    }
}

#[test]
fn a_connection_waits_for_its_message() {
    check(
        &waiting(),
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        MAIL
        {ENVELOPE}{MESSAGE}
        C: QUIT
        S: 221 bye
        = accepted 250 queued [joon@example.net 250, team@example.com 250]"
        ),
    );
}

#[test]
fn a_message_that_comes_early_goes_when_it_can() {
    check(
        &Job {
            mail: None,
            ..signing_in(Security::Starttls)
        },
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 STARTTLS
        C: STARTTLS
        MAIL
        S: 220 go
        TLS
        C: EHLO client.example
        S: 250-x
        S: 250-PIPELINING
        S: 250 AUTH PLAIN
        C: AUTH PLAIN AG1pbmEAaHVudGVyMg==
        S: 235 in
        {ENVELOPE}{MESSAGE}
        C: QUIT
        S: 221 bye
        = accepted 250 queued [joon@example.net 250, team@example.com 250]"
        ),
    );
}

#[test]
fn messages_go_one_after_the_other() {
    check(
        &mailing(|mail| mail.keep_open = true),
        SendMode::Run,
        &format!(
            "{HELLO}{ENVELOPE}{MESSAGE}
        ~ accepted 250 queued [joon@example.net 250, team@example.com 250]
        MAIL
        {ENVELOPE}{MESSAGE}
        ~ accepted 250 queued [joon@example.net 250, team@example.com 250]
        MAIL
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 250 ok
        S: 550 no
        S: 550 no
        S: 554 nobody
        C: RSET
        S: 250 ok
        ~ refused at Envelope: 550 no [joon@example.net 550, team@example.com 550]
        > abort
        C: QUIT
        S: 221 bye
        = failed at Message: Aborted []"
        ),
    );
}

#[test]
fn where_the_buffers_are_not_cleared_the_connection_is_not_kept() {
    check(
        &mailing(|mail| mail.keep_open = true),
        SendMode::Run,
        &format!(
            "{HELLO}
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 550 not you
        S: 503 no
        S: 503 no
        S: 503 no
        C: RSET
        S: 502 what
        C: QUIT
        S: 221 bye
        = refused at Envelope: 550 not you [joon@example.net 503, team@example.com 503]"
        ),
    );
}

#[test]
fn what_is_wrong_with_the_connection_ends_it() {
    check(
        &mailing(|mail| mail.keep_open = true),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 550 go away
        C: QUIT
        S: 221 bye
        = refused at Connect: 550 go away [joon@example.net -, team@example.com -]",
    );
    check(
        &waiting(),
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        CLOSE
        = failed at Connect: ConnectionLost []"
        ),
    );
    check(
        &waiting(),
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        S: 421 idle too long
        = refused at Connect: 421 idle too long []"
        ),
    );
    check(
        &waiting(),
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        S: 250 ok, whatever
        = failed at Connect: Unsolicited {{ reply: Reply {{ code: Code(250), enhanced: None, lines: [\"ok, whatever\"] }} }} []"
        ),
    );
}

#[test]
fn an_idle_connection_is_kept_alive_and_given_up_in_the_end() {
    let mut job = waiting();
    job.timeouts.noop = Duration::from_secs(10);
    job.timeouts.idle = Duration::from_secs(25);
    check(
        &job,
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        LATE
        C: NOOP
        S: 250 ok
        LATE
        C: NOOP
        S: 502 no such thing
        LATE
        C: QUIT
        S: 221 bye
        = ended []"
        ),
    );
    check(
        &job,
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        LATE
        C: NOOP
        MAIL
        S: 250 ok
        {ENVELOPE}{MESSAGE}
        C: QUIT
        S: 221 bye
        = accepted 250 queued [joon@example.net 250, team@example.com 250]"
        ),
    );
    check(
        &job,
        SendMode::Run,
        &format!(
            "{HELLO}
        ~ ready []
        LATE
        C: NOOP
        LATE
        = failed at Connect: TimedOut {{ awaiting: \"NOOP\", after_ms: 300000 }} []"
        ),
    );
}

#[test]
fn a_message_on_an_open_connection_is_stepped_through() {
    check(
        &mailing(|mail| mail.keep_open = true),
        SendMode::Step,
        "
        S: 220 x
        P: EHLO client.example
        > send
        C: EHLO client.example
        S: 250 x
        P: MAIL FROM:<mina@example.org>
        > send
        C: MAIL FROM:<mina@example.org>
        S: 550 no
        P: RSET
        > send
        C: RSET
        S: 250 ok
        ~ refused at Envelope: 550 no [joon@example.net -, team@example.com -]
        MAIL
        P: MAIL FROM:<mina@example.org>
        > send
        C: MAIL FROM:<mina@example.org>
        S: 550 no
        P: RSET
        > skip
        P: QUIT
        > send
        C: QUIT
        S: 221 bye
        = refused at Envelope: 550 no [joon@example.net -, team@example.com -]",
    );
}

/// What is wrong with a message must not hide what is wrong with the connection: it would be kept
/// for the next one, in clear.
#[test]
fn a_message_for_nobody_does_not_hide_that_tls_was_refused() {
    let job = Job {
        mail: None,
        ..signing_in(Security::Starttls)
    };
    let mut nobodys = mail();
    nobodys.envelope.to = Vec::new();
    nobodys.keep_open = true;
    let mut run = Run::new(job, SendMode::Run, usize::MAX);
    run.feed(Input::Mail {
        mail: nobodys.clone(),
        mode: SendMode::Run,
    });
    run.feed(Input::Received(b"220 x\r\n"));
    run.feed(Input::Received(b"250-x\r\n250 STARTTLS\r\n"));
    run.feed(Input::Received(b"454 not now\r\n"));
    assert!(run.written.ends_with(b"STARTTLS\r\nQUIT\r\n"));
    run.feed(Input::Received(b"221 bye\r\n"));
    let outcome = run.outcome.as_ref().map(summary);
    assert_eq!(
        outcome.as_deref(),
        Some("refused at Tls: 454 not now []"),
        "{:?}",
        run.entries
    );

    // Where nothing is wrong with the connection, it waits for a better one.
    let mut run = Run::new(waiting(), SendMode::Run, usize::MAX);
    run.feed(Input::Received(b"220 x\r\n"));
    run.feed(Input::Mail {
        mail: nobodys,
        mode: SendMode::Run,
    });
    run.feed(Input::Received(b"250 x\r\n"));
    let completed: Vec<String> = run.completed.iter().map(summary).collect();
    assert_eq!(completed, ["failed at Envelope: NoRecipients []"]);
    assert!(run.dialogue.accepts_mail());
}
