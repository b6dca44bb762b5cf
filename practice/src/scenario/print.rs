//! Writes a scenario so that it parses to the same.

use super::{CertificateKind, Conditions, Count, Per, Rule, Scenario, Script, Step, text::Text};
use std::fmt;

impl fmt::Display for Scenario {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            writeln!(out, "name: {}", self.name)?;
        }
        if !self.purpose.is_empty() {
            writeln!(out, "purpose: {}", self.purpose)?;
        }
        if let Some(seed) = self.seed {
            writeln!(out, "seed: {seed}")?;
        }
        if self.certificate != CertificateKind::Good {
            writeln!(out, "certificate: {}", self.certificate.name())?;
        }
        match &self.script {
            Script::Dialogue(steps) => {
                writeln!(out, "---")?;
                for step in steps.iter() {
                    writeln!(out, "{step}")?;
                }
            }
            Script::Rules(rules) => {
                for rule in rules {
                    writeln!(out, "\n{rule}")?;
                    for step in rule.steps.iter() {
                        writeln!(out, "  {step}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Writes the `on` line.
impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "on {}{}", self.point, self.conditions)
    }
}

/// Writes each condition with a space before it.
impl fmt::Display for Conditions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |holds: bool| if holds { "yes" } else { "no" };
        if let Some(to) = &self.to {
            write!(out, " to={to}")?;
        }
        if let Some(from) = &self.from {
            write!(out, " from={from}")?;
        }
        if let Some(size) = self.min_size {
            write!(out, " min-size={size}")?;
        }
        if let Some(size) = self.max_size {
            write!(out, " max-size={size}")?;
        }
        if let Some(tls) = self.tls {
            write!(out, " tls={}", yes(tls))?;
        }
        if let Some(signed_in) = self.signed_in {
            write!(out, " signed-in={}", yes(signed_in))?;
        }
        match self.count {
            Some(Count::First(number)) => write!(out, " first={number}")?,
            Some(Count::Nth(number)) => write!(out, " nth={number}")?,
            Some(Count::After(number)) => write!(out, " after={number}")?,
            Some(Count::Every(number)) => write!(out, " every={number}")?,
            None => {}
        }
        if let Some(rate) = self.rate {
            write!(out, " rate={}/{}", rate.times, rate.within.as_secs())?;
        }
        match self.per {
            Per::Server => {}
            Per::Connection => out.write_str(" per=connection")?,
            Per::Address => out.write_str(" per=address")?,
        }
        match self.chance {
            Some(percent) => write!(out, " chance={percent}%"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = self.verb();
        match self {
            Step::Send(text) => match text.without_crlf() {
                Some(line) if line.is_empty() => out.write_str("S:"),
                Some(line) => write!(out, "S: {line}"),
                None => write!(out, "S+ {text}"),
            },
            Step::Split(at, text) => {
                let line = text.without_crlf();
                write!(out, "S/{at} {}", line.as_ref().unwrap_or(text))
            }
            Step::Times(number, text) => write!(out, "{verb} {number} {text}"),
            Step::Flood(number, text) => write!(out, "{verb} {number} {text}"),
            Step::Drip { every, text, .. } => written(out, verb, every.as_millis(), text),
            Step::Expect(text) | Step::Hide(text) | Step::Add(text) => {
                write!(out, "{verb} {text}")
            }
            Step::Read(number) => write!(out, "{verb} {number}"),
            Step::Pause(how_long) => write!(out, "{verb} {}", how_long.as_millis()),
            _ => out.write_str(verb),
        }
    }
}

fn written(out: &mut fmt::Formatter<'_>, verb: &str, number: u128, text: &Text) -> fmt::Result {
    write!(out, "{verb} {number} {text}")
}
