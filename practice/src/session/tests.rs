//! Dialogues with a session, each replayed with the input split at every size.

mod conversation;
mod hostile;
mod random;
mod rules;
mod script;
mod setup;

use super::*;

/// Plays `script` in a new cleartext session. Repeats it with the client's bytes split into pieces
/// of one byte, two bytes, and so on.
///
/// - `C: text`: the client sends a line; `\r`, `\n`, `\0` and `\\` are escapes. `c: text`: the same
///   without CRLF.
/// - `S: text`: a reply line that begins with this text. `A: text`: another action that begins with
///   this text.
/// - `I: tls`, `I: deadline`, `I: no room`, `I: down`, `I: closed`: an input other than bytes.
///
/// Between two client lines, exactly the listed lines must occur.
fn check(profile: &Profile, script: &str) {
    let steps: Vec<(&str, &str)> = script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
        .map(|line| {
            line.split_once(": ")
                .unwrap_or((line.trim_end_matches(':'), ""))
        })
        .collect();
    let longest = script.len();
    for piece in 1..=longest {
        let mut session = Session::new(profile.clone(), Security::Clear);
        let mut seen = drain(&mut session);
        let mut input = Vec::new();
        for &(who, text) in &steps {
            match who {
                "C" | "c" => {
                    assert_eq!(
                        seen,
                        Vec::<String>::new(),
                        "unexpected, pieces of {piece}, before {text:?}"
                    );
                    input.extend(unescape(text));
                    input.extend(if who == "C" { &b"\r\n"[..] } else { b"" });
                    continue;
                }
                _ => {
                    seen.extend(send(&mut session, &input, piece));
                    input.clear();
                }
            }
            match (who, text) {
                ("I", text) => {
                    session.handle(
                        match text {
                            "tls" => Input::TlsEstablished,
                            "deadline" => Input::DeadlinePassed,
                            "no room" => Input::NoRoom,
                            "down" => Input::ShuttingDown,
                            "closed" => Input::Closed,
                            other => panic!("no such input: {other}"),
                        },
                        Duration::ZERO,
                    );
                    seen.extend(drain(&mut session));
                }
                (who, text) => {
                    assert!(
                        !seen.is_empty(),
                        "pieces of {piece}: nothing, expected {who}: {text}"
                    );
                    let next = seen.remove(0);
                    assert!(
                        next.starts_with(&format!("{who}: {text}")),
                        "pieces of {piece}: {next:?}, expected {who}: {text}"
                    );
                }
            }
        }
        seen.extend(send(&mut session, &input, piece));
        assert_eq!(
            seen,
            Vec::<String>::new(),
            "unexpected at the end, pieces of {piece}"
        );
    }
}

fn send(session: &mut Session, input: &[u8], piece: usize) -> Vec<String> {
    let mut written = Vec::new();
    let mut seen = Vec::new();
    for bytes in input.chunks(piece) {
        session.handle(Input::Received(bytes), Duration::ZERO);
        collect(session, &mut written, &mut seen);
    }
    assert!(written.is_empty(), "a reply without its end: {written:?}");
    seen
}

fn drain(session: &mut Session) -> Vec<String> {
    let mut seen = Vec::new();
    collect(session, &mut Vec::new(), &mut seen);
    seen
}

