//! The times that are offered for sending later. Pure.

/// Minutes of a day.
const HOUR: u32 = 60;
const EVENING: u32 = 18 * HOUR;
const MORNING: u32 = 8 * HOUR;

/// A time that is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// In an hour.
    InAnHour,
    /// This evening.
    Evening,
    /// Tomorrow morning.
    Tomorrow,
    /// Next Monday morning.
    Monday,
}

/// When it is: on which day from today, and at which minute of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Days from today.
    pub days: u32,
    /// Minutes after midnight.
    pub minute: u32,
}

/// What is offered on this day of the week, 0 for Sunday, at this minute after midnight. Without
/// what would be sooner than in an hour, and each day once.
#[must_use]
pub fn offers(weekday: u32, minute: u32) -> Vec<(Offer, When)> {
    let at = |days, minute| When { days, minute };
    let next = minute + HOUR;
    let mut offers = vec![(Offer::InAnHour, at(next / (24 * HOUR), next % (24 * HOUR)))];
    if next < EVENING {
        offers.push((Offer::Evening, at(0, EVENING)));
    }
    offers.push((Offer::Tomorrow, at(1, MORNING)));
    // From Sunday it is tomorrow, from Monday in a week.
    let to_monday = (8 - weekday % 7) % 7;
    match to_monday {
        1 => {}
        0 => offers.push((Offer::Monday, at(7, MORNING))),
        days => offers.push((Offer::Monday, at(days, MORNING))),
    }
    offers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(weekday: u32, minute: u32, expect: &[(Offer, u32, u32)]) {
        let got: Vec<(Offer, u32, u32)> = offers(weekday, minute)
            .into_iter()
            .map(|(offer, when)| (offer, when.days, when.minute))
            .collect();
        assert_eq!(got, expect, "day {weekday}, minute {minute}");
    }

    #[test]
    fn times_that_make_sense_are_offered() {
        use Offer::{Evening, InAnHour, Monday, Tomorrow};
        // Friday, 9:30.
        check(
            5,
            570,
            &[
                (InAnHour, 0, 630),
                (Evening, 0, 1080),
                (Tomorrow, 1, 480),
                (Monday, 3, 480),
            ],
        );
        // Sunday, 17:00 and 23:30.
        check(0, 1020, &[(InAnHour, 0, 1080), (Tomorrow, 1, 480)]);
        check(0, 1410, &[(InAnHour, 1, 30), (Tomorrow, 1, 480)]);
        // Monday and Saturday.
        check(
            1,
            1200,
            &[(InAnHour, 0, 1260), (Tomorrow, 1, 480), (Monday, 7, 480)],
        );
        check(
            6,
            1200,
            &[(InAnHour, 0, 1260), (Tomorrow, 1, 480), (Monday, 2, 480)],
        );
    }
}
