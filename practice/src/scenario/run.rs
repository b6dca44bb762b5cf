//! What the sessions of a server share while they play a scenario: what has happened how often, and
//! chance.

use super::{Conditions, Count, Per, Point, Rule, Scenario, Script, Step};
use crate::limits;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A scenario that is played. Clones share what it remembers.
#[derive(Clone, Debug)]
pub struct ScenarioRun(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    scenario: Scenario,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    random: u64,
    connections: u64,
    counters: HashMap<Key, Counter>,
    /// The keys of the counters, oldest first.
    order: VecDeque<Key>,
}

/// A rule, by its position, and what it counts separately.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(usize, Separately);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Separately {
    Server,
    Connection(u64),
    Address(String),
}

#[derive(Debug, Default)]
struct Counter {
    times: u64,
    /// When `rate` let something through, within its time.
    let_through: VecDeque<Duration>,
}

/// Something that happens in a session, at which rules may apply.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Where. None for a command that the server does not know.
    pub point: Option<Point>,
    /// The number of the connection, from [`ScenarioRun::connect`].
    pub connection: u64,
    /// When, in the time of the sessions.
    pub now: Duration,
    /// The sender, if there is one.
    pub from: Option<&'a str>,
    /// The recipient of RCPT, or all that were accepted.
    pub to: &'a [&'a str],
    /// The size of the message, as far as it is known.
    pub size: u64,
    /// Whether the connection uses TLS.
    pub tls: bool,
    /// Whether the client has signed in.
    pub signed_in: bool,
}

/// The rule that applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its `on` line.
    pub rule: String,
    /// What the server does.
    pub steps: Arc<[Step]>,
}

impl ScenarioRun {
    /// Begins a scenario. `seed` is used if the scenario has none of its own.
    #[must_use]
    pub fn new(scenario: Scenario, seed: u64) -> ScenarioRun {
        let seed = scenario.seed.unwrap_or(seed);
        let state = State {
            random: seed,
            ..State::default()
        };
        ScenarioRun(Arc::new(Shared {
            scenario,
            seed,
            state: Mutex::new(state),
        }))
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.0.scenario
    }

    /// What chance follows from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    /// The number of a new connection.
    pub(crate) fn connect(&self) -> u64 {
        let mut state = self.state();
        state.connections += 1;
        state.connections
    }

    /// The number of octets at which the next `BODY` rule may apply, after so many.
    pub(crate) fn next_body(&self, after: u64) -> Option<u64> {
        let Script::Rules(rules) = &self.0.scenario.script else {
            return None;
        };
        let bodies = rules.iter().filter_map(|rule| match rule.point {
            Point::Body(octets) if octets > after => Some(octets),
            _ => None,
        });
        bodies.min()
    }

    /// The first rule that applies. It is counted where it counts; rules below it are not asked.
    pub(crate) fn hit(&self, event: &Event<'_>) -> Option<Hit> {
        let Script::Rules(rules) = &self.0.scenario.script else {
            return None;
        };
        let mut state = self.state();
        let (_, rule) = rules
            .iter()
            .enumerate()
            .find(|(at, rule)| rule.point.covers(event.point) && state.applies(*at, rule, event))?;
        Some(Hit {
            rule: rule.to_string(),
            steps: Arc::clone(&rule.steps),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn applies(&mut self, at: usize, rule: &Rule, event: &Event<'_>) -> bool {
        let conditions = &rule.conditions;
        if !fits(conditions, event) {
            return false;
        }
        if let Some(count) = conditions.count {
            let counter = self.counter(at, conditions.per, event);
            counter.times += 1;
            let times = counter.times;
            let holds = match count {
                Count::First(most) => times <= most,
                Count::Nth(number) => times == number,
                Count::After(number) => times > number,
                Count::Every(number) => times.is_multiple_of(number),
            };
            if !holds {
                return false;
            }
        }
        if let Some(rate) = conditions.rate {
            let counter = self.counter(at, conditions.per, event);
            let past = &mut counter.let_through;
            while past
                .front()
                .is_some_and(|then| event.now.saturating_sub(*then) >= rate.within)
            {
                past.pop_front();
            }
            if past.len() < rate.times as usize {
                past.push_back(event.now);
                return false;
            }
        }
        match conditions.chance {
            Some(percent) => self.random() % 100 < u64::from(percent),
            None => true,
        }
    }

    fn counter(&mut self, at: usize, per: Per, event: &Event<'_>) -> &mut Counter {
        let separately = match per {
            Per::Server => Separately::Server,
            Per::Connection => Separately::Connection(event.connection),
            Per::Address => Separately::Address(addresses(event)),
        };
        let key = Key(at, separately);
        if !self.counters.contains_key(&key) {
            self.order.push_back(key.clone());
            if self.order.len() > limits::SCENARIO_COUNTERS
                && let Some(oldest) = self.order.pop_front()
            {
                self.counters.remove(&oldest);
            }
        }
        self.counters.entry(key).or_default()
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// What `per=address` counts by.
fn addresses(event: &Event<'_>) -> String {
    let from = event.from.unwrap_or_default();
    match event.point {
        Some(Point::Rcpt) => event.to.join(" ").to_lowercase(),
        Some(Point::Mail) | None => from.to_lowercase(),
        Some(_) => format!("{from} {}", event.to.join(" ")).to_lowercase(),
    }
}

/// Whether the conditions hold that count nothing.
fn fits(conditions: &Conditions, event: &Event<'_>) -> bool {
    let same = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
    conditions
        .to
        .as_ref()
        .is_none_or(|pattern| event.to.iter().any(|address| pattern.matches(address)))
        && conditions
            .from
            .as_ref()
            .is_none_or(|pattern| event.from.is_some_and(|address| pattern.matches(address)))
        && conditions.min_size.is_none_or(|least| event.size >= least)
        && conditions.max_size.is_none_or(|most| event.size <= most)
        && same(conditions.tls, event.tls)
        && same(conditions.signed_in, event.signed_in)
}
