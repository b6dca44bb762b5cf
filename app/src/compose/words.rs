//! What is wrong with a draft, in words.

use std::borrow::Cow;

use super::draft::{HeaderFault, InvitationFault, MailboxError, NAME_CHARS, Wrong};
use crate::i18n::{Locale, protocol};
use crate::ui::visible::{visible, visible_address};

/// What is wrong with a field, and what to do.
#[must_use]
pub fn wrong(locale: Locale, wrong: &Wrong) -> String {
    match wrong {
        Wrong::NoSender => locale.wrong_no_sender().to_owned(),
        Wrong::NoRecipient => locale.wrong_no_recipient().to_owned(),
        Wrong::TooManyRecipients { most } => locale.wrong_too_many(most),
        Wrong::NotLoaded => locale.wrong_not_loaded().to_owned(),
        Wrong::Control => locale.wrong_control().to_owned(),
        Wrong::TooLong => locale.wrong_too_long().to_owned(),
        Wrong::Header(fault) => header_fault(locale, *fault),
        Wrong::Invitation(fault) => invitation_fault(locale, *fault).to_owned(),
        Wrong::LongLine { number } => locale.wrong_long_line(number),
        Wrong::Nul { number } => locale.wrong_nul(number),
        Wrong::Address { text, why } => {
            protocol::bad_address(locale, &visible_address(text), &no_mailbox(locale, *why))
        }
    }
}

fn header_fault(locale: Locale, fault: HeaderFault) -> String {
    let words = match fault {
        HeaderFault::NoName => locale.header_no_name(),
        HeaderFault::Name(c) => return locale.header_name(visible(c.encode_utf8(&mut [0; 4]))),
        HeaderFault::LongName => return locale.header_long_name(NAME_CHARS),
        HeaderFault::Written => locale.header_written(),
        HeaderFault::Option => locale.header_option(),
        HeaderFault::Trace => locale.header_trace(),
        HeaderFault::Twice => locale.header_twice(),
        HeaderFault::NoValue => locale.header_no_value(),
        HeaderFault::Control => locale.wrong_control(),
        HeaderFault::LongWord => locale.header_long_word(),
    };
    words.to_owned()
}

fn invitation_fault(locale: Locale, fault: InvitationFault) -> &'static str {
    match fault {
        InvitationFault::NoStart => locale.event_no_start(),
        InvitationFault::NoEnd => locale.event_no_end(),
        InvitationFault::EndsBefore => locale.event_ends_before(),
        InvitationFault::NoZone => locale.event_no_zone(),
        InvitationFault::Nobody => locale.event_nobody(),
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
