//! What is wrong with a draft, in words.

use std::borrow::Cow;

use super::draft::{MailboxError, Wrong};
use crate::i18n::{Locale, in_language, protocol};
use crate::ui::visible::visible_address;

/// What is wrong with a field, and what to do.
#[must_use]
pub(super) fn wrong(locale: Locale, wrong: &Wrong) -> String {
    match wrong {
        Wrong::NoSender => in_language!(locale, wrong_no_sender).to_owned(),
        Wrong::NoRecipient => in_language!(locale, wrong_no_recipient).to_owned(),
        Wrong::TooManyRecipients { most } => {
            format!("{} {most}.", in_language!(locale, wrong_too_many))
        }
        Wrong::Control => in_language!(locale, wrong_control).to_owned(),
        Wrong::TooLong => in_language!(locale, wrong_too_long).to_owned(),
        Wrong::Address { text, why } => {
            protocol::bad_address(locale, &visible_address(text), &no_mailbox(locale, *why))
        }
    }
}

fn no_mailbox(locale: Locale, why: MailboxError) -> Cow<'static, str> {
    let words = match why {
        MailboxError::Address(why) => return protocol::address_error(locale, why),
        MailboxError::Quotes => in_language!(locale, why_quotes),
        MailboxError::AngleBrackets => in_language!(locale, why_brackets),
        MailboxError::TextAfter => in_language!(locale, why_text_after),
        MailboxError::SeveralAddresses => in_language!(locale, why_several),
        MailboxError::Comment => in_language!(locale, why_comment),
        MailboxError::Route => in_language!(locale, why_route),
        MailboxError::Space => in_language!(locale, why_space),
        MailboxError::BareIpAddress => in_language!(locale, why_bare_ip),
        MailboxError::Link => in_language!(locale, why_link),
    };
    words.into()
}
