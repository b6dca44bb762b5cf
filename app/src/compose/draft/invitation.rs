//! An invitation to an event, as a person writes it, and the calendar that is sent for it (RFC
//! 5545, RFC 5546 §3.2.2). Pure.

use serde::{Deserialize, Serialize};

use super::build::Moment;
use super::{HeaderFields, Mailbox, MessageStamp};
use crate::calendar::{DAY, Event, Method, Time, Writer, mail_link, parameter, written};

/// An invitation. It is from the sender, and to the recipients in To and Cc.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Invitation {
    /// What the event is called everywhere, as long as it exists.
    pub uid: String,
    /// Counts its changes since it was first sent.
    pub sequence: u32,
    /// The title. Empty: that of the message.
    pub title: String,
    /// Whether it is of whole days.
    pub all_day: bool,
    /// When it begins, as fields of the browser have it: `2026-11-27T10:00`. Of whole days, the
    /// date counts.
    pub start: String,
    /// When it ends. Of whole days, this is the last.
    pub end: String,
    /// The time zone of both, by its name in the IANA database.
    pub zone: String,
    /// The component that defines the time zone, lines ended by LF.
    pub zone_definition: String,
    /// Where it is.
    pub place: String,
    /// What it is about.
    pub about: String,
}

/// What keeps an invitation from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationFault {
    /// It has no start, or none that is a time.
    NoStart,
    /// It has no end, or none that is a time.
    NoEnd,
    /// It does not end after its start.
    EndsBefore,
    /// Its time zone is not known.
    NoZone,
    /// Nobody in To and Cc is invited.
    Nobody,
}

impl Invitation {
    /// When it begins, on the clocks of its zone.
    #[must_use]
    pub fn begins(&self) -> Option<i64> {
        self.at(&self.start)
    }

    /// When it ends; of whole days, the beginning of the last.
    #[must_use]
    pub fn ends(&self) -> Option<i64> {
        self.at(&self.end)
    }

    fn at(&self, text: &str) -> Option<i64> {
        let text: String = text.chars().filter(|c| !matches!(c, '-' | ':')).collect();
        let seconds = match Time::read(&text)? {
            Time::Utc(_) => return None,
            Time::Day(seconds) | Time::Local(seconds) => seconds,
        };
        Some(match self.all_day {
            true => seconds - seconds.rem_euclid(DAY),
            false => seconds,
        })
    }

    /// Sets the start. The end moves with it.
    pub fn move_to(&mut self, start: String) {
        let length = self
            .ends()
            .zip(self.begins())
            .map(|(ends, begins)| ends - begins);
        let time = self.end.split_once('T').map(|(_, time)| time.to_owned());
        self.start = start;
        let moved = self.begins().zip(length.filter(|length| *length >= 0));
        if let Some((begins, length)) = moved {
            self.end = in_field(begins + length);
            // Of whole days, the time is kept for when it counts again.
            if let (true, Some(time), Some((day, _))) =
                (self.all_day, time, self.end.split_once('T'))
            {
                self.end = format!("{day}T{time}");
            }
        }
    }

    /// What keeps it from being sent to so many people.
    #[must_use]
    pub fn fault(&self, invited: usize) -> Option<InvitationFault> {
        let Some(begins) = self.begins() else {
            return Some(InvitationFault::NoStart);
        };
        let Some(ends) = self.ends() else {
            return Some(InvitationFault::NoEnd);
        };
        let no_zone = self.zone.is_empty() || self.zone_definition.is_empty();
        if ends < begins || (ends == begins && !self.all_day) {
            Some(InvitationFault::EndsBefore)
        } else if no_zone && !self.all_day {
            Some(InvitationFault::NoZone)
        } else if invited == 0 {
            Some(InvitationFault::Nobody)
        } else {
            None
        }
    }

