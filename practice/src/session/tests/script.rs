//! Scenarios that are whole dialogues, each played with the input split at every size.

use super::rules::{run, told};
use super::*;

/// Plays the dialogue, as for rules. All of `sent` is sent, and `[tls]` is followed by a handshake.
fn check(text: &str, sent: &[&str], expected: &str) {
    let longest = sent.iter().map(|sent| sent.len()).max().unwrap_or(1);
    for piece in 1..=longest.max(1) {
        let (run, now) = (run(text), Duration::ZERO);
        let mut session = Session::with_scenario(Profile::default(), Security::Clear, &run, now);
        let mut seen = String::new();
        told(&mut session, &mut seen);
        for sent in sent {
            for octets in sent.as_bytes().chunks(piece) {
                session.handle(Input::Received(octets), now);
                told(&mut session, &mut seen);
            }
            if seen.ends_with("[tls]") {
                session.handle(Input::TlsEstablished, now);
                told(&mut session, &mut seen);
            }
        }
        session.handle(Input::DeadlinePassed, now);
        told(&mut session, &mut seen);
        let expected = expected.replace('\n', "\\r\\n");
        assert_eq!(seen, expected, "{text}: {sent:?} in pieces of {piece}");
    }
}

#[test]
fn a_dialogue_is_followed() {
    check(
        "S: 220 hi\nC: ehlo\nS: 250 you said \\{line}\nC: DATA\nS: 354 go\nMESSAGE\nS: 250 ok\n\
         C: QUIT\nS: 221 bye\nFIN",
        &["EHLO x\r\nDATA\r\na.\r\n..\r\n\r\n", "abc\r\n.\r\nQUIT\r\n"],
        "220 hi\n250 you said EHLO x\n354 go\n250 ok\n221 bye\n[Fin][close]",
    );
    check(
        "S: 220 hi\nREAD 5\nS: five\nSILENT",
        &["12345678"],
        "220 hi\nfive\n[close]",
    );
    check("READ 0\nS/3 220 hi", &["x"], "220[15 ms] hi\n[close]");
    check("S* 3 ab\nEND", &[], "ababab[close]");
}

#[test]
fn a_dialogue_can_have_a_handshake() {
    check(
        "S: 220 hi\nC: STARTTLS\nS: 220 go\nPAUSE 7\nS+ x\nTLS\nC: NOOP\nS: 250 ok\nCUT",
        &["STARTTLS\r\n", "NOOP\r\n", "more"],
        "220 hi\n220 go\n[7 ms]x[tls]250 ok\n[Cut]",
    );
    check(
        "RECORD\nS+ \\x15\\x03",
        &["\x16\x03\x01\0\x05hello"],
        "\\x15\\x03[close]",
    );
    // What is sent in clear behind STARTTLS is dropped.
    check(
        "S: 220\nC: STARTTLS\nTLS\nS: 220 hi",
        &["STARTTLS\r\nEHLO x\r\n"],
        "220\n[tls]220 hi\n[close]",
    );
    check("TLS\nS: 220 hi", &[""], "[tls]220 hi\n[close]");
    check("NO TLS", &[""], "[tls][close]");
}

#[test]
fn a_client_that_deviates_is_told_so() {
    let error = "503 5.5.1 Error: not what the scenario expects, closing connection\n[close]";
    check(
        "S: 220 hi\nC: EHLO\nS: 250 x",
        &["HELO x\r\n"],
        &format!("220 hi\n{error}"),
    );
    check("C: EHLO", &[&"x".repeat(5000)], error);
    check("S: 220\nEND", &["QUIT\r\n"], &format!("220\n{error}"));
}

#[test]
fn a_long_line_of_a_message_is_not_kept() {
    let run = run("MESSAGE\nS: 250 ok");
    let mut session =
        Session::with_scenario(Profile::default(), Security::Clear, &run, Duration::ZERO);
    for _ in 0..100 {
        session.handle(Input::Received(&[b'x'; 10_000]), Duration::ZERO);
    }
    assert!(session.buffered() < 20_000, "{}", session.buffered());
    session.handle(Input::Received(b".\r\n.\r\n"), Duration::ZERO);
    let mut seen = String::new();
    told(&mut session, &mut seen);
    assert_eq!(seen, "250 ok\\r\\n");
}
