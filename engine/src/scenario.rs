//! Scenarios of the practice server, as a page gets them.

use practice::limits;
use practice::scenario::{self, BUILT_IN, Scenario, ScenarioRun};
use wire::{KnownScenario, PlayedScenario, ScenarioFault};

/// The scenarios that come with the program.
#[must_use]
pub fn known_scenarios() -> Vec<KnownScenario> {
    let known = BUILT_IN.iter().map(|known| KnownScenario {
        name: known.name.to_owned(),
        purpose: scenario::parse(known.text).map_or_else(|_| String::new(), |read| read.purpose),
        text: known.text.to_owned(),
    });
    known.collect()
}

/// Reads a scenario that a page has sent.
///
/// # Errors
/// All that is wrong with it.
pub fn read_scenario(text: &str) -> Result<Scenario, Vec<ScenarioFault>> {
    if text.len() > limits::SCENARIO {
        return Err(vec![ScenarioFault {
            line: 0,
            message: format!("a scenario has at most {} octets", limits::SCENARIO),
        }]);
    }
    scenario::parse(text).map_err(|errors| {
        let faults = errors.into_iter().map(|error| ScenarioFault {
            line: u32::try_from(error.line).unwrap_or(u32::MAX),
            message: error.message,
        });
        faults.collect()
    })
}

/// What a page is told of the scenario that is played.
#[must_use]
pub fn played(run: &ScenarioRun) -> PlayedScenario {
    PlayedScenario {
        name: run.scenario().name.clone(),
        seed: run.seed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_scenarios_can_be_played_and_fit_a_frame() {
        let known = known_scenarios();
        assert_eq!(known.len(), 30);
        for one in &known {
            assert!(read_scenario(&one.text).is_ok(), "{}", one.name);
            assert!(!one.purpose.is_empty(), "{}", one.name);
        }
        let message = wire::FromBridge::Scenarios { known };
        let json = serde_json::to_string(&message).expect("JSON");
        assert!(json.len() < wire::TEXT_FRAME, "{}", json.len());
    }

    #[test]
    fn all_faults_are_named_with_their_lines() {
        let faults = read_scenario("name: x\n\non NOWHERE\n  S: 250 ok\n  SAY hi\n");
        let faults = faults.expect_err("faults");
        let lines: Vec<u32> = faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [3, 5]);
        let long = "# x\n".repeat(limits::SCENARIO);
        let faults = read_scenario(&long).expect_err("too long");
        assert_eq!(faults[0].line, 0);
    }
}
