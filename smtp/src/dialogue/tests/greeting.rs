//! What the first octets of a server are taken for.

use super::*;
use crate::framer::FramingError;

/// How a dialogue ends whose server says `greeting` and then closes, at every chunk size.
fn check(greeting: &[u8], expect: &str) {
    for size in 1..=greeting.len().min(100) {
        let mut run = Run::new(job(), SendMode::Run, usize::MAX);
        for chunk in greeting.chunks(size) {
            run.feed(Input::Received(chunk));
        }
        run.feed(Input::Closed);
        let outcome = summary(run.outcome.as_ref().expect("an end"));
        let what = String::from_utf8_lossy(&greeting[..greeting.len().min(100)]).into_owned();
        let head = outcome.split(" [").next().unwrap_or_default();
        assert_eq!(head, expect, "{what:?} in chunks of {size}");
        let greeted = run.written.starts_with(b"EHLO");
        assert!(greeted || run.written.is_empty() || run.written == b"QUIT\r\n");
        if expect.ends_with("NotMail") {
            // A service that is none of a page's business is not shown.
            let shown = format!("{:?}", run.entries);
            let words = what.split(|c: char| !c.is_alphanumeric());
            for word in words.filter(|word| word.len() > 4) {
                assert!(!shown.contains(word), "{word} of {what:?} is shown");
            }
        }
    }
}

fn broken(why: FramingError) -> String {
    format!("failed at Connect: BadReply {{ why: {why:?} }}")
}

#[test]
fn a_broken_greeting_of_a_mail_server_is_called_what_it_is() {
    for greeting in [
        "220 mail.example ESMTP\n",
        "220\n",
        "220-mail.example\n220 ESMTP\n",
        "220-mail.example\r\n220 ESMTP\n",
        "554 5.7.1 no\n",
        "421 later\n",
    ] {
        check(greeting.as_bytes(), &broken(FramingError::BareLf));
    }
    for greeting in [
        "220-mail.example\r\n250 ESMTP\r\n",
        "220-mail.example\r\n554 no\r\n",
        "554-no\r\n220 mail.example\r\n",
        "421-later\r\n450 later\r\n",
    ] {
        check(greeting.as_bytes(), &broken(FramingError::MixedCodes));
    }
    for greeting in [
        "220-mail.example\r\nESMTP\r\n",
        "220-mail.example\r\n\r\n",
        "220-mail.example\r\n 220 ESMTP\r\n",
        "220\tmail.example ESMTP\r\n",
        "554-no\r\nSSH-2.0-OpenSSH\r\n",
    ] {
        check(greeting.as_bytes(), &broken(FramingError::NotAReply));
    }
    let long = [b"220 ".to_vec(), vec![b'x'; limits::REPLY_LINE]].concat();
    check(&long, &broken(FramingError::LineTooLong));
    let long = [b"220-x\r\n554".to_vec(), vec![b'-'; limits::REPLY_LINE]].concat();
    check(&long, &broken(FramingError::LineTooLong));
    let lines = b"220-hello\r\n".repeat(limits::REPLY_LINES + 1);
    check(&lines, &broken(FramingError::TooLong));
}

#[test]
fn what_does_not_begin_as_a_mail_server_is_none() {
    for greeting in [
        &b"SSH-2.0-OpenSSH_9.2\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"HTTP/1.0 200 Okay\n",
        b"+OK POP3 ready\r\n",
        b"* OK IMAP4 ready\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"\x16\x03\x03\x00\x2a\x02",
        b"200 news.example InterNetNews\r\n",
        b"200 news.example InterNetNews\n",
        b"201-news\r\n220 news\r\n",
        b"250 hello there\n",
        b"354 hello there\n",
        b"334-hello\r\n220 hello\r\n",
        b"220x hello\r\n",
        b"2200 hello\r\n",
        b"22\r\n",
        b"22 hello\n",
        b"554321 hello\n",
        b"5543\r\n",
        b"\n220 hello there\r\n",
        b"\r\n220 hello there\r\n",
        b"099 hello there\n",
        b"600 hello there\n",
        "２２０ hello there\r\n".as_bytes(),
        b"\xef\xbb\xbf220 hello there\r\n",
    ] {
        check(greeting, "failed at Connect: NotMail");
    }
}

#[test]
fn a_whole_greeting_of_any_form_is_one() {
    for greeting in [
        &b"220\r\n"[..],
        b"220 \r\n",
        b"220 mail.example\r\n",
        b"220-mail.example\r\n220\r\n",
        b"220-\r\n220-hello\r\n220 there\r\n",
    ] {
        check(greeting, "failed at Connect: ConnectionLost");
    }
    // Not even a line, and then closed.
    check(b"22", "failed at Connect: ConnectionLost");
    check(b"554 no\r\n", "refused at Connect: 554 no");
    check(
        b"554-no\r\n554 never\r\n",
        "refused at Connect: 554 no never",
    );
    check(b"450 later\r\n", "refused at Connect: 450 later");
    check(b"421 later\r\n", "refused at Connect: 421 later");
}
