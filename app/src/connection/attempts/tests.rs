use proptest::prelude::*;

use super::*;

const LOST: Option<LinkState> = Some(LinkState::Lost);

fn welcomed() -> Attempts {
    let mut attempts = Attempts::default();
    attempts.begin(0.0);
    attempts.opened();
    attempts.welcomed(0.0);
    attempts
}

fn wait(next: &Next) -> u128 {
    match next.then {
        Then::Retry(wait) => wait.as_millis(),
        other => panic!("no wait: {other:?}"),
    }
}

#[test]
fn each_end_is_shown_and_followed_by_what_can_help() {
    let check = |end: End, show: LinkState, retries: bool| {
        let next = welcomed().ended(end, 1.0);
        assert_eq!(next.show, Some(show), "{end:?}");
        assert_eq!(matches!(next.then, Then::Retry(_)), retries, "{end:?}");
    };
    for code in [1000, 1001, 1006, 1009, handshake::CLOSE_SHUTTING_DOWN] {
        check(End::Closed(code), LinkState::Lost, true);
    }
    check(End::Deaf, LinkState::Lost, true);
    check(End::Silent, LinkState::Lost, true);
    let version = End::Closed(handshake::CLOSE_VERSION);
    check(version, LinkState::OtherVersion, false);
    check(End::BadToken, LinkState::Stale, false);
    check(End::Closed(handshake::CLOSE_BUSY), LinkState::TooMany, true);
    for end in [
        End::Unreadable,
        End::Closed(handshake::CLOSE_MALFORMED),
        End::Closed(handshake::CLOSE_CREDIT),
    ] {
        check(end, LinkState::Misunderstood, true);
    }
}

#[test]
fn a_handshake_that_came_to_nothing_is_looked_into() {
    for (answers, show) in [(true, LinkState::Stale), (false, LinkState::Lost)] {
        let mut attempts = Attempts::default();
        attempts.begin(0.0);
        let next = attempts.ended(End::Closed(1006), 1.0);
        assert_eq!((next.show, next.then), (None, Then::Diagnose));
        let asked = attempts.number();
        let next = attempts.diagnosed(asked, answers).expect("it matters");
        assert_eq!(next.show, Some(show));
        assert_eq!(attempts.diagnosed(asked, answers), None, "once");
    }
    // A bridge that took the connection and closed it before its welcome is there, and is tried
    // again.
    let mut attempts = Attempts::default();
    attempts.begin(0.0);
    attempts.opened();
    assert_eq!(attempts.ended(End::Closed(1006), 1.0).show, LOST);
}

#[test]
fn a_silent_bridge_is_lost_in_time_whatever_was_being_waited_for() {
    let mut attempts = Attempts::default();
    let number = attempts.begin(0.0);
    assert!(attempts.awaits_welcome(number));
    attempts.opened();
    assert!(attempts.awaits_welcome(number), "open, and nothing said");
    assert_eq!(attempts.ended(End::Silent, 10_000.0).show, LOST);
    assert!(!attempts.awaits_welcome(number));
    // Nor does anything that was started for it begin another.
    assert!(!attempts.may_retry(number) && attempts.may_retry(attempts.number()));

    let number = attempts.begin(0.0);
    attempts.opened();
    attempts.welcomed(1.0);
    assert!(!attempts.awaits_welcome(number));
}

#[test]
fn asking_replaces_a_pause_and_what_is_stuck_but_not_what_works() {
    let mut attempts = welcomed();
    assert!(!attempts.asked(50_000.0), "it is connected");
    attempts.ended(End::Unreadable, 50_000.0);
    let pause = attempts.number();
    assert!(attempts.may_retry(pause));
    assert!(attempts.asked(50_001.0));
    let number = attempts.begin(50_001.0);
    assert!(!attempts.may_retry(pause), "one connection, not two");
    assert!(!attempts.asked(50_002.0), "this very moment it is tried");
    assert!(attempts.asked(53_000.0), "it is stuck");
    attempts.begin(53_000.0);
    assert!(!attempts.is_current(number));
}

