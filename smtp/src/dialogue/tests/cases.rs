//! The scripts.

use super::*;

#[test]
fn a_plain_server_is_served_in_lockstep() {
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 mail.example ESMTP
        C: EHLO client.example
        S: 250 mail.example
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 550 5.1.1 nobody
        C: DATA
        S: 354 go
        C: Subject: x
        C:
        C: ..dot
        C: last
        C: .
        S: 250 2.0.0 queued
        C: QUIT
        S: 221 bye
        = accepted 250 2.0.0 queued [joon@example.net 250, team@example.com 550]",
    );
}

#[test]
fn where_pipelining_is_offered_the_envelope_goes_in_one_flight() {
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 mail.example ESMTP
        C: EHLO client.example
        S: 250-mail.example
        S: 250-PIPELINING
        S: 250 SIZE 1000
        C: MAIL FROM:<mina@example.org> SIZE=24
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 250 ok
        S: 250 ok
        S: 251 forwarded
        S: 354 go
        C: Subject: x
        C:
        C: ..dot
        C: last
        C: .
        S: 250 queued
        C: QUIT
        S: 221 bye
        = accepted 250 queued [joon@example.net 250, team@example.com 251]",
    );
}

#[test]
fn pipelined_refusals_end_without_a_message() {
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 PIPELINING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 250 ok
        S: 550 no
        S: 451 later
        S: 354 go on then
        C: .
        S: 554 no valid recipients
        C: QUIT
        S: 221 bye
        = refused at Envelope: 451 later [joon@example.net 550, team@example.com 451]",
    );
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 PIPELINING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 530 5.7.0 sign in
        S: 503 no
        S: 503 no
        S: 503 no
        C: QUIT
        S: 221 bye
        = refused at Envelope: 530 5.7.0 sign in [joon@example.net 503, team@example.com 503]",
    );
    // A server that refuses the sender and then takes everything has no sender for it.
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 PIPELINING
        C: MAIL FROM:<mina@example.org>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        C: DATA
        S: 550 5.7.1 not from you
        S: 250 ok
        S: 250 ok
        S: 354 go on
        = refused at Envelope: 550 5.7.1 not from you [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn starttls_forgets_what_came_before() {
    check(
        &signing_in(Security::Starttls),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250-AUTH LOGIN
        S: 250-PIPELINING
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        TLS
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH LOGIN PLAIN
        C: AUTH PLAIN AG1pbmEAaHVudGVyMg==
        S: 235 2.7.0 welcome
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 550 no
        C: RCPT TO:<team@example.com>
        S: 550 no
        C: QUIT
        S: 221 bye
        = refused at Envelope: 550 no [joon@example.net 550, team@example.com 550]",
    );
}

#[test]
fn nothing_private_goes_without_the_tls_that_was_asked_for() {
    let job = signing_in(Security::Starttls);
    let none = "[joon@example.net -, team@example.com -]";
    check(
        &job,
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH PLAIN
        C: QUIT
        S: 221 bye
        = failed at Tls: StarttlsNotOffered {none}"
        ),
    );
    for refusal in ["454 4.7.0 not now", "502 no", "554 no"] {
        check(
            &job,
            SendMode::Run,
            &format!(
                "
            S: 220 x
            C: EHLO client.example
            S: 250-x
            S: 250 STARTTLS
            C: STARTTLS
            S: {refusal}
            C: QUIT
            S: 221 bye
            = refused at Tls: {refusal} {none}"
            ),
        );
    }
    for odd in [221, 250, 299, 354] {
        let code = crate::Code::new(odd).expect("a code");
        let cause = Failure::UnexpectedReply {
            after: "STARTTLS".into(),
            reply: Reply::new(code, vec!["odd".into()]),
        };
        check(
            &job,
            SendMode::Run,
            &format!(
                "
            S: 220 x
            C: EHLO client.example
            S: 250-x
            S: 250 STARTTLS
            C: STARTTLS
            S: {odd} odd
            = failed at Tls: {cause:?} {none}"
            ),
        );
    }
    check(
        &job,
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 STARTTLS
        C: STARTTLS
        S: 421 bye
        = refused at Tls: 421 bye {none}"
        ),
    );
    check(
        &job,
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        no TLS
        = failed at Tls: Tls {{ why: SelfSigned }} {none}"
        ),
    );
}

