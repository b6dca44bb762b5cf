//! `mailto:` links (RFC 6068).

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Pasted, split_pasted};

/// Reads a link with all that it has: addresses, copies, subject and text. None: it is no link, or
/// there is more than a link.
pub(super) fn read_link(text: &str) -> Option<Pasted> {
    let text = text.trim();
    let text = text
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(text);
    let (scheme, rest) = text.split_at_checked("mailto:".len())?;
    if !scheme.eq_ignore_ascii_case("mailto:") || rest.contains(char::is_whitespace) {
        return None;
    }
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut pasted = Pasted {
        here: to
            .split(',')
            .map(percent_decoded)
            .filter(|address| !address.is_empty())
            .collect(),
        ..Pasted::default()
    };
    for field in fields.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        // A link copied out of the source of a page still has its entities.
        let name = percent_decoded(name.strip_prefix("amp;").unwrap_or(name));
        let value = percent_decoded(value);
        match name.to_ascii_lowercase().as_str() {
            "to" => pasted.here.extend(split_pasted(&value)),
            "cc" => pasted.cc.extend(split_pasted(&value)),
            "bcc" => pasted.bcc.extend(split_pasted(&value)),
            "subject" if pasted.subject.is_none() => pasted.subject = Some(value),
            "body" if pasted.body.is_none() => pasted.body = Some(value.replace("\r\n", "\n")),
            _ => pasted.other.push(format!("{name}: {value}")),
        }
    }
    Some(pasted)
}

/// With its percent escapes decoded. As it is where they are no UTF-8.
fn percent_decoded(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map_or_else(|_| text.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let link = "mailto:m%2Bx@x.org,j@y?cc=c@x,d@x&BCC=b%40x&subject=%EC%95%88%EB%85%95+1\
                    &amp;body=a%0D%0Ab&in-reply-to=%3Cid%3E&subject=again";
        let expect = Pasted {
            here: vec!["m+x@x.org".into(), "j@y".into()],
            cc: vec!["c@x".into(), "d@x".into()],
            bcc: vec!["b@x".into()],
            subject: Some("안녕+1".into()),
            body: Some("a\nb".into()),
            other: vec!["in-reply-to: <id>".into(), "subject: again".into()],
            ..Pasted::default()
        };
        assert_eq!(read_link(link), Some(expect));
        let only_to = Pasted {
            here: vec!["Mina <m@x>".into()],
            ..Pasted::default()
        };
        assert_eq!(read_link("<MAILTO:?to=Mina%20%3Cm@x%3E>"), Some(only_to));
        assert_eq!(read_link("mailto:m@x and more"), None);
        assert_eq!(read_link("m@x"), None);
        assert_eq!(read_link("메일 m@x"), None);
    }

    #[test]
    fn escapes() {
        assert_eq!(percent_decoded("%41%zz%4"), "A%zz%4");
        assert_eq!(percent_decoded("%ff"), "%ff");
    }
}
