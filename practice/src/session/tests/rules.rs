//! Rules of scenarios, each played with the input split at every size.

use super::*;
use crate::scenario::{self, ScenarioRun};

/// What a session does, as text: what it writes, with escapes, and its other actions in brackets.
pub(super) fn told(session: &mut Session, into: &mut String) {
    while let Some(action) = session.poll() {
        match action {
            Action::Write(octets) => into.push_str(&octets.escape_ascii().to_string()),
            Action::StartTls => into.push_str("[tls]"),
            Action::Pause(pause) => into.push_str(&format!("[{} ms]", pause.as_millis())),
            Action::Close => into.push_str("[close]"),
            Action::Confirm => {
                let reply = session.confirm(1);
                into.push_str(&reply.escape_ascii().to_string());
            }
            Action::Deliver(delivered) => {
                into.push_str(&format!("[deliver {}]", delivered.recipients.join(",")));
            }
            Action::Cork => into.push_str("[cork]"),
            Action::Uncork => into.push_str("[uncork]"),
            Action::Stall => into.push_str("[stall]"),
            Action::Leave(how) => into.push_str(&format!("[{how:?}]")),
        }
    }
}

pub(super) fn run(text: &str) -> ScenarioRun {
    match scenario::parse(text) {
        Ok(scenario) => ScenarioRun::new(scenario, 7),
        Err(errors) => panic!("{text}: {errors:?}"),
    }
}

/// Plays the scenario. Each pair is what the client sends, and what the server then does; the first
/// one sends nothing. `[tls]` is followed by a handshake. The greeting may be left out.
fn check(text: &str, dialogue: &[(&str, &str)]) {
    let longest = dialogue.iter().map(|(sent, _)| sent.len()).max();
    for piece in 1..=longest.unwrap_or(1).max(1) {
        let run = run(text);
        let security = Security::Clear;
        let now = Duration::ZERO;
        let mut session = Session::with_scenario(Profile::default(), security, &run, now);
        for (at, (sent, expected)) in dialogue.iter().enumerate() {
            let mut seen = String::new();
            for octets in sent.as_bytes().chunks(piece) {
                session.handle(Input::Received(octets), now);
                told(&mut session, &mut seen);
            }
            if at == 0 {
                told(&mut session, &mut seen);
            }
            let expected = expected.replace('\n', "\\r\\n");
            assert_eq!(seen, expected, "{text}: {sent:?} in pieces of {piece}");
            if expected.ends_with("[tls]") {
                session.handle(Input::TlsEstablished, now);
            }
        }
    }
}

const GREETING: &str = "220 mail.practice.test ESMTP Glasspost practice\n";
const HELO: (&str, &str) = ("HELO x\r\n", "250 mail.practice.test\n");
const MAIL: (&str, &str) = ("MAIL FROM:<a@b>\r\n", "250 2.1.0 Sender OK\n");
const RCPT: (&str, &str) = ("RCPT TO:<c@d>\r\n", "250 2.1.5 Recipient OK\n");
const DATA: (&str, &str) = ("DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\n");
const QUEUED: &str = "[deliver c@d]250 2.0.0 OK: queued as 9E3779B1\n";

/// The same after MAIL.
fn check_envelope(text: &str, dialogue: &[(&str, &str)]) {
    let before = [("", GREETING), HELO, MAIL];
    check(text, &[&before, dialogue].concat());
}

#[test]
fn a_reply_takes_the_place_of_the_servers_own() {
    let text = "on RCPT first=1 per=address\n S: 451 4.7.1 Later\n";
    let other = ("RCPT TO:<C@D>\r\n", "250 2.1.5 Recipient OK\n");
    check_envelope(
        text,
        &[
            (
                "RCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\n",
                "451 4.7.1 Later\n451 4.7.1 Later\n",
            ),
            ("DATA\r\n", "554 5.5.1 Error: no valid recipients\n"),
            other,
        ],
    );
    check_envelope(
        "on MAIL nth=2\n S: 452 4.3.1 Full\n",
        &[
            ("RSET\r\n", "250 2.0.0 OK\n"),
            ("MAIL FROM:<a@b>\r\n", "452 4.3.1 Full\n"),
            MAIL,
        ],
    );
}

