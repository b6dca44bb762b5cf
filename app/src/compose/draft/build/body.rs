//! The body of a message: its text, pictures in the text, and files, with the header fields that
//! describe them.

use mail_builder::headers::content_type::ContentType;
use mail_builder::mime::MimePart;
use mail_builder::writer::Writer;
use smtp::limits;

use super::super::rich::{Picture, sent_html};
use super::super::{Attachment, BodyFormat, Content};
use super::as_is::AsIs;
use super::field::{Field, write_field};
use super::file_name::sent_name;
use super::{calendar, flowed, html, media_type, parameter};
use crate::connection::{Segment, StoredFile, base64_lines, base64_size};

/// What a body is made of.
#[derive(Clone, Copy)]
pub(super) struct Body<'a> {
    /// The text, as a person wrote it.
    pub(super) content: Content<'a>,
    /// The files, in their order.
    pub(super) attachments: &'a [Attachment],
    /// The calendar of an invitation, lines ended by CRLF.
    pub(super) calendar: Option<&'a str>,
    /// What boundaries are made of. It does not change the size.
    pub(super) random: [u8; 16],
}

/// Where a body is written to.
pub(super) trait Output: Writer {
    /// The octets of a file, in base64.
    fn file(&mut self, file: &Attachment);
}

/// Counts octets instead of keeping them.
#[derive(Default)]
pub(super) struct Counter(pub(super) u64);

impl Writer for Counter {
    fn write(&mut self, octets: &[u8]) {
        self.0 += octets.len() as u64;
    }
}

impl Output for Counter {
    fn file(&mut self, file: &Attachment) {
        self.0 += match file.as_is {
            None => base64_size(file.size),
            Some(_) => file.size,
        };
    }
}

/// The segments of a message. Octets between two files are one segment.
pub(super) struct Segments(pub(super) Vec<Segment>);

impl Writer for Segments {
    fn write(&mut self, octets: &[u8]) {
        if let Some(Segment::Octets(last)) = self.0.last_mut() {
            last.extend_from_slice(octets);
        } else {
            self.0.push(Segment::Octets(octets.to_vec()));
        }
    }
}

impl Output for Segments {
    fn file(&mut self, file: &Attachment) {
        let stored = StoredFile {
            id: file.file.clone(),
            name: shown_name(file),
            size: file.size,
        };
        self.0.push(match file.as_is {
            None => Segment::Base64(stored),
            Some(_) => Segment::AsIs(stored),
        });
    }
}

/// The forms in which a text is sent.
struct Forms<'a> {
    text: TextForm,
    /// The same as HTML.
    html: Option<String>,
    /// The pictures that the HTML shows.
    shown: Vec<&'a Attachment>,
}

/// A text as it is sent, lines ended by CRLF.
struct TextForm {
    text: String,
    /// Whether it is in the format of RFC 3676.
    flowed: bool,
    /// Whether its lines stay as they are wherever a mail server takes them so.
    kept: bool,
}

impl<'a> Body<'a> {
    /// Writes the fields that describe the body, the blank line, and the body.
    ///
    /// Files make a multipart/mixed of it. Rich text and Markdown have two forms, the plain text
    /// and HTML, and so has a plain text that shows pictures; these are a multipart/related with
    /// the HTML. The calendar of an invitation is another form, and a file besides.
    pub(super) fn write(&self, output: &mut impl Output) {
        let forms = self.forms();
        let is_shown = |file: &Attachment| forms.shown.iter().any(|one| std::ptr::eq(*one, file));
        let mut files = self.attachments.iter().filter(|file| !is_shown(file));
        match (files.next(), self.calendar) {
            (None, None) => self.write_forms(&forms, output),
            (first, calendar) => {
                let boundary = self.boundary('m', &forms);
                // RFC 2045 §6.4: what it has in it.
                let eight_bit = super::is_eight_bit(self.attachments);
                write_multipart("mixed", &boundary, eight_bit, output);
                write_delimiter(&boundary, output);
                self.write_forms(&forms, output);
                if let Some(calendar) = calendar {
                    write_delimiter(&boundary, output);
                    calendar::write_file(calendar, output);
                }
                for file in first.into_iter().chain(files) {
                    write_delimiter(&boundary, output);
                    write_file(file, None, output);
                }
                write_end(&boundary, output);
            }
        }
    }

