use super::*;

const DUE: u64 = 1_800_000_000_000;
const HOUR: u64 = 3_600_000;

fn later() -> Held {
    Held {
        due: DUE,
        ..Held::default()
    }
}

fn undo() -> Held {
    Held {
        undo: Some(10_000),
        ..later()
    }
}

/// Everything is there, at this time.
fn at(now: u64) -> Facts {
    Facts {
        now,
        mine: true,
        bridge: true,
        password: true,
        ..Facts::default()
    }
}

/// The same in the page that holds it, for so long.
fn held_for(now: u64, held: u64) -> Facts {
    Facts {
        held_for: Some(held),
        ..at(now)
    }
}

#[test]
fn what_becomes_of_a_held_message() {
    let ended = Held {
        state: State::Ended("refused".into()),
        ..later()
    };
    let sending = Held {
        state: State::Sending,
        ..later()
    };
    let soon = DUE + 1000;
    let table: &[(&str, Held, Facts, Next)] = &[
        // Undo.
        (
            "undo, counting",
            undo(),
            held_for(DUE - 8000, 2000),
            Next::Wait(8000),
        ),
        ("undo, over", undo(), held_for(DUE, 10_000), Next::Send),
        ("undo, reloaded", undo(), at(DUE - 8000), Next::Wait(8000)),
        (
            "undo, reloaded after it was due",
            undo(),
            at(DUE + 5000),
            Next::Send,
        ),
        (
            "undo, opened much later",
            undo(),
            at(DUE + HOUR),
            Next::Ask(Why::Missed),
        ),
        (
            "undo, hidden tab",
            undo(),
            held_for(DUE + 60_000, 70_000),
            Next::Send,
        ),
        (
            "undo, the machine slept",
            undo(),
            held_for(DUE + HOUR, HOUR),
            Next::Ask(Why::Missed),
        ),
        (
            "undo, clock an hour ahead",
            undo(),
            held_for(DUE + HOUR, 2000),
            Next::Wait(8000),
        ),
        (
            "undo, clock an hour behind",
            undo(),
            held_for(DUE - HOUR, 2000),
            Next::Wait(8000),
        ),
        (
            "undo, reloaded, clock behind",
            undo(),
            at(DUE - HOUR),
            Next::Wait(10_000),
        ),
        // Later.
        ("later, not due", later(), at(DUE - HOUR), Next::Wait(HOUR)),
        ("later, due", later(), at(DUE), Next::Send),
        ("later, hidden tab", later(), at(DUE + 60_000), Next::Send),
        (
            "later, at the tolerance",
            later(),
            at(DUE + TOLERANCE_MS),
            Next::Send,
        ),
        (
            "later, beyond it",
            later(),
            at(DUE + TOLERANCE_MS + 1),
            Next::Ask(Why::Missed),
        ),
        (
            "later, opened after it was due",
            later(),
            at(DUE + HOUR),
            Next::Ask(Why::Missed),
        ),
        (
            "later, clock behind",
            later(),
            at(DUE - 2 * HOUR),
            Next::Wait(2 * HOUR),
        ),
        // What may be in the way.
        (
            "another tab is in charge",
            later(),
            Facts {
                mine: false,
                ..at(soon)
            },
            Next::Elsewhere,
        ),
        (
            "no bridge",
            later(),
            Facts {
                bridge: false,
                ..at(soon)
            },
            Next::Blocked(Block::NoBridge),
        ),
        (
            "no bridge for long",
            later(),
            Facts {
                bridge: false,
                ..at(DUE + HOUR)
            },
            Next::Ask(Why::Missed),
        ),
        (
            "another message is being sent",
            later(),
            Facts {
                busy: true,
                ..at(soon)
            },
            Next::Blocked(Block::Busy),
        ),
        (
            "no password",
            later(),
            Facts {
                password: false,
                ..at(soon)
            },
            Next::Ask(Why::Password),
        ),
        (
            "no password, and not due",
            later(),
            Facts {
                password: false,
                ..at(DUE - HOUR)
            },
            Next::Wait(HOUR),
        ),
        // A person's word.
        (
            "send now, before it is due",
            later(),
            Facts {
                word: Some(DUE - HOUR),
                ..at(DUE - HOUR)
            },
            Next::Send,
        ),
        (
            "send now, after it was missed",
            later(),
            Facts {
                word: Some(DUE + HOUR),
                ..at(DUE + HOUR + 50)
            },
            Next::Send,
        ),
        (
            "send now, without a bridge",
            later(),
            Facts {
                word: Some(DUE + HOUR),
                bridge: false,
                ..at(DUE + HOUR)
            },
            Next::Blocked(Block::NoBridge),
        ),
        (
            "send now, and the bridge came back an hour after that",
            later(),
            Facts {
                word: Some(DUE + HOUR),
                ..at(DUE + 2 * HOUR)
            },
            Next::Ask(Why::Missed),
        ),
        // Sending.
        (
            "being sent here",
            sending.clone(),
            Facts {
                sending: true,
                ..at(soon)
            },
            Next::Sending,
        ),
        (
            "being sent in another tab",
            sending.clone(),
            Facts {
                mine: false,
                ..at(soon)
            },
            Next::Elsewhere,
        ),
        (
            "the page that sent it is gone",
            sending,
            at(soon),
            Next::Ask(Why::Interrupted),
        ),
        ("refused", ended, at(soon), Next::Ask(Why::Ended)),
    ];
    for (row, held, facts, expect) in table {
        assert_eq!(held.next(facts), *expect, "{row}");
    }
}

#[test]
fn nothing_is_ever_sent_late_without_a_word() {
    for late in [TOLERANCE_MS + 1, HOUR, 1000 * HOUR] {
        for held in [undo(), later()] {
            for bits in 0..8 {
                let facts = Facts {
                    bridge: bits & 1 > 0,
                    busy: bits & 2 > 0,
                    password: bits & 4 > 0,
                    ..at(DUE + late)
                };
                assert_eq!(held.next(&facts), Next::Ask(Why::Missed), "{facts:?}");
            }
        }
    }
}

#[test]
fn nothing_is_held_back_at_the_practice_server_unless_wanted() {
    assert_eq!(undo_seconds(None, true), 0);
    assert_eq!(undo_seconds(None, false), 5);
    assert_eq!(undo_seconds(Some(10), true), 10);
    assert_eq!(undo_seconds(Some(0), false), 0);
    assert_eq!(undo_seconds(Some(7), false), 5);
}

#[test]
fn a_record_has_no_password_and_reads_as_it_was_written() {
    let held = Held {
        state: State::Ended("refused".into()),
        ..undo()
    };
    let text = serde_json::to_string(&held).expect("JSON");
    assert!(!text.contains("password"), "{text}");
    assert_eq!(serde_json::from_str::<Held>(&text).expect("a record"), held);
    let old: Held = serde_json::from_str(r#"{"id":"a","due":5}"#).expect("a record");
    assert_eq!((old.due, old.state), (5, State::Waiting));
}
