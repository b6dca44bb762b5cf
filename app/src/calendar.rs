//! Events (iCalendar, RFC 5545 and RFC 5546): read from messages and shown as cards, and written
//! for invitations.
//!
//! Only what a card shows is read: the first events of a calendar, their times with the time zones
//! of the calendar, who is invited, and rules of recurrence that can be said in words.

mod card;
mod clock;
mod content;
mod event;
mod recurrence;
mod rules;
mod time;
mod write;
mod zone;

pub(crate) use self::card::card;
pub(crate) use self::clock::{shown_in, zone_definition, zone_here, zones};
pub(crate) use self::event::{Event, Method, events, mail_link};
pub(crate) use self::time::{DAY, Time, written, year};
pub(crate) use self::write::{Writer, parameter};

/// Whether a part of this type is a calendar.
pub(crate) fn is_calendar(media_type: &str) -> bool {
    matches!(media_type, "text/calendar" | "application/ics")
}
