//! Whether a text speaks of an attachment, in English or Korean. Pure.

/// Words that do, in lower case.
const ENGLISH: [&str; 9] = [
    "attach",
    "attached",
    "attaches",
    "attaching",
    "attachment",
    "attachments",
    "enclose",
    "enclosed",
    "enclosing",
];

/// The beginnings of words that do: Korean words have endings.
const KOREAN: [&str; 4] = ["첨부", "동봉", "별첨", "붙임"];

/// The word of the text that speaks of an attachment.
pub(super) fn mentioned(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .find(|word| {
            let lower = word.to_lowercase();
            ENGLISH.contains(&lower.as_str()) || KOREAN.iter().any(|one| word.starts_with(one))
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attachments_are_spoken_of_in_two_languages() {
        for (text, expect) in [
            ("The report is attached.", Some("attached")),
            ("See the Attachment", Some("Attachment")),
            ("please find enclosed", Some("enclosed")),
            ("보고서를 첨부합니다.", Some("첨부합니다")),
            ("(첨부파일 참고)", Some("첨부파일")),
            ("계약서를 동봉했습니다", Some("동봉했습니다")),
            ("붙임: 회의록 1부.", Some("붙임")),
            ("an unattached dog", None),
            ("attache case", None),
            ("처음 부탁드립니다", None),
            ("", None),
        ] {
            assert_eq!(mentioned(text).as_deref(), expect, "{text}");
        }
    }
}
