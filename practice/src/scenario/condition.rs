//! The conditions of a rule.

use super::point::Point;
use std::{fmt, time::Duration};

/// When a rule applies. All that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// A recipient is like this: the one of RCPT, or later any accepted one.
    pub to: Option<Pattern>,
    /// The sender is like this.
    pub from: Option<Pattern>,
    /// The message has at least this many octets.
    pub min_size: Option<u64>,
    /// The message has at most this many octets.
    pub max_size: Option<u64>,
    /// Whether the connection uses TLS.
    pub tls: Option<bool>,
    /// Whether the client has signed in.
    pub signed_in: Option<bool>,
    /// How many times the conditions above have held.
    pub count: Option<Count>,
    /// How often they hold.
    pub rate: Option<Rate>,
    /// What `count` and `rate` count separately.
    pub per: Per,
    /// In how many cases of a hundred.
    pub chance: Option<u8>,
}

/// An address in which `*` stands for any text. Case is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

/// Which times of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The first so many.
    First(u64),
    /// This one alone.
    Nth(u64),
    /// All after so many.
    After(u64),
    /// Every so many.
    Every(u64),
}

/// More often than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// So many are let through
    pub times: u32,
    /// in this time.
    pub within: Duration,
}

/// What is counted separately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// Nothing: all connections together.
    #[default]
    Server,
    /// Each connection.
    Connection,
    /// Each address: of RCPT the recipient, of MAIL the sender, later the sender and all
    /// recipients.
    Address,
}

impl Pattern {
    /// Whether `address` is like this.
    #[must_use]
    pub fn matches(&self, address: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let address = address.to_lowercase();
        let Some(mut rest) = address.strip_prefix(first) else {
            return false;
        };
        let mut parts = parts.peekable();
        if parts.peek().is_none() {
            return rest.is_empty();
        }
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return rest.ends_with(part);
            }
            match rest.split_once(part) {
                Some((_, behind)) => rest = behind,
                None => return false,
            }
        }
        true
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// The names of the conditions.
const KEYS: &str = "to from min-size max-size tls signed-in first nth after every rate per chance";

/// The largest number of times in `rate`: so many moments are kept.
const MOST_TIMES: u32 = 1000;

/// Reads the words behind the point of an `on` line. Returns all errors.
pub(super) fn parse<'a>(
    point: Point,
    words: impl Iterator<Item = &'a str>,
) -> Result<Conditions, Vec<String>> {
    let mut conditions = Conditions::default();
    let (mut errors, mut seen) = (Vec::new(), Vec::new());
    for word in words {
        let Some((key, value)) = word.split_once('=') else {
            errors.push(format!(
                "{word:?} is not a condition: write `key=value`, with one of {KEYS}"
            ));
            continue;
        };
        if seen.contains(&key) {
            errors.push(format!("`{key}` is given twice: leave one"));
        }
        seen.push(key);
        if let Err(why) = conditions.set(point, key, value) {
            errors.push(why);
        }
    }
    if conditions.per != Per::Server && conditions.count.is_none() && conditions.rate.is_none() {
        errors.push("`per` needs `first`, `nth`, `after`, `every` or `rate` beside it".to_owned());
    }
    let (least, most) = (conditions.min_size, conditions.max_size);
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        errors.push("no size is at least `min-size` and at most `max-size`".to_owned());
    }
    match errors.is_empty() {
        true => Ok(conditions),
        false => Err(errors),
    }
}

impl Conditions {
    fn set(&mut self, point: Point, key: &str, value: &str) -> Result<(), String> {
        let only = |holds: bool, points: &str| match holds {
            true => Ok(()),
            false => Err(format!(
                "`{key}` is not known at {point}: use it at {points}"
            )),
        };
        match key {
            "to" => {
                only(point.has_recipient(), "RCPT, DATA, BODY, MESSAGE or BDAT")?;
                self.to = Some(pattern(value)?);
            }
            "from" => {
                only(
                    point.has_sender(),
                    "MAIL, RCPT, DATA, BODY, MESSAGE or BDAT",
                )?;
                self.from = Some(pattern(value)?);
            }
            "min-size" | "max-size" => {
                only(point.has_size(), "MAIL, MESSAGE or BDAT")?;
                let size = Some(number(key, value)?);
                match key {
                    "min-size" => self.min_size = size,
                    _ => self.max_size = size,
                }
            }
            "tls" => self.tls = Some(yes(key, value)?),
            "signed-in" => self.signed_in = Some(yes(key, value)?),
            "first" => self.count(Count::First(positive(key, value)?))?,
            "nth" => self.count(Count::Nth(positive(key, value)?))?,
            "after" => self.count(Count::After(positive(key, value)?))?,
            "every" => self.count(Count::Every(positive(key, value)?))?,
            "rate" => self.rate = Some(rate(value)?),
            "per" => {
                self.per = match value {
                    "server" => Per::Server,
                    "connection" => Per::Connection,
                    "address" => {
                        let points = "MAIL, RCPT, DATA, BODY, MESSAGE or BDAT";
                        only(point.has_sender(), points)?;
                        Per::Address
                    }
                    _ => {
                        return Err(format!(
                            "`per={value}`: use `server`, `connection` or `address`"
                        ));
                    }
                }
            }
            "chance" => {
                let percent = value.strip_suffix('%').and_then(|value| value.parse().ok());
                self.chance = Some(percent.filter(|percent| *percent <= 100).ok_or_else(|| {
                    format!("`chance={value}`: use a percentage from 0% to 100%")
                })?);
            }
            _ => return Err(format!("unknown condition `{key}`: known are {KEYS}")),
        }
        Ok(())
    }

    fn count(&mut self, count: Count) -> Result<(), String> {
        match self.count.replace(count) {
            None => Ok(()),
            Some(_) => Err("use only one of `first`, `nth`, `after` and `every`".to_owned()),
        }
    }
}

fn pattern(value: &str) -> Result<Pattern, String> {
    match value.is_empty() {
        true => Err("expected an address, in which `*` stands for any text".to_owned()),
        false => Ok(Pattern(value.to_lowercase())),
    }
}

fn number(key: &str, value: &str) -> Result<u64, String> {
    value
        .parse()
        .map_err(|_| format!("`{key}={value}`: {value:?} is not a number"))
}

fn positive(key: &str, value: &str) -> Result<u64, String> {
    match number(key, value)? {
        0 => Err(format!("`{key}=0`: count from 1")),
        number => Ok(number),
    }
}

fn yes(key: &str, value: &str) -> Result<bool, String> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("`{key}={value}`: use `yes` or `no`")),
    }
}

fn rate(value: &str) -> Result<Rate, String> {
    let wrong = || {
        format!(
            "`rate={value}`: use a number of times up to {MOST_TIMES}, a slash and a number of \
             seconds up to 86400, as in `rate=3/60`"
        )
    };
    let (times, seconds) = value.split_once('/').ok_or_else(wrong)?;
    let times = times.parse().map_err(|_| wrong())?;
    let seconds: u64 = seconds.parse().map_err(|_| wrong())?;
    if times > MOST_TIMES || !(1..=86_400).contains(&seconds) {
        return Err(wrong());
    }
    Ok(Rate {
        times,
        within: Duration::from_secs(seconds),
    })
}
