//! Messages that were made of the same draft for many: in the list they are one line, which can be
//! unfolded.

use super::Sent;

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// A message.
    One(Sent),
    /// Messages that were made of the same draft. Those that are unfolded follow.
    Batch(Batch),
}

/// What is shown of messages that were made of the same draft.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    /// Its name.
    pub name: String,
    /// What its newest message is called.
    pub title: String,
    /// When that began to be sent, in milliseconds since 1970.
    pub time: u64,
    /// The keys of all.
    pub ids: Vec<String>,
    /// How many were accepted for all recipients.
    pub accepted: usize,
    /// Whether its messages follow.
    pub unfolded: bool,
}

/// The lines for these messages, which are in the order of the list.
#[must_use]
pub fn lines(listed: Vec<Sent>, unfolded: &[String]) -> Vec<Line> {
    let mut lines = Vec::new();
    for sent in &listed {
        let first = lines.iter().any(|line| match line {
            Line::Batch(batch) => batch.name == sent.batch,
            Line::One(_) => false,
        });
        let same = || listed.iter().filter(|one| one.batch == sent.batch);
        if sent.batch.is_empty() || same().count() == 1 {
            lines.push(Line::One(sent.clone()));
        } else if !first {
            let is_unfolded = unfolded.contains(&sent.batch);
            lines.push(Line::Batch(Batch {
                name: sent.batch.clone(),
                title: sent.title.clone(),
                time: sent.time,
                ids: same().map(|one| one.id.clone()).collect(),
                accepted: same().filter(|one| one.is_accepted()).count(),
                unfolded: is_unfolded,
            }));
            if is_unfolded {
                lines.extend(same().cloned().map(Line::One));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(id: &str, batch: &str, kind: &str) -> Sent {
        Sent {
            id: id.into(),
            batch: batch.into(),
            kind: kind.into(),
            ..Sent::default()
        }
    }

    #[test]
    fn messages_of_the_same_draft_are_one_line_until_it_is_unfolded() {
        let listed = vec![
            sent("1", "a", "accepted"),
            sent("2", "", "accepted"),
            sent("3", "a", "refused"),
            sent("4", "b", "accepted"),
        ];
        let words = |unfolded: &[String]| {
            let word = |line| match line {
                Line::One(one) => one.id,
                Line::Batch(batch) => {
                    format!("{} {}/{}", batch.name, batch.accepted, batch.ids.len())
                }
            };
            let lines = lines(listed.clone(), unfolded).into_iter();
            lines.map(word).collect::<Vec<_>>()
        };
        assert_eq!(words(&[]), ["a 1/2", "2", "4"]);
        assert_eq!(words(&["a".into()]), ["a 1/2", "1", "3", "2", "4"]);
    }
}
