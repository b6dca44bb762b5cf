//! What is kept of what was said.

use super::rules::{run, told};
use super::*;
use crate::conversation::{SECRET, Speaker};

/// What was said, as text, after the client has sent all this.
fn said(text: Option<&str>, sent: &[&str]) -> String {
    let (run, now) = (text.map(run), Duration::ZERO);
    let mut session = Session::start(Profile::default(), Security::Clear, run.as_ref(), now);
    let mut seen = String::new();
    told(&mut session, &mut seen);
    for sent in sent {
        session.handle(Input::Received(sent.as_bytes()), now);
        told(&mut session, &mut seen);
    }
    session.handle(Input::Closed, now);
    let lines = session.conversation().lines();
    assert!(!lines.ended);
    let conversation = session.conversation().clone();
    drop(session);
    assert!(conversation.lines().ended);
    let lines = lines.lines.into_iter().map(|line| match line.who {
        Speaker::Client => format!("C: {}\n", line.text),
        Speaker::Server => format!("S: {}\n", line.text),
        Speaker::Note => format!("* {}\n", line.text),
    });
    lines.collect()
}

#[test]
fn what_was_said_is_in_its_order() {
    let text = "name: later\nseed: 5\non RCPT first=1\n S: 451 Later\n";
    let sent = [
        "HELO x\r\n",
        "MAIL FROM:<a@b>\r\n",
        "RCPT TO:<c@d>\r\n",
        "RCPT TO:<c@d>\r\n",
    ];
    let body = ["DATA\r\n", "a\r\n..\r\n.\r\n", "QUIT\r\n"];
    assert_eq!(
        said(Some(text), &[&sent[..], &body].concat()),
        "* scenario: later, seed 5\n\
         S: 220 mail.practice.test ESMTP Glasspost practice\n\
         C: HELO x\nS: 250 mail.practice.test\n\
         C: MAIL FROM:<a@b>\nS: 250 2.1.0 Sender OK\n\
         C: RCPT TO:<c@d>\n* scenario: on RCPT first=1\nS: 451 Later\n\
         C: RCPT TO:<c@d>\nS: 250 2.1.5 Recipient OK\n\
         C: DATA\nS: 354 End data with <CR><LF>.<CR><LF>\n\
         * 6 octets of a message\n* a message of 6 octets is stored\n\
         S: 250 2.0.0 OK: queued as 9E3779B1\n\
         C: QUIT\nS: 221 2.0.0 Bye\n* the server closes the connection\n"
    );
}

#[test]
fn no_password_is_kept_however_it_is_sent() {
    let secrets = ["AHVzZXIAaHVudGVyMg==", "aHVudGVyMg==", "hunter2"];
    let echo = "on ANY\n EXECUTE\n S: 500 \\{line}\n S/5 500 \\{line}\n S* 2 \\{line}\\r\\n\n \
                FLOOD 100 \\{line}\n DRIP 1 \\{line}\\r\\n\n";
    let echo_response = "on RESPONSE\n S: 334 \\{line}\n DRIP 1 \\{line}\\r\\n\n";
    let dialogue = "C:\nC:\nS: 334 \\{line}\nC:\nS: 334 \\{line}\nC:\nS: 535 \\{line}\nC:\n\
                    S/2 \\{line}\nSILENT";
    for text in [None, Some(echo), Some(echo_response), Some(dialogue)] {
        for auth in ["AUTH PLAIN", "auth login", "AUTH LOGIN dXNlcg==", "AUTH X"] {
            for secret in secrets {
                let lines = [
                    "EHLO x\r\n".to_owned(),
                    format!("{auth} {secret}\r\n"),
                    format!("{auth}\r\n"),
                    format!("{secret}\r\n"),
                    format!(" {secret}\r\n"),
                ];
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                let said = said(text, &lines);
                assert!(said.contains(SECRET), "{said}");
                assert!(!said.contains(secret), "{text:?} {auth} {secret}: {said}");
            }
        }
    }
}