#[test]
fn conditions_on_the_envelope() {
    check_envelope(
        "on RCPT to=*@spam.test from=a@*\n S: 550 No\n",
        &[
            RCPT,
            ("RCPT TO:<x@SPAM.test>\r\n", "550 No\n"),
            ("RSET\r\n", "250 2.0.0 OK\n"),
            ("MAIL FROM:<b@b>\r\n", "250 2.1.0 Sender OK\n"),
            ("RCPT TO:<x@SPAM.test>\r\n", "250 2.1.5 Recipient OK\n"),
        ],
    );
    check_envelope(
        "on DATA to=x@*\n S: 451 No\n",
        &[
            RCPT,
            ("RCPT TO:<x@d>\r\n", "250 2.1.5 Recipient OK\n"),
            ("DATA\r\n", "451 No\n"),
        ],
    );
    check_envelope(
        "on MAIL min-size=100\n S: 552 Large\n",
        &[
            ("RSET\r\n", "250 2.0.0 OK\n"),
            ("MAIL FROM:<a@b> SIZE=100\r\n", "552 Large\n"),
            ("MAIL FROM:<a@b> SIZE=99\r\n", "250 2.1.0 Sender OK\n"),
        ],
    );
    check_envelope(
        "on MESSAGE min-size=4\n S: 552 Large\n",
        &[
            RCPT,
            DATA,
            ("ab\r\n.\r\n", "552 Large\n"),
            MAIL,
            RCPT,
            DATA,
            ("\r\n.\r\n", QUEUED),
        ],
    );
}

#[test]
fn the_servers_own_reply_can_be_sent_amid_others() {
    check_envelope(
        "on RCPT\n PAUSE 5\n ANSWER\n S: 250 again\n",
        &[
            (
                "RCPT TO:<c@d>\r\n",
                "[5 ms]250 2.1.5 Recipient OK\n250 again\n",
            ),
            DATA,
        ],
    );
    check_envelope(
        "on DATA\n EXECUTE\n S: 354-first\n S: 354 go\n",
        &[RCPT, ("DATA\r\n", "354-first\n354 go\n"), (".\r\n", QUEUED)],
    );
    check_envelope(
        "on QUIT\n S+ 221\n ANSWER\n S: 250 too late\n",
        &[("QUIT\r\n", "221221 2.0.0 Bye\n250 too late\n[close]")],
    );
}

#[test]
fn the_reply_to_ehlo_can_be_changed() {
    let reply = "250-mail.practice.test\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n\
                 250-CHUNKING\n250-ENHANCEDSTATUSCODES\n250-SIZE 36700160\n250 XTRA a b\n";
    check(
        "on EHLO\n HIDE STARTTLS\n HIDE auth\n ADD XTRA a b\n",
        &[("", GREETING), ("EHLO x\r\n", reply)],
    );
}

#[test]
fn octets_can_be_injected_behind_starttls() {
    let ehlo = "250-mail.practice.test\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n\
                250-CHUNKING\n250-STARTTLS\n250-AUTH PLAIN LOGIN\n250-ENHANCEDSTATUSCODES\n\
                250 SIZE 36700160\n";
    check(
        "on STARTTLS\n CORK\n ANSWER\n S: 250 injected\n UNCORK\n",
        &[
            ("", GREETING),
            ("EHLO x\r\n", ehlo),
            (
                "STARTTLS\r\n",
                "[cork]220 2.0.0 Ready to start TLS\n250 injected\n[uncork][tls]",
            ),
            HELO,
        ],
    );
    check(
        "on STARTTLS\n S: 454 4.7.0 Not now\n",
        &[
            ("", GREETING),
            ("EHLO x\r\n", ehlo),
            ("STARTTLS\r\n", "454 4.7.0 Not now\n"),
            HELO,
        ],
    );
}

