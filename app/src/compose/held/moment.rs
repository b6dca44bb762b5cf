//! The clock of this machine, in local time.

use js_sys::Date;

use super::times::When;
use crate::ui::moment::whole;

/// The time now.
pub(super) struct Clock(Date);

impl Clock {
    pub(super) fn now() -> Clock {
        Clock(Date::new_0())
    }

    /// The day of the week, 0 for Sunday.
    pub(super) fn weekday(&self) -> u32 {
        self.0.get_day()
    }

    /// Minutes after midnight.
    pub(super) fn minute(&self) -> u32 {
        self.0.get_hours() * 60 + self.0.get_minutes()
    }

    /// The milliseconds since 1970 of such a time. The browser knows when clocks are changed.
    pub(super) fn at(&self, when: When) -> u64 {
        let date = Date::new(&self.0);
        date.set_date(self.0.get_date() + when.days);
        date.set_hours(when.minute / 60);
        date.set_minutes(when.minute % 60);
        date.set_seconds(0);
        date.set_milliseconds(0);
        whole(date.get_time())
    }
}
