//! Drafts of messages that come as .eml files (RFC 5322). Pure.

use mail_parser::{
    Address, HeaderForm, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use super::draft::build::joined;
use super::draft::rich::{Found, Rich};
use super::draft::{
    BodyFormat, Draft, Invitation, Options, OwnHeader, Priority, RECEIPT, Thread, media_type_of,
};
use crate::calendar::{events, is_calendar};
use crate::ui::mailbox::named_address;
use crate::ui::part::part;

/// The largest message that is read, in octets. It is in memory while it is read.
pub(super) const LARGEST: u64 = 32 * 1024 * 1024;

/// A draft made of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Imported {
    /// Its fields. The files are not part of it yet.
    pub(super) draft: Draft,
    /// The files that go with it, in their order.
    pub(super) files: Vec<ImportedFile>,
    /// What the message has besides, which a draft can't hold.
    pub(super) left_out: Vec<LeftOut>,
}

/// A file of such a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportedFile {
    /// Its name; empty where it has none.
    pub(super) name: String,
    /// Its media type.
    pub(super) media_type: String,
    /// Its octets.
    pub(super) octets: Vec<u8>,
    /// Its Content-ID, where the text shows it.
    pub(super) content_id: Option<String>,
}

/// Something of a message that a draft can't hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LeftOut {
    /// Of the form in HTML: colours, sizes, pictures from elsewhere and other things that a rich
    /// text can't have. Its text is in the draft.
    Html,
    /// Header fields of these names.
    Fields(Vec<String>),
}

/// Header fields that are made anew for each message, or are in the draft.
const MADE_ANEW: [&str; 18] = [
    "From",
    "Reply-To",
    "To",
    "Cc",
    "Bcc",
    "Subject",
    "In-Reply-To",
    "References",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-Language",
    "Received",
    "Return-Path",
    "X-Unsent",
];

part! { import:
    /// Reads a message. None: it is none, or has neither a header field nor a text.
    pub(super) fn read_message(octets: Vec<u8>) -> Option<Imported> {
        import(&octets)
    }
}

/// Makes the event that a message invites to the draft's invitation, if it can be written here:
/// the only one of its calendars, which may be there as a form of the text and as a file. These are
/// no files of the draft then. The time zone is not defined yet.
pub(super) fn take_invitation(imported: &mut Imported) {
    let calendars = imported
        .files
        .iter()
        .filter(|file| is_calendar(&file.media_type));
    let invitations = calendars.map(|file| {
        let calendar = std::str::from_utf8(&file.octets).ok()?;
        match events(calendar).as_slice() {
            [event] => Invitation::of_event(event),
            _ => None,
        }
    });
    let Some(mut invitations) = invitations.collect::<Option<Vec<Invitation>>>() else {
        return;
    };
    invitations.dedup();
    if let [invitation] = invitations.as_slice() {
        imported.draft.invitation = Some(invitation.clone());
        imported.files.retain(|file| !is_calendar(&file.media_type));
    }
}

fn import(octets: &[u8]) -> Option<Imported> {
    let message = MessageParser::default().parse(octets)?;
    let list =
        |address: Option<&Address>| -> Vec<String> { address.map(mailboxes).unwrap_or_default() };
    let mut imported = Imported {
        draft: Draft {
            from: list(message.from()).join(", "),
            reply_to: list(message.reply_to()).join(", "),
            to: list(message.to()),
            cc: list(message.cc()),
            bcc: list(message.bcc()),
            subject: message.subject().map(one_line).unwrap_or_default(),
            thread: Thread::written(
                message.header_raw("In-Reply-To").unwrap_or_default(),
                message.header_raw("References").unwrap_or_default(),
            ),
            ..Draft::default()
        },
        ..Imported::default()
    };
    read_parts(&message, &mut imported);
    let mut names = other_fields(&message);
    read_options(&message, &mut names, &mut imported.draft.options);
    if !names.is_empty() {
        imported.left_out.push(LeftOut::Fields(names));
    }
    (imported != Imported::default()).then_some(imported)
}

/// The mailboxes of a field, as a person types them.
fn mailboxes(address: &Address) -> Vec<String> {
    address
        .iter()
        .filter_map(|one| {
            let address = one.address()?;
            let name = one.name().map(one_line).unwrap_or_default();
            Some(named_address(&name, address))
        })
        .collect()
}

/// A text of one line.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ").trim().to_owned()
}

