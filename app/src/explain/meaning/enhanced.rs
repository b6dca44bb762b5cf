//! Enhanced status codes: RFC 3463 §3 and what IANA's registry added to it.

use smtp::EnhancedCode;

use super::Meanings;

/// A code's meaning in a few words, and whether it is the code's own rather than its subject's.
pub(super) fn meaning(meanings: &Meanings, code: EnhancedCode) -> (&str, bool) {
    // `e5_7_1` would say no more than `e7_1`: the class is explained by itself.
    if let Some(own) = meanings.find(&format!("e{}_{}", code.subject, code.detail)) {
        return (own, true);
    }
    let subject = match code.subject {
        0 => x!(s0),
        1 => x!(s1),
        2 => x!(s2),
        3 => x!(s3),
        4 => x!(s4),
        5 => x!(s5),
        6 => x!(s6),
        7 => x!(s7),
        _ => x!(sx),
    };
    (meanings.say(subject), false)
}

/// Where a code is laid down.
pub(super) fn section(code: EnhancedCode) -> (u16, &'static str) {
    match (code.subject, code.detail) {
        (1, 9) | (5, 6) | (7, 8..=14) => (5248, "2.4"),
        (1, 10) | (7, 27) => (7505, "4.2"),
        (3, 6) | (7, 15 | 16) => (6710, "7"),
        (7, 17..=19) => (7293, "6"),
        (7, 29) => (8617, "9"),
        (7, 30) => (8689, "5"),
        (6, 7..=10) => (6531, "3.7.4.2"),
        (7, 20..=26) => (7372, "3"),
        (0, _) => (3463, "3.1"),
        (1, _) => (3463, "3.2"),
        (2, _) => (3463, "3.3"),
        (3, _) => (3463, "3.4"),
        (4, _) => (3463, "3.5"),
        (5, _) => (3463, "3.6"),
        (6, _) => (3463, "3.7"),
        (7, _) => (3463, "3.8"),
        _ => (3463, "2"),
    }
}
