//! Links whose text names another site than they go to. Pure.

/// The site that the text of a link names, and the one that it goes to, where these are different.
/// None: the text names no site, or the link goes there.
pub(super) fn misleading(text: &str, target: &str) -> Option<(String, String)> {
    let (says, goes) = (site(text)?, site(target)?);
    let ending = says.rsplit('.').next().unwrap_or_default();
    if FILES.contains(&ending) && says == text.trim().to_lowercase() {
        return None;
    }
    (!belongs(&says, &goes) && !belongs(&goes, &says)).then_some((says, goes))
}

/// Endings of files, which texts of links name more often than sites.
const FILES: [&str; 22] = [
    "pdf", "doc", "docx", "hwp", "hwpx", "xls", "xlsx", "ppt", "pptx", "csv", "txt", "md", "html",
    "htm", "png", "jpg", "jpeg", "gif", "svg", "mp4", "zip", "rs",
];

/// Whether a site is the other, or a part of it.
fn belongs(site: &str, other: &str) -> bool {
    let rest = site.strip_suffix(other);
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The site of an address in lower case, also of one without a scheme or of mail. None: it names
/// no site.
fn site(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = match text.split_once("://") {
        Some((_, rest)) => rest,
        None => strip_mailto(text),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    // Of a port, only digits.
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|c| c.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    is_domain(host).then(|| host.to_owned())
}

fn strip_mailto(text: &str) -> &str {
    let scheme = text.get(..7);
    let is_mailto = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    if is_mailto { &text[7..] } else { text }
}

/// Whether this is written as a domain: labels with dots between them, the last one of letters.
fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_fine = |c: char| c.is_alphanumeric() || c == '-';
        !label.is_empty() && label.chars().all(is_fine)
    };
    let Some((_, last)) = host.rsplit_once('.') else {
        return false;
    };
    let is_top = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    host.split('.').all(is_label) && (is_top || last.starts_with("xn--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_link_may_name_another_site() {
        for (text, target, expect) in [
            (
                "example.org",
                "https://track.example/x",
                Some("example.org → track.example"),
            ),
            (
                "https://www.example.org/a",
                "http://evil.test",
                Some("example.org → evil.test"),
            ),
            (
                "https://example.org",
                "https://example.org@evil.test/",
                Some("example.org → evil.test"),
            ),
            ("joon@x.org", "mailto:joon@y.org", Some("x.org → y.org")),
            ("예시.한국", "https://x.org", Some("예시.한국 → x.org")),
            ("example.org", "https://www.example.org/a?b", None),
            ("www.example.org", "https://example.org:8443", None),
            ("example.org", "https://docs.example.org", None),
            ("docs.example.org", "https://example.org", None),
            ("Example.ORG.", "https://example.org", None),
            (
                "example.org",
                "https://notexample.org",
                Some("example.org → notexample.org"),
            ),
            ("the report", "https://track.example", None),
            ("version 2.0", "https://track.example", None),
            ("2.0", "https://track.example", None),
            ("example.org", "#top", None),
            ("report.pdf", "https://x.org/report.pdf", None),
            ("report.pdf is here", "https://x.org", None),
            ("", "", None),
        ] {
            let got = misleading(text, target).map(|(says, goes)| format!("{says} → {goes}"));
            assert_eq!(got.as_deref(), expect, "[{text}]({target})");
        }
    }
}
