//! What the sender wrote, without what others did. Pure.

use crate::compose::draft::Draft;

/// What a line has that stands above a message which is forwarded or answered, in lower case.
const HEADINGS: [&str; 7] = [
    "original message",
    "forwarded message",
    "원본 메시지",
    "원본 메일",
    "전달된 메시지",
    "전달된 메일",
    "전달 메시지",
];

/// Subject and text without quotes, signature, and messages that are forwarded or answered below.
pub(super) fn of(draft: &Draft) -> String {
    let mut own = String::new();
    // Of an answer, the words of the subject are another's.
    if !draft.subject.contains(':') {
        own.push_str(&draft.subject);
        own.push('\n');
    }
    let lines = draft.unsigned_body().lines();
    for line in lines.take_while(|line| *line != "-- " && !is_heading(line)) {
        if !line.trim_start().starts_with('>') {
            own.push_str(line);
            own.push('\n');
        }
    }
    own
}

fn is_heading(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    if lower == "begin forwarded message:" {
        return true;
    }
    lower.starts_with("---") && HEADINGS.iter().any(|heading| lower.contains(heading))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expect: &str) {
        let draft = Draft {
            body: body.into(),
            ..Draft::default()
        };
        assert_eq!(of(&draft).trim(), expect, "{body:?}");
    }

    #[test]
    fn what_others_wrote_is_left_out() {
        check("one\n> two\n >> three\nfour", "one\nfour");
        check("one\n-- \nsignature", "one");
        check("one\n-----Original Message-----\ntwo", "one");
        check("one\n---------- Forwarded message ---------\ntwo", "one");
        check("one\nBegin forwarded message:\ntwo", "one");
        check("하나\n-------- 원본 메시지 --------\n둘", "하나");
        check("one\n--- two", "one\n--- two");
    }

    #[test]
    fn the_subject_of_an_answer_is_not_the_senders() {
        let subject = |subject: &str| Draft {
            subject: subject.into(),
            ..Draft::default()
        };
        assert_eq!(of(&subject("Re: attached")).trim(), "");
        assert_eq!(of(&subject("attached")).trim(), "attached");
    }
}
