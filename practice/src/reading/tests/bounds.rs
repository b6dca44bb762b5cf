//! Messages that are large, deep or have many parts, and the limits of their readings.

use super::*;

#[test]
fn a_reading_stays_within_its_limits() {
    let long = format!("Subject: x\n\n{}", "가".repeat(limits::READING_TEXT));
    let reading = Reading::parse(long.as_bytes());
    let [
        Part {
            content: Content::Text { text, cut: true },
            ..
        },
    ] = &reading.parts[..]
    else {
        panic!("one text that is cut");
    };
    assert!(text.len() <= limits::READING_TEXT && text.len() > limits::READING_TEXT - 4);
    assert!(text.chars().all(|c| c == '가'));

    let text = "x".repeat(limits::READING_TEXT / 2 + 10);
    let part = format!("\n{text}");
    let reading =
        Reading::parse(multipart("mixed", "b", &[&part, &part, &part, PICTURE]).as_bytes());
    assert_eq!((reading.parts.len(), reading.omitted), (3, 1));
    assert!(matches!(
        reading.parts[1].content,
        Content::Text { cut: true, .. }
    ));
    assert!(matches!(
        reading.parts[2].content,
        Content::Attachment { .. }
    ));

    let reading = Reading::parse(format!("To: {}\n\n", "a@x.org, ".repeat(10_000)).as_bytes());
    let to = header(&reading, "To");
    assert!(
        to.len() <= limits::READING_FIELD && to.ends_with('…'),
        "{}",
        to.len()
    );

    let name = "n".repeat(limits::READING_FIELD);
    let part = format!("Content-Type: image/png; name={name}\n\n");
    let parts = vec![part.as_str(); 2 * limits::READING_NAMES / limits::READING_FIELD];
    let reading = Reading::parse(multipart("mixed", "b", &parts).as_bytes());
    assert_eq!(
        reading.parts.len() as u64 + reading.omitted,
        parts.len() as u64
    );
    assert!(reading.omitted > 0);
}

/// Checks that large messages of every structure are read within the limits. Times are printed, not
/// checked.
#[test]
fn large_and_deep_messages_are_read() {
    const SIZE: usize = 500_000;
    let mixed = "Content-Type: multipart/mixed; boundary=b\n\n";
    let many =
        |start: &str, each: &str, size: usize| start.to_owned() + &each.repeat(size / each.len());
    let nested: String = (0..20_000)
        .map(|depth| format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"))
        .collect();
    let global = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        "Content-Type:message/global\r\n\r\n".repeat(2_470),
    );
    let encoded = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n";
    for (what, raw) in [
        (
            "messages",
            many("", "Content-Type: message/rfc822\n\n", SIZE),
        ),
        ("messages in base64", encoded.to_owned() + &global),
        ("multiparts", nested),
        (
            "digests",
            many(
                "",
                "Content-Type: multipart/digest; boundary=b\n\n--b\n\n",
                SIZE,
            ),
        ),
        (
            "parameters",
            many("Content-Type: text/plain", "; n*1=x", SIZE),
        ),
        ("names", many("Content-Type: image/png", "; name*1=x", SIZE)),
        ("fields", many("", "X: y\n", SIZE)),
        ("recipients", many("To: ", "a@x.org, ", SIZE)),
        ("folds", many("Subject: ", "\n a", SIZE)),
        ("encoded words", many("Subject: ", "=?utf-8?q?a?= ", SIZE)),
        (
            "words without an end",
            many("Subject: ", "=?utf-8?q?", SIZE),
        ),
        ("comments", many("To: ", "(", SIZE)),
        ("quotes", many("To: ", "\"", SIZE)),
        ("angles", many("To: ", "<,", SIZE)),
        ("many parts", many(mixed, "--b\n\nx\n", SIZE)),
        ("empty parts", many(mixed, "--b\n", SIZE)),
        (
            "typed parts",
            many(
                mixed,
                "--b\nContent-Type: text/plain; charset=x\n\nx\n",
                SIZE,
            ),
        ),
        (
            "attachments",
            many(mixed, "--b\nContent-Type: a/b; name=n\n\nx\n", SIZE),
        ),
        ("dashes", many(mixed, "--\n", SIZE)),
        (
            "base64",
            many("Content-Transfer-Encoding: base64\n\n", "QUFBQUFB", SIZE),
        ),
        (
            "attachment",
            many(
                "Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n",
                "QUFB\n",
                SIZE,
            ),
        ),
        ("html", many("Content-Type: text/html\n\n", "<div>", SIZE)),
        (
            "rows",
            many("Content-Type: text/html\n\n", "<tr><td>a", SIZE),
        ),
        (
            "equals",
            many("Content-Transfer-Encoding: quoted-printable\n\n", "=", SIZE),
        ),
        (
            "spaces",
            many(
                "Content-Transfer-Encoding: quoted-printable\n\n",
                "  ",
                SIZE,
            ),
        ),
        ("zeros", many("", "\0", SIZE)),
        (
            "ff",
            "Subject: x\n\n".to_owned() + &"\u{ff}".repeat(SIZE / 2),
        ),
    ] {
        let started = std::time::Instant::now();
        let reading = Reading::parse(raw.as_bytes());
        let took = started.elapsed();
        let (subject, from) = summary(raw.as_bytes());
        println!("{what}: {} parts, {took:?}", reading.parts.len());
        assert!(!reading.parts.is_empty(), "{what}");
        assert!(reading.parts.len() <= limits::READING_PARTS, "{what}");
        let deepest = reading.parts.iter().map(|part| part.depth).max();
        assert!(
            deepest <= Some(limits::READING_DEPTH as u32),
            "{what}: {deepest:?}"
        );
        assert!(reading.entities.len() <= limits::READING_PARTS, "{what}");
        assert!(
            bytes(&reading) <= limits::READING_TEXT + limits::READING_NAMES,
            "{what}"
        );
        for text in subject.iter().chain(&from) {
            assert!(text.chars().count() <= limits::HEADER_TEXT, "{what}");
        }
    }
}

#[test]
fn html_that_is_cut_ends_before_the_cut_tag() {
    let tags = "<b></b>".repeat(limits::READING_HTML / 7 + 10);
    let reading = Reading::parse(format!("Content-Type: text/html\n\nstart{tags}").as_bytes());
    assert_eq!(short(&reading), ["0 H start…"]);
}

/// The bytes of all strings together.
fn bytes(reading: &Reading) -> usize {
    let fields = |headers: &[(String, String)]| -> usize {
        headers
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum()
    };
    let part = |part: &Part| match &part.content {
        Content::Text { text, .. } => text.len(),
        // The HTML has a limit of its own.
        Content::Html { text, .. } => text.len(),
        Content::Message { headers, .. } => fields(headers),
        Content::Attachment {
            name,
            media_type,
            id,
            ..
        } => name.len() + media_type.len() + id.len(),
    };
    let entity = |entity: &Entity| {
        let names = [
            &entity.media_type,
            &entity.charset,
            &entity.encoding,
            &entity.disposition,
            &entity.name,
            &entity.id,
        ];
        names.iter().map(|name| name.len()).sum::<usize>()
    };
    let decoded = reading.fields.iter().map(|(_, value)| value.len());
    fields(&reading.headers)
        + reading.parts.iter().map(part).sum::<usize>()
        + reading.entities.iter().map(entity).sum::<usize>()
        + decoded.sum::<usize>()
}
