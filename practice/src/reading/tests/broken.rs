//! Messages with invalid structure or types.

use super::*;

#[test]
fn invalid_structure_hides_no_text() {
    let whole = multipart("mixed", "b", &[PLAIN, PICTURE, "\nafter"]);
    let want = ["0 T plain", "0 A a.png image/png 3", "0 T after"];
    // Cut off at the end.
    check(whole.trim_end().trim_end_matches("--b--"), &want);
    check(whole.replace("--b\n", "--b  \t\n"), &want);
    check(whole.replace("boundary=\"b\"", "boundary=\"b  \""), &want);
    check(whole.replace("boundary=\"b\"", "boundary=b"), &want);
    check(whole.replace("boundary=\"b\"", "BOUNDARY = b"), &want);
    check(whole.replace("; boundary=\"b\"", " boundary=\"b\""), &want);
    check(whole.replace("boundary=\"b\"", "boundary=\"b"), &want);
    check(whole.replace("boundary=\"b\"", "boundary='b'"), &want);
    check(whole.replace("; boundary=\"b\"", ""), &want);
    check(whole.replace("boundary=\"b\"", "boundary="), &want);
    check(whole.replace("boundary=\"b\"", "boundary=\"other\""), &want);
    check(whole.replace("multipart/mixed", "multipart"), &want);
    check(whole.replace("multipart/mixed; ", ""), &want);
    check(
        whole.replace("Content-Type: multipart", "content-type : MULTIPART"),
        &want,
    );
    check("Content-Type: text/plain\n".to_owned() + &whole, &want);
    check("no colon\nSubject: x\n".to_owned() + &whole, &want);
    check("Subject: x\nno colon\n".to_owned() + &whole, &want);
    check(
        "From mina@x.org Thu Nov 26 09:00:00 2026\n".to_owned() + &whole,
        &want,
    );
    check("\u{feff}".to_owned() + &whole, &want);
    check("\n\nSubject: x\n".to_owned() + &whole, &want);
    // Parts after the closing delimiter.
    check(
        whole.clone() + "--b\n\nmore\n--b--\n",
        &[&want[..], &["0 T more"]].concat(),
    );
    // Nested multiparts with the same boundary.
    let twins = multipart(
        "mixed",
        "b",
        &[&multipart("mixed", "b", &["\n1", "\n2"]), "\n3"],
    );
    check(twins, &["0 T 1", "0 T 2", "0 T 3"]);
    // The inner multipart is never closed.
    let inner = multipart("mixed", "i", &["\n1", "\n2"]).replace("--i--\n", "");
    check(
        multipart("mixed", "b", &[&inner, "\n3"]),
        &["0 T 1", "0 T 2", "0 T 3"],
    );
    // A boundary that is a prefix of another.
    let prefix = multipart("mixed", "b2", &["\n1"]);
    check(
        multipart("mixed", "b", &[&prefix, "\n2"]),
        &["0 T 1", "0 T 2"],
    );
    check(
        "Content-Type: multipart/mixed; boundary=x\n\nonly words",
        &["0 T only words"],
    );
    check(
        "Content-Type: multipart/mixed; boundary=x\n\n--x",
        &["0 T "],
    );
    check(
        multipart("mixed", "b", &["no header\nat all"]),
        &["0 T no header\nat all"],
    );
}

#[test]
fn odd_types_read_as_text() {
    for typed in [
        "text",
        "text/",
        "/plain",
        "plain",
        "",
        "nonsense",
        "text/plain/x",
        "text/markdown",
        "text plain",
        "charset=utf-8",
        "text/plain; charset",
        "text/x-unknown",
        ";",
        "\"text/plain\"",
        "text/plain charset=us-ascii",
        "TEXT/PLAIN;;;",
        "text/plain; charset=utf-8; charset=x",
    ] {
        check(format!("Content-Type: {typed}\n\nwords"), &["0 T words"]);
    }
    check(
        "Content-Type:\nContent-Type: text/html\n\n<b>a</b>",
        &["0 H a"],
    );
    check("Content-Type: text/html\n\n<style>p{}", &["0 T <style>p{}"]);
}

#[test]
fn any_input_produces_a_reading() {
    for odd in [
        &b""[..],
        b"\0\xff",
        b"no headers at all",
        b"Subject: =?utf-8?B?!!!?=\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"--",
        b"\n",
        b":",
        b"a:",
        b" ",
        b"Content-Type: message/rfc822",
        b"Content-Type: multipart/alternative; boundary=x\n\n--x--",
    ] {
        assert!(!Reading::parse(odd).parts.is_empty(), "{odd:?}");
        let _ = summary(odd);
    }
    check(
        "no headers at all\nbut lines",
        &["0 T no headers at all\nbut lines"],
    );
    // mail-parser 0.11 panics on this message.
    check(
        "Content-Type: multipart/alternative; boundary=\"x\"\n\n--x\nA: b\n--x\n\
        Content-Type: message/rfc822\n\nSubtext\n--x\nContent-Type: message/rfc822\n\n\
        Subject: in\n\nbody\n--x--\n",
        &["0 T A: b", "0 M ", "1 T Subtext", "0 M in", "1 T body"],
    );
}
