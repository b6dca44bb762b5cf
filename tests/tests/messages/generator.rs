//! Messages that a person could write, and what readers must find in them. Most are hostile.

use std::collections::BTreeMap;

use app::compose::{Attachment, BodyFormat, Draft, MessageStamp, Moment, picture_mark, sent_name};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::rng::Rng;

use super::blocks::{self, Text};
use super::reading::{File, Person, Reading};

/// A message to build.
pub(crate) struct Written {
    pub(crate) draft: Draft,
    pub(crate) stamp: MessageStamp,
    /// The octets of the files by their keys.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What readers must find. `html` is the text with its pictures, to be compared with what
    /// [`super::html_as_text`] makes of the part. `fields` is checked apart.
    pub(crate) expect: Reading,
}

/// Names and subjects.
const TEXTS: &[&str] = &[
    "Mina Park",
    "박민아",
    "Park, Mina",
    "O'Neil; \"Jo\" <jo@x.org>",
    "=?utf-8?Q?x?=",
    "a =?utf-8?B?YQ==?= =?utf-8?B?YQ==?= b",
    "=?",
    "?=",
    "=?=",
    "=?iso-2022-jp?B?GyRC?=",
    " in front",
    "behind ",
    "  two  inside  ",
    "back\\slash \\\" quote\"",
    "\"in quotes\"",
    "\\",
    "\"",
    "(a comment)",
    "a@b.example",
    "group: a@b.example;",
    "undisclosed-recipients:;",
    "=20=E4_x_",
    "a_b c",
    "👩‍👩‍👧‍👦👨🏽‍🚀🇰🇷",
    "e\u{301}\u{302}\u{303}\u{304}\u{305} Z\u{335}\u{336}a\u{337}lgo\u{338}",
    "שלום עולם",
    "مرحبا بالعالم",
    "mixed עברית and 한국어",
    "\u{202e}reversed\u{202c}",
    "\u{200b}zero\u{200b}width\u{feff}",
    "no\u{a0}break",
    "line\u{2028}separator",
    "ＦＵＬＬ",
    "ﬁ ℌ 𝕄",
    "\u{10fffd}",
    "ㅁㅎ 민호",
    "Re: [list] %s %d &amp; <b>",
    "\u{ac}\u{ff}",
    "1234567890",
    ".",
    "-",
    "Bcc: hidden@x.example",
];

/// Addresses, typed as they are sent.
const ADDRESSES: &[&str] = &[
    "mina@example.org",
    "o'neil+tag=1@mail.example.co.uk",
    "\"quoted local\"@example.org",
    "\"at@inside\"@example.org",
    "!#$%&'*+-/=?^_`{|}~@example.org",
    "m@[192.0.2.1]",
    "m@[IPv6:2001:db8::1]",
    "x@xn--9n2bp8q.example",
    "a.very.long.local.part.that.fills.all.of.its.sixty-four.octets@a.domain.example.org",
];

/// Addresses with signs that mean something elsewhere in a field of addresses.
const ODD_ADDRESSES: &[&str] = &[
    "\"a,b;c<d>\"@example.org",
    "\"with \\\" quote\"@example.org",
];

/// Addresses that need SMTPUTF8.
const UTF8_ADDRESSES: &[&str] = &["박민아@example.org", "δοκιμή@example.org"];

/// Lines of text.
const LINES: &[&str] = &[
    "",
    "Hello.",
    "안녕하세요, 여러분.",
    ".",
    "..",
    ".leading dot",
    "From here on",
    ">From there",
    "--",
    "-- ",
    "--=_m_00000000000000000000000000000000",
    "--=_a_",
    "--boundary--",
    "Content-Type: text/html",
    "=3D=20=",
    "=",
    "=?utf-8?Q?x?=",
    "spaces behind   ",
    "tab behind\t",
    "\t tab in front",
    "   spaces  inside",
    "\u{feff}mark",
    "\u{85}\u{2028}\u{2029}",
    "\u{0c}form feed\u{0b}",
    "\u{1b}[31mred",
    "bell\u{7}",
    "🇰🇷👩‍💻",
    "e\u{301}",
    "<b>&amp;\"</b>",
    "begin 644 file",
    "[image: a.png]",
    "QUIT",
];