/// The texts become the body, everything else files.
fn read_parts(message: &Message, imported: &mut Imported) {
    let mut texts = Vec::new();
    for id in &message.text_body {
        let Some(part) = message.part(*id) else {
            continue;
        };
        match &part.body {
            PartType::Text(text) => {
                let text = text.replace("\r\n", "\n");
                texts.push(if is_flowed(part) { joined(&text) } else { text });
            }
            PartType::Html(html) => texts.push(Rich::read(html).text()),
            _ => {}
        }
    }
    imported.draft.body = texts.join("\n");
    let html = message.html_body.iter().chain(&message.text_body);
    let html = html.filter_map(|id| match &message.part(*id)?.body {
        PartType::Html(html) => Some(html.as_ref()),
        _ => None,
    });
    // The first is the one that readers show.
    let mut rich = html.take(1).map(|html| {
        let mut found = Found::default();
        let rich = Rich::read_with(html, &mut found).flat();
        // Without formatting the plain text is taken, which may have other words.
        let words = |text: &str| text.split_whitespace().collect::<String>();
        let other = words(&rich.text()) != words(&imported.draft.body);
        if found.left_out || (other && !rich.has_formatting()) {
            imported.left_out.push(LeftOut::Html);
        }
        rich
    });
    let mut rich = rich.next().filter(Rich::has_formatting);
    for part in message.attachments() {
        let mut file = file(message, part);
        if let Some(rich) = &mut rich
            && let Some(id) = part.content_id()
        {
            file.content_id = rich.has_picture(id).then(|| id.to_owned());
        }
        imported.files.push(file);
    }
    if let Some(rich) = rich {
        imported.draft.format = BodyFormat::Rich;
        imported.draft.set_html(rich.html());
    }
}

fn is_flowed(part: &MessagePart) -> bool {
    let format = part
        .content_type()
        .and_then(|kind| kind.attribute("format"));
    format.is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
}

fn file(message: &Message, part: &MessagePart) -> ImportedFile {
    let name = part.attachment_name().map(one_line).unwrap_or_default();
    let octets = match &part.body {
        PartType::Message(inner) => {
            let (start, end) = (part.offset_body as usize, part.offset_end as usize);
            let enclosed = message.raw_message.get(start..end);
            enclosed.unwrap_or(&inner.raw_message).to_vec()
        }
        _ => part.contents().to_vec(),
    };
    let declared = part.content_type().map(|kind| {
        let subtype = kind.subtype().unwrap_or("octet-stream");
        format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase()
    });
    ImportedFile {
        media_type: declared.unwrap_or_else(|| media_type_of(&name, "")),
        name,
        octets,
        content_id: None,
    }
}