fn collect(session: &mut Session, written: &mut Vec<u8>, seen: &mut Vec<String>) {
    while let Some(action) = session.poll() {
        match action {
            Action::Write(bytes) => {
                written.extend(bytes);
                let text = String::from_utf8(std::mem::take(written)).expect("replies are text");
                assert!(text.ends_with("\r\n"), "{text:?}");
                seen.extend(
                    text.split_terminator("\r\n")
                        .map(|line| format!("S: {line}")),
                );
            }
            Action::StartTls => seen.push("A: start tls".to_owned()),
            Action::Pause(pause) => seen.push(format!("A: pause {}", pause.as_secs())),
            Action::Close => seen.push("A: close".to_owned()),
            other @ (Action::Cork | Action::Uncork | Action::Stall | Action::Leave(_)) => {
                panic!("{other:?} without a scenario")
            }
            Action::Confirm => {
                assert!(
                    seen.last()
                        .is_some_and(|last| last.starts_with("A: deliver"))
                );
                seen.push(format!("S: {}", queued(1).trim_end()));
            }
            Action::Deliver(delivered) => seen.push(format!(
                "A: deliver {} -> {} {}{}{:?}",
                delivered.from,
                delivered.recipients.join(","),
                if delivered.tls { "tls " } else { "" },
                delivered
                    .user
                    .map(|user| format!("as {user} "))
                    .unwrap_or_default(),
                String::from_utf8_lossy(&delivered.raw)
            )),
        }
    }
}

fn unescape(text: &str) -> Vec<u8> {
    text.replace("\\r", "\r")
        .replace("\\n", "\n")
        .replace("\\0", "\0")
        .replace("\\\\", "\\")
        .into_bytes()
}

fn without(extension: Extension) -> Profile {
    Profile {
        without: vec![extension],
        ..Profile::default()
    }
}

const HELLO: &str = "
    S: 220 mail.practice.test ESMTP Glasspost practice
    C: HELO client
    S: 250 mail.practice.test
";

/// Like [`check`], with the default profile, after HELO.
fn check_open(script: &str) {
    check(&Profile::default(), &format!("{HELLO}{script}"));
}

/// Like [`check`], with the default profile, after EHLO.
fn check_extended(script: &str) {
    check(
        &Profile::default(),
        &format!(
            "S: 220 \n C: EHLO client\n S: 250-mail\n S: 250-PIPELINING\n S: 250-8BITMIME\n\
             S: 250-SMTPUTF8\n S: 250-CHUNKING\n S: 250-STARTTLS\n S: 250-AUTH PLAIN LOGIN\n\
             S: 250-ENHANCEDSTATUSCODES\n S: 250 SIZE 36700160\n{script}"
        ),
    );
}

#[test]
fn a_message_is_delivered() {
    check_open(
        "C: MAIL FROM:<a@example.org>
         S: 250 2.1.0
         C: RCPT TO:<b@example.org>
         S: 250 2.1.5
         C: rcpt to:<Postmaster>
         S: 250 2.1.5
         C: DATA
         S: 354
         C: Subject: hi
         C:
         C: ..dot
         C: .
         A: deliver a@example.org -> b@example.org,Postmaster \"Subject: hi\\r\\n\\r\\n.dot\\r\\n\"
         S: 250 2.0.0 OK: queued as 9E3779B1
         C: QUIT
         S: 221 2.0.0
         A: close",
    );
}

#[test]
fn pipelined_commands_are_answered_in_order() {
    check_extended(
        "C: MAIL FROM:<> SIZE=10 BODY=8BITMIME
         C: RCPT TO:<refused@b>
         C: RCPT TO:<b@c>
         C: DATA
         S: 250 2.1.0
         S: 550 5.1.1
         S: 250 2.1.5
         S: 354
         C: .
         C: QUIT
         A: deliver  -> b@c \"\"
         S: 250 2.0.0
         S: 221
         A: close",
    );
}

#[test]
fn chunks_make_a_message() {
    check_extended(
        "C: MAIL FROM:<a@b>
         C: RCPT TO:<c@d>
         C: BDAT 6
         c: a\\r\\n.\\r\\n
         S: 250
         S: 250
         S: 250 2.0.0 OK: 6 bytes
         C: DATA
         S: 503 5.5.1
         C: RCPT TO:<e@f>
         S: 503 5.5.1
         C: BDAT 0 LAST
         A: deliver a@b -> c@d \"a\\r\\n.\\r\\n\"
         S: 250 2.0.0
         C: BDAT 6 LAST
         C: QUIT
         S: 503 5.5.1",
    );
}

