//! An event as a card.

use js_sys::Date;
use leptos::prelude::*;

use super::clock::{Clock, milliseconds, range};
use super::event::{Answer, Event, Method, Moment, Person};
use super::recurrence::{Frequency, Rule};
use super::time::{DAY, Time};
use crate::i18n::{Language, Locale, tag};
use crate::ui::visible::{visible, visible_lines};
use crate::ui::{Glyph, Icon};

/// The view of an event.
pub(crate) fn card(language: Language, event: Event) -> AnyView {
    let kind = kind(&event);
    let title = match event.summary.trim() {
        "" => language.words(Locale::no_title).into_any(),
        summary => visible(summary).into_any(),
    };
    let (start, end) = (event.start.clone(), event.end.clone());
    let when = start.map(|start| {
        let (begin, end) = (start.clone(), end.clone());
        let here = move || when(language.get(), &begin, end.as_ref());
        let there = in_its_zone(&start).map(|there| view! { <small>{there}</small> });
        view! { <dt>{language.words(Locale::event_when)}</dt><dd>{here}" "{there}</dd> }
    });
    let rule = event.rule.clone();
    let repeats = (!rule.is_empty()).then(|| {
        let read = event.recurs();
        let (start, offset) = (event.start.clone(), event.until_offset);
        let words = move || {
            let locale = language.get();
            let last = |until| last_day(locale, start.as_ref(), until, offset);
            let plain = read.as_ref().and_then(|rule| repeats(locale, rule, last));
            plain.unwrap_or_else(|| visible(&rule))
        };
        view! { <dt>{language.words(Locale::event_repeats)}</dt><dd>{words}</dd> }
    });
    let text = |label: fn(Locale) -> &'static str, text: &str| {
        (!text.trim().is_empty()).then(|| {
            let text = visible_lines(text.trim());
            view! { <dt>{language.words(label)}</dt><dd class="pre" dir="auto">{text}</dd> }
        })
    };
    let location = text(Locale::event_where, &event.location);
    let about = text(Locale::event_about, &event.description);
    let organizer = event.organizer.map(|organizer| {
        let label = language.words(Locale::event_organizer);
        view! { <dt>{label}</dt><dd>{named(&organizer)}</dd> }
    });
    let more = event.more_attendees;
    let attendees = (!event.attendees.is_empty()).then(|| {
        let rows = event.attendees.iter().map(|person| {
            let answer = person.answer;
            let answer = move || {
                answer.map(|answer| {
                    let class = match answer {
                        Answer::Accepted => "tag ok",
                        Answer::Declined => "tag bad",
                        Answer::Tentative | Answer::Delegated => "tag",
                    };
                    view! { <span class=class>{language.words(answered(answer))}</span> }
                })
            };
            view! { <li>{named(person)}" "{answer}</li> }
        });
        let rows = rows.collect_view();
        let more = (more > 0).then(|| view! { <li>{format!("+{more}")}</li> });
        view! {
            <dt>{language.words(Locale::event_attendees)}</dt>
            <dd><ul>{rows}{more}</ul></dd>
        }
    });
    view! {
        <section class="event" class:cancelled=event.cancelled>
            <div class="event-head">
                <Icon glyph=Glyph::Calendar/>
                <h3><small>{language.words(kind)}</small>" "<bdi>{title}</bdi></h3>
            </div>
            <dl>{when}{repeats}{location}{organizer}{attendees}{about}</dl>
        </section>
    }
    .into_any()
}

fn kind(event: &Event) -> fn(Locale) -> &'static str {
    match event.method {
        _ if event.cancelled => Locale::event_cancelled,
        Method::Request => Locale::event_invitation,
        Method::Reply => Locale::event_reply,
        Method::Counter => Locale::event_counter,
        Method::Cancel | Method::Publish => Locale::event_event,
    }
}

fn answered(answer: Answer) -> fn(Locale) -> &'static str {
    match answer {
        Answer::Accepted => Locale::answer_accepted,
        Answer::Declined => Locale::answer_declined,
        Answer::Tentative => Locale::answer_tentative,
        Answer::Delegated => Locale::answer_delegated,
    }
}

fn named(person: &Person) -> String {
    match (person.name.trim(), person.address.trim()) {
        ("", address) => visible(address),
        (name, "") => visible(name),
        (name, address) => visible(&format!("{name} <{address}>")),
    }
}

/// Milliseconds since 1970-01-01 UTC, where that can be known.
fn instant(moment: &Moment) -> Option<f64> {
    let seconds = match moment.time {
        Time::Day(_) => return None,
        Time::Utc(seconds) => seconds,
        Time::Local(seconds) => seconds - offset(moment)?,
    };
    Some(milliseconds(seconds))
}