/// The names of the header fields that are not made anew.
fn other_fields(message: &Message) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for header in message.headers() {
        let name = header.name.as_str();
        let is_name = |one: &&str| one.eq_ignore_ascii_case(name);
        let seen = names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if !seen && !MADE_ANEW.iter().any(is_name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Priority, read receipt and header fields of the sender's own, which are taken out of `names`.
///
/// A message that servers have delivered has many fields from them, and from others. So fields of
/// the sender's own are read only where none says that it was delivered.
fn read_options(message: &Message, names: &mut Vec<String>, options: &mut Options) {
    let is = |name: &String, other: &str| name.eq_ignore_ascii_case(other);
    let delivered = message
        .headers_raw()
        .any(|(name, _)| name.eq_ignore_ascii_case("Received"));
    let mut read = Vec::new();
    for (name, raw) in message.headers_raw() {
        let value = unfolded(raw);
        if let Some(priority) = Priority::read(name, &value) {
            if options.priority == Priority::Normal {
                options.priority = priority;
            }
            read.push(name.to_owned());
        } else if name.eq_ignore_ascii_case(RECEIPT) {
            options.receipt = true;
            read.push(name.to_owned());
        } else if !delivered && names.iter().any(|one| is(one, name)) {
            let header = OwnHeader {
                name: name.to_owned(),
                value: decoded(value),
            };
            if header.fault().is_none() {
                options.headers.push(header);
                read.push(name.to_owned());
            }
        }
    }
    names.retain(|name| !read.iter().any(|one| is(one, name)));
}

/// A value with its encoded words decoded.
fn decoded(value: String) -> String {
    if !value.contains("=?") {
        return value;
    }
    // Fields that the library does not know are decoded upon request only.
    let field = format!("X: {value}\r\n\r\n");
    let read = MessageParser::new().parse_headers(&field);
    let texts = read.map(|read| {
        let texts = read.header_as("X", HeaderForm::Text).into_iter();
        let texts = texts.map(|text| text.as_text().map(one_line));
        texts.flatten().collect::<Vec<_>>()
    });
    texts
        .and_then(|texts| texts.into_iter().next())
        .unwrap_or(value)
}

/// The value of a field without its folds.
fn unfolded(raw: &str) -> String {
    let joined: String = raw.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    one_line(&joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_a_draft_and_its_files() {
        let message = "\
Received: by mx.example.org; Wed, 18 Nov 2026 20:06:40 +0900\r\n\
From: =?utf-8?B?67CV66+87JWE?= <mina@example.org>\r\n\
To: \"Park, Joon\" <joon@example.net>, Team: a@x.org, b@x.org;\r\n\
Cc: c@x.org\r\n\
Subject: =?euc-kr?B?wfq5rg==?=\r\n\
In-Reply-To: <1@x.org>\r\n\
References: <0@x.org>\r\n <1@x.org>\r\n\
X-Mailer: y\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\
\r\n\
--b\r\n\
Content-Type: multipart/alternative; boundary=c\r\n\
\r\n\
--c\r\n\
Content-Type: text/plain; charset=euc-kr\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
vsiz5w0KLg0K\r\n\
--c\r\n\
Content-Type: text/html\r\n\
\r\n\
<p>hi</p>\r\n\
--c--\r\n\
--b\r\n\
Content-Type: application/pdf\r\n\
Content-Disposition: attachment; filename*=utf-8''%EA%B0%80.pdf\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
aGk=\r\n\
--b--\r\n";
        let got = import(message.as_bytes()).expect("a message");
        let expect = Imported {
            draft: Draft {
                from: "박민아 <mina@example.org>".into(),
                to: ["\"Park, Joon\" <joon@example.net>", "a@x.org", "b@x.org"]
                    .map(str::to_owned)
                    .to_vec(),
                cc: vec!["c@x.org".into()],
                subject: "질문".into(),
                body: "안녕\n.\n".into(),
                thread: Thread {
                    in_reply_to: vec!["1@x.org".into()],
                    references: vec!["0@x.org".into(), "1@x.org".into()],
                },
                ..Draft::default()
            },
            files: vec![ImportedFile {
                name: "가.pdf".into(),
                media_type: "application/pdf".into(),
                octets: b"hi".to_vec(),
                content_id: None,
            }],
            left_out: vec![LeftOut::Html, LeftOut::Fields(vec!["X-Mailer".into()])],
        };
        assert_eq!(got, expect);
    }

    /// What a draft is after it was saved as a file and opened.
    fn again(draft: &Draft) -> Imported {
        let stamp = crate::compose::draft::MessageStamp {
            moment: crate::compose::draft::Moment {
                unix_ms: 0,
                offset_minutes: 0,
            },
            random: [7; 16],
        };
        let message = draft.message(&stamp).expect("a message");
        let octets = message.octets(|file| vec![1; usize::try_from(file.size).expect("small")]);
        import(&octets).expect("a message")
    }

    #[test]
    fn what_was_written_is_read_again() {
        let mut draft = Draft::sample_en();
        draft.body = format!(
            "Hi,\n\n> quoted\n\n{}\n-- \nMina\n",
            "long ".repeat(40).trim()
        );
        let got = again(&draft);
        assert_eq!((&got.draft, got.left_out), (&draft, vec![]));

        draft.invitation = Some(Invitation::sample());
        let mut expect = Invitation::sample();
        // The page defines it, which knows its rules.
        expect.zone_definition = String::new();
        let mut got = again(&draft);
        assert_eq!(got.files.len(), 2);
        take_invitation(&mut got);
        assert_eq!(
            (got.draft.invitation.as_ref(), got.files),
            (Some(&expect), vec![])
        );
        draft.invitation = None;

        draft.format = BodyFormat::Rich;
        draft.attachments.push(crate::compose::draft::Attachment {
            file: "key".into(),
            name: "c.png".into(),
            media_type: "image/png".into(),
            size: 4,
            content_id: Some("1@x.org".into()),
            as_is: None,
        });
        draft.set_html(
            "<div>a <b>b</b></div><ul><li>c</li></ul><blockquote><div>d</div></blockquote>\
             <table><tr><th>e</th><td>f</td></tr></table><pre>g\n h</pre>\
             <div><img src=\"cid:1@x.org\" alt=\"c.png\"></div>"
                .into(),
        );
        let got = again(&draft);
        assert_eq!(got.draft.format, BodyFormat::Rich);
        assert_eq!(got.draft.html, draft.html);
        assert_eq!(got.left_out, []);
        assert_eq!(got.files[0].content_id.as_deref(), Some("1@x.org"));
    }

    #[test]
    fn options_are_taken_over() {
        let message = "\
From: Mina <mina@example.org>\r\n\
Importance: high\r\n\
Priority: urgent\r\n\
X-Priority: 1 (Highest)\r\n\
Disposition-Notification-To: <mina@example.org>\r\n\
X-Unsent: 1\r\n\
X-Long: one\r\n  two\r\n\
X-Tag: =?utf-8?B?7JWI64WV?=\r\n\
X-Tag: a=?\r\n\
DKIM-Signature: v=1\r\n\
\r\n\
hi\r\n";
        let own = |name: &str, value: &str| OwnHeader {
            name: name.into(),
            value: value.into(),
        };
        let got = import(message.as_bytes()).expect("a message");
        assert_eq!(got.draft.options.priority, Priority::High);
        assert!(got.draft.options.receipt);
        assert_eq!(got.draft.options.headers[0], own("X-Long", "one  two"));
        assert_eq!(got.draft.options.headers[1], own("X-Tag", "안녕"));
        assert_eq!(got.draft.options.headers.len(), 3);
        assert_eq!(
            got.left_out,
            [LeftOut::Fields(vec!["DKIM-Signature".into()])]
        );
        let delivered = format!("Received: by mx.example.org; x\r\n{message}");
        let got = import(delivered.as_bytes()).expect("a message");
        assert_eq!(got.draft.options.headers, []);
        assert_eq!(got.draft.options.priority, Priority::High);
    }

    #[test]
    fn what_is_no_message_is_none() {
        assert_eq!(import(b""), None);
    }
}
