//! The clocks of time zones, as the browser knows them.

use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};

use super::rules::{Changes, YEARS, definition};
use super::time::{self, DAY};

/// How long it is between two looks at a clock, in seconds. Clocks are not changed more often.
const STEP: i64 = 6 * DAY;

/// The clocks of a time zone.
pub(super) struct Clock {
    format: JsValue,
    write: Function,
}

impl Clock {
    /// None: the browser knows no such zone.
    pub(super) fn of(zone: &str) -> Option<Clock> {
        let format = format(
            "sv-SE",
            &[
                ("timeZone", zone),
                ("hourCycle", "h23"),
                ("year", "numeric"),
                ("month", "2-digit"),
                ("day", "2-digit"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
                ("second", "2-digit"),
            ],
        )?;
        let write = method(&format, "format")?;
        Some(Clock { format, write })
    }

    /// What the clocks show at this time of UTC.
    pub(super) fn shows(&self, utc: i64) -> Option<i64> {
        let text = self.write.call1(&self.format, &date(milliseconds(utc)));
        let text = text.ok()?.as_string()?;
        let numbers: Vec<i64> = text
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .collect();
        let [year, month, day, hour, minute, second] = numbers[..] else {
            return None;
        };
        Some(time::days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second)
    }

    /// How many seconds the clocks are ahead of UTC when they show this.
    pub(super) fn offset(&self, local: i64) -> Option<i64> {
        // What the clocks show at the time that UTC shows this is off by the offset. Where clocks
        // are changed between the two, the second attempt is right.
        let first = self.shows(local)? - local;
        Some(self.shows(local - first)? - (local - first))
    }

    /// How many seconds the clocks are ahead of UTC at this time of UTC.
    pub(super) fn ahead(&self, utc: i64) -> Option<i64> {
        Some(self.shows(utc)? - utc)
    }

    /// When the clocks are changed in these years.
    fn changes(&self, first_year: i64) -> Option<Changes> {
        let start = time::days(first_year, 1, 1) * DAY;
        let end = time::days(first_year + YEARS, 1, 1) * DAY;
        let before = self.ahead(start)?;
        let (mut changes, mut offset) = (Vec::new(), before);
        let mut at = start;
        while at < end {
            let next = (at + STEP).min(end);
            let ahead = self.ahead(next)?;
            if ahead != offset {
                changes.push((self.change_between(at, next, offset)?, ahead));
                offset = ahead;
            }
            at = next;
        }
        Some(Changes {
            first_year,
            before,
            changes,
        })
    }

    /// When the clocks cease to be ahead by this offset, between these times.
    fn change_between(&self, mut before: i64, mut after: i64, offset: i64) -> Option<i64> {
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.ahead(middle)? == offset {
                before = middle;
            } else {
                after = middle;
            }
        }
        Some(after)
    }
}

/// The component that defines a time zone for an event of this year, lines ended by LF. None: the
/// browser knows no such zone.
pub(crate) fn zone_definition(zone: &str, year: i64) -> Option<String> {
    let changes = Clock::of(zone)?.changes(year - 1)?;
    Some(definition(zone, &changes))
}

/// The time zones that the browser knows, by their names.
pub(crate) fn zones() -> Vec<String> {
    let zones = || {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
        let all = method(&intl, "supportedValuesOf")?;
        let all = all.call1(&intl, &"timeZone".into()).ok()?;
        let all: Array = all.dyn_into().ok()?;
        Some(all.iter().filter_map(|name| name.as_string()).collect())
    };
    zones().unwrap_or_default()
}

/// The time zone of this machine.
pub(crate) fn zone_here() -> String {
    let here = || {
        let format = format("en", &[])?;
        let options = method(&format, "resolvedOptions")?.call0(&format).ok()?;
        let zone = Reflect::get(&options, &"timeZone".into()).ok()?;
        zone.as_string()
    };
    here().unwrap_or_else(|| "UTC".to_owned())
}

/// What the clocks of a zone show at this time of UTC; those of UTC if the zone is not known.
pub(crate) fn shown_in(zone: &str, utc: i64) -> i64 {
    let shown = Clock::of(zone).and_then(|clock| clock.shows(utc));
    shown.unwrap_or(utc)
}

/// A time, or the range between two, in the words of a language. None: the browser knows no such
/// time zone, or the time is out of its range. Times are in milliseconds since 1970.
pub(super) fn range(
    language: &str,
    options: &[(&str, &str)],
    start: f64,
    end: Option<f64>,
) -> Option<String> {
    let format = format(language, options)?;
    let text = match (
        end.filter(|end| *end > start),
        method(&format, "formatRange"),
    ) {
        (Some(end), Some(both)) => both.call2(&format, &date(start), &date(end)),
        _ => method(&format, "format")?.call1(&format, &date(start)),
    };
    text.ok()?.as_string()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of the years up to 9999 fit a double"
)]
pub(super) fn milliseconds(seconds: i64) -> f64 {
    seconds as f64 * 1_000.0
}

fn date(milliseconds: f64) -> JsValue {
    Date::new(&milliseconds.into()).into()
}

/// An `Intl.DateTimeFormat`, by name, because its class throws for a time zone that is none.
fn format(language: &str, options: &[(&str, &str)]) -> Option<JsValue> {
    let settings = Object::new();
    for (name, value) in options {
        Reflect::set(&settings, &(*name).into(), &(*value).into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Reflect::construct(&class, &Array::of2(&language.into(), &settings)).ok()
}

fn method(object: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(object, &name.into()).ok()?.dyn_into().ok()
}