    /// The calendar, lines ended by CRLF. Empty where its times are none.
    ///
    /// Times are local ones, with the zone and its rules: so every reader shows the time that was
    /// meant, Outlook, which does not know the names of zones, too.
    #[must_use]
    pub fn calendar(&self, fields: HeaderFields<'_>, stamp: &MessageStamp) -> String {
        let (Some(begins), Some(ends)) = (self.begins(), self.ends()) else {
            return String::new();
        };
        let mut calendar = Writer::default();
        calendar.plain("BEGIN", "VCALENDAR");
        calendar.plain("PRODID", "-//Glasspost//Glasspost//EN");
        calendar.plain("VERSION", "2.0");
        calendar.plain("CALSCALE", "GREGORIAN");
        calendar.plain("METHOD", "REQUEST");
        if !self.all_day {
            for line in self.zone_definition.lines() {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                calendar.plain(name, value);
            }
        }
        calendar.plain("BEGIN", "VEVENT");
        calendar.text("UID", &self.uid);
        calendar.plain("SEQUENCE", &self.sequence.to_string());
        calendar.plain("DTSTAMP", &utc(stamp.moment));
        for (name, at, last) in [("DTSTART", begins, 0), ("DTEND", ends, DAY)] {
            if self.all_day {
                // The end is the day after the last.
                let day = written(at + last);
                let day = day.split('T').next().unwrap_or_default();
                calendar.line(name, &["VALUE=DATE".to_owned()], day);
            } else {
                calendar.line(name, &[parameter("TZID", &self.zone)], &written(at));
            }
        }
        let title = match self.title.trim() {
            "" => fields.subject.trim(),
            title => title,
        };
        calendar.text("SUMMARY", title);
        for (name, text) in [("LOCATION", &self.place), ("DESCRIPTION", &self.about)] {
            if !text.trim().is_empty() {
                calendar.text(name, text.trim());
            }
        }
        if let Ok(organizer) = Mailbox::parse(fields.from) {
            person("ORGANIZER", &[], &organizer, &mut calendar);
        }
        // Programs put those who may come into Cc.
        let lists = [
            (fields.to, "REQ-PARTICIPANT"),
            (fields.cc, "OPT-PARTICIPANT"),
        ];
        for (list, role) in lists {
            let people = list.iter().filter_map(|text| Mailbox::parse(text).ok());
            for invited in people {
                let parameters = [
                    "CUTYPE=INDIVIDUAL".to_owned(),
                    format!("ROLE={role}"),
                    "PARTSTAT=NEEDS-ACTION".to_owned(),
                    "RSVP=TRUE".to_owned(),
                ];
                person("ATTENDEE", &parameters, &invited, &mut calendar);
            }
        }
        calendar.plain("STATUS", "CONFIRMED");
        // Whole days do not make people busy.
        let busy = if self.all_day {
            "TRANSPARENT"
        } else {
            "OPAQUE"
        };
        calendar.plain("TRANSP", busy);
        calendar.plain("END", "VEVENT");
        calendar.plain("END", "VCALENDAR");
        calendar.finish()
    }

    /// The invitation that this event is. None: it is none, or has something that an invitation
    /// here can't have, such as a rule by which it recurs. The zone is not defined yet.
    #[must_use]
    pub(in crate::compose) fn of_event(event: &Event) -> Option<Invitation> {
        let start = event.start.as_ref()?;
        let end = event.end.as_ref().unwrap_or(start);
        let all_day = matches!((start.time, end.time), (Time::Day(_), Time::Day(_)));
        let zone = match (start.time, end.time) {
            (Time::Day(_), Time::Day(_)) => "",
            (Time::Utc(_), Time::Utc(_)) => "UTC",
            (Time::Local(_), Time::Local(_)) if start.zone == end.zone => &start.zone,
            _ => return None,
        };
        let fits =
            event.method == Method::Request && event.rule.is_empty() && !event.uid.is_empty();
        let last = if all_day { DAY } else { 0 };
        fits.then(|| Invitation {
            uid: event.uid.clone(),
            sequence: event.sequence,
            title: event.summary.clone(),
            all_day,
            start: in_field(start.time.seconds()),
            end: in_field(end.time.seconds() - last),
            zone: zone.to_owned(),
            zone_definition: String::new(),
            place: event.location.clone(),
            about: event.description.clone(),
        })
    }
}

/// A time as fields of the browser have it.
#[must_use]
pub fn in_field(seconds: i64) -> String {
    let written = written(seconds);
    let part = |from: usize, to: usize| written.get(from..to).unwrap_or_default();
    let (year, month, day) = (part(0, 4), part(4, 6), part(6, 8));
    format!("{year}-{month}-{day}T{}:{}", part(9, 11), part(11, 13))
}

fn utc(moment: Moment) -> String {
    written(moment.unix_ms.div_euclid(1_000)) + "Z"
}

fn person(name: &str, parameters: &[String], person: &Mailbox, calendar: &mut Writer) {
    let mut parameters = parameters.to_vec();
    if !person.name.is_empty() {
        parameters.push(parameter("CN", &person.name));
    }
    calendar.line(name, &parameters, &mail_link(&person.address.to_string()));
}

#[cfg(test)]
mod tests;
