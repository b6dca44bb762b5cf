//! Lookup, attempts, and a server that says nothing.

use super::*;
use crate::entry::Lookup;
use crate::outcome::ConnectFailure;

const FIRST: &str = "[2001:db8::1]:25";
const SECOND: &str = "192.0.2.1:25";

/// A dialogue and all it did, with a clock in milliseconds.
struct Attempted {
    dialogue: Dialogue,
    recorded: Vec<Event>,
    actions: Vec<Action>,
}

impl Attempted {
    fn new(job: Job) -> Attempted {
        let mut attempted = Attempted {
            dialogue: Dialogue::new(job, SendMode::Run),
            recorded: Vec::new(),
            actions: Vec::new(),
        };
        attempted.drain();
        attempted
    }

    fn at(&mut self, ms: u64, input: Input<'_>) {
        self.dialogue.handle(input, Duration::from_millis(ms));
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(action) = self.dialogue.poll() {
            match action {
                Action::Record(entry) => self.recorded.push(entry.event),
                other => self.actions.push(other),
            }
        }
    }

    fn due(&self) -> Option<u128> {
        self.dialogue.deadline().map(|by| by.as_millis())
    }

    /// Why it ended.
    fn cause(&self) -> Option<&Failure> {
        match self.actions.last() {
            Some(Action::Finish(Outcome::Failed { cause, .. })) => Some(cause),
            _ => None,
        }
    }
}

fn lookup() -> Lookup {
    Lookup {
        name: "mail.example".into(),
        addresses: vec![FIRST.into(), SECOND.into()],
        left_out: 0,
        not_allowed: 0,
    }
}

fn found(loopback: bool) -> Input<'static> {
    Input::Resolved {
        lookup: Some(lookup()),
        loopback,
    }
}

fn connecting(peer: &str) -> Input<'static> {
    Input::Connecting { peer: peer.into() }
}

fn failed(peer: &str, why: ConnectFailure) -> Input<'static> {
    let peer = peer.into();
    Input::ConnectFailed { peer, why }
}

fn connected(peer: &str) -> Input<'static> {
    Input::Connected { peer: peer.into() }
}

fn not_connected(why: ConnectFailure) -> Failure {
    Failure::NotConnected { why }
}

#[test]
fn every_attempt_is_recorded() {
    let mut attempted = Attempted::new(job());
    assert_eq!(attempted.actions, [Action::Resolve]);
    attempted.at(1, found(false));
    assert_eq!(attempted.actions, [Action::Resolve, Action::Connect]);
    attempted.at(2, connecting(FIRST));
    attempted.at(252, connecting(SECOND));
    attempted.at(260, failed(FIRST, ConnectFailure::Unreachable));
    attempted.at(270, connected(SECOND));
    let [first, second] = [FIRST, SECOND].map(str::to_owned);
    let expect = [
        Event::Resolved { lookup: lookup() },
        Event::Connecting {
            peer: first.clone(),
        },
        Event::Connecting {
            peer: second.clone(),
        },
        Event::ConnectFailed {
            peer: first,
            why: ConnectFailure::Unreachable,
        },
        Event::Connected { peer: second },
    ];
    assert_eq!(attempted.recorded, expect);
}

#[test]
fn the_outcome_has_the_most_telling_reason() {
    use ConnectFailure::{LookupTimedOut, NoSuchHost, Refused, Reset, TimedOut, Unreachable};
    let check = |reasons: &[ConnectFailure], last, expect| {
        let mut attempted = Attempted::new(job());
        attempted.at(1, found(false));
        for why in reasons {
            attempted.at(2, connecting(FIRST));
            attempted.at(3, failed(FIRST, *why));
        }
        attempted.at(4, Input::NotConnected(last));
        let expect = not_connected(expect);
        assert_eq!(attempted.cause(), Some(&expect), "{reasons:?}");
    };
    check(&[], NoSuchHost, NoSuchHost);
    check(&[], LookupTimedOut, LookupTimedOut);
    check(&[Unreachable, Refused], Refused, Refused);
    check(&[Refused, Unreachable], Unreachable, Refused);
    check(&[TimedOut, Unreachable], Unreachable, TimedOut);
    check(&[Refused, TimedOut], TimedOut, Refused);
    check(&[Refused, Reset, TimedOut], TimedOut, Reset);
}

