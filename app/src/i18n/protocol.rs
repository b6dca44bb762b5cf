//! Values of the crates `smtp` and `wire`, in words.

use std::borrow::Cow;

use smtp::{AddressError, FramingError, Security, Violation};
use wire::PracticeEffect;

use super::Locale;

/// That no message can be sent to an address. `shown` is the address as it was typed, made visible;
/// `why` is the reason in words.
#[must_use]
pub fn bad_address(locale: Locale, shown: &str, why: &str) -> String {
    locale.wrong_address(shown, why)
}

/// Why something is no address.
#[must_use]
pub fn address_error(locale: Locale, why: AddressError) -> Cow<'static, str> {
    let words = match why {
        AddressError::Empty => locale.why_empty(),
        AddressError::NoAt => locale.why_no_at(),
        AddressError::NoLocalPart => locale.why_no_local(),
        AddressError::NoDomain => locale.why_no_domain(),
        AddressError::Control => locale.why_control(),
        AddressError::Invisible { code_point } => {
            return locale
                .why_invisible(format_args!("U+{code_point:04X}"))
                .into();
        }
        AddressError::LocalPart => locale.why_local(),
        AddressError::Domain => locale.why_domain(),
        AddressError::TooLong => locale.why_too_long(),
    };
    words.into()
}

/// How a server broke the protocol.
#[must_use]
pub fn violation(locale: Locale, what: &Violation) -> String {
    match what {
        Violation::NoGreeting => locale.violation_no_greeting().to_owned(),
        Violation::InjectedBeforeTls => locale.violation_injected().to_owned(),
        Violation::Unsolicited => locale.violation_unsolicited().to_owned(),
        Violation::UnexpectedReply { after } => locale.violation_unexpected(after),
        Violation::BadReply { why } => match why {
            FramingError::NotAReply => locale.violation_not_a_reply(),
            FramingError::MixedCodes => locale.violation_mixed_codes(),
            FramingError::BareLf => locale.violation_bare_lf(),
            FramingError::LineTooLong => locale.violation_line_too_long(),
            FramingError::TooLong => locale.violation_too_long(),
        }
        .to_owned(),
    }
}

/// What the practice server does with a test address.
#[must_use]
pub fn practice_effect(locale: Locale, effect: &PracticeEffect) -> String {
    match effect {
        PracticeEffect::Refuse { reply } => locale.effect_refuse(reply),
        PracticeEffect::RefuseMessage { reply } => locale.effect_refuse_message(reply),
        PracticeEffect::Lose => locale.effect_lose().to_owned(),
        PracticeEffect::Delay { seconds } => locale.effect_delay(seconds),
    }
}

/// How a connection is protected, in a word.
#[must_use]
pub fn security(locale: Locale, security: Security) -> &'static str {
    match security {
        Security::Starttls => "STARTTLS",
        Security::Tls => "TLS",
        Security::None => locale.security_none(),
    }
}
