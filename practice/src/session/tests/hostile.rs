//! Attacks that must fail.

use super::*;

const OPEN: &str = "C: MAIL FROM:<a@b>\n C: RCPT TO:<c@d>\n C: DATA\n S: 250\n S: 250\n S: 354\n";

/// Byte sequences that some real server has accepted as a line end.
const LINE_ENDS: [&str; 8] = [
    "\\n",
    "\\r",
    "\\r\\n",
    "\\n\\r",
    "\\r\\r\\n",
    "\\r\\n\\n",
    "\\r\\0\\n",
    "\\n\\n",
];

#[test]
fn a_message_cannot_be_smuggled_in_another() {
    let envelope = "MAIL FROM:<evil@b>\\r\\nRCPT TO:<c@d>\\r\\nDATA\\r\\ntwo";
    for before in LINE_ENDS {
        for behind in LINE_ENDS {
            let end = format!("{before}.{behind}");
            // This contains the real end of a message, so the rest is commands.
            if end.contains("\\r\\n.\\r\\n") {
                continue;
            }
            for start in ["", "one", "one\\r\\n"] {
                check_open(&format!(
                    "{OPEN} c: {start}{end}{envelope}\n C:\n C: .\n S: 550 5.6.0\n C: NOOP\n S: 250"
                ));
            }
        }
    }
    check_open(
        "C: MAIL FROM:<a@b>\n C: RCPT TO:<c@d>\n C: BDAT 7 LAST\n c: a\\n.\\nb\\r\\n\n S: 250\n\
         S: 250\n S: 550 5.6.0",
    );
}

/// A web page can make a browser send any bytes to this port in the body of an HTTP request, which
/// begins with an HTTP request line.
#[test]
fn http_requests_are_refused() {
    for line in ["POST / HTTP/1.1", "GET /x HTTP/1.1", "OPTIONS * HTTP/2.0"] {
        check(
            &Profile::default(),
            &format!(
                "S: 220\n C: {line}\n C: Host: 127.0.0.1:2525\n C:\n C: EHLO evil\n\
                 C: MAIL FROM:<evil@b>\n S: 421 4.7.0\n A: close"
            ),
        );
    }
    check_open("C: VRFY HTTP\n S: 252");
    check_open(
        "C: MAIL FROM:<\" HTTP/\"@b>\n S: 250\n C: RCPT TO:<\" HTTP/1.1\"@b>\n S: 250\n\
         C: RCPT TO:<c@d>\n S: 250",
    );
}

#[test]
fn commands_cannot_be_smuggled_in_a_line() {
    check_open("c: NOOP\\nQUIT\\r\\n\n S: 500 5.5.2\n A: close");
    check_open("c: NOOP\\rQUIT\\r\\n\n S: 500 5.5.2\n C: NOOP\n S: 250");
    check_open("C: NOOP \\0\n S: 500 5.5.2");
    check_open("C: MAIL FROM:<a\\0@b>\n S: 500 5.5.2\n C: MAIL FROM:<a\u{7f}@b>\n S: 500 5.5.2");
    check_open("C: MAIL FROM:<a@b> SIZE=1\\rRCPT\n S: 500 5.5.2");
    check_open("C: BDAT 6\\0\n C: QUIT\n S: 500 5.5.2\n A: close");
}

#[test]
fn bytes_after_starttls_are_discarded() {
    check_extended(
        "C: STARTTLS\n C: EHLO evil\n C: MAIL FROM:<evil@b>\n S: 220\n A: start tls\n I: tls\n\
         C: NOOP\n S: 250 2.0.0",
    );
}

