//! How fast a message is being sent.

use std::collections::VecDeque;

/// Over how many milliseconds the rate is taken: long enough to be calm, short enough to follow.
const SPAN_MS: f64 = 4_000.0;

/// A rate over less says nothing.
const LEAST_MS: f64 = 250.0;

/// How many octets were sent at which times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    points: VecDeque<(f64, u64)>,
}

impl Pace {
    /// So many octets have been sent at this time.
    pub fn at(&mut self, now_ms: f64, sent: u64) {
        if self.points.back().is_some_and(|(_, last)| *last == sent) {
            return;
        }
        self.points.push_back((now_ms, sent));
        while self.points.len() > 2 && self.points[1].0 < now_ms - SPAN_MS {
            self.points.pop_front();
        }
    }

    /// Octets a second. None: not known yet.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        let (first, last) = (self.points.front()?, self.points.back()?);
        let ms = last.0 - first.0;
        #[expect(clippy::cast_precision_loss, reason = "it is shown in two digits")]
        let octets = last.1.saturating_sub(first.1) as f64;
        (ms >= LEAST_MS && octets > 0.0).then(|| octets * 1000.0 / ms)
    }

    /// Whole seconds until all of `size` is sent, if it goes on like this.
    #[must_use]
    pub fn seconds_left(&self, size: u64) -> Option<u64> {
        let left = size.saturating_sub(self.points.back()?.1);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an estimate, and not negative"
        )]
        self.rate().map(|rate| (left as f64 / rate).ceil() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut pace = Pace::default();
        assert_eq!((pace.rate(), pace.seconds_left(10)), (None, None));
        pace.at(0.0, 0);
        pace.at(100.0, 50_000);
        assert_eq!(pace.rate(), None, "too soon");
        pace.at(1000.0, 1_000_000);
        assert_eq!(pace.rate(), Some(1_000_000.0));
        assert_eq!(pace.seconds_left(4_500_000), Some(4));
        for second in 2..20_u32 {
            pace.at(
                f64::from(second) * 1000.0,
                1_000_000 + u64::from(second) * 2_000,
            );
        }
        assert_eq!(pace.rate(), Some(2_000.0));
        assert!(pace.points.len() < 8);
    }
}
