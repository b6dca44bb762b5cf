//! Tests of where the parts of a message are.

use super::*;
use crate::reading::transfer;

/// The octets of a slice.
fn octets(raw: &[u8], reading: &Reading, at: Slice) -> Vec<u8> {
    let around = match at.of {
        None => raw.to_vec(),
        Some(index) => octets(raw, reading, reading.encoded[index as usize]),
    };
    let range = usize::try_from(at.from).unwrap()..usize::try_from(at.to).unwrap();
    transfer::decode(&around[range], at.encoding, usize::MAX).0
}

/// Checks the octets of attachments and enclosed messages, in order.
fn check(raw: &str, want: &[&str]) {
    for ends in ["\n", "\r\n"] {
        let raw = raw.replace('\n', ends);
        let reading = Reading::parse(raw.as_bytes());
        let found = reading.parts.iter().filter_map(|part| match &part.content {
            Content::Text { .. } | Content::Html { .. } => None,
            Content::Message { at, .. } => Some(octets(raw.as_bytes(), &reading, *at)),
            Content::Attachment { at, size, .. } => {
                let octets = octets(raw.as_bytes(), &reading, *at);
                assert_eq!(octets.len() as u64, *size, "{raw}");
                Some(octets)
            }
        });
        let found: Vec<_> = found
            .map(|octets| String::from_utf8(octets).unwrap())
            .collect();
        let want: Vec<_> = want.iter().map(|want| want.replace('\n', ends)).collect();
        assert_eq!(found, want, "{raw}");
    }
}

const NAMED: &str = "Content-Type: application/x-a; name=a\n";

fn attachment(encoding: &str, content: &str) -> String {
    format!("{NAMED}Content-Transfer-Encoding: {encoding}\n\n{content}")
}

#[test]
fn attachments_in_every_encoding() {
    let base64 = attachment("base64", "QUJ\n\nDREVG\n");
    let quoted = attachment("quoted-printable", "a=3Db =\nc");
    let uuencode = attachment("x-uuencode", "begin 644 a\n#86)C\n`\nend\n");
    let plain = format!("{NAMED}\n\nas\n is \n");
    let empty = format!("{NAMED}\n");
    let parts = [&base64, &quoted, &uuencode, &plain, &empty].map(String::as_str);
    let want = ["ABCDEF", "a=b c", "abc", "\nas\n is \n", ""];
    check(&multipart("mixed", "b", &parts), &want);
    for (part, want) in parts.iter().zip(want) {
        check(part, &[want]);
    }
    let unclosed = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{base64}");
    check(&unclosed, &["ABCDEF"]);
}

#[test]
fn enclosed_messages_are_whole() {
    let inner = "Subject: inner\n\nbody\n";
    let part = format!("Content-Type: message/rfc822\n\n{inner}");
    check(&multipart("mixed", "b", &[&part, "\nafter"]), &[inner]);
    check(&part, &[inner]);
    // Without a header section of its own in a digest.
    check(&multipart("digest", "b", &[inner]), &[inner]);
    check(
        &multipart("digest", "b", &[&format!("\n{inner}")]),
        &[inner],
    );
    // What is before the header section stays.
    let odd = "\n\nFrom a@example.org\nSubject: inner\n\nbody";
    let part = format!("Content-Type: message/rfc822\n\n{odd}");
    check(&multipart("mixed", "b", &[&part]), &[odd]);
    let nothing = "Content-Type: message/rfc822\n\n";
    check(&multipart("mixed", "b", &[nothing]), &[""]);
}

#[test]
fn what_is_after_the_last_part_belongs_to_the_message() {
    let named = format!("{NAMED}\nx\n");
    let inner = format!(
        "Subject: inner\n{}epilogue\n",
        multipart("mixed", "in", &[&named, &named])
    );
    let part = format!("Content-Type: message/rfc822\n\n{inner}");
    let outer = multipart("mixed", "out", &[&part, &named]);
    check(&outer, &[&inner, "x\n", "x\n", "x\n"]);
}

#[test]
fn a_boundary_is_guessed_in_an_enclosed_message() {
    let inner = format!(
        "Content-Type: multipart/mixed; boundary=wrong\n\n--right\n{NAMED}\nx\n--right--\n"
    );
    let part = format!("Content-Type: message/rfc822\n\n{inner}");
    check(&multipart("mixed", "out", &[&part]), &[&inner, "x"]);
}

#[test]
fn enclosed_messages_are_decoded_before_their_parts() {
    let encoded = |message: &str| {
        let text: String = message
            .bytes()
            .map(|octet| format!("={octet:02X}"))
            .collect();
        format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: q\n\n{text}")
    };
    let parts: [&str; 2] = [&attachment("base64", "QUJD"), "\ntext"];
    let innermost = multipart("mixed", "c", &parts);
    let parts: [&str; 2] = [&encoded(&innermost), &attachment("q", "=44")];
    let inner = multipart("mixed", "b", &parts);
    let whole = multipart("mixed", "a", &[&encoded(&inner), &encoded("\nx")]);
    // With CRLF the line ends within the encoded messages stay LF.
    let reading = Reading::parse(whole.as_bytes());
    assert_eq!(reading.encoded.len(), 3);
    let found: Vec<_> = reading
        .parts
        .iter()
        .filter_map(|part| match part.content {
            Content::Text { .. } | Content::Html { .. } => None,
            Content::Message { at, .. } | Content::Attachment { at, .. } => Some(at),
        })
        .map(|at| String::from_utf8(octets(whole.as_bytes(), &reading, at)).unwrap())
        .collect();
    assert_eq!(found, [&inner, &innermost, "ABC", "D", "\nx"]);
}

#[test]
fn alternatives_that_are_not_shown_keep_their_attachments() {
    let related = multipart(
        "related",
        "r",
        &["Content-Type: text/html\n\n<b>hi", NAMED_X],
    );
    let calendar = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR";
    let whole = multipart("alternative", "a", &["\nhi", &related, calendar]);
    check(&whole, &["x", "BEGIN:VCALENDAR"]);
}

const NAMED_X: &str = "Content-Type: image/png; name=x\n\nx";
