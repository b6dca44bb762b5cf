//! Scenarios: servers that misbehave on purpose, each described by a file. `docs/scenarios.md`
//! describes the files.
//!
//! A scenario is either a whole dialogue, which replaces the session, or rules that change what the
//! session does at some points. [`parse`] reads one, its `Display` writes it, and [`ScenarioRun`]
//! is what the sessions of a server share while they play one.

mod built_in;
mod condition;
mod parse;
mod point;
mod print;
mod run;
mod step;
mod text;

#[cfg(test)]
mod tests;

pub use built_in::{BUILT_IN, BuiltIn};
pub use condition::{Conditions, Count, Pattern, Per, Rate};
pub use parse::{ScenarioError, parse, parse_steps};
pub use point::Point;
pub use run::{Event, Hit, ScenarioRun};
pub use step::Step;
pub use text::{Text, unescape};

use std::sync::Arc;

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its name; empty if the file has none.
    pub name: String,
    /// What it is for: `test that your client …`. Empty if the file does not say.
    pub purpose: String,
    /// What chance follows from. Without one, each run is another.
    pub seed: Option<u64>,
    /// The certificate that the server presents.
    pub certificate: CertificateKind,
    /// What the server does.
    pub script: Script,
}

/// What a server does in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// These steps in order, on every connection, whatever the client does.
    Dialogue(Arc<[Step]>),
    /// What it always does, except where a rule applies. The first one that applies is played.
    Rules(Vec<Rule>),
}

/// What the server does at a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Where it applies.
    pub point: Point,
    /// When it applies.
    pub conditions: Conditions,
    /// What the server then does, in place of what it would have done.
    pub steps: Arc<[Step]>,
}

/// The certificate of a server, by what is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CertificateKind {
    /// Nothing is wrong.
    #[default]
    Good,
    /// It was valid until yesterday.
    Expired,
    /// It is valid from tomorrow.
    NotYetValid,
    /// It is for another host name.
    WrongName,
    /// It is for the host name, but for none of the addresses.
    IpMismatch,
    /// It is signed by itself.
    SelfSigned,
    /// Its issuer is not the practice CA.
    UnknownRoot,
}

impl CertificateKind {
    /// All kinds, with their names in scenario files.
    pub const ALL: [(&'static str, CertificateKind); 7] = [
        ("good", CertificateKind::Good),
        ("expired", CertificateKind::Expired),
        ("not-yet-valid", CertificateKind::NotYetValid),
        ("wrong-name", CertificateKind::WrongName),
        ("ip-mismatch", CertificateKind::IpMismatch),
        ("self-signed", CertificateKind::SelfSigned),
        ("unknown-root", CertificateKind::UnknownRoot),
    ];

    /// Its name in scenario files.
    pub fn name(self) -> &'static str {
        let named = CertificateKind::ALL.iter().find(|(_, kind)| *kind == self);
        named.map_or("good", |(name, _)| name)
    }
}

impl Scenario {
    /// Its name for a person.
    pub fn title(&self) -> &str {
        match self.name.as_str() {
            "" => "without a name",
            name => name,
        }
    }

    /// Whether a dialogue begins with TLS or with what takes its place, so that the server must not
    /// do a handshake of its own on the port with implicit TLS.
    pub fn begins_with_tls(&self) -> bool {
        matches!(
            &self.script,
            Script::Dialogue(steps)
                if matches!(steps.first(), Some(Step::Tls | Step::NoTls | Step::Record))
        )
    }
}
