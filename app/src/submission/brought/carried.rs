//! Which lines of a conversation carried which octets of the message.

use smtp::{CommandKind, Entry, Event, Span};

use crate::inbox::Carried;

/// The lines of a conversation that carried octets of a message of this size, in their order.
///
/// By BDAT each chunk has its own line (RFC 3030). After DATA all octets are one run of lines. So
/// they are where a person typed or changed lines and the octets do not add up to the message: then
/// all of them are with the first line.
pub(super) fn carried(entries: &[Entry], size: u64) -> Vec<Carried> {
    let mut at = 0;
    let chunks = entries.iter().filter_map(|entry| {
        let (line, octets) = chunk(entry)?;
        let start = at;
        at += octets;
        Some(Carried {
            seq: entry.seq,
            line,
            octets: start..at,
        })
    });
    let chunks: Vec<Carried> = chunks.collect();
    if at == size && !chunks.is_empty() {
        return chunks;
    }
    let first = chunks.into_iter().next().or_else(|| after_data(entries));
    let whole = first.map(|first| Carried {
        octets: 0..size,
        ..first
    });
    whole.into_iter().collect()
}

/// The line of a chunk, and how many octets it has. None: it is none.
fn chunk(entry: &Entry) -> Option<(String, u64)> {
    let Event::Sent {
        command: CommandKind::Bdat { .. },
        line,
        ..
    } = &entry.event
    else {
        return None;
    };
    let line: String = line
        .iter()
        .filter_map(|span| match span {
            Span::Text(text) => Some(text.as_str()),
            Span::Secret => None,
        })
        .collect();
    let octets = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some((line, octets))
}

/// What was written after DATA; or DATA, where a person typed the message.
fn after_data(entries: &[Entry]) -> Option<Carried> {
    let written = |entry: &&Entry| matches!(entry.event, Event::Message { .. });
    let data = |entry: &&Entry| {
        matches!(
            entry.event,
            Event::Sent {
                command: CommandKind::Data,
                ..
            }
        )
    };
    let found = entries.iter().rfind(written);
    let found = found.or_else(|| entries.iter().rfind(data))?;
    Some(Carried {
        seq: found.seq,
        line: "DATA".to_owned(),
        octets: 0..0,
    })
}

#[cfg(test)]
mod tests {
    use smtp::{Origin, Stage};

    use super::*;

    fn entries(events: Vec<Event>) -> Vec<Entry> {
        let number = |seq: usize| u32::try_from(seq).expect("few");
        let entry = |(at, event)| Entry {
            seq: number(at),
            at_us: 0,
            stage: Stage::Message,
            secured: false,
            event,
        };
        events.into_iter().enumerate().map(entry).collect()
    }

    fn sent(line: &str, command: CommandKind) -> Event {
        Event::Sent {
            command,
            line: vec![Span::Text(line.to_owned())],
            origin: Origin::Planned,
        }
    }

    fn bdat(line: &str) -> Event {
        let last = line.ends_with("LAST");
        sent(line, CommandKind::Bdat { last })
    }

    const WRITTEN: Event = Event::Message {
        octets: 10,
        wire_octets: 12,
        lines: 1,
        stuffed: 2,
    };

    fn check(events: Vec<Event>, size: u64, expect: &[(u32, &str, u64, u64)]) {
        let got = carried(&entries(events), size);
        let got: Vec<_> = got
            .iter()
            .map(|one| {
                let octets = &one.octets;
                (one.seq, one.line.as_str(), octets.start, octets.end)
            })
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn each_chunk_carries_its_octets() {
        let rcpt = || sent("RCPT TO:<a@x.org>", CommandKind::Rcpt);
        let chunks = || vec![rcpt(), bdat("BDAT 7"), bdat("BDAT 3 LAST"), WRITTEN];
        check(
            chunks(),
            10,
            &[(1, "BDAT 7", 0, 7), (2, "BDAT 3 LAST", 7, 10)],
        );
        check(chunks(), 11, &[(1, "BDAT 7", 0, 11)]);
        check(vec![bdat("BDAT x"), WRITTEN], 10, &[(1, "DATA", 0, 10)]);
        check(
            vec![bdat("BDAT 0 LAST"), WRITTEN],
            0,
            &[(0, "BDAT 0 LAST", 0, 0)],
        );
    }

    #[test]
    fn data_carries_all_octets() {
        let data = || sent("DATA", CommandKind::Data);
        let dot = || sent(".", CommandKind::EndOfData);
        check(vec![data(), WRITTEN, dot()], 10, &[(1, "DATA", 0, 10)]);
        let typed = sent("Subject: x", CommandKind::Text);
        check(vec![data(), typed, dot()], 12, &[(0, "DATA", 0, 12)]);
        check(vec![dot()], 12, &[]);
        check(vec![], 0, &[]);
    }
}
