//! Which name is meant by one that was written wrong.

/// The longest name that is compared, in characters.
const LONGEST: usize = 60;

/// The one of these names that is nearest to a field, such as `{nmae}`. None: none is near, or the
/// field is one of them.
#[must_use]
pub fn nearest_field<'a>(field: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(&super::unescaped(&super::name_of(field)));
    let near = |name: &'a str| {
        let letters = letters(name);
        let shorter = wanted.len().min(letters.len());
        let longer = wanted.len().max(letters.len());
        // A third of the letters may differ, and of two letters none.
        let most = shorter.div_ceil(3).min(shorter.saturating_sub(1));
        if longer - shorter > most || longer > LONGEST {
            return None;
        }
        let distance = distance(&wanted, &letters);
        (distance <= most).then_some((distance, name))
    };
    let nearest = names.filter_map(near).min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, name)| name)
}

/// What is compared: letters in lower case and digits, without what stands between them.
fn letters(name: &str) -> Vec<char> {
    let lower = name.chars().flat_map(char::to_lowercase);
    lower.filter(|c| c.is_alphanumeric()).collect()
}

/// How many letters have to be exchanged, left out, put in, or swapped with the next.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, a) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (at, b) in other.iter().enumerate() {
            let mut least = above[at] + usize::from(a != b);
            least = least.min(above[at + 1] + 1).min(line[at] + 1);
            if row > 0 && at > 0 && *a == other[at - 1] && one[row - 1] == *b {
                let swapped: &Vec<usize> = &before;
                least = least.min(swapped[at - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_was_written_wrong_is_recognised() {
        let names = ["Name", "E-mail", "Seat no", "이름"];
        let check = |field: &str, expect: Option<&str>| {
            assert_eq!(nearest_field(field, names.into_iter()), expect, "{field}");
        };
        check("{e-mal}", Some("E-mail"));
        check("{email}", Some("E-mail"));
        check("{nmae}", Some("Name"));
        check("{ naem }", Some("Name"));
        check("{seat_no}", Some("Seat no"));
        check("{seat\\_no}", Some("Seat no"));
        check("{seat number}", None);
        check("{colour}", None);
        check("{x}", None);
        check("{성명}", None);
        check("{}", None);
        let long = format!("{{{}}}", "a".repeat(1_000_000));
        check(&long, None);
    }
}
