//! Times as a person reads and chooses them, in local time.

use js_sys::{Date, Object, Reflect};

use crate::i18n::{Locale, tag};

/// The milliseconds since 1970 of what a field of date and time has. None: it is none.
#[must_use]
pub fn of_field(value: &str) -> Option<u64> {
    let time = Date::new(&value.into()).get_time();
    (!value.is_empty() && time.is_finite() && time > 0.0).then(|| whole(time))
}

/// A time as a field of date and time has it.
#[must_use]
pub fn for_field(ms: u64) -> String {
    let date = date(ms);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        date.get_hours(),
        date.get_minutes()
    )
}

/// A time in few words: the hour today, the day within a week, else the date.
#[must_use]
pub fn words(ms: u64, now_ms: u64, locale: Locale) -> String {
    let (then, now) = (date(ms), date(now_ms));
    let clock = format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    match days_between(&now, &then) {
        0 => clock,
        1 => locale.tomorrow_at(clock),
        -1 => locale.yesterday_at(clock),
        -6..7 => format!("{} {clock}", part(&then, &[("weekday", "short")], locale)),
        _ if then.get_full_year() == now.get_full_year() => {
            let day = part(&then, &[("month", "short"), ("day", "numeric")], locale);
            format!("{day} {clock}")
        }
        _ => {
            let fields = [("year", "numeric"), ("month", "short"), ("day", "numeric")];
            format!("{} {clock}", part(&then, &fields, locale))
        }
    }
}

/// From one day to the other. Days on which clocks are changed are an hour longer or shorter.
fn days_between(from: &Date, to: &Date) -> i64 {
    const DAY: f64 = 86_400_000.0;
    let noon = |date: &Date| {
        let noon = Date::new(date);
        noon.set_hours(12);
        noon.set_minutes(0);
        noon.get_time()
    };
    #[expect(clippy::cast_possible_truncation, reason = "days since 1970")]
    let days = ((noon(to) - noon(from)) / DAY).round() as i64;
    days
}

fn part(date: &Date, fields: &[(&str, &str)], locale: Locale) -> String {
    let options = Object::new();
    for (field, form) in fields {
        Reflect::set(&options, &(*field).into(), &(*form).into()).ok();
    }
    date.to_locale_date_string(tag(locale), &options).into()
}

fn date(ms: u64) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds fit a double")]
    let ms = ms as f64;
    Date::new(&ms.into())
}

/// Whole milliseconds.
#[must_use]
pub fn whole(ms: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970"
    )]
    let whole = ms.max(0.0) as u64;
    whole
}