#[test]
fn lookup_and_attempts_have_a_limit_each() {
    let mut attempted = Attempted::new(job());
    assert_eq!(attempted.due(), Some(30_000));
    attempted.at(20_000, found(false));
    assert_eq!(attempted.due(), Some(50_000));
    attempted.at(20_000, connecting(FIRST));
    attempted.at(20_250, connecting(SECOND));
    attempted.at(50_000, Input::DeadlinePassed);
    let timed_out = |peer: &str| Event::ConnectFailed {
        peer: peer.into(),
        why: ConnectFailure::TimedOut,
    };
    assert_eq!(
        attempted.recorded[3..],
        [timed_out(FIRST), timed_out(SECOND)]
    );
    let expect = not_connected(ConnectFailure::TimedOut);
    assert_eq!(attempted.cause(), Some(&expect));

    let mut attempted = Attempted::new(job());
    attempted.at(30_000, Input::DeadlinePassed);
    let expect = not_connected(ConnectFailure::LookupTimedOut);
    assert_eq!(attempted.cause(), Some(&expect));
    assert_eq!(attempted.recorded, []);

    // An address that refused says more than one that never answered.
    let mut attempted = Attempted::new(job());
    attempted.at(1, found(false));
    attempted.at(2, connecting(FIRST));
    attempted.at(3, failed(FIRST, ConnectFailure::Refused));
    attempted.at(3, connecting(SECOND));
    attempted.at(30_001, Input::DeadlinePassed);
    let expect = not_connected(ConnectFailure::Refused);
    assert_eq!(attempted.cause(), Some(&expect));
}

#[test]
fn a_password_in_clear_stops_before_the_first_attempt() {
    let check = |security, loopback, goes_on| {
        let mut attempted = Attempted::new(signing_in(security));
        attempted.at(1, found(loopback));
        let connects = attempted.actions.contains(&Action::Connect);
        assert_eq!(connects, goes_on, "{security:?} {loopback}");
        let expect = (!goes_on).then_some(&Failure::SignInInClear);
        assert_eq!(attempted.cause(), expect, "{security:?} {loopback}");
    };
    check(Security::None, false, false);
    check(Security::None, true, true);
    check(Security::Starttls, false, true);
    check(Security::Tls, false, true);
}

/// A dialogue whose connection stands since 1 s.
fn awaiting(security: Security) -> Attempted {
    let mut attempted = Attempted::new(Job { security, ..job() });
    attempted.at(1_000, resolved());
    attempted.at(1_000, connected(SECOND));
    attempted
}

#[test]
fn a_server_that_says_nothing_is_noted_once() {
    for security in [Security::None, Security::Starttls] {
        let mut attempted = awaiting(security);
        assert_eq!(attempted.due(), Some(9_000));
        attempted.at(8_999, Input::DeadlinePassed);
        assert_eq!(attempted.recorded.len(), 1, "before its time");
        attempted.at(9_004, Input::DeadlinePassed);
        let expect = Event::NoGreeting {
            peer: SECOND.into(),
            waited_ms: 8_004,
        };
        assert_eq!(attempted.recorded[1..], [expect]);
        // It goes on waiting, as long as RFC 5321 has it.
        assert_eq!(attempted.due(), Some(301_000));
        attempted.at(20_000, Input::Received(b"220 mail.example\r\n"));
        assert!(
            attempted
                .actions
                .contains(&Action::Write(b"EHLO client.example\r\n".to_vec()))
        );
    }
}

#[test]
fn a_server_that_says_something_is_not_called_silent() {
    let mut attempted = awaiting(Security::None);
    attempted.at(2_000, Input::Received(b"22"));
    assert_eq!(attempted.due(), Some(301_000));
    attempted.at(9_500, Input::DeadlinePassed);
    assert_eq!(attempted.recorded.len(), 1);

    let mut attempted = awaiting(Security::Tls);
    assert_eq!(
        attempted.due(),
        Some(31_000),
        "the handshake has a limit of its own"
    );
    attempted.at(2_000, Input::TlsEstablished(facts()));
    assert_eq!(attempted.due(), Some(302_000));
}