#[test]
fn waits_grow_and_begin_anew_after_a_good_connection() {
    let mut attempts = Attempts::default();
    let mut waits = Vec::new();
    for _ in 0..6 {
        attempts.begin(0.0);
        attempts.opened();
        waits.push(wait(&attempts.ended(End::Closed(1006), 1.0)));
    }
    assert_eq!(waits, [500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    attempts.begin(0.0);
    attempts.opened();
    attempts.welcomed(1.0);
    assert_eq!(wait(&attempts.ended(End::Closed(1006), 2.0)), 500);

    // Welcomed each time and misunderstood each time: no rush.
    let mut attempts = Attempts::default();
    let mut waits = Vec::new();
    for stood in [1.0, 1.0, 1.0, 20_000.0] {
        attempts.begin(0.0);
        attempts.opened();
        attempts.welcomed(0.0);
        waits.push(wait(&attempts.ended(End::Unreadable, stood)));
    }
    assert_eq!(waits, [500, 1_000, 2_000, 500]);
}

/// Something that can happen to a page, in any order. Numbers pick one of those given out so far.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Opened(usize),
    Welcomed(usize),
    Closed(usize, u16),
    Unreadable(usize),
    TimerOut(usize),
    WelcomeOverdue(usize),
    Diagnosed(usize, bool),
    Asked,
}

fn happens() -> impl Strategy<Value = Happens> {
    let code = prop_oneof![Just(1006_u16), 4001_u16..4006];
    prop_oneof![
        (0..8_usize).prop_map(Happens::Opened),
        (0..8_usize).prop_map(Happens::Welcomed),
        (0..8_usize, code).prop_map(|(at, code)| Happens::Closed(at, code)),
        (0..8_usize).prop_map(Happens::Unreadable),
        (0..8_usize).prop_map(Happens::TimerOut),
        (0..8_usize).prop_map(Happens::WelcomeOverdue),
        (0..8_usize, any::<bool>()).prop_map(|(at, answers)| Happens::Diagnosed(at, answers)),
        Just(Happens::Asked),
    ]
}

proptest! {
    /// Sockets, timers and questions of the past do what they like: there is never more than one
    /// socket, and where there is none, something is under way or the page says what to do.
    #[test]
    fn there_is_one_attempt_at_a_time(story in prop::collection::vec(happens(), 0..60)) {
        let mut attempts = Attempts::default();
        let mut now = 0.0;
        let mut numbers = vec![attempts.begin(now)];
        let mut socket = numbers.first().copied();
        let mut shown = LinkState::Connecting;
        for what in story {
            now += 700.0;
            let of = |at: usize| numbers[numbers.len() - 1 - at % numbers.len()];
            let is_live = |number: &u32| attempts.is_current(*number);
            let live = |at: usize| socket.filter(|number| *number == of(at) && is_live(number));
            let next = match what {
                Happens::Opened(at) => {
                    if live(at).is_some() { attempts.opened(); }
                    None
                }
                Happens::Welcomed(at) => {
                    if live(at).is_some() {
                        attempts.opened();
                        attempts.welcomed(now);
                        shown = LinkState::Connecting;
                    }
                    None
                }
                Happens::Closed(at, code) => {
                    live(at).map(|_| attempts.ended(End::Closed(code), now))
                }
                Happens::Unreadable(at) => live(at).map(|_| attempts.ended(End::Unreadable, now)),
                Happens::WelcomeOverdue(at) => attempts
                    .awaits_welcome(of(at))
                    .then(|| attempts.ended(End::Silent, now)),
                Happens::Diagnosed(at, answers) => attempts.diagnosed(of(at), answers),
                Happens::TimerOut(at) => {
                    if attempts.may_retry(of(at)) {
                        prop_assert_eq!(socket, None);
                        let number = attempts.begin(now);
                        socket = Some(number);
                        numbers.push(number);
                    }
                    None
                }
                Happens::Asked => {
                    if attempts.asked(now) {
                        // The link drops the socket it has before it makes another.
                        let number = attempts.begin(now);
                        socket = Some(number);
                        numbers.push(number);
                    }
                    None
                }
            };
            if let Some(next) = next {
                socket = None;
                numbers.push(attempts.number());
                if let Some(show) = next.show { shown = show; }
                let helped = next.then != Then::Stay
                    || matches!(shown, LinkState::Stale | LinkState::OtherVersion);
                prop_assert!(helped, "nothing is under way, and {shown:?} is shown");
            }
            prop_assert!(socket.is_none_or(|number| attempts.is_current(number)));
        }
    }
}
