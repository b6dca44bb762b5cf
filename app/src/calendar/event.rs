//! The events of a calendar.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::content::{Line, lines};
use super::recurrence::Rule;
use super::time::{self, DAY, Time};
use super::zone::Zone;

/// Most events of a calendar that are shown, and people of one event.
const EVENTS: usize = 10;
const PEOPLE: usize = 200;

/// What a calendar is sent for (RFC 5546 §1.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    /// An invitation, or a change of one.
    Request,
    /// It does not take place.
    Cancel,
    /// An answer to an invitation.
    Reply,
    /// A proposal of another time.
    Counter,
    /// Anything else.
    #[default]
    Publish,
}

/// An answer to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Accepted,
    Declined,
    Tentative,
    Delegated,
}

/// Someone who takes part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) answer: Option<Answer>,
}

/// A time, and the place whose clocks show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) time: Time,
    /// What the calendar calls the time zone; empty if it names none.
    pub(crate) zone: String,
    /// How many seconds its clocks are ahead of UTC then. None: the calendar does not say it.
    pub(crate) offset: Option<i64>,
}

/// An event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) method: Method,
    /// What it is called everywhere; empty if it has no name.
    pub(crate) uid: String,
    /// Counts its changes.
    pub(crate) sequence: u32,
    pub(crate) summary: String,
    pub(crate) start: Option<Moment>,
    pub(crate) end: Option<Moment>,
    pub(crate) location: String,
    pub(crate) description: String,
    pub(crate) organizer: Option<Person>,
    pub(crate) attendees: Vec<Person>,
    /// People who are not among these.
    pub(crate) more_attendees: usize,
    /// The rule by which it recurs, as it is written.
    pub(crate) rule: String,
    /// How many seconds the clocks of its start are ahead of UTC at the end of the rule. None: the
    /// calendar does not say it, or that end is not a time of UTC.
    pub(crate) until_offset: Option<i64>,
    pub(crate) cancelled: bool,
}

impl Event {
    /// The rule by which it recurs, as far as it is understood.
    pub(super) fn recurs(&self) -> Option<Rule> {
        Rule::read(&self.rule)
    }
}

/// The first events of a calendar.
pub(crate) fn events(calendar: &str) -> Vec<Event> {
    let lines = lines(calendar);
    let zones: Vec<Zone> = components(&lines, "VTIMEZONE").map(Zone::read).collect();
    let method = lines.iter().find(|line| line.name == "METHOD");
    let method = method.map_or(Method::Publish, |line| {
        match line.value.trim().to_ascii_uppercase().as_str() {
            "REQUEST" | "ADD" => Method::Request,
            "CANCEL" => Method::Cancel,
            "REPLY" => Method::Reply,
            "COUNTER" => Method::Counter,
            _ => Method::Publish,
        }
    });
    let events = components(&lines, "VEVENT").take(EVENTS);
    events.map(|lines| event(lines, method, &zones)).collect()
}

/// The lines between the begin and the end of each component of this kind.
fn components<'x>(lines: &'x [Line], kind: &'static str) -> impl Iterator<Item = &'x [Line]> {
    let is = move |line: &Line, name: &str| {
        line.name == name && line.value.trim().eq_ignore_ascii_case(kind)
    };
    let mut rest = lines;
    std::iter::from_fn(move || {
        let begin = rest.iter().position(|line| is(line, "BEGIN"))?;
        let inside = &rest[begin + 1..];
        let end = inside.iter().position(|line| is(line, "END"));
        let end = end.unwrap_or(inside.len());
        rest = inside.get(end + 1..).unwrap_or_default();
        Some(&inside[..end])
    })
}

