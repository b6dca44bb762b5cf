//! Events in a message (iCalendar, RFC 5545 and RFC 5546): read, and shown as cards.
//!
//! Only what a card shows is read: the first events of a calendar, their times with the time zones
//! of the calendar, who is invited, and rules of recurrence that can be said in words.

mod card;
mod content;
mod event;
mod recurrence;
mod time;
mod zone;

pub(super) use self::card::card;
pub(super) use self::event::{Event, events};

/// Whether a part of this type is a calendar.
pub(super) fn is_calendar(media_type: &str) -> bool {
    matches!(media_type, "text/calendar" | "application/ics")
}