/// Names of files.
const FILE_NAMES: &[&str] = &[
    "report.pdf",
    "분기 보고서 (최종).hwpx",
    "a,b;c=d.txt",
    "quote\".txt",
    "back\\slash.txt",
    "../../etc/passwd",
    "a\r\nBcc: hidden@x.example\r\n.txt",
    "a\0b.bin",
    "=?utf-8?Q?x?=.txt",
    "100%25 'sure' %20.txt",
    "UTF-8''x.txt",
    " spaces  around .txt ",
    ".hidden",
    "photo\u{202e}gpj.exe",
    "e\u{301}.png",
    "👩‍💻.png",
    "שלום.doc",
    "*?<>|:.csv",
    "name",
    "",
    "a.b.c.tar.gz",
];

/// Types of files, and as what they are sent.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("application/pdf", "application/pdf"),
    ("text/plain", "text/plain"),
    ("text/html", "text/html"),
    ("text/csv", "text/csv"),
    ("image/svg+xml", "image/svg+xml"),
    ("application/vnd.ms-excel", "application/vnd.ms-excel"),
    ("message/rfc822", "application/octet-stream"),
    ("multipart/mixed", "application/octet-stream"),
    ("", "application/octet-stream"),
    (
        "text/plain\r\nBcc: hidden@x.example",
        "application/octet-stream",
    ),
    ("text/plain; charset=utf-16", "application/octet-stream"),
    ("nonsense", "application/octet-stream"),
];

/// The message of a seed.
pub(crate) fn written(seed: u64) -> Written {
    let rng = &mut Rng::new(seed);
    let mut expect = Reading::default();
    let from = person(rng);
    let utf8 = rng.once_in(12);
    let list = |rng: &mut Rng, most: usize| -> Vec<Person> {
        let count = rng.below(most);
        (0..count)
            .map(|_| {
                let mut one = person(rng);
                if utf8 && rng.once_in(2) {
                    one.1 = one_of(rng, UTF8_ADDRESSES).to_owned();
                }
                one
            })
            .collect()
    };
    let [mut reply_to, mut to, cc] = [list(rng, 3), list(rng, 8), list(rng, 4)];
    // It is one text, which a line separator divides, even in quotes. The page says so.
    reply_to.retain(|(name, _)| !name.contains('\u{2028}'));
    let mut bcc = Vec::new();
    if rng.once_in(4) {
        bcc.push(("Hidden".to_owned(), "in.bcc@nowhere.example".to_owned()));
    }
    if to.is_empty() && cc.is_empty() && bcc.is_empty() {
        to.push(person(rng));
    }
    let subject = text(rng);
    let stamp = MessageStamp {
        moment: Moment {
            unix_ms: i64::try_from(rng.below(4_000_000_000)).unwrap_or(0) * 1000 + 1,
            offset_minutes: *rng.pick(&[0, 540, -570, 345, 840, -720]),
        },
        random: std::array::from_fn(|_| u8::try_from(rng.below(256)).unwrap_or(0)),
    };

    let mut files = BTreeMap::new();
    let (mut attachments, mut shown, mut attached) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..rng.below(5).saturating_sub(1) {
        let (attachment, octets, mut file) = file(rng, at);
        if attachment.content_id.is_some() {
            file.content_id.clone_from(&attachment.content_id);
            file.disposition = "inline".to_owned();
            shown.push(file);
        } else {
            attached.push(file);
        }
        files.insert(attachment.file.clone(), octets);
        attachments.push(attachment);
    }
    let format = *rng.pick(&[
        BodyFormat::Plain,
        BodyFormat::Plain,
        BodyFormat::Markdown,
        BodyFormat::Rich,
    ]);
    let pictures = attachments.iter().filter(|file| file.content_id.is_some());
    let text = match format {
        BodyFormat::Plain => plain(rng, pictures),
        BodyFormat::Markdown => blocks::markdown(rng, pictures),
        BodyFormat::Rich => blocks::rich(rng, pictures),
    };
    let Text {
        body,
        html,
        read,
        shows,
    } = text;

    let domain = from.1.rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain = if domain.starts_with('[') {
        "localhost"
    } else {
        domain
    };
    let hex: String = stamp
        .random
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    expect.message_id = format!("<{hex}@{domain}>");
    expect.date = stamp.moment.unix_ms.div_euclid(1000);
    let mut text = read.replace("\r\n", "\n").replace('\r', "\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    expect.html = match shows {
        Some(words) => Some(words),
        // HTML has no tabs and no NUL.
        None if !shown.is_empty() => Some(text.replace('\t', "    ").replace('\0', "\u{fffd}")),
        None => None,
    };
    expect.text = Some(text);
    expect.subject = Some(subject.clone());
    expect.files = shown.into_iter().chain(attached).collect();

    let typed = |people: &[Person]| -> Vec<String> { people.iter().map(as_typed).collect() };
    let draft = Draft {
        from: as_typed(&from),
        reply_to: typed(&reply_to).join(", "),
        to: typed(&to),
        cc: typed(&cc),
        bcc: typed(&bcc),
        subject,
        format,
        as_typed: format == BodyFormat::Plain && rng.once_in(3),
        body,
        html,
        attachments,
        ..Draft::default()
    };
    expect.from = vec![from];
    expect.reply_to = reply_to;
    expect.to = to;
    expect.cc = cc;
    Written {
        draft,
        stamp,
        files,
        expect,
    }
}

