//! Time zones as a calendar defines them (VTIMEZONE, RFC 5545 §3.6.5).

use super::content::Line;
use super::recurrence::{Frequency, Rule};
use super::time::{self, DAY, Time};

/// A time zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Zone {
    /// What events call it.
    pub(super) id: String,
    /// Standard time and daylight saving time, of all years.
    observances: Vec<Observance>,
}

/// A stretch of time in which clocks are so far from UTC, or the same every year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Observance {
    /// When it first begins, on the clock before it.
    start: Option<i64>,
    /// Seconds ahead of UTC before it, and in it.
    from: i64,
    to: i64,
    rule: Option<Rule>,
    /// When it begins besides.
    also: Vec<i64>,
}

/// Most observances of a zone that are read.
const MOST: usize = 200;

impl Zone {
    /// Reads the lines between `BEGIN:VTIMEZONE` and its end.
    pub(super) fn read(lines: &[Line]) -> Zone {
        let mut zone = Zone::default();
        let mut open: Option<Observance> = None;
        for line in lines {
            let kind = line.value.trim().to_ascii_uppercase();
            let is_observance = matches!(kind.as_str(), "STANDARD" | "DAYLIGHT");
            match (line.name.as_str(), &mut open) {
                ("BEGIN", _) if is_observance => open = Some(Observance::default()),
                ("END", _) if is_observance => {
                    let full = zone.observances.len() >= MOST;
                    zone.observances.extend(open.take().filter(|_| !full));
                }
                ("TZID", None) => zone.id = line.text(),
                ("DTSTART", Some(observance)) => {
                    observance.start = Time::read(&line.value).map(Time::seconds);
                }
                ("TZOFFSETFROM", Some(observance)) => {
                    observance.from = offset(&line.value).unwrap_or_default();
                }
                ("TZOFFSETTO", Some(observance)) => {
                    observance.to = offset(&line.value).unwrap_or_default();
                }
                ("RRULE", Some(observance)) => observance.rule = Rule::read(&line.value),
                ("RDATE", Some(observance)) => {
                    let dates = line.value.split(',').take(MOST);
                    let dates = dates.filter_map(|date| Time::read(date).map(Time::seconds));
                    observance.also.extend(dates);
                }
                _ => {}
            }
        }
        zone
    }

    /// How many seconds clocks are ahead of UTC when they show this. None: the zone has no rules.
    pub(super) fn offset(&self, local: i64) -> Option<i64> {
        let begun = self
            .observances
            .iter()
            .filter_map(|one| one.last_start(local).map(|start| (start, one.to)))
            .max_by_key(|(start, _)| *start);
        begun.map(|(_, to)| to).or_else(|| self.before_all())
    }

    /// How many seconds clocks are ahead of UTC at this time of UTC. None: the zone has no rules.
    pub(super) fn ahead(&self, utc: i64) -> Option<i64> {
        let begun = self.observances.iter().filter_map(|one| {
            // An observance begins on the clock before it.
            let start = one.last_start(utc.saturating_add(one.from))?;
            Some((start.saturating_sub(one.from), one.to))
        });
        let begun = begun.max_by_key(|(start, _)| *start);
        begun.map(|(_, to)| to).or_else(|| self.before_all())
    }

    /// The offset before any observance has begun.
    fn before_all(&self) -> Option<i64> {
        let first = self.observances.iter().min_by_key(|one| one.start)?;
        Some(first.from)
    }
}

impl Observance {
    /// When it last began, at or before this.
    fn last_start(&self, local: i64) -> Option<i64> {
        let first = self.start?;
        let one_time = self.also.iter().copied().chain([first]);
        let one_time = one_time.filter(|start| *start <= local).max();
        let year = time::year(local);
        let yearly = self.rule.as_ref().and_then(|rule| {
            let starts = [year, year - 1].into_iter().filter_map(|year| {
                let start = yearly(rule, first, year)?;
                let until = rule.until.map_or(i64::MAX, |until| match until {
                    Time::Utc(seconds) => seconds.saturating_add(self.from),
                    Time::Day(seconds) => seconds + DAY - 1,
                    Time::Local(seconds) => seconds,
                });
                (first..=until.min(local)).contains(&start).then_some(start)
            });
            starts.max()
        });
        one_time.max(yearly)
    }
}

/// When a rule of every year falls in this one: on the n-th weekday of a month, or on the day of
/// the first.
fn yearly(rule: &Rule, first: i64, year: i64) -> Option<i64> {
    if rule.frequency != Frequency::Yearly {
        return None;
    }
    let time_of_day = first.rem_euclid(DAY);
    let first_day = first.div_euclid(DAY);
    let first_of_month = |month| time::days(year, month, 1);
    let month = rule.month.unwrap_or_else(|| {
        // The month of the first.
        let start = time::year(first);
        let months = (1..=12).rev();
        let mut begun = months.filter(|month| time::days(start, *month, 1) <= first_day);
        begun.next().unwrap_or(1)
    });
    if !(1..=12).contains(&month) {
        return None;
    }
    let length = time::length_of_month(year, month);
    let day = match rule.days.first() {
        Some((nth, weekday)) => {
            let begin = first_of_month(month);
            let to_first = (weekday - time::weekday(begin)).rem_euclid(7);
            let count = (length - to_first - 1) / 7 + 1;
            let least = rule.month_days.iter().copied().min();
            match (nth, least) {
                // `BYMONTHDAY=8,9,10,11,12,13,14` is how some write the second.
                (0, Some(least)) => {
                    let begin = begin + least - 1;
                    begin + (weekday - time::weekday(begin)).rem_euclid(7)
                }
                (0, None) => begin + to_first,
                (nth, _) if *nth > 0 => begin + to_first + 7 * (nth.min(&count) - 1),
                (nth, _) => begin + to_first + 7 * (count + nth.max(&-count)),
            }
        }
        None => {
            let start = time::year(first);
            let months = (1..=12).rev();
            let mut begun = months.filter(|month| time::days(start, *month, 1) <= first_day);
            let month_of_first = begun.next().unwrap_or(1);
            let of_first = first_day - time::days(start, month_of_first, 1);
            let day = rule.month_days.first().map_or(of_first, |day| day - 1);
            first_of_month(month) + day.clamp(0, length - 1)
        }
    };
    Some(day * DAY + time_of_day)
}

