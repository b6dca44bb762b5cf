//! Decodes messages of the practice mailbox with any content, for reading and for the list.

use std::time::UNIX_EPOCH;

use practice::{Capacity, Content, Delivered, Mailbox, Reading, limits};

/// Decodes any octets as a message.
pub fn run(octets: &[u8]) {
    let reading = Reading::parse(octets);
    assert!(!reading.parts.is_empty(), "no parts");
    assert!(reading.parts.len() <= limits::READING_PARTS);
    let mut texts = 0;
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
            Content::Message { headers } => {
                names += fields(headers);
                before += 1;
            }
            Content::Attachment {
                name,
                media_type,
                size,
            } => {
                assert!(name.len() <= limits::READING_FIELD);
                // Decoding makes nothing longer, except for a short line of uuencode that claims to
                // encode 63 octets.
                assert!(*size <= 63 * octets.len() as u64, "{part:?}");
                names += name.len() + media_type.len();
            }
        }
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