#[test]
fn connections_end_in_the_midst_of_replies_and_messages() {
    for (verb, action) in [("FIN", "[Fin]"), ("RST", "[Rst]"), ("CUT", "[Cut]")] {
        let text = format!("on MESSAGE\n EXECUTE\n S+ 250 2.0\n {verb}\n");
        check_envelope(
            &text,
            &[
                RCPT,
                DATA,
                (".\r\n", &format!("[deliver c@d]250 2.0{action}")),
                ("QUIT\r\n", ""),
            ],
        );
        let text = format!("on BODY 3\n {verb}\n");
        check_envelope(&text, &[RCPT, DATA, ("ab\r\n.\r\nQUIT\r\n", action)]);
    }
    check_envelope(
        "on BODY 3\n STALL\n",
        &[RCPT, DATA, ("abcde", "[stall][Cut]")],
    );
    check_envelope("on RCPT\n SILENT\n", &[("RCPT TO:<c@d>\r\nQUIT\r\n", "")]);
}

#[test]
fn rules_inside_a_message_apply_at_their_octets() {
    let text = "on BODY 2\n S: 250 two\n\non BODY 5\n S: 250 five\n";
    check_envelope(
        text,
        &[
            RCPT,
            DATA,
            ("a", ""),
            ("b", "250 two\n"),
            ("c\r\n.\r\n", &format!("250 five\n{QUEUED}")),
            MAIL,
            RCPT,
            // The end of the message comes first.
            DATA,
            (
                ".\r\n",
                "250 two\n[deliver c@d]250 2.0.0 OK: queued as 9E3779B1\n",
            ),
        ],
    );
}

#[test]
fn a_chunk_is_read_before_a_rule_answers_it() {
    let ehlo = "250-mail.practice.test\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n\
                250-CHUNKING\n250-STARTTLS\n250-AUTH PLAIN LOGIN\n250-ENHANCEDSTATUSCODES\n\
                250 SIZE 36700160\n";
    for point in ["BDAT", "ANY nth=4"] {
        let text = format!("on {point}\n S: 452 4.3.1 Full\n");
        check(
            &text,
            &[
                ("", GREETING),
                ("EHLO x\r\n", ehlo),
                MAIL,
                RCPT,
                ("BDAT 6\r\nQUIT\r\n", "452 4.3.1 Full\n"),
                ("BDAT 0 LAST\r\n", "503 5.5.1 Error: need MAIL command\n"),
            ],
        );
    }
}

#[test]
fn signing_in_can_be_changed() {
    let ehlo = "on EHLO\n EXECUTE\n S: 250 AUTH LOGIN\n\n";
    let start = [("", GREETING), ("EHLO x\r\n", "250 AUTH LOGIN\n")];
    let text = format!("{ehlo}on RESPONSE\n S: 334 VXNlcm5hbWU6\n");
    let again = ("dXNlcg==\r\n", "334 VXNlcm5hbWU6\n");
    check(
        &text,
        &[
            &start[..],
            &[
                ("AUTH LOGIN\r\n", "334 VXNlcm5hbWU6\n"),
                again,
                again,
                again,
            ],
        ]
        .concat(),
    );
    let text = format!("{ehlo}on AUTH\n S: 334 abc\n\non RESPONSE\n S: 535 5.7.8 No\n");
    check(
        &text,
        &[
            &start[..],
            &[
                ("AUTH PLAIN abcd\r\n", "334 abc\n"),
                ("NOOP\r\n", "535 5.7.8 No\n"),
                ("NOOP\r\n", "250 2.0.0 OK\n"),
            ],
        ]
        .concat(),
    );
    let text = format!("{ehlo}on MAIL signed-in=no\n S: 530 5.7.0 Sign in\n");
    check(
        &text,
        &[
            &start[..],
            &[
                ("MAIL FROM:<a@b>\r\n", "530 5.7.0 Sign in\n"),
                (
                    "AUTH PLAIN AHUAcHJhY3RpY2U=\r\n",
                    "235 2.7.0 Authentication successful\n",
                ),
                MAIL,
            ],
        ]
        .concat(),
    );
}

