//! Writes the rules of a time zone as a calendar defines them (VTIMEZONE, RFC 5545 §3.6.5), the
//! counterpart of [`super::zone`].

use super::time::{self, DAY};

/// How the clocks of a zone were changed, and will be, within some years.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// The first year, from its start in UTC.
    pub(super) first_year: i64,
    /// How many seconds clocks are ahead of UTC at first.
    pub(super) before: i64,
    /// When clocks are changed, in seconds of UTC since the start of 1970, and how many seconds
    /// they are ahead of UTC from then on.
    pub(super) changes: Vec<(i64, i64)>,
}

/// Years that [`Changes`] are to have: the one before an event, and some after it.
pub(super) const YEARS: i64 = 5;

/// A change of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    /// What clocks show when they are changed.
    local: i64,
    from: i64,
    to: i64,
}

/// A day that recurs every year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rule {
    month: i64,
    /// The weekday, 0 for Sunday, and which one of the month; -1 is the last.
    weekday: i64,
    nth: i64,
}

/// The component that defines a zone, lines ended by LF.
///
/// Where clocks are changed by the same rule every year, that is written, because programs such as
/// Outlook keep a zone as two rules; otherwise each change is.
pub(super) fn definition(zone: &str, changes: &Changes) -> String {
    let all = all(changes);
    let mut text = format!("BEGIN:VTIMEZONE\nTZID:{zone}\n");
    let observances: Vec<String> = match (all.is_empty(), by_rule(&all)) {
        (true, _) => vec![observance(
            Change {
                local: 0,
                from: changes.before,
                to: changes.before,
            },
            None,
        )],
        (false, Some(rules)) => rules
            .into_iter()
            .map(|(change, rule)| observance(change, Some(rule)))
            .collect(),
        (false, None) => {
            let start = Change {
                local: time::days(changes.first_year, 1, 1) * DAY,
                from: changes.before,
                to: changes.before,
            };
            let each = std::iter::once(&start).chain(&all);
            each.map(|change| observance(*change, None)).collect()
        }
    };
    text.push_str(&observances.concat());
    text.push_str("END:VTIMEZONE\n");
    text
}

fn all(changes: &Changes) -> Vec<Change> {
    let mut from = changes.before;
    let all = changes.changes.iter().map(|(at, to)| {
        let change = Change {
            local: at + from,
            from,
            to: *to,
        };
        from = *to;
        change
    });
    all.collect()
}

/// The first change to each of the two times of a zone, and the rule of it, if these are all.
fn by_rule(all: &[Change]) -> Option<Vec<(Change, Rule)>> {
    let years = usize::try_from(YEARS).ok()?;
    let (later, earlier): (Vec<Change>, Vec<Change>) = all
        .iter()
        .copied()
        .partition(|change| change.to > change.from);
    let kinds = [later, earlier].into_iter().map(|kind| {
        let first = *kind.first()?;
        let same = |change: &Change| {
            let time = |change: &Change| change.local.rem_euclid(DAY);
            (change.from, change.to, time(change)) == (first.from, first.to, time(&first))
        };
        let each_year = kind.windows(2).all(|pair| {
            let year = |change: &Change| time::year(change.local);
            year(&pair[1]) == year(&pair[0]) + 1
        });
        let regular = kind.len() == years && each_year && kind.iter().all(same);
        Some((first, rule(&kind).filter(|_| regular)?))
    });
    kinds.collect()
}

/// The rule by which these are, one a year.
fn rule(changes: &[Change]) -> Option<Rule> {
    let mut rules: Option<(Rule, bool)> = None;
    for change in changes {
        let day = change.local.div_euclid(DAY);
        let (month, of_month, length) = time::in_month(day);
        let rule = Rule {
            month,
            weekday: time::weekday(day),
            nth: (of_month - 1) / 7 + 1,
        };
        let last = of_month + 7 > length;
        let (first, all_last) = rules.unwrap_or((rule, true));
        if (first.month, first.weekday) != (rule.month, rule.weekday) {
            return None;
        }
        // A rule that is not always the last is always of the same number.
        let last = all_last && last;
        let nth = if first.nth == rule.nth { rule.nth } else { 0 };
        rules = Some((Rule { nth, ..first }, last));
    }
    let (rule, last) = rules?;
    match (last, rule.nth) {
        (true, _) => Some(Rule { nth: -1, ..rule }),
        (false, 0) => None,
        (false, _) => Some(rule),
    }
}