/// How many seconds the clocks that show a local time are ahead of UTC: by the calendar, or else
/// by what the browser knows of a zone of this name.
fn offset(moment: &Moment) -> Option<i64> {
    let Time::Local(local) = moment.time else {
        return None;
    };
    if moment.offset.is_some() || moment.zone.is_empty() {
        return moment.offset;
    }
    Clock::of(&moment.zone)?.offset(local)
}

/// When the event is, by the clocks of this machine.
fn when(locale: Locale, start: &Moment, end: Option<&Moment>) -> String {
    let language = tag(locale);
    let end = end.filter(|end| end.time.seconds() > start.time.seconds());
    let range = match (start.time, instant(start)) {
        (Time::Day(first), _) => {
            // The end is the day after the last.
            let last = end.map(|end| end.time.plus(-DAY).seconds());
            let options = [("dateStyle", "full"), ("timeZone", "UTC")];
            formatted(language, &options, first, last)
        }
        (_, Some(begin)) => {
            let options = [("dateStyle", "full"), ("timeStyle", "short")];
            range(language, &options, begin, end.and_then(instant))
        }
        // A time of whatever clock is at hand.
        (time, None) => {
            let options = [
                ("dateStyle", "full"),
                ("timeStyle", "short"),
                ("timeZone", "UTC"),
            ];
            let last = end.map(|end| end.time.seconds());
            let text = formatted(language, &options, time.seconds(), last);
            let zone = match start.zone.as_str() {
                "" => locale.local_time().to_owned(),
                zone => visible(zone),
            };
            text.map(|text| format!("{text} ({zone})"))
        }
    };
    range.unwrap_or_default()
}

/// The start by the clocks of the zone of the event, if they differ from those of this machine.
fn in_its_zone(start: &Moment) -> Option<String> {
    let Time::Local(local) = start.time else {
        return None;
    };
    let offset = offset(start)?;
    let instant = Date::new(&milliseconds(local - offset).into());
    #[expect(clippy::cast_possible_truncation, reason = "minutes of an offset")]
    let here = -(instant.get_timezone_offset() as i64) * 60;
    if here == offset {
        return None;
    }
    let minutes = local.rem_euclid(DAY) / 60;
    let clock = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    Some(format!("({clock} {})", visible(&start.zone)))
}

fn formatted(
    language: &str,
    options: &[(&str, &str)],
    start: i64,
    end: Option<i64>,
) -> Option<String> {
    range(
        language,
        options,
        milliseconds(start),
        end.map(milliseconds),
    )
}

/// How the event recurs. None: it can't be said in these words. `last_day`: the day of the time at
/// which the rule ends.
fn repeats(
    locale: Locale,
    rule: &Rule,
    last_day: impl Fn(Time) -> Option<String>,
) -> Option<String> {
    let days = rule.plain()?;
    let every = match (rule.frequency, rule.interval) {
        (Frequency::Daily, 1) => locale.every_day().to_owned(),
        (Frequency::Daily, count) => locale.every_days(count),
        (Frequency::Weekly, 1) => locale.every_week().to_owned(),
        (Frequency::Weekly, count) => locale.every_weeks(count),
        (Frequency::Monthly, 1) => locale.every_month().to_owned(),
        (Frequency::Monthly, count) => locale.every_months(count),
        (Frequency::Yearly, 1) => locale.every_year().to_owned(),
        (Frequency::Yearly, count) => locale.every_years(count),
    };
    let mut parts = vec![every];
    if !days.is_empty() {
        // 4 January 1970 was a Sunday.
        let options = [("weekday", "short"), ("timeZone", "UTC")];
        let name = |day: &i64| formatted(tag(locale), &options, (day + 3) * DAY, None);
        let names: Option<Vec<String>> = days.iter().map(name).collect();
        parts.push(locale.on_days(names?.join(", ")));
    }
    if let Some(count) = rule.count {
        parts.push(locale.so_many_times(count));
    }
    if let Some(until) = rule.until {
        parts.push(locale.until_day(last_day(until)?));
    }
    Some(parts.join(", "))
}

/// The day of the time at which a rule ends: where the event is, if that is known, and else here.
/// `offset`: how many seconds clocks there are ahead of UTC then, by the calendar.
fn last_day(
    locale: Locale,
    start: Option<&Moment>,
    until: Time,
    offset: Option<i64>,
) -> Option<String> {
    let language = tag(locale);
    let day = |seconds| {
        let options = [("dateStyle", "long"), ("timeZone", "UTC")];
        formatted(language, &options, seconds, None)
    };
    let (Time::Utc(utc), Some(start)) = (until, start) else {
        return day(until.seconds());
    };
    if matches!(start.time, Time::Day(_)) {
        // Whole days have no clock.
        return day(utc);
    }
    let known = || Clock::of(&start.zone)?.ahead(utc);
    let offset = offset.or_else(|| (!start.zone.is_empty()).then(known).flatten());
    match offset {
        Some(offset) => day(utc + offset),
        None => formatted(language, &[("dateStyle", "long")], utc, None),
    }
}
