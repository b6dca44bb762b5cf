//! What is wrong with a draft, in words.

use std::borrow::Cow;

use super::draft::{MailboxError, Wrong};
use crate::i18n::{Locale, protocol};
use crate::ui::visible::visible_address;

/// What is wrong with a field, and what to do.
#[must_use]
pub(super) fn wrong(locale: Locale, wrong: &Wrong) -> String {
    match wrong {
        Wrong::NoSender => locale.wrong_no_sender().to_owned(),
        Wrong::NoRecipient => locale.wrong_no_recipient().to_owned(),
        Wrong::TooManyRecipients { most } => locale.wrong_too_many(most),
        Wrong::NotLoaded => locale.wrong_not_loaded().to_owned(),
        Wrong::Control => locale.wrong_control().to_owned(),
        Wrong::TooLong => locale.wrong_too_long().to_owned(),
        Wrong::LongLine { number } => locale.wrong_long_line(number),
        Wrong::Nul { number } => locale.wrong_nul(number),
        Wrong::Address { text, why } => {
            protocol::bad_address(locale, &visible_address(text), &no_mailbox(locale, *why))
        }
    }
}

fn no_mailbox(locale: Locale, why: MailboxError) -> Cow<'static, str> {
    let words = match why {
        MailboxError::Address(why) => return protocol::address_error(locale, why),
        MailboxError::Quotes => locale.why_quotes(),
        MailboxError::AngleBrackets => locale.why_brackets(),
        MailboxError::TextAfter => locale.why_text_after(),
        MailboxError::SeveralAddresses => locale.why_several(),
        MailboxError::Comment => locale.why_comment(),
        MailboxError::Route => locale.why_route(),
        MailboxError::Space => locale.why_space(),
        MailboxError::BareIpAddress => locale.why_bare_ip(),
        MailboxError::Link => locale.why_link(),
    };
    words.into()
}
