//! Rules of recurrence (RFC 5545 §3.3.10), as far as they can be said in words.

use super::time::Time;

/// How often something recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) frequency: Frequency,
    /// Every so many days, weeks, months or years.
    pub(super) interval: u32,
    /// How often in all.
    pub(super) count: Option<u32>,
    /// The last time at the latest.
    pub(super) until: Option<Time>,
    /// Weekdays, 0 is Sunday, each with which of them in its month: 0 is every.
    pub(super) days: Vec<(i64, i64)>,
    pub(super) month: Option<i64>,
    pub(super) month_days: Vec<i64>,
    /// It has more conditions than these.
    pub(super) more: bool,
}

const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/// Most values of one condition that are read.
const MOST: usize = 31;

impl Rule {
    /// Reads a rule. None: it is none of these.
    pub(super) fn read(text: &str) -> Option<Rule> {
        let mut frequency = None;
        let mut rule = Rule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            days: Vec::new(),
            month: None,
            month_days: Vec::new(),
            more: false,
        };
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().to_ascii_uppercase();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    frequency = match value.as_str() {
                        "DAILY" => Some(Frequency::Daily),
                        "WEEKLY" => Some(Frequency::Weekly),
                        "MONTHLY" => Some(Frequency::Monthly),
                        "YEARLY" => Some(Frequency::Yearly),
                        _ => None,
                    };
                }
                "INTERVAL" => rule.interval = value.parse().ok().filter(|count| *count > 0)?,
                "COUNT" => rule.count = Some(value.parse().ok()?),
                "UNTIL" => rule.until = Some(Time::read(&value)?),
                "BYDAY" => {
                    for day in value.split(',').take(MOST) {
                        rule.days.push(day_of(day)?);
                    }
                }
                "BYMONTH" => {
                    let mut months = value.split(',');
                    rule.month = Some(months.next()?.parse().ok()?);
                    rule.more |= months.next().is_some();
                }
                "BYMONTHDAY" => {
                    for day in value.split(',').take(MOST) {
                        rule.month_days.push(day.parse().ok()?);
                    }
                }
                // Where a week begins matters for few rules.
                "WKST" => rule.more |= rule.interval > 1 && value != "MO",
                _ => rule.more = true,
            }
        }
        rule.frequency = frequency?;
        Some(rule)
    }

    /// The weekdays of a rule that can be said as every day, week, month or year, for a week on
    /// these weekdays. None: it can't be said so.
    pub(super) fn plain(&self) -> Option<Vec<i64>> {
        let every = self.days.iter().all(|(nth, _)| *nth == 0);
        let weekly = self.frequency == Frequency::Weekly;
        let plain = !self.more
            && self.month.is_none()
            && self.month_days.is_empty()
            && every
            && (weekly || self.days.is_empty());
        plain.then(|| self.days.iter().map(|(_, day)| *day).collect())
    }
}

/// `MO`, `2SU`, `-1FR`.
fn day_of(text: &str) -> Option<(i64, i64)> {
    let text = text.trim();
    let name = text.get(text.len().checked_sub(2)?..)?;
    let weekday = WEEKDAYS.iter().position(|known| *known == name)?;
    let nth = match &text[..text.len() - 2] {
        "" => 0,
        nth => nth.parse().ok().filter(|nth| (-53..=53).contains(nth))?,
    };
    Some((nth, i64::try_from(weekday).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_rules_are_read() {
        let check = |text: &str, expect: Option<Vec<i64>>| {
            let plain = Rule::read(text).and_then(|rule| rule.plain());
            assert_eq!(plain, expect, "{text}");
        };
        check("FREQ=DAILY", Some(vec![]));
        check("FREQ=WEEKLY;BYDAY=MO,WE", Some(vec![1, 3]));
        check("freq=weekly;interval=2;wkst=mo", Some(vec![]));
        check("FREQ=MONTHLY;COUNT=3", Some(vec![]));
        check("FREQ=MONTHLY;BYDAY=2TU", None);
        check("FREQ=MONTHLY;BYMONTHDAY=31", None);
        check("FREQ=YEARLY;BYSETPOS=1", None);
        check("FREQ=HOURLY", None);
        check("FREQ=DAILY;COUNT=x", None);
        check("INTERVAL=0;FREQ=DAILY", None);
        check("", None);
        let rule = Rule::read("FREQ=WEEKLY;INTERVAL=2;COUNT=10").expect("a rule");
        assert_eq!((rule.interval, rule.count), (2, Some(10)));
    }
}