fn event(lines: &[Line], method: Method, zones: &[Zone]) -> Event {
    let mut event = Event {
        method,
        ..Event::default()
    };
    let mut length = None;
    let mut zone_of_start = None;
    // Inside an alarm, for example, names mean something else.
    let mut inner = 0_usize;
    for line in lines {
        match line.name.as_str() {
            "BEGIN" => inner += 1,
            "END" => inner = inner.saturating_sub(1),
            _ if inner > 0 => {}
            "UID" => event.uid = line.text(),
            "SEQUENCE" => event.sequence = line.value.trim().parse().unwrap_or_default(),
            "SUMMARY" => event.summary = line.text(),
            "LOCATION" => event.location = line.text(),
            "DESCRIPTION" => event.description = line.text(),
            "DTSTART" => {
                event.start = moment(line, zones);
                zone_of_start = zone_of(line, zones);
            }
            "DTEND" => event.end = moment(line, zones),
            "DURATION" => length = time::duration(&line.value),
            "RRULE" => event.rule = line.value.trim().to_owned(),
            "STATUS" => event.cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            "ORGANIZER" => event.organizer = Some(person(line)),
            "ATTENDEE" if event.attendees.len() < PEOPLE => event.attendees.push(person(line)),
            "ATTENDEE" => event.more_attendees += 1,
            _ => {}
        }
    }
    event.cancelled |= method == Method::Cancel;
    if let Some(Time::Utc(until)) = event.recurs().and_then(|rule| rule.until) {
        event.until_offset = zone_of_start.and_then(|zone| zone.ahead(until));
    }
    if let (None, Some(start)) = (&event.end, &event.start) {
        // RFC 5545 §3.6.1: a day without an end lasts for it.
        let length = length.or(matches!(start.time, Time::Day(_)).then_some(DAY));
        event.end = length.filter(|length| *length > 0).map(|length| Moment {
            time: start.time.plus(length),
            ..start.clone()
        });
    }
    event
}

fn moment(line: &Line, zones: &[Zone]) -> Option<Moment> {
    let time = Time::read(&line.value)?;
    let id = line.parameter("TZID").unwrap_or_default();
    let local = matches!(time, Time::Local(_)).then(|| time.seconds());
    let zone = zone_of(line, zones);
    Some(Moment {
        time,
        zone: id.trim_start_matches('/').to_owned(),
        offset: zone.zip(local).and_then(|(zone, local)| zone.offset(local)),
    })
}

/// The time zone that a line names, as the calendar defines it.
fn zone_of<'x>(line: &Line, zones: &'x [Zone]) -> Option<&'x Zone> {
    let id = line.parameter("TZID").filter(|id| !id.is_empty())?;
    zones.iter().find(|zone| zone.id == id)
}

/// What stands as it is in the address of a link.
const IN_LINK: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'+')
    .remove(b'~')
    .remove(b'=')
    .remove(b'!')
    .remove(b'$')
    .remove(b'*')
    .remove(b'/');

/// The address of someone as a link (RFC 6068).
pub(crate) fn mail_link(address: &str) -> String {
    format!("mailto:{}", utf8_percent_encode(address, IN_LINK))
}

