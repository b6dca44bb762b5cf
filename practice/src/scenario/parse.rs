//! Reads a scenario file. All errors are found, each with its line.

use super::{
    CertificateKind, Point, Rule, Scenario, Script, Step, condition,
    step::{self, Place},
};
use crate::limits;
use std::{fmt, sync::Arc};

/// An error in a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.message)
    }
}

/// Reads a scenario file.
///
/// # Errors
/// All errors, in the order of their lines.
pub fn parse(text: &str) -> Result<Scenario, Vec<ScenarioError>> {
    let mut reader = Reader::default();
    if text.len() > limits::SCENARIO {
        reader.error(1, format!("a file has at most {} octets", limits::SCENARIO));
        return Err(reader.errors);
    }
    for (at, line) in text.lines().enumerate() {
        reader.line(at + 1, line);
    }
    reader.finish()
}

/// Reads the steps of a whole dialogue, without a head.
///
/// # Errors
/// All errors, in the order of their lines.
pub fn parse_steps(text: &str) -> Result<Vec<Step>, Vec<ScenarioError>> {
    let mut reader = Reader {
        in_script: true,
        ..Reader::default()
    };
    for (at, line) in text.lines().enumerate() {
        reader.line(at + 1, line);
    }
    match reader.finish()?.script {
        Script::Dialogue(steps) => Ok(steps.to_vec()),
        Script::Rules(_) => Err(vec![ScenarioError {
            line: 1,
            message: "expected the steps of a dialogue, without `on`".to_owned(),
        }]),
    }
}

/// The rule whose steps are being read.
struct Open {
    line: usize,
    /// None if its line has errors.
    rule: Option<(Point, condition::Conditions)>,
    steps: Steps,
}

/// Steps, and what they must be checked with.
#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    /// The line of a CORK without its UNCORK.
    corked: Option<usize>,
    /// How much is repeated since then, in bytes.
    held: usize,
    /// The line of a step that ends the connection.
    ended: Option<usize>,
    /// Whether steps behind that one were reported.
    told: bool,
    answered: bool,
}

#[derive(Default)]
struct Reader {
    name: Option<String>,
    purpose: Option<String>,
    seed: Option<u64>,
    certificate: Option<CertificateKind>,
    in_script: bool,
    dialogue: Steps,
    rules: Vec<Rule>,
    open: Option<Open>,
    has_rules: bool,
    last_line: usize,
    errors: Vec<ScenarioError>,
}

impl Reader {
    fn error(&mut self, line: usize, message: impl Into<String>) {
        self.errors.push(ScenarioError {
            line,
            message: message.into(),
        });
    }

    fn line(&mut self, number: usize, line: &str) {
        self.last_line = number;
        let text = line.trim_start();
        if text.is_empty() || text.starts_with('#') {
            return;
        }
        if text.trim_end() == "---" && !self.in_script {
            self.in_script = true;
            return;
        }
        let word = text.split_whitespace().next().unwrap_or_default();
        if word == "on" {
            self.on(number, text);
        } else if let Some((key, value)) = head(text) {
            match self.in_script {
                true => self.error(
                    number,
                    format!("`{key}:` belongs above the first step and the first `on`"),
                ),
                false => self.head(number, key, value),
            }
        } else {
            self.step(number, text);
        }
    }

    fn head(&mut self, line: usize, key: &str, value: &str) {
        let twice = match key {
            "name" => self.name.replace(value.to_owned()).is_some(),
            "purpose" => self.purpose.replace(value.to_owned()).is_some(),
            "seed" => match value.parse() {
                Ok(seed) => self.seed.replace(seed).is_some(),
                Err(_) => return self.error(line, format!("{value:?} is not a number")),
            },
            "certificate" => {
                let known = CertificateKind::ALL;
                match known.iter().find(|(name, _)| *name == value) {
                    Some((_, kind)) => self.certificate.replace(*kind).is_some(),
                    None => {
                        let names = known.map(|(name, _)| name).join(", ");
                        return self.error(
                            line,
                            format!("unknown certificate {value:?}: known are {names}"),
                        );
                    }
                }
            }
            _ => {
                return self.error(
                    line,
                    format!("unknown key `{key}:`: known are name, purpose, seed and certificate"),
                );
            }
        };
        if twice {
            self.error(line, format!("`{key}:` is given twice: leave one"));
        } else if value.is_empty() {
            self.error(line, format!("`{key}:` needs a value"));
        }
    }

    fn on(&mut self, line: usize, text: &str) {
        self.in_script = true;
        self.has_rules = true;
        self.close_rule();
        let mut words = text.split_whitespace().skip(1);
        let rule = match Point::parse(&mut words) {
            Err(why) => {
                self.error(line, why);
                None
            }
            Ok(point) => match condition::parse(point, words) {
                Ok(conditions) => Some((point, conditions)),
                Err(errors) => {
                    errors.into_iter().for_each(|why| self.error(line, why));
                    None
                }
            },
        };
        if self.rules.len() >= limits::SCENARIO_RULES {
            let most = limits::SCENARIO_RULES;
            self.error(line, format!("a file has at most {most} rules"));
        }
        self.open = Some(Open {
            line,
            rule,
            steps: Steps::default(),
        });
    }

    fn step(&mut self, line: usize, text: &str) {
        self.in_script = true;
        let step = match step::parse(text) {
            Ok(step) => step,
            Err(why) => return self.error(line, why),
        };
        let point = self
            .open
            .as_ref()
            .map(|open| open.rule.as_ref().map(|(point, _)| *point));
        if let Some(why) = misplaced(&step, point) {
            return self.error(line, why);
        }
        let steps = match &mut self.open {
            Some(open) => &mut open.steps,
            None => &mut self.dialogue,
        };
        if let Err(why) = steps.push(line, step) {
            self.error(line, why);
        }
    }