#[test]
fn any_command_can_be_answered_and_the_client_quoted() {
    check(
        "on ANY after=1\n S: 421 4.3.2 You said \\{line}\n FIN\n",
        &[
            ("", GREETING),
            HELO,
            ("what?\r\nHELO x\r\n", "421 4.3.2 You said what?\n[Fin]"),
        ],
    );
    check(
        "on CONNECT\n S: 554 No\n FIN\n",
        &[("", "554 No\n[Fin]"), ("QUIT\r\n", "")],
    );
}

#[test]
fn a_limit_of_rate_lets_so_many_through() {
    let run = run("on MAIL rate=2/60\n S: 421 4.7.0 Slow down\n");
    let mut at = |seconds: u64| {
        let now = Duration::from_secs(seconds);
        let mut session = Session::with_scenario(Profile::default(), Security::Clear, &run, now);
        let lines = b"HELO x\r\nMAIL FROM:<a@b>\r\n";
        session.handle(Input::Received(lines), now);
        let mut seen = String::new();
        told(&mut session, &mut seen);
        seen.contains("250 2.1.0")
    };
    let allowed: Vec<bool> = [0, 10, 20, 59, 60, 61, 70]
        .into_iter()
        .map(&mut at)
        .collect();
    assert_eq!(allowed, [true, true, false, false, true, false, true]);
}

#[test]
fn chance_follows_from_the_seed() {
    let play = |seed: &str, percent: u32| {
        let run = run(&format!("{seed}\non NOOP chance={percent}%\n S: 451 No\n"));
        let mut session =
            Session::with_scenario(Profile::default(), Security::Clear, &run, Duration::ZERO);
        session.handle(Input::Received(&b"NOOP\r\n".repeat(200)), Duration::ZERO);
        let mut seen = String::new();
        told(&mut session, &mut seen);
        (seen.matches("451").count(), seen)
    };
    let (refused, seen) = play("seed: 1", 30);
    assert!((30..90).contains(&refused), "{refused} of 200");
    assert_eq!(play("seed: 1", 30).1, seen);
    assert_ne!(play("seed: 2", 30).1, seen);
    // The seed that the caller gives.
    assert_eq!(play("", 30).1, play("seed: 7", 30).1);
    assert_eq!((play("", 0).0, play("", 100).0), (0, 200));
}

#[test]
fn what_is_counted_is_bounded() {
    let run = run("on RCPT first=1 per=address\n S: 451 Later\n");
    let refused = |address: &str| {
        let mut session =
            Session::with_scenario(Profile::default(), Security::Clear, &run, Duration::ZERO);
        let lines = format!("HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<{address}>\r\n");
        session.handle(Input::Received(lines.as_bytes()), Duration::ZERO);
        let mut seen = String::new();
        told(&mut session, &mut seen);
        seen.contains("451")
    };
    assert!(refused("first@b"));
    assert!(!refused("first@b"));
    for number in 0..limits::SCENARIO_COUNTERS - 1 {
        assert!(refused(&format!("{number}@b")));
    }
    assert!(!refused("first@b"));
    assert!(refused("one-more@b"));
    assert!(refused("first@b"), "it was counted first");
}

#[test]
fn what_is_counted_per_connection() {
    let run = run("on NOOP first=1 per=connection\n S: 451 Later\n");
    for _ in 0..2 {
        let mut session =
            Session::with_scenario(Profile::default(), Security::Clear, &run, Duration::ZERO);
        let mut seen = String::new();
        told(&mut session, &mut seen);
        seen.clear();
        session.handle(Input::Received(b"NOOP\r\nNOOP\r\n"), Duration::ZERO);
        told(&mut session, &mut seen);
        assert_eq!(seen, "451 Later\\r\\n250 2.0.0 OK\\r\\n");
    }
}
