//! Numbers as people read them.

/// `812 B`, `3.5 kB`, `36 MB`: decimal, as disks and mail providers count.
#[must_use]
pub fn octets(count: u64) -> String {
    let (unit, name) = match count {
        0..1_000 => return format!("{count} B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = count / (unit / 10);
    if tenths < 100 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", tenths / 10)
    }
}

/// Microseconds as the wire shows them: `0.4 ms`, `12 ms`, `3.2 s`.
#[must_use]
pub fn milliseconds(us: u64) -> String {
    match us {
        0..10_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        10_000..10_000_000 => format!("{} ms", us / 1_000),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        let check = |count, expect: &str| assert_eq!(octets(count), expect);
        check(812, "812 B");
        check(3_554, "3.5 kB");
        check(36_700_160, "36 MB");
        check(1_000_000, "1.0 MB");
        let check = |us, expect: &str| assert_eq!(milliseconds(us), expect);
        check(0, "0.0 ms");
        check(1_234, "1.2 ms");
        check(12_999, "12 ms");
        check(3_250_000, "3250 ms");
        check(12_340_000, "12.3 s");
    }
}
