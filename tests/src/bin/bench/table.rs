//! Tables of measurements.

use std::time::Duration;

/// Rows below a header row, as Markdown.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Creates a table with these columns. The first is text, the others are numbers.
    pub(crate) fn new(head: &[&str]) -> Table {
        Table {
            rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()],
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The whole table with aligned columns, so that it is readable in a terminal too.
    pub(crate) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells
                    .map(|cell| cell.chars().count())
                    .max()
                    .unwrap_or(0)
                    .max(3)
            })
            .collect();
        let mut text = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            for (column, &width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                text += &match column {
                    0 => format!("| {cell:<width$} |"),
                    _ => format!(" {cell:>width$} |"),
                };
            }
            text.push('\n');
            if at == 0 {
                for (column, &width) in widths.iter().enumerate() {
                    text += &match column {
                        0 => format!("| {} |", "-".repeat(width)),
                        _ => format!(" {}: |", "-".repeat(width - 1)),
                    };
                }
                text.push('\n');
            }
        }
        text
    }
}

/// Repeated measurements of the same thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Adds a duration, in seconds.
    pub(crate) fn add(&mut self, time: Duration) {
        self.add_number(time.as_secs_f64());
    }

    /// Adds a number. It must be in seconds if [`Samples::median_ms`] is used.
    pub(crate) fn add_number(&mut self, number: f64) {
        self.0.push(number);
        self.0.sort_by(f64::total_cmp);
    }

    /// Minimum and maximum. Not numbers if there are no measurements.
    pub(crate) fn ends(&self) -> (f64, f64) {
        let end = |number: Option<&f64>| number.copied().unwrap_or(f64::NAN);
        (end(self.0.first()), end(self.0.last()))
    }

    /// The median. Not a number if there are no measurements.
    pub(crate) fn median(&self) -> f64 {
        let (low, high) = (self.0.len().saturating_sub(1) / 2, self.0.len() / 2);
        match (self.0.get(low), self.0.get(high)) {
            (Some(low), Some(high)) => (low + high) / 2.0,
            _ => f64::NAN,
        }
    }

    /// The measurement that so many percent of all do not exceed. Not a number if there are none.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100);
        let number = self.0.get(rank.saturating_sub(1));
        number.copied().unwrap_or(f64::NAN)
    }

    /// The median in milliseconds.
    pub(crate) fn median_ms(&self) -> String {
        ms(self.median())
    }

    /// Minimum and maximum in milliseconds.
    pub(crate) fn spread_ms(&self) -> String {
        match (self.0.first(), self.0.last()) {
            (Some(&least), Some(&most)) => format!("{} – {}", ms(least), ms(most)),
            _ => String::new(),
        }
    }
}

/// Converts seconds to milliseconds.
pub(crate) fn ms(seconds: f64) -> String {
    format!("{:.1}", seconds * 1e3)
}

/// A whole number with thousands separators.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