#[test]
fn an_unexpected_chunk_is_not_read_as_commands() {
    check_extended(
        "C: BDAT 6 LAST
         C: QUIT
         S: 503 5.5.1
         C: MAIL FROM:<a@b>
         C: BDAT 6
         C: QUIT
         S: 250
         S: 554 5.5.1
         C: BDAT 99999999999999999999 LAST
         S: 501 5.5.4
         A: close",
    );
    check_extended("C: BDAT 5 FIRST\n C: QUIT\n S: 501 5.5.4\n A: close");
    check_extended("C: BDAT 999999999999 LAST\n C: QUIT\n S: 552 5.3.4\n A: close");
}

#[test]
fn commands_out_of_order_are_refused() {
    check(
        &Profile::default(),
        "S: 220\n C: MAIL FROM:<a@b>\n S: 503 5.5.1\n C: STARTTLS\n S: 503 5.5.1\n C: AUTH LOGIN\n\
         S: 503 5.5.1",
    );
    check_open(
        "C: RCPT TO:<a@b>
         S: 503 5.5.1
         C: DATA
         S: 503 5.5.1
         C: MAIL FROM:<a@b>
         S: 250
         C: MAIL FROM:<a@b>
         S: 503 5.5.1
         C: DATA
         S: 554 5.5.1
         C: RSET
         S: 250 2.0.0
         C: RCPT TO:<a@b>
         S: 503 5.5.1
         C: MAIL FROM:<a@b>
         S: 250
         C: HELO again
         S: 250
         C: RCPT TO:<a@b>
         S: 503 5.5.1",
    );
}

#[test]
fn other_commands() {
    check_open(
        "C: NOOP anything
         S: 250 2.0.0
         C: VRFY somebody
         S: 252 2.5.0
         C: HELP
         S: 214-2.0.0
         S: 214-2.0.0
         S: 214 2.0.0
         C: EXPN list
         S: 502 5.5.1
         C: ETRN x
         S: 502 5.5.1
         C: WHAT
         S: 500 5.5.2
         C:
         S: 500 5.5.2
         C: DATA now
         S: 501 5.5.4
         C: EHLO
         S: 501 5.5.4",
    );
}

#[test]
fn bad_arguments_are_refused() {
    check_open(
        "C: MAIL FROM:a@b
         S: 501 5.5.4
         C: MAIL FROM:<a@b
         S: 501
         C: MAIL FROM:<a@>
         S: 501 5.1.7
         C: MAIL FROM:<a@b>SIZE=1
         S: 501 5.5.4
         C: MAIL FROM:<a@b> SIZE=x
         S: 501 5.5.4
         C: MAIL FROM:<a@b> SIZE=1 SIZE=2
         S: 501 5.5.4
         C: MAIL FROM:<a@b> RET=FULL
         S: 555 5.5.4
         C: MAIL FROM:<a@b> BODY=BINARYMIME
         S: 555 5.5.4
         C: MAIL FROM:<a@b> SIZE=36700161
         S: 552 5.3.4
         C: MAIL FROM:<a@b> SIZE=99999999999999999999999
         S: 552 5.3.4
         C: MAIL FROM:<ä@b>
         S: 553 5.6.7
         C: MAIL FROM:<a@b> SIZE=36700160
         S: 250
         C: RCPT TO:<>
         S: 501 5.1.3
         C: RCPT TO:<a b@c>
         S: 501 5.1.3
         C: RCPT TO:<a@b> NOTIFY=NEVER
         S: 555 5.5.4
         C: RCPT TO:<ä@b>
         S: 553 5.6.7
         C: RCPT TO:<a@[127.0.0.1]>
         S: 250",
    );
    let longer = "a".repeat(253);
    check_open(&format!(
        "C: MAIL FROM:<{longer}@b>
         S: 501 5.1.7 Path too long
         C: MAIL FROM:<a@b>
         S: 250
         C: RCPT TO:<{longer}@b>
         S: 501 5.1.3 Path too long
         C: RCPT TO:<{}@my_host.test>
         S: 250",
        "a".repeat(100)
    ));
    check_open("C: MAIL FROM:<ä@b> SMTPUTF8\n C: RCPT TO:<ö@b>\n S: 250\n S: 250");
}

