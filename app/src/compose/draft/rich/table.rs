//! Tables as lines of text.

/// A row of a table.
pub(super) struct Row {
    /// Its cells, each as one line.
    pub(super) cells: Vec<String>,
    /// Whether all of them are headings.
    pub(super) heads: bool,
}

/// Columns are not padded beyond this width.
const WIDEST: usize = 40;

/// The lines of a table, its columns below each other.
pub(super) fn lines(rows: &[Row], markdown: bool) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    if columns == 0 {
        return Vec::new();
    }
    let mut widths = vec![if markdown { 3 } else { 1 }; columns];
    for row in rows {
        for (column, cell) in row.cells.iter().enumerate() {
            widths[column] = widths[column].max(width(cell).min(WIDEST));
        }
    }
    let mut lines = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        lines.push(line(&row.cells, &widths, markdown));
        // Markdown has no table without a heading.
        let rule = if markdown { at == 0 } else { row.heads };
        if rule {
            let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            lines.push(if markdown {
                format!("| {} |", dashes.join(" | "))
            } else {
                dashes.join("-+-")
            });
        }
    }
    lines
}

fn line(cells: &[String], widths: &[usize], markdown: bool) -> String {
    let padded = widths.iter().enumerate().map(|(column, wanted)| {
        let cell = cells.get(column).map_or("", String::as_str);
        format!("{cell}{}", " ".repeat(wanted.saturating_sub(width(cell))))
    });
    let padded: Vec<String> = padded.collect();
    if markdown {
        return format!("| {} |", padded.join(" | "));
    }
    padded.join(" | ").trim_end().to_owned()
}

/// How many columns of a fixed-width font a text takes, about.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