/// `+0900`, `-0330`, `+053000`, in seconds.
fn offset(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let number = |at: usize| digits.get(at..at + 2)?.parse::<i64>().ok();
    let (hours, minutes) = (number(0)?, number(2)?);
    let seconds = number(4).unwrap_or(0);
    let all = [hours, minutes, seconds];
    let valid = all.iter().all(|part| (0..60).contains(part));
    valid.then_some(sign * (hours * 3_600 + minutes * 60 + seconds))
}

#[cfg(test)]
mod tests {
    use super::super::content::lines;
    use super::*;

    const BERLIN: &str = "TZID:Europe/Berlin\n\
        BEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nDTSTART:19700329T020000\n\
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n\
        BEGIN:STANDARD\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nDTSTART:19701025T030000\n\
        RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n";

    fn check(zone: &str, local: &str, expect: Option<i64>) {
        let zone = Zone::read(&lines(zone));
        let local = Time::read(local).expect("a time").seconds();
        let hours = zone.offset(local).map(|offset| offset / 3_600);
        assert_eq!(hours, expect, "{} {local}", zone.id);
    }

    #[test]
    fn clocks_change_by_rule() {
        check(BERLIN, "20260328T120000", Some(1));
        check(BERLIN, "20260329T015959", Some(1));
        check(BERLIN, "20260329T030000", Some(2));
        check(BERLIN, "20260701T000000", Some(2));
        check(BERLIN, "20261024T120000", Some(2));
        check(BERLIN, "20261025T030000", Some(1));
        check(BERLIN, "20260101T000000", Some(1));
        check(BERLIN, "19600101T000000", Some(1));
        assert_eq!(Zone::read(&lines(BERLIN)).id, "Europe/Berlin");
    }

    #[test]
    fn clocks_change_at_a_time_of_utc() {
        let zone = Zone::read(&lines(BERLIN));
        for (utc, expect) in [
            ("20260329T005959Z", 1),
            ("20260329T010000Z", 2),
            ("20261025T005959Z", 2),
            ("20261025T010000Z", 1),
            ("19600101T000000Z", 1),
        ] {
            let at = Time::read(utc).expect("a time").seconds();
            let hours = zone.ahead(at).map(|offset| offset / 3_600);
            assert_eq!(hours, Some(expect), "{utc}");
        }
        assert_eq!(Zone::read(&lines("TZID:x\n")).ahead(0), None);
    }

    #[test]
    fn clocks_of_other_zones() {
        let new_york = "TZID:Eastern Standard Time\n\
            BEGIN:STANDARD\nDTSTART:16010101T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\n\
            RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\nEND:STANDARD\n\
            BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\n\
            RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\nEND:DAYLIGHT\n";
        check(new_york, "20260307T120000", Some(-5));
        check(new_york, "20260308T120000", Some(-4));
        check(new_york, "20261031T120000", Some(-4));
        check(new_york, "20261101T120000", Some(-5));
        let seoul = "TZID:Korea Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T000000\n\
            TZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD\n";
        check(seoul, "20260701T120000", Some(9));
        check("TZID:x\n", "20260701T120000", None);
        let ended = "TZID:y\nBEGIN:DAYLIGHT\nDTSTART:19870510T020000\nTZOFFSETFROM:+0900\n\
            TZOFFSETTO:+1000\nRRULE:FREQ=YEARLY;UNTIL=19880507T170000Z;BYMONTH=5;BYDAY=2SU\n\
            END:DAYLIGHT\nBEGIN:STANDARD\nDTSTART:19871011T030000\nTZOFFSETFROM:+1000\n\
            TZOFFSETTO:+0900\nRRULE:FREQ=YEARLY;UNTIL=19881008T170000Z;BYMONTH=10;BYDAY=2SU\n\
            END:STANDARD\n";
        check(ended, "19870601T000000", Some(10));
        check(ended, "20260701T120000", Some(9));
    }

    #[test]
    fn broken_zones_have_some_offset_or_none() {
        for odd in [
            "BEGIN:STANDARD\nEND:STANDARD\n",
            "BEGIN:STANDARD\nDTSTART:20260101\nRRULE:FREQ=YEARLY;BYMONTH=99;BYDAY=99XX\n\
             TZOFFSETTO:x\nEND:STANDARD\n",
            "BEGIN:DAYLIGHT\nDTSTART:20260131T000000\nRRULE:FREQ=YEARLY;BYMONTH=2\nEND:DAYLIGHT\n",
            "BEGIN:DAYLIGHT\nDTSTART:20260131T000000\nRRULE:FREQ=YEARLY;BYDAY=-9MO\nEND:DAYLIGHT\n",
        ] {
            let zone = Zone::read(&lines(odd));
            for local in [i64::MIN / 4, 0, 1_800_000_000] {
                let _ = zone.offset(local.max(-100_000_000_000));
                let _ = zone.ahead(local.max(-100_000_000_000));
            }
        }
    }
}
