//! What well-known servers answer, told by code, enhanced code and a few of their words.

use smtp::Reply;

use super::Entitled;

/// One such answer.
struct Answer {
    codes: &'static [u16],
    /// `subject.detail`; None where any will do.
    enhanced: Option<(u16, u16)>,
    /// Lower case, one of which must stand in the text; empty where code and enhanced code say
    /// enough.
    words: &'static [&'static str],
    said: Entitled,
}

/// The explanation of an answer that is known, the most particular first.
pub(super) fn known(reply: &Reply) -> Option<Entitled> {
    if reply.code.value() < 400 {
        return None;
    }
    let text = reply.text().to_lowercase();
    let enhanced = reply.enhanced.map(|code| (code.subject, code.detail));
    ANSWERS
        .iter()
        .find(|answer| {
            answer.codes.contains(&reply.code.value())
                && (answer.enhanced.is_none() || answer.enhanced == enhanced)
                && (answer.words.is_empty() || answer.words.iter().any(|word| text.contains(word)))
        })
        .map(|answer| answer.said)
}

const fn answer(
    codes: &'static [u16],
    enhanced: Option<(u16, u16)>,
    words: &'static [&'static str],
    said: Entitled,
) -> Answer {
    Answer {
        codes,
        enhanced,
        words,
        said,
    }
}

/// The first that fits decides, so the more specific ones come first.
#[rustfmt::skip]
static ANSWERS: [Answer; 33] = [
    // Gmail
    answer(&[534, 535], Some((7, 9)), &["gsmtp", "google"], (x!(p_gmail_app), 4954, "6")),
    answer(&[534, 535], Some((7, 14)), &["gsmtp", "google"], (x!(p_gmail_web), 4954, "6")),
    answer(&[535], Some((7, 8)), &["badcredentials", "gsmtp"], (x!(p_gmail_bad), 4954, "6")),
    // Microsoft
    answer(&[535], Some((7, 139)), &[], (x!(p_ms_basic), 4954, "6")),
    answer(&[550, 554], Some((7, 60)), &[], (x!(p_ms_sendas), 3463, "3.8")),
    answer(&[554], Some((2, 252)), &[], (x!(p_ms_sendas), 3463, "3.3")),
    answer(&[550, 554], None, &["sendasdenied"], (x!(p_ms_sendas), 3463, "3.8")),
    answer(&[530], Some((7, 57)), &[], (x!(p_auth_first), 4954, "6")),
    // Naver, Daum
    answer(
        &[535, 550],
        None,
        &["naver", "daum", "kakao", "pop3/smtp", "imap/smtp"],
        (x!(p_korean_portal), 4954, "6"),
    ),
    // Signing in, anywhere
    answer(
        &[534, 535, 550],
        None,
        &["application-specific password", "app password", "app-specific password"],
        (x!(p_app), 4954, "6"),
    ),
    answer(&[535], None, &[], (x!(c535), 4954, "6")),
    answer(
        &[421, 454, 550],
        None,
        &["login attempts", "too many login", "too many auth"],
        (x!(p_tries), 4954, "6"),
    ),
    answer(&[530, 550, 451], None, &["starttls"], (x!(p_starttls_first), 3207, "4")),
    answer(&[530], Some((7, 0)), &["authenti", "sign in", "log in"], (x!(p_auth_first), 4954, "6")),
    answer(
        &[530, 550, 554],
        None,
        &["authentication required", "auth required", "must authenticate", "must be authenticated"],
        (x!(p_auth_first), 4954, "6"),
    ),
    // Too much
    answer(
        &[452, 550, 552],
        None,
        &["too many recipients"],
        (x!(p_recipients), 5321, "4.5.3.1.10"),
    ),
    answer(&[452, 552], Some((5, 3)), &[], (x!(p_recipients), 5321, "4.5.3.1.10")),
    answer(
        &[421, 450, 451, 452, 550, 552, 554],
        None,
        &["sending limit", "relay limit", "quota for sending", "daily user sending"],
        (x!(p_limit), 5321, "4.2.3"),
    ),
    answer(&[421, 450, 451, 550], Some((7, 28)), &[], (x!(p_rate), 5321, "4.2.3")),
    answer(
        &[421, 450, 451, 452],
        None,
        &[" rate", "too many", "tss04", "unusual", "throttl"],
        (x!(p_rate), 5321, "4.2.3"),
    ),
    answer(&[452, 552, 422], Some((2, 2)), &[], (x!(p_full), 3463, "3.3")),
    answer(
        &[452, 552, 550, 450],
        None,
        &["over quota", "quota exceeded", "mailbox full", "mailbox is full"],
        (x!(p_full), 3463, "3.3"),
    ),
    // Whether the sender may be believed
    answer(&[421, 451, 550], Some((7, 26)), &[], (x!(p_unauthenticated), 7372, "3.3")),
    answer(&[550, 553, 554], None, &["dmarc"], (x!(p_dmarc), 7489, "10.3")),
    answer(&[550, 554], Some((7, 9)), &[], (x!(p_dmarc), 7489, "10.3")),
    answer(&[421, 450, 550, 554], None, &["spf"], (x!(p_spf), 7372, "3.2")),
    answer(&[421, 450, 550, 554], None, &["dkim"], (x!(p_dkim), 7372, "3.1")),
    // Policies anywhere
    answer(
        &[421, 450, 451, 452, 550, 554],
        None,
        &["greylist", "graylist", "grey-list"],
        (x!(p_greylist), 6647, "2"),
    ),
    answer(&[450, 454, 550, 551, 553, 554], None, &["relay"], (x!(p_relay), 5321, "3.6.2")),
    answer(
        &[421, 450, 521, 550, 554, 571],
        None,
        &["spamhaus", "blocklist", "block list", "blacklist", "blocked using", "dnsbl", "spamcop"],
        (x!(p_blocklist), 5782, "2.1"),
    ),
    answer(
        &[550, 552, 554, 571],
        None,
        &["spam", "unsolicited", "junk"],
        (x!(p_spam), 3463, "3.8"),
    ),
    // The address
    answer(&[450, 550, 553, 554], Some((1, 1)), &[], (x!(p_nouser), 3463, "3.2")),
    answer(
        &[550, 551, 553],
        None,
        &["user unknown", "no such user", "does not exist", "unknown user"],
        (x!(p_nouser), 5321, "4.2.3"),
    ),
];