/// A person as typed: `"name" <address>`.
fn as_typed((name, address): &Person) -> String {
    if name.is_empty() {
        return address.clone();
    }
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{name}\" <{address}>")
}

pub(super) fn one_of<'a>(rng: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[rng.below(texts.len())]
}

fn person(rng: &mut Rng) -> Person {
    let odd = rng.once_in(20);
    let address = one_of(rng, if odd { ODD_ADDRESSES } else { ADDRESSES }).to_owned();
    if !rng.once_in(4) {
        (text(rng), address)
    } else {
        (String::new(), address)
    }
}

/// A name or a subject.
fn text(rng: &mut Rng) -> String {
    match rng.below(12) {
        0 => "x".repeat(1 + rng.below(1100)),
        1 => "가".repeat(1 + rng.below(300)),
        2 => "word ".repeat(rng.below(60)) + "end",
        3 => "👩‍👧 ".repeat(1 + rng.below(40)),
        4..6 => {
            let count = 1 + rng.below(4);
            let glue = one_of(rng, &["", " ", "  "]);
            let some: Vec<&str> = (0..count).map(|_| one_of(rng, TEXTS)).collect();
            some.join(glue)
        }
        _ => one_of(rng, TEXTS).to_owned(),
    }
}

/// A plain text, in which each picture has its mark twice.
fn plain<'a>(rng: &mut Rng, pictures: impl Iterator<Item = &'a Attachment>) -> Text {
    let mut body = body(rng);
    for picture in pictures {
        let line = picture_mark(&picture.name);
        body = format!("{body}{} {line} \n{line}", one_of(rng, &["", "\n"]));
    }
    Text {
        read: body.clone(),
        body,
        ..Text::default()
    }
}

fn body(rng: &mut Rng) -> String {
    let mut body = String::new();
    for _ in 0..rng.below(20) {
        match rng.below(16) {
            0 => body.push_str(&"long line, ".repeat(1 + rng.below(500))),
            1 => body.push_str(&"x".repeat(5000)),
            2 => body.push_str(&"긴".repeat(1 + rng.below(2000))),
            3 => body.push_str(&" ".repeat(rng.below(1200))),
            4 if rng.once_in(8) => body.push('\0'),
            _ => body.push_str(one_of(rng, LINES)),
        }
        body.push_str(one_of(rng, &["\n", "\n", "\n", "\r\n", "\r", ""]));
    }
    body
}

