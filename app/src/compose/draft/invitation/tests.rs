use super::*;
use crate::calendar::events;
use crate::compose::draft::Draft;

const BERLIN: &str = "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:DAYLIGHT\n\
    DTSTART:20250330T020000\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\n\
    TZOFFSETTO:+0200\nEND:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:20251026T030000\n\
    RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
    END:STANDARD\nEND:VTIMEZONE\n";

const STAMP: MessageStamp = MessageStamp {
    moment: Moment {
        unix_ms: 1_790_000_000_000,
        offset_minutes: 540,
    },
    random: [7; 16],
};

impl Invitation {
    /// One in Berlin.
    pub(in crate::compose) fn sample() -> Invitation {
        Invitation {
            uid: "0707@example.org".into(),
            sequence: 2,
            title: "분기 회의, 3층; 본관\\".into(),
            all_day: false,
            start: "2026-07-01T10:00".into(),
            end: "2026-07-01T11:30".into(),
            zone: "Europe/Berlin".into(),
            zone_definition: BERLIN.into(),
            place: "Room 3, second floor".into(),
            about: "The figures.\nAnd the plan: who; when".into(),
        }
    }
}

fn invitation() -> Invitation {
    Invitation::sample()
}

fn draft() -> Draft {
    let mut draft = Draft {
        from: "\"Park, Mina\" <mina@example.org>".into(),
        subject: "Invitation".into(),
        invitation: Some(invitation()),
        ..Draft::default()
    };
    draft.to.push("joon@example.net".into());
    draft.cc.push("하나 <hana+x@example.org>".into());
    draft.bcc.push("secret@example.org".into());
    draft
}

fn calendar(draft: &Draft) -> String {
    let invitation = draft.invitation.as_ref().expect("an invitation");
    invitation.calendar(draft.header_fields(), &STAMP)
}

#[test]
fn what_is_written_is_read_again() {
    let draft = draft();
    let text = calendar(&draft);
    assert!(!text.contains("secret"), "{text}");
    let lines = text.split_terminator("\r\n");
    for line in lines.clone() {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
    }
    // RFC 5546 §3.2.2: what a request must have, once each.
    for name in [
        "PRODID:",
        "VERSION:2.0",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:",
        "SEQUENCE:2",
        "DTSTAMP:20260921T",
        "DTSTART;TZID=Europe/Berlin:20260701T100000",
        "DTEND;TZID=Europe/Berlin:20260701T113000",
        "SUMMARY:",
        "ORGANIZER;",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
    ] {
        let count = lines.clone().filter(|line| line.starts_with(name)).count();
        assert_eq!(count, 1, "{name} in {text}");
    }
    let events = events(&text);
    let [event] = events.as_slice() else {
        panic!("{events:?}");
    };
    let start = event.start.as_ref().expect("a start");
    assert_eq!(start.offset, Some(2 * 3_600));
    assert_eq!(
        event.organizer.as_ref().map(|one| one.name.as_str()),
        Some("Park, Mina")
    );
    let people = event.attendees.iter();
    let people: Vec<_> = people
        .map(|one| (one.name.as_str(), one.address.as_str()))
        .collect();
    assert_eq!(
        people,
        [("", "joon@example.net"), ("하나", "hana+x@example.org")]
    );
    let mut expect = invitation();
    expect.zone_definition = String::new();
    assert_eq!(Invitation::of_event(event), Some(expect));
}

#[test]
fn whole_days_end_after_the_last() {
    let mut draft = draft();
    let days = draft.invitation.as_mut().expect("an invitation");
    days.all_day = true;
    days.title = String::new();
    days.end = "2026-07-31T09:00".into();
    let text = calendar(&draft);
    for part in [
        "DTSTART;VALUE=DATE:20260701\r\n",
        "DTEND;VALUE=DATE:20260801\r\n",
        "SUMMARY:Invitation\r\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("VTIMEZONE"), "{text}");
    let read = Invitation::of_event(&events(&text)[0]).expect("an invitation");
    assert_eq!(
        (read.start.as_str(), read.end.as_str()),
        ("2026-07-01T00:00", "2026-07-31T00:00")
    );
    assert!(read.all_day);
}

#[test]
fn faults_are_found() {
    let check = |change: fn(&mut Invitation), invited, expect| {
        let mut one = invitation();
        change(&mut one);
        assert_eq!(one.fault(invited), expect, "{one:?}");
    };
    check(|_| {}, 1, None);
    check(|_| {}, 0, Some(InvitationFault::Nobody));
    check(|one| one.start.clear(), 1, Some(InvitationFault::NoStart));
    check(
        |one| one.end = "2026-02-30T10:00".into(),
        1,
        Some(InvitationFault::NoEnd),
    );
    check(
        |one| one.end.clone_from(&one.start),
        1,
        Some(InvitationFault::EndsBefore),
    );
    let day = |one: &mut Invitation| {
        one.all_day = true;
        one.end = "2026-07-01T08:00".into();
    };
    check(day, 1, None);
    check(
        |one| one.zone_definition.clear(),
        1,
        Some(InvitationFault::NoZone),
    );
    check(
        |one| one.end = "2026-06-30T10:00".into(),
        1,
        Some(InvitationFault::EndsBefore),
    );
    let mut broken = draft();
    broken.invitation.as_mut().expect("one").start = "tomorrow".into();
    assert_eq!(calendar(&broken), "");
}

#[test]
fn nothing_typed_becomes_a_line_of_its_own() {
    let mut draft = draft();
    let one = draft.invitation.as_mut().expect("an invitation");
    for text in [&mut one.title, &mut one.place, &mut one.about, &mut one.uid] {
        *text = "a\r\nATTENDEE:mailto:evil@example.org\nEND:VEVENT\rX:\u{b}y".into();
    }
    one.zone = "x\r\nX-EVIL:1:2".into();
    let text = calendar(&draft);
    let evil = ["ATTENDEE:", "X-EVIL", "X:"];
    for line in text.split(['\r', '\n']) {
        assert!(!evil.iter().any(|name| line.starts_with(name)), "{line}");
    }
    assert_eq!(text.matches("\r\nEND:VEVENT\r\n").count(), 1);
}

#[test]
fn what_can_not_be_written_here_is_no_invitation() {
    let text = calendar(&draft());
    let check = |from: &str, to: &str| {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        assert_eq!(Invitation::of_event(&events(&changed)[0]), None, "{to}");
    };
    check("METHOD:REQUEST", "METHOD:REPLY");
    check("STATUS:", "RRULE:FREQ=DAILY\r\nSTATUS:");
    check("UID:", "X-UID:");
    check(
        "DTEND;TZID=Europe/Berlin:20260701T113000",
        "DTEND:20260701T113000Z",
    );
}

#[test]
fn the_end_moves_with_the_start() {
    let mut one = invitation();
    one.move_to("2026-12-31T23:00".into());
    assert_eq!(one.end, "2027-01-01T00:30");
    one.move_to(String::new());
    assert_eq!(
        (one.start.as_str(), one.end.as_str()),
        ("", "2027-01-01T00:30")
    );
    let mut days = invitation();
    days.all_day = true;
    days.end = "2026-07-03T11:30".into();
    days.move_to("2026-08-30T10:00".into());
    assert_eq!(days.end, "2026-09-01T11:30");
}
