//! The subject of an answer: with one `Re: ` or `Fwd: ` before it, however many there were, in
//! whatever language.

/// What programs and people put before the subject of a reply.
const REPLIES: &[&str] = &[
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "ynt", "res", "rép", "ré",
    // Korean, Japanese, Chinese.
    "답장", "회신", "返信", "答复", "回复", "回覆",
];

/// What they put before the subject of a message that is forwarded.
const FORWARDS: &[&str] = &[
    "fwd", "fw", "wg", "tr", "rv", "enc", "vb", "vl", "doorst",
    // Korean, Japanese, Chinese.
    "전달", "転送", "转发", "轉寄",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reply,
    Forward,
}

/// The subject of a reply: `Re: ` and the subject, of which an earlier forward stays.
pub(super) fn reply(subject: &str) -> String {
    let (kinds, rest) = prefixes(subject);
    let forwarded = kinds.contains(&Kind::Forward);
    let before = if forwarded { "Re: Fwd: " } else { "Re: " };
    format!("{before}{rest}").trim_end().to_owned()
}

/// The subject of a message that is forwarded: `Fwd: ` and the subject, of which an earlier reply
/// stays.
pub(super) fn forward(subject: &str) -> String {
    let (kinds, rest) = prefixes(subject);
    let replied = kinds.contains(&Kind::Reply);
    let before = if replied { "Fwd: Re: " } else { "Fwd: " };
    format!("{before}{rest}").trim_end().to_owned()
}

/// The prefixes at the beginning of a subject, and what stands after them. A mailing list may have
/// put its name in square brackets among them.
fn prefixes(subject: &str) -> (Vec<Kind>, String) {
    // It becomes a line of a header section again.
    let subject = subject.replace(char::is_control, " ");
    let mut kinds = Vec::new();
    let mut tags = String::new();
    let mut rest = subject.trim();
    loop {
        if let Some((kind, after)) = prefix(rest) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            rest = after;
            continue;
        }
        let tag = tag(rest).filter(|(_, after)| prefix(after).is_some());
        let Some((tag, after)) = tag else {
            break;
        };
        if !tags.contains(tag) {
            tags.push_str(tag);
            tags.push(' ');
        }
        rest = after;
    }
    if !tags.is_empty() && rest.starts_with(tags.trim_end()) {
        tags.clear();
    }
    (kinds, format!("{tags}{rest}"))
}

/// `Re: `, `RE[2]:`, `Re^3:`, `Re(4):` and the like, and what stands after it.
fn prefix(text: &str) -> Option<(Kind, &str)> {
    let is_word = |c: char| c.is_alphabetic();
    let end = text.find(|c| !is_word(c))?;
    let (word, mut rest) = text.split_at(end);
    let word = word.to_lowercase();
    let kind = if REPLIES.contains(&word.as_str()) {
        Kind::Reply
    } else if FORWARDS.contains(&word.as_str()) {
        Kind::Forward
    } else {
        return None;
    };
    for (open, close) in [("[", "]"), ("(", ")"), ("^", ""), ("*", "")] {
        let Some(inside) = rest.strip_prefix(open) else {
            continue;
        };
        let digits = inside.find(|c: char| !c.is_ascii_digit())?;
        if digits > 0 {
            rest = inside[digits..].strip_prefix(close)?;
        }
    }
    let rest = rest.trim_start().strip_prefix([':', '：'])?;
    Some((kind, rest.trim_start()))
}

/// `[list]` at the beginning, and what stands after it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let end = text.strip_prefix('[')?.find(']')? + 2;
    Some((&text[..end], text[end..].trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_do_not_pile_up() {
        let check = |subject: &str, replied: &str, forwarded: &str| {
            assert_eq!(reply(subject), replied, "{subject:?}");
            assert_eq!(forward(subject), forwarded, "{subject:?}");
        };
        check("x", "Re: x", "Fwd: x");
        check("", "Re:", "Fwd:");
        for replied in [
            "Re: x",
            "RE: x",
            "re:x",
            "Re : x",
            "Re[2]: x",
            "RE(12): x",
            "Re^3: x",
            "Re*2: x",
            "AW: x",
            "Antw: x",
            "SV: x",
            "VS: x",
            "Odp: x",
            "YNT: x",
            "RES: x",
            "답장: x",
            "회신: x",
            "회신：x",
            "回复：x",
            "返信: x",
            "Re: AW: Re: SV: x",
            "  Re:  Re: x",
        ] {
            check(replied, "Re: x", "Fwd: Re: x");
        }
        for forwarded in [
            "Fwd: x",
            "FW: x",
            "fw:x",
            "WG: x",
            "TR: x",
            "RV: x",
            "전달: x",
            "轉寄：x",
            "Fwd: FW: x",
            "Fwd[2]: x",
        ] {
            check(forwarded, "Re: Fwd: x", "Fwd: x");
        }
        check("Re: Fwd: Re: Fwd: x", "Re: Fwd: x", "Fwd: Re: x");
        check("Re: [list] Re: x", "Re: [list] x", "Fwd: Re: [list] x");
        check("[list] AW: x", "Re: [list] x", "Fwd: Re: [list] x");
        check("[list] Re: [list] x", "Re: [list] x", "Fwd: Re: [list] x");
        check("[list] x", "Re: [list] x", "Fwd: [list] x");
    }

    #[test]
    fn words_that_only_look_like_it_stay() {
        for subject in [
            "Rest: x",
            "Re",
            "Re x",
            "R: the language",
            "I: we",
            "Reply: x",
            "Re[x]: y",
            "[Re: x",
            "Re[2: x",
            "1: x",
            ": x",
            "Fwdx: y",
            "회신",
            "😀 Re: x",
        ] {
            assert_eq!(reply(subject), format!("Re: {subject}"));
        }
    }

    #[test]
    fn a_subject_stays_one_line() {
        assert_eq!(reply("a\r\nBcc: v@x"), "Re: a  Bcc: v@x");
        assert_eq!(forward("\u{85}a\0"), "Fwd: a");
    }
}