    fn close_rule(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        if let Some(line) = open.steps.corked {
            self.error(line, "`CORK` needs an `UNCORK` below it");
        }
        if open.steps.steps.is_empty() && self.errors.iter().all(|e| e.line < open.line) {
            let what = "write below it what the server does, such as `S: 451 Try again later`";
            self.error(open.line, format!("this `on` has no steps: {what}"));
        }
        if let Some((point, conditions)) = open.rule {
            self.rules.push(Rule {
                point,
                conditions,
                steps: open.steps.steps.into(),
            });
        }
    }

    fn finish(mut self) -> Result<Scenario, Vec<ScenarioError>> {
        self.close_rule();
        if let Some(line) = self.dialogue.corked {
            self.error(line, "`CORK` needs an `UNCORK` below it");
        }
        let both = self.has_rules && !self.dialogue.steps.is_empty();
        if both {
            self.error(
                1,
                "a file has either a whole dialogue or rules: put the steps above the first `on` \
                 below one, such as `on CONNECT`, or remove them",
            );
        }
        // A certificate alone is a scenario, too.
        let empty = !self.has_rules && self.dialogue.steps.is_empty();
        if empty && self.certificate.is_none() && self.errors.is_empty() {
            self.error(
                self.last_line.max(1),
                "there are no steps: write rules that begin with `on`, or a whole dialogue",
            );
        }
        if !self.errors.is_empty() {
            self.errors.sort_by_key(|error| error.line);
            return Err(self.errors);
        }
        Ok(Scenario {
            name: self.name.unwrap_or_default(),
            purpose: self.purpose.unwrap_or_default(),
            seed: self.seed,
            certificate: self.certificate.unwrap_or_default(),
            script: match self.has_rules || empty {
                true => Script::Rules(self.rules),
                false => Script::Dialogue(Arc::from(self.dialogue.steps)),
            },
        })
    }
}

impl Steps {
    fn push(&mut self, line: usize, step: Step) -> Result<(), String> {
        if let Some(ended) = self.ended {
            // One message for all that is behind it.
            return match std::mem::replace(&mut self.told, true) {
                true => Ok(()),
                false => Err(format!(
                    "line {ended} ends the script, and nothing behind it is done: remove it"
                )),
            };
        }
        match &step {
            Step::Cork if self.corked.is_some() => {
                return Err("`CORK` is already in effect: `UNCORK` first".to_owned());
            }
            Step::Cork => {
                self.corked = Some(line);
                self.held = 0;
            }
            Step::Uncork if self.corked.take().is_none() => {
                return Err("`UNCORK` needs a `CORK` above it".to_owned());
            }
            Step::Times(times, text) if self.corked.is_some() => {
                let octets = text.longest().saturating_mul(*times);
                self.held = self.held.saturating_add(octets);
                if self.held > limits::SCENARIO_CORKED {
                    return Err(format!(
                        "at most {} octets of `S*` can be held back: use fewer, or put it below \
                         `UNCORK`",
                        limits::SCENARIO_CORKED
                    ));
                }
            }
            Step::Flood(..) | Step::Drip { .. } | Step::Pause(_) if self.corked.is_some() => {
                return Err(format!(
                    "`{}` can't stand between `CORK` and `UNCORK`, where everything is sent at \
                     once",
                    step.verb()
                ));
            }
            Step::Answer | Step::Execute if std::mem::replace(&mut self.answered, true) => {
                return Err(
                    "the command can be carried out once: leave one `ANSWER` or `EXECUTE`"
                        .to_owned(),
                );
            }
            Step::Hide(_) | Step::Add(_) if self.answered => {
                return Err(format!(
                    "`{}` changes the reply that `ANSWER` sends: put it above `ANSWER`",
                    step.verb()
                ));
            }
            last if last.is_last() => {
                if self.corked.is_some() {
                    return Err(format!("`UNCORK` before `{}`", step.verb()));
                }
                self.ended = Some(line);
            }
            _ => {}
        }
        if self.steps.len() >= limits::SCENARIO_STEPS {
            let most = limits::SCENARIO_STEPS;
            return Err(format!("a script has at most {most} steps"));
        }
        self.steps.push(step);
        Ok(())
    }
}

/// Why a step can't be here. `point`: the rule it is in, and its point if that is known.
fn misplaced(step: &Step, point: Option<Option<Point>>) -> Option<String> {
    let verb = step.verb();
    match (step.place(), point) {
        (Place::Dialogue, Some(_)) => Some(format!(
            "`{verb}` reads from the client, which a rule can't: use it in a file without `on`, \
             which is a whole dialogue"
        )),
        (Place::Rule | Place::Ehlo, None) => {
            Some(format!("`{verb}` is for rules: put it below an `on`"))
        }
        (Place::Rule, Some(Some(Point::Body(_)))) => Some(format!(
            "there is nothing to answer inside a message: use `{verb}` at MESSAGE"
        )),
        (Place::Ehlo, Some(Some(point))) if point != Point::Ehlo => Some(format!(
            "`{verb}` changes the reply to EHLO: use it at `on EHLO`"
        )),
        _ => None,
    }
}

/// A line `key: value`, with a key in small letters.
fn head(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    // `s:` and `c:` are steps that should be in capitals.
    let fits = key.len() > 1 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    fits.then(|| (key, value.trim()))
}