/// A file as it is attached, its octets, and as what it is to be read.
fn file(rng: &mut Rng, at: usize) -> (Attachment, Vec<u8>, File) {
    let name = match rng.below(8) {
        0 => "가".repeat(300) + ".txt",
        1 => "long ".repeat(60) + "name.txt",
        _ => one_of(rng, FILE_NAMES).to_owned(),
    };
    let size = match rng.below(6) {
        0 => 0,
        1 => 1 + rng.below(4),
        2 => *rng.pick(&[56, 57, 58, 113, 114, 115, 456]),
        _ => rng.below(20_000),
    };
    let octets: Vec<u8> = (0..size)
        .map(|_| u8::try_from(rng.below(256)).unwrap_or(0))
        .collect();
    let (mut media_type, mut sent) = *rng.pick(MEDIA_TYPES);
    let mut content_id = None;
    let mut name = name;
    if rng.once_in(3) {
        (media_type, sent) = ("image/png", "image/png");
        content_id = Some(format!(
            "picture-{at}.{}@glasspost.example",
            rng.below(1000)
        ));
        // Its name stands in one line of the text, and no other picture has it.
        name = format!("{}{at}.png", sent_name(&name));
    }
    let attachment = Attachment {
        file: format!("file {at}"),
        name: name.clone(),
        media_type: media_type.to_owned(),
        size: octets.len() as u64,
        content_id,
        ..Attachment::default()
    };
    let file = File {
        name: sent_name(&name),
        media_type: sent.to_owned(),
        disposition: "attachment".to_owned(),
        content_id: None,
        octets: STANDARD.encode(&octets),
    };
    (attachment, octets, file)
}

/// What would bring forth a header field, an end of the header section, or a part.
const INJECTIONS: &[&str] = &[
    "\r\nBcc: hidden@x.example\r\n",
    "\nX-Injected: 1",
    "\rX-Injected: 1",
    "\r\n\r\n<b>",
    "\n\n--=_m_00000000000000000000000000000000",
    "\0",
    "\u{7f}",
    "\u{85}X-Injected: 1",
    "\u{2028}X-Injected: 1",
    "?=\r\n =?",
    "\";\r\nX-Injected: \"1",
    ">\r\nX-Injected: <1",
];

/// The message of a seed, with an injection in each text of which header fields are made. A place
/// goes by its number; `None` after the last one.
pub(crate) fn with_injection(seed: u64, place: usize) -> Option<Written> {
    let mut written = written(seed);
    let draft = &mut written.draft;
    draft.attachments.push(Attachment {
        file: "file 0".to_owned(),
        name: "picture.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: 0,
        content_id: Some("picture@glasspost.example".to_owned()),
        ..Attachment::default()
    });
    draft.thread.in_reply_to.push("last@example.org".to_owned());
    draft.thread.references.push("last@example.org".to_owned());
    draft.to.push("last@example.org".to_owned());
    draft.cc.push("\"Last\" <last@example.org>".to_owned());
    draft.bcc.push("in.bcc@nowhere.example".to_owned());
    let file = draft.attachments.last_mut()?;
    let text = match place {
        0 => &mut draft.from,
        1 => &mut draft.reply_to,
        2 => draft.to.last_mut()?,
        3 => draft.cc.last_mut()?,
        4 => draft.bcc.last_mut()?,
        5 => &mut draft.subject,
        6 => &mut file.name,
        7 => &mut file.media_type,
        8 => file.content_id.as_mut()?,
        9 => draft.thread.in_reply_to.last_mut()?,
        10 => draft.thread.references.last_mut()?,
        _ => return None,
    };
    let rng = &mut Rng::new(seed);
    let mut at = rng.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    text.insert_str(at, one_of(rng, INJECTIONS));
    // Shown in the text where its name and Content-ID can be.
    draft.body = format!("{}\n{}\n", draft.body, picture_mark(&file.name));
    if draft.format == BodyFormat::Rich {
        let id = file.content_id.clone().unwrap_or_default();
        draft.html = format!("{}<img src=\"cid:{id}\" alt=\"\">", draft.html);
    }
    written.files.entry("file 0".to_owned()).or_default();
    file.size = written.files["file 0"].len() as u64;
    Some(written)
}