#[test]
fn faults_on_demand() {
    let open = |to: &str| format!("C: MAIL FROM:<a@b>\n S: 250\n C: RCPT TO:<{to}>\n");
    check_open(&format!("{} S: 550 5.1.1", open("Refused@b")));
    check_open(&format!(
        "{} S: 451 4.7.1 Greylisting in effect, please try again later",
        open("greylisted@b")
    ));
    check_open(&format!("{} S: 452 4.2.2", open("full@b")));
    check_open(&format!("{} S: 550 5.7.1", open("\"relay\"@b")));
    check_open(&format!("{} A: pause 3\n S: 250 2.1.5", open("slow@b")));
    check_open(&format!("{} S: 250 2.1.5", open("refused.not@b")));
    check_open("C: MAIL FROM:<blocked@b>\n S: 550 5.7.1\n C: RCPT TO:<a@b>\n S: 503");
    check_open(&format!(
        "{} S: 250\n C: DATA\n S: 354\n C: .\n S: 554 5.7.1\n C: MAIL FROM:<a@b>\n S: 250",
        open("spam@b")
    ));
    check_open(&format!(
        "{} S: 250\n C: BDAT 0 LAST\n S: 554 5.7.1",
        open("spam@b")
    ));
    check_open(&format!(
        "{} S: 250\n C: DATA\n S: 354\n C: .\n C: NOOP\n A: deliver a@b -> lost@b\n A: close",
        open("lost@b")
    ));
}

#[test]
fn extensions_can_be_left_out() {
    check(
        &without(Extension::Chunking),
        &format!("{HELLO} C: BDAT 6 LAST\n C: QUIT\n S: 502 5.5.1\n A: close"),
    );
    check(
        &without(Extension::StartTls),
        &format!("{HELLO} C: STARTTLS\n S: 502 5.5.1"),
    );
    check(
        &without(Extension::Auth),
        &format!("{HELLO} C: AUTH PLAIN\n S: 502 5.5.1"),
    );
    check(
        &without(Extension::SmtpUtf8),
        &format!("{HELLO} C: MAIL FROM:<a@b> SMTPUTF8\n S: 555 5.5.4"),
    );
}

#[test]
fn the_caller_can_end_a_session() {
    check_open("I: deadline\n S: 421 4.4.2\n A: close\n I: deadline\n I: down\n C: NOOP");
    check_open(
        "C: MAIL FROM:<a@b>\n C: RCPT TO:<a@b>\n C: DATA\n S: 250\n S: 250\n S: 354\n C: text\n\
         I: down\n S: 421 4.3.2\n A: close",
    );
    check_open("c: NO\n I: closed\n C: OP");
    check_extended("C: STARTTLS\n S: 220\n A: start tls\n I: deadline\n A: close");
}

#[test]
fn a_message_without_room_is_refused_at_its_end() {
    let open = "C: MAIL FROM:<a@b>\n C: RCPT TO:<a@b>\n";
    check_open(&format!(
        "{open} C: DATA\n S: 250\n S: 250\n S: 354\n C: text\n I: no room\n C: more\n C: .\n\
         S: 452 4.3.1\n C: NOOP\n S: 250"
    ));
    check_open(&format!(
        "{open} C: BDAT 1\n c: a\n S: 250\n S: 250\n S: 250\n I: no room\n C: BDAT 0 LAST\n\
         S: 452 4.3.1"
    ));
}