#[test]
fn octets_behind_the_go_ahead_for_tls_are_an_attack() {
    for injected in ["250 x\r\n", "2", "\r\n", "AUTH"] {
        let mut run = Run::new(signing_in(Security::Starttls), SendMode::Run, usize::MAX);
        run.feed(Input::Received(b"220 x\r\n"));
        run.feed(Input::Received(b"250-x\r\n250 STARTTLS\r\n"));
        run.feed(Input::Received(format!("220 go\r\n{injected}").as_bytes()));
        let outcome = run.outcome.expect("an end");
        assert!(
            matches!(
                outcome,
                Outcome::Failed {
                    at: Stage::Tls,
                    cause: Failure::InjectedBeforeTls,
                    ..
                }
            ),
            "{outcome:?}"
        );
        assert!(!run.wants_tls);
        assert!(run.written.ends_with(b"STARTTLS\r\n"));
    }
}

#[test]
fn implicit_tls_comes_before_the_greeting() {
    check(
        &Job {
            security: Security::Tls,
            ..job()
        },
        SendMode::Run,
        "
        TLS
        S: 554 no service here
        C: QUIT
        S: 221 bye
        = refused at Tls: 554 no service here [joon@example.net -, team@example.com -]",
    );
}

#[test]
fn signing_in_goes_by_what_is_offered() {
    let none = "[joon@example.net -, team@example.com -]";
    let tls = signing_in(Security::Tls);
    let start = "
        TLS
        S: 220 x
        C: EHLO client.example
        S: 250-x";
    check(
        &tls,
        SendMode::Run,
        &format!(
            "{start}
        S: 250 AUTH LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: bWluYQ==
        S: 334 UGFzc3dvcmQ6
        C: aHVudGVyMg==
        S: 535 5.7.8 hunter2 is wrong, aHVudGVyMg== too
        C: QUIT
        S: 221 bye
        = refused at SignIn: 535 5.7.8 ⟨secret⟩ is wrong, ⟨secret⟩ too {none}"
        ),
    );
    check(
        &tls,
        SendMode::Run,
        &format!(
            "{start}
        S: 250 AUTH PLAIN
        C: AUTH PLAIN AG1pbmEAaHVudGVyMg==
        S: 334 bW9yZQ==
        C: *
        S: 535 no
        C: QUIT
        S: 221 bye
        = refused at SignIn: 535 no {none}"
        ),
    );
    check(
        &tls,
        SendMode::Run,
        &format!(
            "{start}
        S: 250 SIZE 10
        C: QUIT
        S: 221 bye
        = failed at SignIn: SignInNotOffered {none}"
        ),
    );
    check(
        &tls,
        SendMode::Run,
        &format!(
            "{start}
        S: 250 AUTH GSSAPI NTLM
        C: QUIT
        S: 221 bye
        = failed at SignIn: NoCommonMechanism {{ offered: [\"GSSAPI\", \"NTLM\"] }} {none}"
        ),
    );
    // In clear to another machine: not even a connection.
    check(
        &signing_in(Security::None),
        SendMode::Run,
        &format!("= failed at SignIn: SignInInClear {none}"),
    );
    let empty = Job {
        credentials: Some(Credentials::new("mina", "a\0b")),
        ..tls
    };
    check(
        &empty,
        SendMode::Run,
        &format!("= failed at SignIn: BadCredentials {none}"),
    );
}

#[test]
fn an_old_server_is_greeted_with_helo() {
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 502 what
        C: HELO client.example
        S: 250 x
        C: MAIL FROM:<mina@example.org>
        S: 421 4.3.2 closing
        = refused at Envelope: 421 4.3.2 closing [joon@example.net -, team@example.com -]",
    );
}

#[test]
fn what_does_not_fit_is_not_begun() {
    let none = "[joon@example.net -, team@example.com -]";
    check(
        &job(),
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 SIZE 10
        C: QUIT
        S: 221 bye
        = failed at Envelope: TooLarge {{ size: 24, limit: 10 }} {none}"
        ),
    );
    let utf8 = mailing(|mail| {
        mail.envelope.to = vec![Address::parse("준@example.net").expect("an address")];
    });
    check(&utf8, SendMode::Run, "
        S: 220 x
        C: EHLO client.example
        S: 250 x
        C: QUIT
        S: 221 bye
        = failed at Envelope: Utf8NotOffered { address: Some(\"준@example.net\") } [준@example.net -]");
    check(
        &utf8,
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 250 SMTPUTF8
        C: MAIL FROM:<mina@example.org> SMTPUTF8
        S: 452 full
        C: QUIT
        S: 221 bye
        = refused at Envelope: 452 full [준@example.net -]",
    );
    let eight = mailing(|mail| mail.message.eight_bit = true);
    check(
        &eight,
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250 x
        C: QUIT
        S: 221 bye
        = failed at Envelope: EightBitNotOffered {none}"
        ),
    );
}

#[test]
fn odd_answers_are_named() {
    let none = "[joon@example.net -, team@example.com -]";
    check(
        &job(),
        SendMode::Run,
        &format!("S: SSH-2.0-OpenSSH_9\n = failed at Connect: NotMail {none}"),
    );
    check(
        &job(),
        SendMode::Run,
        &format!("s: +OK pop\n = failed at Connect: NotMail {none}"),
    );
    check(
        &job(),
        SendMode::Run,
        &format!("S: 250 hello\n = failed at Connect: NotMail {none}"),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250-x
        S: 251 y
        = failed at Connect: BadReply {{ why: MixedCodes }} {none}"
        ),
    );
}

#[test]
fn a_reply_that_began_before_the_question_is_not_its_answer() {
    for (first, rest) in [
        ("220 x\r\n250 eager\r\n", ""),
        ("220 x\r\n25", "0 eager\r\n"),
        ("220 x\r\n2", "50-a\r\n250 eager\r\n"),
    ] {
        let mut run = Run::new(job(), SendMode::Run, usize::MAX);
        run.feed(Input::Received(first.as_bytes()));
        run.feed(Input::Received(rest.as_bytes()));
        let outcome = run.outcome.expect("an end");
        assert!(
            matches!(
                outcome,
                Outcome::Failed {
                    cause: Failure::Unsolicited { .. },
                    ..
                }
            ),
            "{outcome:?}"
        );
    }
}

#[test]
fn the_end_of_data_decides() {
    let upto_data = "
        S: 220 x
        C: EHLO client.example
        S: 250 x
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        C: RCPT TO:<team@example.com>
        S: 250 ok
        C: DATA";
    let message = "
        S: 354 go
        C: Subject: x
        C:
        C: ..dot
        C: last
        C: .";
    let both = "[joon@example.net 250, team@example.com 250]";
    let reply =
        |code, text: &str| Reply::new(crate::Code::new(code).expect("a code"), vec![text.into()]);
    // A dot that has not left the client is none that the server could have heard.
    for (then, expect) in [
        ("CLOSE", "failed at Message: ConnectionLost"),
        (
            "LATE",
            "failed at Message: TimedOut { awaiting: \"message\", after_ms: 180000 }",
        ),
        ("> abort", "failed at Message: Aborted"),
        ("S: 554 5.7.1 no", "refused at Message: 554 5.7.1 no"),
        ("S: 421 bye", "refused at Message: 421 bye"),
    ] {
        check(
            &job(),
            SendMode::Run,
            &format!(
                "{upto_data}
        BLOCKED{message}
        {then}
        = {expect} {both}"
            ),
        );
    }
    let early = Failure::Unsolicited {
        reply: reply(250, "already"),
    };
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}
        BLOCKED{message}
        S: 250 already
        = failed at Message: {early:?} {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        CLOSE
        = unknown: ConnectionLost {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        LATE
        = unknown: TimedOut {{ awaiting: \".\", after_ms: 600000 }} {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        S: 354 again
        = unknown: {:?} {both}",
            Failure::UnexpectedReply {
                after: ".".into(),
                reply: reply(354, "again")
            }
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        S: 2x
        = unknown: BadReply {{ why: NotAReply }} {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        S: 554 5.7.1 spam
        C: QUIT
        CLOSE
        = refused at Message: 554 5.7.1 spam {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}{message}
        S: 250 ok
        C: QUIT
        LATE
        = accepted 250 ok {both}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}
        S: 250 no need
        = failed at Message: {:?} {both}",
            Failure::UnexpectedReply {
                after: "DATA".into(),
                reply: reply(250, "no need")
            }
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "{upto_data}
        S: 451 not now
        C: QUIT
        S: 221 bye
        = refused at Message: 451 not now {both}"
        ),
    );
}

#[test]
fn waiting_ends_by_what_is_awaited() {
    let none = "[joon@example.net -, team@example.com -]";
    check(
        &job(),
        SendMode::Run,
        &format!(
            "LATE\n LATE\n = failed at Connect: \
             TimedOut {{ awaiting: \"greeting\", after_ms: 300000 }} {none}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "
        s: 220-slow
        LATE
        = failed at Connect: TimedOut {{ awaiting: \"greeting\", after_ms: 300000 }} {none}"
        ),
    );
    check(
        &job(),
        SendMode::Run,
        &format!(
            "
        S: 220 x
        C: EHLO client.example
        S: 250 x
        C: MAIL FROM:<mina@example.org>
        LATE
        = failed at Envelope: TimedOut {{ awaiting: \"MAIL\", after_ms: 300000 }} {none}"
        ),
    );
}

#[test]
fn an_operator_sends_each_line() {
    check(
        &job(),
        SendMode::Step,
        "
        S: 220 x
        P: EHLO client.example
        > send
        C: EHLO client.example
        S: 250-x
        S: 250 PIPELINING
        P: MAIL FROM:<mina@example.org>
        > send mail from:<mina@example.org>
        C: mail from:<mina@example.org>
        S: 250 ok
        P: RCPT TO:<joon@example.net>
        > send RCPT TO:<other@example.net>
        C: RCPT TO:<other@example.net>
        S: 250 ok
        P: RCPT TO:<team@example.com>
        > insert NOOP
        C: NOOP
        S: 250 fine
        P: RCPT TO:<team@example.com>
        > skip
        P: DATA
        > send
        C: DATA
        S: 354 go
        P: (24 octets)
        > insert X-Typed: .
        C: X-Typed: .
        P: (24 octets)
        > send
        C: Subject: x
        C:
        C: ..dot
        C: last
        P: .
        > send
        C: .
        S: 250 ok
        P: QUIT
        > send
        C: QUIT
        S: 221 bye
        = accepted 250 ok [joon@example.net -, team@example.com -, other@example.net 250]",
    );
}

#[test]
fn a_refusal_can_be_turned_round() {
    check(
        &job(),
        SendMode::Step,
        "
        S: 220 x
        > send
        C: EHLO client.example
        S: 250 x
        > send MAIL FROM:<oops
        C: MAIL FROM:<oops
        S: 501 syntax
        P: QUIT
        > insert MAIL FROM:<mina@example.org>
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        P: RCPT TO:<joon@example.net>
        > run
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
        = accepted 250 ok [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn what_really_left_decides_what_is_expected() {
    // Two commands in one line, and a bare LF that a lax server takes for a line end.
    check(
        &job(),
        SendMode::Step,
        "
        S: 220 x
        > send
        C: EHLO client.example
        S: 250 x
        > send
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        > send RCPT TO:<joon@example.net>\\r\\nRCPT TO:<team@example.com>
        C: RCPT TO:<joon@example.net>
        C: RCPT TO:<team@example.com>
        S: 250 ok
        S: 251 ok
        P: DATA
        > insert NOOP\\nNOOP
        C: NOOP\\nNOOP
        S: 250 one
        S: 250 two
        P: DATA
        > send QUIT
        C: QUIT
        S: 221 bye
        = ended [joon@example.net 250, team@example.com 251]",
    );
}

#[test]
fn an_operator_may_sign_in_by_hand_and_the_secret_stays_one() {
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        "
        TLS
        S: 220 x
        > send
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH PLAIN LOGIN
        P: AUTH PLAIN ⟨secret⟩
        > send auth plain ⟨secret⟩
        C: auth plain AG1pbmEAaHVudGVyMg==
        S: 535 no AG1pbmEAaHVudGVyMg==
        P: QUIT
        > insert AUTH LOGIN
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        P: ⟨secret⟩
        > send
        C: bWluYQ==
        S: 334 UGFzc3dvcmQ6
        P: ⟨secret⟩
        > send c2VjcmV0MTIz
        C: c2VjcmV0MTIz
        S: 235 ok
        P: QUIT
        > abort
        C: QUIT
        S: 221 bye
        = refused at SignIn: 535 no ⟨secret⟩ [joon@example.net -, team@example.com -]",
    );
}

#[test]
fn an_odd_answer_to_signing_in_behind_a_refusal_leaves_nobody_waiting() {
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        "
        TLS
        S: 220 x
        > send
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH PLAIN
        P: AUTH PLAIN ⟨secret⟩
        > send
        C: AUTH PLAIN AG1pbmEAaHVudGVyMg==
        S: 535 no
        P: QUIT
        > insert AUTH PLAIN
        C: AUTH PLAIN
        S: 250 what
        P: QUIT
        > send
        C: QUIT
        S: 221 bye
        = refused at SignIn: 535 no [joon@example.net -, team@example.com -]",
    );
}

#[test]
fn a_sign_in_that_may_not_be_does_not_undo_a_delivery() {
    check(
        &job(),
        SendMode::Run,
        "
        S: 220 x
        C: EHLO client.example
        S: 250 x
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
        > step
        S: 250 queued
        P: QUIT
        > insert AUTH PLAIN AGEAYg==
        P: QUIT
        > send
        C: QUIT
        S: 221 bye
        = accepted 250 queued [joon@example.net 250, team@example.com 250]",
    );
}

#[test]
fn a_secret_that_an_operator_puts_into_another_line_stays_one() {
    let paused = "
        TLS
        S: 220 x
        > send
        C: EHLO client.example
        S: 250-x
        S: 250 AUTH PLAIN
        P: AUTH PLAIN ⟨secret⟩";
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        &format!(
            "{paused}
        > send NOOP ⟨secret⟩
        C: NOOP AG1pbmEAaHVudGVyMg==
        S: 550 hunter2 AG1pbmEAaHVudGVyMg==
        P: MAIL FROM:<mina@example.org>
        > send
        C: MAIL FROM:<mina@example.org>
        S: 550 nobody signs in as hunter2
        P: QUIT
        > abort
        C: QUIT
        S: 221 bye
        = refused at Envelope: 550 nobody signs in as ⟨secret⟩ [joon@example.net -, team@example.com -]"
        ),
    );
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        &format!(
            "{paused}
        > send RCPT TO:<⟨secret⟩>
        C: RCPT TO:<AG1pbmEAaHVudGVyMg==>
        S: 503 not now
        P: MAIL FROM:<mina@example.org>
        > abort
        C: QUIT
        S: 221 bye
        = failed at Envelope: Aborted [joon@example.net -, team@example.com -, ⟨secret⟩ 503]"
        ),
    );
    check(
        &signing_in(Security::Tls),
        SendMode::Step,
        &format!(
            "{paused}
        > send ⟨secret⟩
        C: AG1pbmEAaHVudGVyMg==
        LATE
        = failed at Tls: TimedOut {{ awaiting: \"⟨SECRET⟩\", after_ms: 300000 }} [joon@example.net -, team@example.com -]"
        ),
    );
}

#[test]
fn aborting_never_delivers() {
    let none = "[joon@example.net -, team@example.com -]";
    check(
        &job(),
        SendMode::Step,
        &format!(
            "
        S: 220 x
        P: EHLO client.example
        > abort
        C: QUIT
        S: 221 bye
        = failed at Connect: Aborted {none}"
        ),
    );
    check(
        &job(),
        SendMode::Step,
        &format!("> abort\n = failed at Connect: Aborted {none}"),
    );
    check(
        &job(),
        SendMode::Step,
        "
        S: 220 x
        > send
        C: EHLO client.example
        S: 250 x
        > send
        C: MAIL FROM:<mina@example.org>
        S: 250 ok
        > send
        C: RCPT TO:<joon@example.net>
        S: 250 ok
        > skip
        > send
        C: DATA
        S: 354 go
        > abort
        = failed at Message: Aborted [joon@example.net 250, team@example.com -]",
    );
}
