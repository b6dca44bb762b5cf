//! What went wrong that is no reply.

use smtp::{CertificateFault, ConnectFailure, Failure, FramingError, TlsFailure};
use wire::NotStarted;

use super::{Explanation, Key, Meanings};
use crate::ui::numbers;

pub(super) fn explain(meanings: &Meanings, failure: &Failure) -> Explanation {
    let say = |key, number, section| Explanation::of(meanings, (key, number, section));
    match failure {
        Failure::NotConnected { why } => match why {
            ConnectFailure::NoSuchHost => say(x!(f_no_host), 5321, "5.1"),
            ConnectFailure::LookupTimedOut => say(x!(f_lookup_timeout), 5321, "5.1"),
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
        Failure::BadReply {
            why: FramingError::BareLf,
        } => say(x!(f_bare_lf), 5321, "2.3.8"),
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
            numbers::octets(*size),
            numbers::octets(*limit)
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
        // It has an explanation of its own.
        FramingError::BareLf | FramingError::NotAReply => x!(k_line),
        FramingError::MixedCodes => x!(k_codes),
        FramingError::LineTooLong => x!(k_long_line),
        FramingError::TooLong => x!(k_long),
    }
}

fn tls(meanings: &Meanings, failure: &TlsFailure) -> Explanation {
    let say = |key, number, section| Explanation::of(meanings, (key, number, section));
    match failure {
        TlsFailure::UnknownIssuer { issuer } => {
            let issuer = Some(issuer.as_str()).filter(|issuer| !issuer.is_empty());
            say(x!(t_issuer), 5280, "6").naming(issuer.unwrap_or("–"))
        }
        TlsFailure::SelfSigned => say(x!(t_self), 5280, "6"),
        TlsFailure::WrongName { asked, names } if names.is_empty() => {
            say(x!(t_no_name), 9525, "2").naming(asked)
        }
        TlsFailure::WrongName { asked, names } => {
            say(x!(t_name), 9525, "6").naming(&format!("({asked} ≠ {})", names.join(", ")))
        }
        TlsFailure::Expired { not_after } => {
            say(x!(t_expired), 5280, "4.1.2.5").naming(&date(not_after))
        }
        TlsFailure::NotYetValid { not_before } => {
            say(x!(t_early), 5280, "4.1.2.5").naming(&date(not_before))
        }
        TlsFailure::BadCertificate { why } => certificate(meanings, why),
        TlsFailure::NoCommonVersion => say(x!(t_version), 8996, "1"),
        TlsFailure::NoCommonCipher => say(x!(t_cipher), 8446, "4.1.1"),
        TlsFailure::ClientCertificateRequired => say(x!(t_client), 8446, "4.3.2"),
        TlsFailure::NameNotServed => say(x!(t_unserved), 6066, "3"),
        TlsFailure::Alert { alert } => say(x!(t_alert), 8446, "6.2").naming(alert),
        TlsFailure::Protocol { detail } => say(x!(t_protocol), 8446, "6.2").naming(detail),
        TlsFailure::NotTls => say(x!(t_not), 3207, "4.1"),
        TlsFailure::Closed => say(x!(t_closed), 3207, "4.1"),
        TlsFailure::TimedOut => say(x!(t_timeout), 3207, "4.1"),
        TlsFailure::Other { detail } => say(x!(t_other), 3207, "4.1").naming(detail),
    }
}

fn certificate(meanings: &Meanings, fault: &CertificateFault) -> Explanation {
    let say = |key, section| Explanation::of(meanings, (key, 5280, section));
    match fault {
        CertificateFault::Missing => Explanation::of(meanings, (x!(t_missing), 8446, "4.4.2")),
        CertificateFault::Malformed => say(x!(t_malformed), "4.1"),
        CertificateFault::NotVersion3 => say(x!(t_v1), "4.1.2.1"),
        CertificateFault::UnknownExtension => say(x!(t_extension), "4.2"),
        CertificateFault::NotForServers => say(x!(t_purpose), "4.2.1.12"),
        CertificateFault::IsCa => say(x!(t_is_ca), "4.2.1.9"),
        CertificateFault::IssuerNotCa => say(x!(t_no_ca), "4.2.1.9"),
        CertificateFault::ChainTooLong => say(x!(t_long), "4.2.1.9"),
        CertificateFault::NameConstraints => say(x!(t_constraints), "4.2.1.10"),
        CertificateFault::BadSignature => say(x!(t_signature), "6.1.3"),
        CertificateFault::SignatureAlgorithm { algorithm } => {
            say(x!(t_algorithm), "4.1.1.2").naming(algorithm)
        }
        CertificateFault::WeakKey { bits } => {
            Explanation::of(meanings, (x!(t_weak), 9325, "4.5")).naming(&bits.to_string())
        }
        CertificateFault::KeyNotProven => Explanation::of(meanings, (x!(t_proof), 8446, "4.4.3")),
        CertificateFault::Revoked => say(x!(t_revoked), "3.3"),
        CertificateFault::Other { detail } => say(x!(t_bad), "6").naming(detail),
    }
}

/// A time of RFC 3339 as people read it: `2026-01-01 00:00:00 UTC`.
fn date(rfc3339: &str) -> String {
    rfc3339.replacen('T', " ", 1).replacen('Z', " UTC", 1)
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
        NotStarted::NoBridge => say(x!(n_bridge)),
        NotStarted::ShuttingDown => say(x!(f_shutdown)),
    }
}
