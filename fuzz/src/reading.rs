//! Decodes messages of the practice mailbox with any content, for reading and for the list.

use std::time::UNIX_EPOCH;

use practice::{Capacity, Content, Delivered, Mailbox, Reading, Transfer, limits};
use wire::Encoding;

/// Decodes any octets as a message.
pub fn run(octets: &[u8]) {
    let reading = Reading::parse(octets);
    assert!(!reading.parts.is_empty(), "no parts");
    assert!(reading.parts.len() <= limits::READING_PARTS);
    let (mut texts, mut html_left) = (0, limits::READING_HTML);
    let mut names = fields(&reading.headers);
    let mut before = 0;
    for (index, part) in reading.parts.iter().enumerate() {
        // A part is deeper than the one before it only after the start of an enclosed message.
        assert!(part.depth <= before, "part {index}: {reading:?}");
        before = part.depth;
        assert!(part.depth as usize <= limits::READING_DEPTH);
        match &part.content {
            Content::Text { text, .. } => {
                texts += text.len();
                assert!(!text.contains('\r'), "{text:?}");
            }
            Content::Html { html, text, .. } => {
                texts += text.len();
                html_left = html_left.checked_sub(html.len()).expect("a bound on HTML");
                assert!(!text.contains('\r'), "{text:?}");
                let odd = |c: char| c < ' ' && !matches!(c, '\t' | '\n' | '\r' | '\x0c');
                assert!(!html.contains(odd), "{html:?}");
            }
            Content::Message { headers, at } => {
                names += fields(headers);
                decoded_size(octets, &reading, *at);
                before += 1;
            }
            Content::Attachment {
                name,
                media_type,
                id,
                size,
                at,
            } => {
                assert_eq!(decoded_size(octets, &reading, *at), *size, "{part:?}");
                assert!(name.len() <= limits::READING_FIELD);
                // Decoding makes nothing longer, except for a short line of uuencode that claims to
                // encode 63 octets.
                assert!(*size <= 63 * octets.len() as u64, "{part:?}");
                names += name.len() + media_type.len() + id.len();
            }
        }
    }
    assert!(reading.entities.len() <= limits::READING_PARTS);
    for entity in &reading.entities {
        assert_eq!(
            decoded_size(octets, &reading, entity.at),
            entity.size,
            "{entity:?}"
        );
        assert!(entity.level as usize <= limits::READING_DEPTH);
        let words = [&entity.charset, &entity.encoding, &entity.disposition];
        names += words.iter().map(|word| word.len()).sum::<usize>();
        names += entity.media_type.len() + entity.name.len() + entity.id.len();
    }
    let header = octets.get(reading.header.from as usize..reading.header.to as usize);
    assert!(header.is_some(), "{:?}", reading.header);
    for (at, value) in &reading.fields {
        assert!((reading.header.from..reading.header.to).contains(at));
        names += value.len();
    }
    assert!(texts <= limits::READING_TEXT && names <= limits::READING_NAMES);
    assert_eq!(Reading::parse(octets), reading, "a second reading differs");

    let mailbox = Mailbox::new(Capacity::default());
    let id = mailbox.deliver(delivered(octets), UNIX_EPOCH);
    let [summary] = &mailbox.list()[..] else {
        panic!("one message");
    };
    assert_eq!((summary.id, summary.size), (id, octets.len()));
    for field in summary.subject.iter().chain(&summary.header_from) {
        assert!(field.chars().count() <= limits::HEADER_TEXT, "{field:?}");
    }
}

/// The size of a slice of the message, as the page decodes it.
fn decoded_size(octets: &[u8], reading: &Reading, at: practice::Slice) -> u64 {
    let slice = |slice: &practice::Slice| wire::Slice {
        of: slice.of,
        from: slice.from,
        to: slice.to,
        encoding: match slice.encoding {
            Transfer::Identity => Encoding::Identity,
            Transfer::Base64 => Encoding::Base64,
            Transfer::QuotedPrintable => Encoding::QuotedPrintable,
            Transfer::Uuencode => Encoding::Uuencode,
        },
    };
    let encoded = wire::Reading {
        encoded: reading.encoded.iter().map(slice).collect(),
        ..wire::Reading::default()
    };
    let mut size = 0;
    let mut take = |chunk: &[u8]| size += chunk.len() as u64;
    if let Err(error) = encoded.octets(octets, slice(&at), &mut take) {
        panic!("{at:?}: {error:?}");
    }
    size
}

/// Checks header fields and returns their size in bytes.
fn fields(headers: &[(String, String)]) -> usize {
    for (name, value) in headers {
        assert!(value.len() <= limits::READING_FIELD, "{name}: {value:?}");
    }
    headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum()
}

fn delivered(octets: &[u8]) -> Delivered {
    Delivered {
        from: String::new(),
        recipients: vec!["hana@example.org".into()],
        parameters: Vec::new(),
        user: None,
        tls: false,
        client_name: "client.example".into(),
        esmtp: true,
        raw: octets.to_vec(),
    }
}