    fn forms(&self) -> Forms<'a> {
        let content = self.content;
        let shown = shown_pictures(content, self.attachments);
        let html = match content.format {
            BodyFormat::Plain if shown.is_empty() => None,
            BodyFormat::Plain => Some(html::of(content.text, &shown)),
            BodyFormat::Markdown | BodyFormat::Rich => {
                let pictures = shown.iter().map(|file| Picture {
                    name: &file.name,
                    id: file.content_id.as_deref().unwrap_or_default(),
                });
                let pictures: Vec<Picture<'_>> = pictures.collect();
                Some(sent_html(&content.rich(self.attachments).nodes, &pictures))
            }
        };
        let text = canonical(content.text);
        // The source of Markdown means something by the spaces at the ends of its lines.
        // A NUL makes it base64, whatever it says.
        let may_flow =
            content.format != BodyFormat::Markdown && !content.as_typed && !text.contains('\0');
        let flowed = may_flow.then(|| flowed::flowed(&text)).flatten();
        Forms {
            text: TextForm {
                flowed: flowed.is_some(),
                kept: flowed.is_some() || content.as_typed,
                text: flowed.unwrap_or(text),
            },
            html: html.map(|html| canonical(&html)),
            shown,
        }
    }

    /// The text, and its other form.
    fn write_forms(&self, forms: &Forms<'_>, output: &mut impl Output) {
        if forms.html.is_none() && self.calendar.is_none() {
            return write_text(&forms.text, output);
        }
        let either = self.boundary('a', forms);
        write_multipart("alternative", &either, false, output);
        write_delimiter(&either, output);
        write_text(&forms.text, output);
        if let Some(html) = &forms.html {
            write_delimiter(&either, output);
            self.write_html(html, forms, output);
        }
        // The last form that a program understands is the one that it shows.
        if let Some(calendar) = self.calendar {
            write_delimiter(&either, output);
            write_encoded(calendar::form_type(), calendar, output);
        }
        write_end(&either, output);
    }

    /// The HTML, with the pictures that it shows.
    fn write_html(&self, html: &str, forms: &Forms<'_>, output: &mut impl Output) {
        if forms.shown.is_empty() {
            return write_encoded(text_type("text/html"), html, output);
        }
        let related = self.boundary('r', forms);
        write_multipart("related", &related, false, output);
        write_delimiter(&related, output);
        write_encoded(text_type("text/html"), html, output);
        for picture in &forms.shown {
            write_delimiter(&related, output);
            write_file(picture, picture.content_id.as_deref(), output);
        }
        write_end(&related, output);
    }

    /// A boundary that is nowhere in the text. It can't be in anything that is encoded: `=_` is in
    /// neither base64 nor quoted-printable. That it is in a message enclosed as it is can be ruled
    /// out too: that was there before these random digits were.
    fn boundary(&self, kind: char, forms: &Forms<'_>) -> String {
        let mut random = u128::from_be_bytes(self.random);
        let html = forms.html.as_deref().unwrap_or_default();
        let texts = [&forms.text.text, html, self.calendar.unwrap_or_default()];
        loop {
            let boundary = format!("=_{kind}_{random:032x}");
            if !texts.iter().any(|text| text.contains(&boundary)) {
                return boundary;
            }
            random = random.wrapping_add(1);
        }
    }
}

/// What readers show of a text: its HTML, or the lines of a plain text.
#[must_use]
pub fn shown_html(content: Content<'_>, attachments: &[Attachment]) -> String {
    let body = Body {
        content,
        attachments,
        calendar: None,
        random: [0; 16],
    };
    body.forms()
        .html
        .unwrap_or_else(|| html::of_lines(content.text))
}

/// The pictures that the text shows: those with a Content-ID whose mark is in it, or whose element
/// is in a rich text.
fn shown_pictures<'a>(content: Content<'_>, files: &'a [Attachment]) -> Vec<&'a Attachment> {
    let rich = (content.format == BodyFormat::Rich).then(|| content.rich(files).content_ids());
    let is_in = |file: &Attachment| match &rich {
        Some(ids) => ids.iter().any(|id| Some(id) == file.content_id.as_ref()),
        None => content.text.contains(&picture_mark(&file.name)),
    };
    let mut shown: Vec<&Attachment> = Vec::new();
    for file in files {
        let fits = file.content_id.as_deref().is_some_and(is_content_id)
            && media_type::is_picture(&file.media_type)
            && is_in(file)
            && shown
                .iter()
                .all(|other| other.name != file.name && other.content_id != file.content_id);
        if fits {
            shown.push(file);
        }
    }
    shown
}

/// What stands for a picture of this name in a text.
#[must_use]
pub fn picture_mark(name: &str) -> String {
    format!("[image: {name}]")
}

/// Whether this can stand in the field Content-ID and in a `cid:` address as it is.
fn is_content_id(id: &str) -> bool {
    let is_part = |part: &str| {
        let is_fine = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        (1..=100).contains(&part.len()) && part.chars().all(is_fine)
    };
    id.split_once('@')
        .is_some_and(|(left, right)| is_part(left) && is_part(right))
}

