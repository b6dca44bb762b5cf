//! What octets of a message's source are.

use super::{Entitled, Explanation, Key, Meanings};

/// What octets of a message's source are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceNote {
    /// A header field.
    Field {
        /// Its name.
        name: String,
    },
    /// The white space at the beginning of a line that continues a header field.
    Fold,
    /// An encoded word in a header field.
    EncodedWord {
        /// The charset it names.
        charset: String,
        /// Base64, rather than the encoding that resembles quoted-printable.
        base64: bool,
        /// What it stands for; None where that can't be shown.
        text: Option<String>,
    },
    /// A parameter of a header field.
    Parameter {
        /// Its name.
        name: String,
    },
    /// A parameter with characters beyond ASCII, or a section of a long one.
    ExtendedParameter {
        /// What it stands for.
        text: String,
    },
    /// The parameter that names the boundary between parts.
    BoundaryParameter,
    /// A domain of which a label is encoded for the DNS.
    ALabel {
        /// What it stands for.
        text: String,
    },
    /// The blank line after a header section.
    HeaderEnd,
    /// A boundary before a part.
    Delimiter,
    /// The boundary after the last part.
    CloseDelimiter,
    /// Text outside of the parts of a multipart.
    BetweenParts,
    /// A line of text that is sent as it is.
    Text,
    /// The dot at the beginning of a line.
    LeadingDot,
    /// A line of quoted-printable.
    QuotedPrintable,
    /// An escape of quoted-printable: the octets of one character.
    Escape {
        /// The octets.
        octets: Vec<u8>,
        /// The character; None where it can't be shown.
        text: Option<String>,
    },
    /// The `=` at the end of a line of quoted-printable.
    SoftBreak,
    /// A line of base64.
    Base64 {
        /// What it stands for; None where that is no text.
        text: Option<String>,
    },
    /// A file, which the source shows by one line.
    File,
}

/// Explains octets of a message's source.
#[must_use]
pub fn source(meanings: &Meanings, note: &SourceNote) -> Explanation {
    let explanation = Explanation::of(meanings, entitled(note));
    match note {
        SourceNote::Field { name } => explanation.badged(name.clone(), None),
        SourceNote::Parameter { name } => explanation.badged(name.clone(), None),
        SourceNote::EncodedWord { charset, text, .. } => {
            let named = explanation.badged(charset.clone(), None);
            with_text(named, text.as_deref())
        }
        SourceNote::ExtendedParameter { text } | SourceNote::ALabel { text } => {
            with_text(explanation, Some(text))
        }
        SourceNote::Escape { octets, text } => {
            let octets: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
            with_text(explanation.badged(octets.join(" "), None), text.as_deref())
        }
        SourceNote::Base64 { text } => with_text(explanation, text.as_deref()),
        _ => explanation,
    }
}

/// With the text that the octets stand for.
fn with_text(explanation: Explanation, text: Option<&str>) -> Explanation {
    match text {
        Some(text) => explanation.naming(&format!("→ {text}")),
        None => explanation,
    }
}

fn entitled(note: &SourceNote) -> Entitled {
    match note {
        SourceNote::Field { name } => field(name),
        SourceNote::Fold => (x!(s_fold), 5322, "2.2.3"),
        SourceNote::EncodedWord { base64: true, .. } => (x!(s_word_b), 2047, "4.1"),
        SourceNote::EncodedWord { .. } => (x!(s_word_q), 2047, "4.2"),
        SourceNote::Parameter { .. } => (x!(s_parameter), 2045, "5.1"),
        SourceNote::ExtendedParameter { .. } => (x!(s_extended), 2231, "4"),
        SourceNote::BoundaryParameter => (x!(s_boundary_parameter), 2046, "5.1.1"),
        SourceNote::ALabel { .. } => (x!(s_a_label), 5890, "2.3.2.1"),
        SourceNote::HeaderEnd => (x!(s_header_end), 5322, "2.1"),
        SourceNote::Delimiter => (x!(s_delimiter), 2046, "5.1.1"),
        SourceNote::CloseDelimiter => (x!(s_close_delimiter), 2046, "5.1.1"),
        SourceNote::BetweenParts => (x!(s_between), 2046, "5.1.1"),
        SourceNote::Text => (x!(s_text), 5322, "2.3"),
        SourceNote::LeadingDot => (x!(s_dot), 5321, "4.5.2"),
        SourceNote::QuotedPrintable => (x!(s_quoted_printable), 2045, "6.7"),
        SourceNote::Escape { .. } => (x!(s_escape), 2045, "6.7"),
        SourceNote::SoftBreak => (x!(s_soft_break), 2045, "6.7"),
        SourceNote::Base64 { .. } => (x!(s_base64), 2045, "6.8"),
        SourceNote::File => (x!(s_file), 2045, "6.8"),
    }
}

fn field(name: &str) -> Entitled {
    const FIELDS: [(&str, Key, u16, &str); 15] = [
        ("Date", x!(s_date), 5322, "3.6.1"),
        ("From", x!(s_from), 5322, "3.6.2"),
        ("Reply-To", x!(s_reply_to), 5322, "3.6.2"),
        ("To", x!(s_to), 5322, "3.6.3"),
        ("Cc", x!(s_cc), 5322, "3.6.3"),
        ("Bcc", x!(s_bcc), 5322, "3.6.3"),
        ("Message-ID", x!(s_message_id), 5322, "3.6.4"),
        ("In-Reply-To", x!(s_in_reply_to), 5322, "3.6.4"),
        ("References", x!(s_in_reply_to), 5322, "3.6.4"),
        ("Subject", x!(s_subject), 5322, "3.6.5"),
        ("MIME-Version", x!(s_mime_version), 2045, "4"),
        ("Content-Type", x!(s_content_type), 2045, "5"),
        ("Content-Transfer-Encoding", x!(s_encoding), 2045, "6"),
        ("Content-ID", x!(s_content_id), 2045, "7"),
        ("Content-Disposition", x!(s_disposition), 2183, "2"),
    ];
    let known = FIELDS
        .iter()
        .find(|field| field.0.eq_ignore_ascii_case(name));
    known.map_or((x!(s_field), 5322, "3.6.8"), |known| {
        (known.1, known.2, known.3)
    })
}