#[test]
fn a_line_too_long_is_refused_as_a_whole() {
    let mut session = Session::new(Profile::default(), Security::Clear);
    drain(&mut session);
    let long = [b"NOOP ".to_vec(), vec![b'a'; 1 << 20]].concat();
    session.handle(Input::Received(&long), Duration::ZERO);
    assert_eq!(drain(&mut session), Vec::<String>::new());
    session.handle(Input::Received(b"\r\nNOOP\r\n"), Duration::ZERO);
    assert_eq!(
        drain(&mut session),
        ["S: 500 5.5.2 Error: line too long", "S: 250 2.0.0 OK"]
    );
    let long = [
        b"BDAT ".to_vec(),
        vec![b' '; 5000],
        b"5\r\nQUIT\r\n".to_vec(),
    ]
    .concat();
    session.handle(Input::Received(&long), Duration::ZERO);
    assert_eq!(
        drain(&mut session),
        [
            "S: 500 5.5.2 Error: line too long, closing connection",
            "A: close"
        ]
    );
}

#[test]
fn too_many_errors_close_the_session() {
    let errors = "C: WHAT\n S: 500 5.5.2\n".repeat(limits::ERRORS as usize);
    check_open(&format!(
        "{errors} C: NOOP\n S: 250\n C: WHAT\n C: NOOP\n S: 421 4.7.0\n A: close"
    ));
}

#[test]
fn recipients_are_limited() {
    let mut session = Session::new(Profile::default(), Security::Clear);
    let script = format!(
        "EHLO x\r\nMAIL FROM:<a@b>\r\n{}RCPT TO:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
        "RCPT TO:<a@b>\r\n".repeat(limits::RECIPIENTS - 1)
    );
    session.handle(Input::Received(script.as_bytes()), Duration::ZERO);
    let seen = drain(&mut session);
    assert_eq!(
        seen.iter()
            .filter(|line| line.starts_with("S: 250 2.1.5"))
            .count(),
        limits::RECIPIENTS
    );
    assert_eq!(
        seen.iter()
            .filter(|line| line.starts_with("S: 452 4.5.3"))
            .count(),
        1
    );
    assert!(seen.last().is_some_and(|line| line.starts_with("S: 354")));
}

#[test]
fn a_message_too_big_is_refused_and_its_memory_freed() {
    for (begin, end) in [
        ("DATA\r\n".to_owned(), "\r\n.\r\n"),
        (format!("BDAT {} LAST\r\n", 40 << 20), ""),
    ] {
        let mut session = Session::new(Profile::default(), Security::Clear);
        session.handle(
            Input::Received(
                format!("HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\n{begin}").as_bytes(),
            ),
            Duration::ZERO,
        );
        drain(&mut session);
        let piece = vec![b'a'; 1 << 20];
        for _ in 0..40 {
            session.handle(Input::Received(&piece), Duration::ZERO);
        }
        session.handle(Input::Received(end.as_bytes()), Duration::ZERO);
        assert_eq!(
            drain(&mut session),
            ["S: 552 5.3.4 Message size exceeds fixed limit"]
        );
        assert_eq!(session.buffered(), 0);
        session.handle(Input::Received(b"NOOP\r\n"), Duration::ZERO);
        assert_eq!(drain(&mut session), ["S: 250 2.0.0 OK"]);
    }
}

#[test]
fn a_refused_message_is_limited_too() {
    let mut session = Session::new(Profile::default(), Security::Clear);
    session.handle(
        Input::Received(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n"),
        Duration::ZERO,
    );
    drain(&mut session);
    let piece = vec![b'a'; 1 << 20];
    for _ in 0..=4 * 35 {
        session.handle(Input::Received(&piece), Duration::ZERO);
    }
    assert_eq!(
        drain(&mut session),
        ["S: 552 5.3.4 Message size exceeds fixed limit", "A: close"]
    );
}

#[test]
fn bytes_of_an_incomplete_command_are_no_progress() {
    let mut session = Session::new(Profile::default(), Security::Clear);
    let before = session.progress();
    session.handle(Input::Received(b"NO"), Duration::ZERO);
    assert_eq!(session.progress(), before);
    session.handle(Input::Received(b"OP\r\n"), Duration::ZERO);
    assert!(session.progress() > before);
}
