//! The page's own words, in the language chosen; and numbers as people read them.

use std::borrow::Cow;

use leptos::prelude::*;
use smtp::{AddressError, FramingError, Security, Violation};
use wire::PracticeEffect;

use crate::accounts::presets::Advice;
use crate::compose::draft::{MailboxError, Wrong};
use crate::i18n::Locale;
use crate::state::State;
use crate::ui::visible::visible_address;

/// The words under a key of `ui.json`, as a signal that follows the language.
macro_rules! w {
    ($state:expr, $key:ident) => {
        $crate::i18n::words::following($state, $crate::i18n::Locale::$key)
    };
}
pub(crate) use w;

/// The words under a key of `ui.json`, now; whatever runs this runs again when the language
/// changes.
macro_rules! say {
    ($state:expr, $key:ident) => {
        leptos::prelude::Get::get(&$state.locale).$key()
    };
}
pub(crate) use say;

/// The words under a key of `ui.json` in this language.
macro_rules! in_language {
    ($locale:expr, $key:ident) => {
        $crate::i18n::Locale::$key($locale)
    };
}
pub(crate) use in_language;

/// Words that follow the language. All have one type, so components can take them as properties.
#[must_use]
pub fn following(state: State, pick: fn(Locale) -> &'static str) -> Signal<&'static str> {
    Signal::derive(move || pick(state.locale.get()))
}

/// A language's tag (RFC 5646).
#[must_use]
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::en => "en",
        Locale::ko => "ko",
    }
}

/// What is wrong with a field, and what to do.
#[must_use]
pub fn wrong(state: State, wrong: &Wrong) -> String {
    match wrong {
        Wrong::NoSender => say!(state, wrong_no_sender).to_owned(),
        Wrong::NoRecipient => say!(state, wrong_no_recipient).to_owned(),
        Wrong::TooManyRecipients { most } => format!("{} {most}.", say!(state, wrong_too_many)),
        Wrong::Control => say!(state, wrong_control).to_owned(),
        Wrong::TooLong => say!(state, wrong_too_long).to_owned(),
        Wrong::Address { text, why } => {
            let why = no_mailbox(state, *why);
            let text = visible_address(text);
            format!("“{text}” {} {why}.", say!(state, wrong_address))
        }
    }
}

/// How a server broke the protocol.
#[must_use]
pub fn violation(locale: Locale, what: &Violation) -> String {
    match what {
        Violation::NoGreeting => in_language!(locale, violation_no_greeting).to_owned(),
        Violation::InjectedBeforeTls => in_language!(locale, violation_injected).to_owned(),
        Violation::Unsolicited => in_language!(locale, violation_unsolicited).to_owned(),
        Violation::UnexpectedReply { after } => {
            format!("{} {after}", in_language!(locale, violation_unexpected))
        }
        Violation::BadReply { why } => match why {
            FramingError::NotAReply => in_language!(locale, violation_not_a_reply),
            FramingError::MixedCodes => in_language!(locale, violation_mixed_codes),
            FramingError::BareLf => in_language!(locale, violation_bare_lf),
            FramingError::LineTooLong => in_language!(locale, violation_line_too_long),
            FramingError::TooLong => in_language!(locale, violation_too_long),
        }
        .to_owned(),
    }
}

/// What the practice server does where it is asked for a fault.
#[must_use]
pub fn practice_effect(locale: Locale, effect: &PracticeEffect) -> String {
    match effect {
        PracticeEffect::Refuse { reply } => {
            format!("{} {reply}", in_language!(locale, effect_refuse))
        }
        PracticeEffect::RefuseMessage { reply } => {
            format!("{} {reply}", in_language!(locale, effect_refuse_message))
        }
        PracticeEffect::Lose => in_language!(locale, effect_lose).to_owned(),
        PracticeEffect::Delay { seconds } => {
            format!("{} {seconds}", in_language!(locale, effect_delay))
        }
    }
}

fn no_mailbox(state: State, why: MailboxError) -> Cow<'static, str> {
    let why = match why {
        MailboxError::Address(why) => return no_address(state, why),
        MailboxError::Quotes => say!(state, why_quotes),
        MailboxError::AngleBrackets => say!(state, why_brackets),
        MailboxError::TextAfter => say!(state, why_text_after),
        MailboxError::SeveralAddresses => say!(state, why_several),
        MailboxError::Comment => say!(state, why_comment),
        MailboxError::Route => say!(state, why_route),
        MailboxError::Space => say!(state, why_space),
        MailboxError::BareIpAddress => say!(state, why_bare_ip),
        MailboxError::Link => say!(state, why_link),
    };
    why.into()
}

fn no_address(state: State, why: AddressError) -> Cow<'static, str> {
    let why = match why {
        AddressError::Empty => say!(state, why_empty),
        AddressError::NoAt => say!(state, why_no_at),
        AddressError::NoLocalPart => say!(state, why_no_local),
        AddressError::NoDomain => say!(state, why_no_domain),
        AddressError::Control => say!(state, why_control),
        AddressError::Invisible { code_point } => {
            let why = say!(state, why_invisible);
            return format!("{why} U+{code_point:04X}").into();
        }
        AddressError::LocalPart => say!(state, why_local),
        AddressError::Domain => say!(state, why_domain),
        AddressError::TooLong => say!(state, why_too_long),
    };
    why.into()
}

/// How a server is spoken to, in a word.
#[must_use]
pub fn security(state: State, security: Security) -> &'static str {
    match security {
        Security::Starttls => "STARTTLS",
        Security::Tls => "TLS",
        Security::None => say!(state, security_none),
    }
}

/// What to know before signing in with a provider.
#[must_use]
pub fn advice(state: State, advice: Advice) -> &'static str {
    match advice {
        Advice::AppPassword => say!(state, advice_app_password),
        Advice::OauthOnly => say!(state, advice_oauth),
        Advice::SwitchOn => say!(state, advice_switch_on),
    }
}

/// `812 B`, `3.5 kB`, `36 MB`: decimal, as disks and mail providers count.
#[must_use]
pub fn octets(count: u64) -> String {
    let (unit, name) = match count {
        0..1_000 => return format!("{count} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = count / (unit / 10);
    if tenths < 100 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", tenths / 10)
    }
}

/// Microseconds as the wire shows them: `0.4 ms`, `12 ms`, `3.2 s`.
#[must_use]
pub fn milliseconds(us: u64) -> String {
    match us {
        0..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        10_000..10_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        let check = |count, expect: &str| assert_eq!(octets(count), expect);
        check(812, "812 B");
        check(3_554, "3.5 kB");
        check(36_700_160, "36 MB");
        check(1_000_000, "1.0 MB");
        let check = |us, expect: &str| assert_eq!(milliseconds(us), expect);
        check(0, "0.0 ms");
        check(1_234, "1.2 ms");
        check(12_999, "12 ms");
        check(3_250_000, "3250 ms");
        check(12_340_000, "12.3 s");
    }
}
