//! Header fields (RFC 5322 §2.2), copied from the source of a message or from another mail
//! program, which may name them in Korean.

use super::{Pasted, is_line_end, split_pasted};

/// What a header field means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    To,
    Cc,
    Bcc,
    /// Addresses too, but of none of our fields.
    Author,
    Subject,
    Other,
}

struct Field<'a> {
    kind: Kind,
    name: &'a str,
    value: String,
}

/// Reads header fields. None: the text is something else.
pub(super) fn read_header(text: &str) -> Option<Pasted> {
    let mut fields: Vec<Field> = Vec::new();
    let mut body = "";
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(is_line_end).unwrap_or(rest.len());
        let (line, after) = rest.split_at(end);
        let after = after.strip_prefix("\r\n").unwrap_or_else(|| {
            let mut after = after.chars();
            after.next();
            after.as_str()
        });
        if line.trim().is_empty() {
            body = after.trim();
            break;
        }
        rest = after;
        match field(line) {
            Some(field) => fields.push(field),
            // Folded, or wrapped by the program that it was copied from.
            None => {
                let field = fields.last_mut()?;
                let folded = line.starts_with([' ', '\t']);
                field.value.push(if folded { ' ' } else { '\n' });
                field.value.push_str(line.trim());
            }
        }
    }
    let ours = |field: &&Field| matches!(field.kind, Kind::To | Kind::Cc | Kind::Bcc);
    let has_ours = fields.iter().any(|field| ours(&field));
    if !has_ours && !fields.iter().any(|field| field.kind == Kind::Author) {
        return None;
    }
    let mut kinds: Vec<Kind> = fields.iter().filter(ours).map(|field| field.kind).collect();
    kinds.dedup();
    let one = kinds.len() == 1 && fields.len() == 1;
    let mut pasted = Pasted::default();
    for field in fields {
        let addresses = || split_pasted(&field.value);
        match field.kind {
            Kind::To | Kind::Cc | Kind::Bcc if one => pasted.here.extend(addresses()),
            Kind::To => pasted.to.extend(addresses()),
            Kind::Cc => pasted.cc.extend(addresses()),
            Kind::Bcc => pasted.bcc.extend(addresses()),
            Kind::Author if !has_ours => pasted.here.extend(addresses()),
            Kind::Subject if pasted.subject.is_none() => {
                pasted.subject = Some(field.value.replace('\n', " "));
            }
            _ => pasted
                .other
                .push(format!("{}: {}", field.name, field.value)),
        }
    }
    if !body.is_empty() {
        pasted.other.push(body.to_owned());
    }
    Some(pasted)
}

/// The beginning of a field of a name that is known. Another name may be that of a group.
fn field(line: &str) -> Option<Field<'_>> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let kind = match name.to_ascii_lowercase().as_str() {
        "to" | "resent-to" | "받는 사람" | "받는사람" | "수신" => Kind::To,
        "cc" | "resent-cc" | "참조" => Kind::Cc,
        "bcc" | "resent-bcc" | "숨은 참조" | "숨은참조" => Kind::Bcc,
        "from" | "sender" | "reply-to" | "resent-from" | "보낸 사람" | "보낸사람" | "발신" => {
            Kind::Author
        }
        "subject" | "제목" => Kind::Subject,
        "date" | "sent" | "message-id" | "in-reply-to" | "references" | "mime-version"
        | "received" | "return-path" | "delivered-to" | "날짜" | "보낸 날짜" => Kind::Other,
        other if other.starts_with("x-") || other.starts_with("content-") => Kind::Other,
        _ => return None,
    };
    Some(Field {
        kind,
        name,
        value: value.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn one_field_stays_where_it_is_pasted() {
        let here = |text: &str, expect: &[&str]| {
            let pasted = Pasted {
                here: strings(expect),
                ..Pasted::default()
            };
            assert_eq!(read_header(text), Some(pasted), "{text:?}");
        };
        here("To: a@x,\r\n\tB <b@x>\r\n", &["a@x", "B <b@x>"]);
        here("Cc: Mina\r\n <m@x>", &["Mina <m@x>"]);
        here("Bcc: Team: a@x, b@x;", &["a@x", "b@x"]);
        here("To: a@x,\nJoon <j@x>", &["a@x", "Joon <j@x>"]);
        here("받는 사람: 박민아 <m@x>", &["박민아 <m@x>"]);
        here("From: a@x\nReply-To: b@x", &["a@x", "b@x"]);
    }

    #[test]
    fn several_fields_go_to_their_places() {
        let text = "From: j@x\nSent: today\nTo: a@x\nCc: b@x; c@x\nBcc: d@x\nSubject: a\n b\n\nHi";
        let expect = Pasted {
            to: strings(&["a@x"]),
            cc: strings(&["b@x", "c@x"]),
            bcc: strings(&["d@x"]),
            subject: Some("a b".into()),
            other: strings(&["From: j@x", "Sent: today", "Hi"]),
            ..Pasted::default()
        };
        assert_eq!(read_header(text), Some(expect));
    }

    #[test]
    fn other_texts() {
        for text in [
            "",
            "a@x",
            "Team: a@x, b@x;",
            "a@x\nTo: b@x",
            "Subject: a",
            "http://x",
        ] {
            assert_eq!(read_header(text), None, "{text:?}");
        }
    }
}
