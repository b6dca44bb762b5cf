//! Retries: downloads often fail for temporary reasons.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::say::say;

const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(3);

/// Runs something that needs the network, up to three times with increasing pauses.
pub(crate) fn with_retries(what: &str, step: impl FnMut() -> Result<()>) -> Result<()> {
    retry(what, FIRST_PAUSE, step)
}

fn retry(what: &str, first_pause: Duration, mut step: impl FnMut() -> Result<()>) -> Result<()> {
    let mut pause = first_pause;
    for _ in 1..TRIES {
        let Err(error) = step() else { return Ok(()) };
        say("setup", format!("{what}: {error:#}"));
        say(
            "setup",
            format!("{what}: trying again in {} s", pause.as_secs()),
        );
        thread::sleep(pause);
        pause *= 2;
    }
    step().with_context(|| format!("{what} failed {TRIES} times; is this machine online?"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::bail;

    use super::retry;

    #[test]
    fn a_passing_failure_is_passed_over_and_a_lasting_one_is_told() {
        for (fails, calls_wanted, succeeds) in [(0, 1, true), (2, 3, true), (9, 3, false)] {
            let mut calls = 0;
            let result = retry("fetching", Duration::ZERO, || {
                calls += 1;
                if calls <= fails {
                    bail!("no route")
                }
                Ok(())
            });
            assert_eq!(
                (calls, result.is_ok()),
                (calls_wanted, succeeds),
                "{fails} failures"
            );
        }
    }
}