fn observance(change: Change, rule: Option<Rule>) -> String {
    let kind = if change.to > change.from {
        "DAYLIGHT"
    } else {
        "STANDARD"
    };
    let rule = rule.map_or(String::new(), |rule| {
        let weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
        let weekday = weekdays[usize::try_from(rule.weekday.rem_euclid(7)).unwrap_or(0)];
        format!(
            "RRULE:FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}\n",
            rule.month, rule.nth
        )
    });
    format!(
        "BEGIN:{kind}\nDTSTART:{}\n{rule}TZOFFSETFROM:{}\nTZOFFSETTO:{}\nEND:{kind}\n",
        time::written(change.local),
        offset(change.from),
        offset(change.to)
    )
}

/// `+0900`, `-0330`, with seconds where there are some.
fn offset(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    match seconds % 60 {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        seconds => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::lines;
    use super::super::zone::Zone;
    use super::*;

    const HOUR: i64 = 3_600;

    /// The day of this month that is a Sunday: the n-th from its start, or the last.
    fn sunday(year: i64, month: i64, nth: i64) -> i64 {
        let begin = time::days(year, month, 1);
        let first = begin + (-time::weekday(begin)).rem_euclid(7);
        match nth {
            -1 => {
                let end = begin + time::length_of_month(year, month) - 1;
                end - time::weekday(end)
            }
            nth => first + 7 * (nth - 1),
        }
    }

    /// What a zone is, read again: its changes at these times, and between them.
    fn check(changes: &Changes, rules: usize) {
        let text = definition("Some/Where", changes);
        assert_eq!(text.matches("RRULE").count(), rules, "{text}");
        let zone = Zone::read(&lines(&text));
        assert_eq!(zone.id, "Some/Where");
        let mut offset = changes.before;
        for (at, to) in &changes.changes {
            for before in [1, DAY] {
                assert_eq!(zone.offset(at + offset - before), Some(offset), "{text}");
            }
            // What clocks show right after they are changed may be shown twice.
            let later = at + offset.max(*to);
            for after in [0, DAY] {
                assert_eq!(zone.offset(later + after), Some(*to), "{text}");
            }
            offset = *to;
        }
    }

    #[test]
    fn zones_without_changes() {
        for before in [9 * HOUR, 0, -(3 * HOUR + 1_800), 5 * HOUR + 2_700, 1_234] {
            let changes = Changes {
                first_year: 2025,
                before,
                changes: Vec::new(),
            };
            check(&changes, 0);
            let zone = Zone::read(&lines(&definition("Asia/Seoul", &changes)));
            let day = time::days(2026, 11, 27) * DAY;
            assert_eq!(zone.offset(day), Some(before));
        }
        let seoul = Changes {
            first_year: 2025,
            before: 9 * HOUR,
            changes: Vec::new(),
        };
        assert_eq!(
            definition("Asia/Seoul", &seoul),
            "BEGIN:VTIMEZONE\nTZID:Asia/Seoul\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD\nEND:VTIMEZONE\n"
        );
    }

    fn yearly(before: i64, summer: (i64, i64, i64), winter: (i64, i64, i64)) -> Changes {
        let years = 2025..2025 + YEARS;
        let changes = years.flat_map(|year| {
            [(summer, before + HOUR), (winter, before)]
                .map(|((month, nth, utc), to)| (sunday(year, month, nth) * DAY + utc * HOUR, to))
        });
        Changes {
            first_year: 2025,
            before,
            changes: changes.collect(),
        }
    }

    #[test]
    fn zones_with_a_rule() {
        // Berlin, London, New York.
        let berlin = yearly(HOUR, (3, -1, 1), (10, -1, 1));
        check(&berlin, 2);
        check(&yearly(0, (3, -1, 1), (10, -1, 1)), 2);
        check(&yearly(-5 * HOUR, (3, 2, 7), (11, 1, 6)), 2);
        let text = definition("Europe/Berlin", &berlin);
        for part in [
            "BEGIN:DAYLIGHT\nDTSTART:20250330T020000\n",
            "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n",
            "BEGIN:STANDARD\nDTSTART:20251026T030000\n",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\n",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn zones_without_a_rule() {
        // Clocks that are changed by the moon, once only, or no longer.
        let berlin = yearly(HOUR, (3, -1, 1), (10, -1, 1));
        let mut once = berlin.clone();
        once.changes.truncate(1);
        check(&once, 0);
        let mut ended = berlin.clone();
        ended.changes.truncate(4);
        check(&ended, 0);
        let mut moved = berlin;
        moved.changes[2].0 += 9 * DAY;
        check(&moved, 0);
    }
}