fn person(line: &Line) -> Person {
    let value = line.value.trim();
    let scheme = value.get(..7).filter(|s| s.eq_ignore_ascii_case("mailto:"));
    let address = scheme.map_or(value, |scheme| &value[scheme.len()..]);
    let answer = line.parameter("PARTSTAT").map(str::to_ascii_uppercase);
    Person {
        name: line.parameter("CN").unwrap_or_default().to_owned(),
        address: percent_decode_str(address).decode_utf8_lossy().into_owned(),
        answer: answer.and_then(|answer| match answer.as_str() {
            "ACCEPTED" => Some(Answer::Accepted),
            "DECLINED" => Some(Answer::Declined),
            "TENTATIVE" => Some(Answer::Tentative),
            "DELEGATED" => Some(Answer::Delegated),
            _ => None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITATION: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n\
        BEGIN:VTIMEZONE\r\nTZID:Asia/Seoul\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
        TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
        BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:분기 회의\r\nLOCATION:3층\\, 회의실\r\n\
        DTSTART;TZID=Asia/Seoul:20261127T100000\r\nDURATION:PT90M\r\n\
        ORGANIZER;CN=Mina:mailto:mina@example.org\r\n\
        ATTENDEE;PARTSTAT=ACCEPTED;CN=\"Joon\":MAILTO:joon@example.net\r\n\
        ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:hana@example.org\r\n\
        BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n\
        RRULE:FREQ=WEEKLY;COUNT=4\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_invitation_is_read() {
        let events = events(INVITATION);
        let [event] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(event.method, Method::Request);
        assert_eq!(event.summary, "분기 회의");
        assert_eq!(event.location, "3층, 회의실");
        assert_eq!(event.description, "");
        let start = event.start.as_ref().expect("a start");
        let ten = time::days(2026, 11, 27) * DAY + 36_000;
        assert_eq!(start.time, Time::Local(ten));
        assert_eq!(
            (start.zone.as_str(), start.offset),
            ("Asia/Seoul", Some(32_400))
        );
        let end = event.end.as_ref().expect("an end");
        assert_eq!(end.time, Time::Local(ten + 5_400));
        assert_eq!(
            event.organizer.as_ref().map(|one| one.name.as_str()),
            Some("Mina")
        );
        let answers: Vec<_> = event
            .attendees
            .iter()
            .map(|one| (one.address.as_str(), one.answer))
            .collect();
        let expect = [
            ("joon@example.net", Some(Answer::Accepted)),
            ("hana@example.org", None),
        ];
        assert_eq!(answers, expect);
        assert_eq!(event.recurs().and_then(|rule| rule.count), Some(4));
        assert!(!event.cancelled);
    }

    #[test]
    fn a_rule_ends_by_the_clocks_of_the_start() {
        let check = |rule: &str, expect| {
            let calendar = INVITATION.replace("FREQ=WEEKLY;COUNT=4", rule);
            let offset = events(&calendar).first().map(|event| event.until_offset);
            assert_eq!(offset, Some(expect), "{rule}");
        };
        check("FREQ=WEEKLY;UNTIL=20260301T160000Z", Some(32_400));
        check("FREQ=WEEKLY;UNTIL=20260301T160000", None);
        check("FREQ=WEEKLY;UNTIL=20260301", None);
        check("FREQ=WEEKLY", None);
        let unknown = INVITATION.replace("TZID:Asia/Seoul", "TZID:elsewhere");
        let unknown = unknown.replace("COUNT=4", "UNTIL=20260301T160000Z");
        assert_eq!(events(&unknown)[0].until_offset, None);
    }

    #[test]
    fn days_and_cancellations() {
        let calendar = "METHOD:CANCEL\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nEND:VEVENT\n\
            BEGIN:VEVENT\nDTSTART:20261225T100000Z\nDTEND:20261225T110000Z\nSTATUS:CONFIRMED";
        let events = events(calendar);
        assert_eq!(events.len(), 2);
        assert!(events.iter().all(|event| event.cancelled));
        let day = time::days(2026, 12, 25) * DAY;
        let end = events[0].end.as_ref().map(|end| end.time);
        assert_eq!(end, Some(Time::Day(day + DAY)));
        let end = events[1].end.as_ref().map(|end| end.time);
        assert_eq!(end, Some(Time::Utc(day + 39_600)));
    }

    #[test]
    fn calendars_are_bounded() {
        let person = "ATTENDEE:mailto:a@x.org\n".repeat(PEOPLE + 5);
        let calendar = format!("BEGIN:VEVENT\n{person}END:VEVENT\n").repeat(EVENTS + 5);
        let events = events(&calendar);
        assert_eq!(events.len(), EVENTS);
        assert_eq!(
            (events[0].attendees.len(), events[0].more_attendees),
            (PEOPLE, 5)
        );
        for odd in [
            "",
            "BEGIN:VEVENT",
            "END:VEVENT",
            "BEGIN:VEVENT\nDTSTART:x\nDURATION:y\n",
        ] {
            let _ = super::events(odd);
        }
    }
}
