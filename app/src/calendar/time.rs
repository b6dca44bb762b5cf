//! Dates and times (RFC 5545 §3.3.4, §3.3.5), and durations (§3.3.6).

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A time as a calendar writes it. Seconds are counted from the start of 1970, on the clock that
/// the time is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    /// A day, at its start.
    Day(i64),
    /// A time of UTC.
    Utc(i64),
    /// A time on a clock somewhere.
    Local(i64),
}

impl Time {
    /// The seconds, whatever clock they are of.
    pub(crate) fn seconds(self) -> i64 {
        match self {
            Time::Day(seconds) | Time::Utc(seconds) | Time::Local(seconds) => seconds,
        }
    }

    /// The same clock, later.
    pub(crate) fn plus(self, more: i64) -> Time {
        match self {
            Time::Day(seconds) => Time::Day(seconds.saturating_add(more)),
            Time::Utc(seconds) => Time::Utc(seconds.saturating_add(more)),
            Time::Local(seconds) => Time::Local(seconds.saturating_add(more)),
        }
    }

    /// `20261127`, `20261127T100000` or `20261127T100000Z`.
    pub(crate) fn read(text: &str) -> Option<Time> {
        let text = text.trim();
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let number = |text: &str, at: usize, length: usize| -> Option<i64> {
            let digits = text.get(at..at + length)?;
            let all = digits.bytes().all(|octet| octet.is_ascii_digit());
            all.then(|| digits.parse().ok()).flatten()
        };
        if date.len() != 8 {
            return None;
        }
        let (year, month, day) = (
            number(date, 0, 4)?,
            number(date, 4, 2)?,
            number(date, 6, 2)?,
        );
        if !(1..=12).contains(&month) || !(1..=length_of_month(year, month)).contains(&day) {
            return None;
        }
        let start = days(year, month, day) * DAY;
        let Some(time) = time else {
            return Some(Time::Day(start));
        };
        let (clock, utc) = match time.strip_suffix(['Z', 'z']) {
            Some(clock) => (clock, true),
            None => (time, false),
        };
        let (hour, minute) = (number(clock, 0, 2)?, number(clock, 2, 2)?);
        // A leap second is the last of its minute; some leave seconds out.
        let second = number(clock, 4, 2).unwrap_or(0).min(59);
        if hour > 23 || minute > 59 {
            return None;
        }
        let seconds = start + hour * 3_600 + minute * 60 + second;
        Some(match utc {
            true => Time::Utc(seconds),
            false => Time::Local(seconds),
        })
    }
}

/// `PT1H30M`, `P2D`, `P1W`, in seconds.
pub(super) fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total: i64 = 0;
    let mut number: i64 = 0;
    for c in text.strip_prefix(['P', 'p'])?.chars() {
        let unit = match c.to_ascii_uppercase() {
            'T' => continue,
            digit @ '0'..='9' => {
                number = number * 10 + i64::from(digit.to_digit(10)?);
                if number > 1_000_000_000 {
                    return None;
                }
                continue;
            }
            'W' => 7 * DAY,
            'D' => DAY,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        number = 0;
    }
    Some(sign * total)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    // The year begins in March, so that the leap day is its last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The year of a time.
pub(crate) fn year(seconds: i64) -> i64 {
    let day = seconds.div_euclid(DAY);
    // Near enough to be corrected by one.
    let mut year = 1970 + (day * 400).div_euclid(146_097);
    while days(year, 1, 1) > day {
        year -= 1;
    }
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    year
}

/// A time as a calendar writes it, on any clock: `20261127T100000`.
pub(crate) fn written(seconds: i64) -> String {
    let (day, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (month, of_month, _) = in_month(day);
    let year = year(seconds);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}{month:02}{of_month:02}T{hour:02}{minute:02}{second:02}")
}

/// The month of a day since 1970-01-01, its number in it from 1, and the length of the month.
pub(super) fn in_month(day: i64) -> (i64, i64, i64) {
    let year = year(day * DAY);
    let begun = |month: &i64| days(year, *month, 1) <= day;
    let month = (1..=12).rev().find(begun).unwrap_or(1);
    let of_month = day - days(year, month, 1) + 1;
    (month, of_month, length_of_month(year, month))
}

/// Days of a month.
pub(super) fn length_of_month(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    days(next_year, next, 1) - days(year, month, 1)
}

/// The weekday of a day since 1970-01-01: 0 is Sunday.
pub(super) fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        let check = |text: &str, expect| assert_eq!(Time::read(text), expect, "{text}");
        check("19700101", Some(Time::Day(0)));
        check("20261127", Some(Time::Day(20_784 * DAY)));
        check("20261127T100000Z", Some(Time::Utc(20_784 * DAY + 36_000)));
        check("20261127T1000", Some(Time::Local(20_784 * DAY + 36_000)));
        check("20240229", Some(Time::Day(19_782 * DAY)));
        for odd in [
            "",
            "2026",
            "20261301",
            "20260230",
            "20261127T2500",
            "2026112가",
            "T",
            "Z",
        ] {
            check(odd, None);
        }
    }

    #[test]
    fn years_and_weekdays() {
        for (date, expect) in [((1970, 1, 1), 4), ((2026, 11, 27), 5), ((2000, 2, 29), 2)] {
            let day = days(date.0, date.1, date.2);
            assert_eq!(weekday(day), expect);
            assert_eq!(year(day * DAY), date.0);
        }
        for year_of in [1, 1900, 1969, 1972, 2000, 2100, 9999] {
            assert_eq!(year(days(year_of, 1, 1) * DAY), year_of);
            assert_eq!(year(days(year_of, 12, 31) * DAY + DAY - 1), year_of);
        }
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        for text in [
            "19700101T000000",
            "20240229T235959",
            "20261231T120000",
            "99991231T000000",
        ] {
            let time = Time::read(text).expect("a time");
            assert_eq!(written(time.seconds()), text);
        }
    }

    #[test]
    fn durations_are_read() {
        let check = |text: &str, expect| assert_eq!(duration(text), expect, "{text}");
        check("PT1H30M", Some(5_400));
        check("P2D", Some(2 * DAY));
        check("-P1W", Some(-7 * DAY));
        check("P1DT1S", Some(DAY + 1));
        check("1H", None);
        check("P1X", None);
        check("P99999999999999999999D", None);
    }
}
