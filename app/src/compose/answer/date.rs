//! The date of a message, in the words of the page and in the zone that its sender wrote.

use crate::i18n::Locale;

/// The names of months as RFC 5322 §3.3 has them.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A Date field, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    year: i32,
    /// From 1.
    month: usize,
    day: i32,
    /// Hours and minutes.
    time: String,
    /// Such as `+0900`; empty where there is none.
    zone: String,
}

/// The date for a person: day, time and zone. As it is written, where it is no date of RFC 5322.
pub(super) fn shown(field: &str, locale: Locale) -> String {
    let Some(date) = read(field) else {
        return field.trim().to_owned();
    };
    let pick = |words: &'static str, at: usize| words.split(' ').nth(at).unwrap_or_default();
    let text = locale.quote_date(
        pick(
            locale.quote_weekdays(),
            weekday(date.year, date.month, date.day),
        ),
        date.day,
        pick(locale.quote_months(), date.month - 1),
        date.year,
        date.time,
        date.zone,
    );
    text.trim_end().to_owned()
}

/// Reads `Wed, 18 Nov 2026 20:06:40 +0900 (KST)`, with or without what may be left out.
fn read(field: &str) -> Option<Written> {
    let plain = field.split('(').next().unwrap_or_default();
    let after_weekday = match plain.split_once(',') {
        Some((_, rest)) => rest,
        None => plain
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_alphabetic()),
    };
    let mut words = after_weekday.split_whitespace();
    let day = number(words.next()?, 1..=31)?;
    let month = words.next()?.get(..3)?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let year = words.next()?;
    let year = match (year.len(), number(year, 0..=9999)?) {
        // RFC 5322 §4.3.
        (2, year) if year < 50 => year + 2000,
        (2 | 3, year) => year + 1900,
        (4, year) => year,
        _ => return None,
    };
    let mut time = words.next()?.split(':');
    let (hour, minute) = (number(time.next()?, 0..=23)?, number(time.next()?, 0..=59)?);
    let zone = words.next().unwrap_or_default();
    let is_zone = |zone: &str| {
        let offset = zone.strip_prefix(['+', '-']);
        offset.is_some_and(|digits| digits.len() == 4 && number(digits, 0..=9999).is_some())
            || (1..=5).contains(&zone.len()) && zone.chars().all(|c| c.is_ascii_uppercase())
    };
    Some(Written {
        year,
        month,
        day,
        time: format!("{hour:02}:{minute:02}"),
        zone: if is_zone(zone) {
            zone.to_owned()
        } else {
            String::new()
        },
    })
}

fn number(text: &str, range: std::ops::RangeInclusive<i32>) -> Option<i32> {
    let digits = !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    range.contains(&number).then_some(number)
}

/// The day of the week, Sunday first, by Sakamoto's method.
fn weekday(year: i32, month: usize, day: i32) -> usize {
    const SHIFTS: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
    let year = if month < 3 { year - 1 } else { year };
    let days = year + year / 4 - year / 100 + year / 400 + SHIFTS[month - 1] + day;
    usize::try_from(days.rem_euclid(7)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_the_language_and_in_the_zone_of_the_sender() {
        let check = |field: &str, english: &str, korean: &str| {
            assert_eq!(shown(field, Locale::En), english, "{field:?}");
            assert_eq!(shown(field, Locale::Ko), korean, "{field:?}");
        };
        check(
            "Wed, 18 Nov 2026 20:06:40 +0900 (KST)",
            "Wed, 18 Nov 2026 at 20:06 +0900",
            "2026년 11월 18일 (수) 20:06 +0900",
        );
        check(
            "1 Jan 2000 00:00 GMT",
            "Sat, 1 Jan 2000 at 00:00 GMT",
            "2000년 1월 1일 (토) 00:00 GMT",
        );
        check(
            "Thu, 29 Feb 24 9:05:00",
            "Thu, 29 Feb 2024 at 09:05",
            "2024년 2월 29일 (목) 09:05",
        );
        // The weekday is that of the day.
        check(
            "Mon, 18 November 2026 20:06:40 -0330",
            "Wed, 18 Nov 2026 at 20:06 -0330",
            "2026년 11월 18일 (수) 20:06 -0330",
        );
    }

    #[test]
    fn what_is_no_date_stays_as_it_is() {
        for field in [
            "",
            "2026-11-18T20:06:40Z",
            "yesterday",
            "Wed, 40 Nov 2026 20:06:40 +0900",
            "Wed, 18 Foo 2026 20:06:40 +0900",
            "Wed, 18 Nov 99999 20:06:40 +0900",
            "Wed, 18 Nov 2026 25:06:40 +0900",
            "Wed, 18 가나다 2026 20:06:40 +0900",
            "Wed, +1 Nov 2026 20:06",
        ] {
            assert_eq!(shown(field, Locale::En), field);
        }
        // A zone that is none is left out.
        let odd = "Wed, 18 Nov 2026 20:06:40 <b>";
        assert_eq!(shown(odd, Locale::En), "Wed, 18 Nov 2026 at 20:06");
    }
}
