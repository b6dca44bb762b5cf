//! Scenarios of the practice server: how it misbehaves on purpose.

use serde::{Deserialize, Serialize};

/// A scenario that comes with the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownScenario {
    /// Its name.
    pub name: String,
    /// What it is for: `test that your client …`.
    pub purpose: String,
    /// Its file, see `docs/scenarios.md`.
    pub text: String,
}

/// A scenario that the practice server plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedScenario {
    /// Its name; empty where it has none.
    pub name: String,
    /// What chance follows from.
    pub seed: u64,
}

/// Something wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioFault {
    /// In which line, from 1; 0: not of any line.
    pub line: u32,
    /// What is wrong, and what to do. In English, as other programs get it.
    pub message: String,
}