/// The name of a file as it is sent: no system takes it for a path or for something else.
#[must_use]
pub fn shown_name(file: &Attachment) -> String {
    sent_name(&file.name)
}

fn text_type(media_type: &'static str) -> ContentType<'static> {
    ContentType::new(media_type).attribute("charset", "utf-8")
}

fn write_text(form: &TextForm, output: &mut impl Output) {
    let mut kind = text_type("text/plain");
    if form.flowed {
        kind = kind.attribute("format", "flowed");
    }
    if !form.kept || !is_seven_bit(&form.text) {
        return write_encoded(kind, &form.text, output);
    }
    // Encoded, a space at the end of a line would be `=20`, and the text hard to read in an archive
    // or by a program that expects a patch.
    let mut octets = Vec::new();
    let mut field = Field::new("Content-Type", &mut octets);
    field.part("text/plain;");
    if form.flowed {
        field.part("charset=\"utf-8\";");
        field.part("format=\"flowed\"");
    } else {
        field.part("charset=\"utf-8\"");
    }
    field.end();
    write_field("Content-Transfer-Encoding", "7bit", &mut octets);
    octets.extend_from_slice(b"\r\n");
    output.write(&octets);
    output.write(form.text.as_bytes());
}

/// Whether a text can be sent as it is (RFC 2045 §2.7).
fn is_seven_bit(text: &str) -> bool {
    let is_fine =
        |line: &str| line.len() <= limits::TEXT_LINE && !line.contains(['\r', '\n', '\0']);
    text.is_ascii() && text.split("\r\n").all(is_fine)
}

fn write_encoded(kind: ContentType<'static>, text: &str, output: &mut impl Output) {
    if text.contains('\0') {
        // No mail server has to accept it as it is (RFC 5321 §4.5.2, RFC 5322 §4).
        let mut encoded = format!(
            "Content-Type: {}; charset=\"utf-8\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n",
            kind.c_type
        )
        .into_bytes();
        base64_lines(text.as_bytes(), &mut encoded);
        return output.write(&encoded);
    }
    MimePart::new(kind, text).write_part(output);
}

fn write_multipart(subtype: &str, boundary: &str, eight_bit: bool, output: &mut impl Output) {
    let mut fields = Vec::new();
    let mut field = Field::new("Content-Type", &mut fields);
    field.part(&format!("multipart/{subtype};"));
    field.part(&format!("boundary=\"{boundary}\""));
    field.end();
    if eight_bit {
        write_field("Content-Transfer-Encoding", "8bit", &mut fields);
    }
    output.write(&fields);
}

fn write_delimiter(boundary: &str, output: &mut impl Output) {
    output.write(b"\r\n--");
    output.write(boundary.as_bytes());
    output.write(b"\r\n");
}

fn write_end(boundary: &str, output: &mut impl Output) {
    output.write(b"\r\n--");
    output.write(boundary.as_bytes());
    output.write(b"--\r\n");
}

fn write_file(file: &Attachment, content_id: Option<&str>, output: &mut impl Output) {
    let name = shown_name(file);
    let (media_type, encoding) = match file.as_is {
        None => (media_type::sent(&file.media_type), "base64"),
        Some(AsIs::SevenBit) => (media_type::MESSAGE, "7bit"),
        Some(AsIs::EightBit) => (media_type::MESSAGE, "8bit"),
    };
    let mut fields = Vec::new();
    let mut field = Field::new("Content-Type", &mut fields);
    if parameter::is_plain(&name) {
        // Some old readers look for the name here only.
        field.part(&format!("{media_type};"));
        parameter::write("name", &name, &mut field);
    } else {
        field.part(media_type);
    }
    field.end();
    write_field("Content-Transfer-Encoding", encoding, &mut fields);
    let disposition = if content_id.is_some() {
        "inline;"
    } else {
        "attachment;"
    };
    let mut field = Field::new("Content-Disposition", &mut fields);
    field.part(disposition);
    parameter::write("filename", &name, &mut field);
    field.end();
    if let Some(id) = content_id {
        write_field("Content-ID", &format!("<{id}>"), &mut fields);
    }
    fields.extend_from_slice(b"\r\n");
    output.write(&fields);
    output.file(file);
}

/// The text with every line ended by CRLF.
pub(super) fn canonical(body: &str) -> String {
    let mut text = if body.contains('\r') {
        let lf = body.replace("\r\n", "\n").replace('\r', "\n");
        lf.replace('\n', "\r\n")
    } else {
        body.replace('\n', "\r\n")
    };
    if !text.is_empty() && !text.ends_with("\r\n") {
        text.push_str("\r\n");
    }
    text
}
