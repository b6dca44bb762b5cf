//! What went wrong that is no reply.

use smtp::{ConnectFailure, Failure, FramingError, TlsFailure};
use wire::NotStarted;

use super::{Explanation, Key, Meanings};

pub(super) fn explain(meanings: &Meanings, failure: &Failure) -> Explanation {
    let say = |key, number, section| Explanation::of(meanings, (key, number, section));
    match failure {
        Failure::NotConnected { why } => match why {
            ConnectFailure::NoSuchHost => say(x!(f_no_host), 5321, "5.1"),
            ConnectFailure::Refused => say(x!(f_refused), 8314, "3.3"),
            ConnectFailure::TimedOut => say(x!(f_connect_timeout), 8314, "3.3"),
            ConnectFailure::Reset => say(x!(f_reset), 0, ""),
            ConnectFailure::Unreachable => say(x!(f_unreachable), 0, ""),
        },
        Failure::Tls { why } => tls(meanings, why),
        Failure::NotMail => say(x!(f_not_mail), 5321, "3.1"),
        Failure::ConnectionLost => say(x!(f_lost), 5321, "3.8"),
        Failure::TimedOut { awaiting, .. } => {
            say(x!(f_timeout), 5321, "4.5.3.2").naming(awaited(meanings, awaiting))
        }
        Failure::BadReply { why } => {
            say(x!(f_bad_reply), 5321, "4.2").naming(meanings.say(broken(why)))
        }
        Failure::UnexpectedReply { reply, .. } => {
            say(x!(f_unexpected), 5321, "4.3.2").badged(reply.code.to_string(), Some(reply.class()))
        }
        Failure::Unsolicited { reply } => say(x!(f_unsolicited), 5321, "4.3.1")
            .badged(reply.code.to_string(), Some(reply.class())),
        Failure::InjectedBeforeTls => say(x!(f_injected), 3207, "6"),
        Failure::StarttlsNotOffered => say(x!(f_no_starttls), 3207, "6"),
        Failure::SignInNotOffered => say(x!(f_no_auth), 4954, "3"),
        Failure::NoCommonMechanism { offered } => {
            say(x!(f_no_mechanism), 4954, "3").naming(&offered.join(", "))
        }
        Failure::SignInInClear => say(x!(f_in_clear), 4954, "9"),
        Failure::BadCredentials => say(x!(f_credentials), 4616, "2"),
        Failure::TooLarge { size, limit } => say(x!(f_too_large), 1870, "6.1").naming(&format!(
            "({} > {})",
            crate::words::octets(*size),
            crate::words::octets(*limit)
        )),
        Failure::Utf8NotOffered { address } => {
            let said = say(x!(f_utf8), 6531, "3.1");
            match address {
                Some(address) => said.naming(&format!("({address})")),
                None => said,
            }
        }
        Failure::EightBitNotOffered => say(x!(f_8bit), 6152, "3"),
        Failure::NoRecipients => say(x!(f_nobody), 5321, "3.3"),
        Failure::MessageCutShort => say(x!(f_cut), 0, ""),
        Failure::LineTooLong { line } => {
            say(x!(f_line), 5321, "4.5.3.1.6").naming(&line.to_string())
        }
        Failure::Aborted => say(x!(f_aborted), 0, ""),
        Failure::PageGone => say(x!(f_page), 0, ""),
        Failure::ShuttingDown => say(x!(f_shutdown), 0, ""),
    }
}

/// What was waited for. Verbs are the same in every language, the rest is not.
fn awaited<'a>(meanings: &'a Meanings, awaiting: &'a str) -> &'a str {
    match awaiting {
        "greeting" => meanings.say(x!(k_greeting)),
        "message" => meanings.say(x!(k_message)),
        "." => meanings.say(x!(k_dot)),
        verb => verb,
    }
}

fn broken(why: &FramingError) -> Key {
    match why {
        FramingError::NotAReply => x!(k_line),
        FramingError::MixedCodes => x!(k_codes),
        FramingError::BareLf => x!(k_lf),
        FramingError::LineTooLong => x!(k_long_line),
        FramingError::TooLong => x!(k_long),
    }
}

fn tls(meanings: &Meanings, failure: &TlsFailure) -> Explanation {
    let say = |key| Explanation::of(meanings, (key, 3207, "4.1"));
    match failure {
        TlsFailure::UnknownIssuer => say(x!(t_issuer)),
        TlsFailure::WrongName { asked, names } => {
            say(x!(t_name)).naming(&format!("({asked} ≠ {})", names.join(", ")))
        }
        TlsFailure::Expired => say(x!(t_expired)),
        TlsFailure::NotYetValid => say(x!(t_early)),
        TlsFailure::BadCertificate { detail } => say(x!(t_bad)).naming(&format!("({detail})")),
        TlsFailure::NoCommonVersion => say(x!(t_version)),
        TlsFailure::NotTls => say(x!(t_not)),
        TlsFailure::Closed => say(x!(t_closed)),
        TlsFailure::TimedOut => say(x!(t_timeout)),
        TlsFailure::Other { detail } => say(x!(t_other)).naming(&format!("({detail})")),
    }
}

pub(super) fn not_started(meanings: &Meanings, why: &NotStarted) -> Explanation {
    let say = |key| Explanation::of(meanings, (key, 0, ""));
    match why {
        NotStarted::Busy => say(x!(n_busy)),
        NotStarted::TooMany { most } => say(x!(n_many)).naming(&format!("({most})")),
        NotStarted::BadAddress { address, .. } => say(x!(n_address)).naming(address),
        NotStarted::NoRecipients => say(x!(n_nobody)),
        NotStarted::TooManyRecipients { most } => say(x!(n_recipients)).naming(&most.to_string()),
        NotStarted::BadHost => say(x!(n_host)),
        NotStarted::PortNotAllowed { allowed, .. } => {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            say(x!(n_port)).naming(&allowed.join(", "))
        }
        NotStarted::AddressNotAllowed => say(x!(n_blocked)),
        NotStarted::NoPractice => say(x!(n_practice)),
        NotStarted::ShuttingDown => say(x!(f_shutdown)),
    }
}
