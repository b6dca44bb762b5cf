//! The scenario that the command line names.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use practice::limits;
use practice::scenario::{self, BUILT_IN, BuiltIn, Scenario, ScenarioError, ScenarioRun};

/// The scenario of `--scenario`: one that comes with the program, or a file.
///
/// # Errors
/// There is none, or it has errors. All of them are named.
pub(crate) fn named(name: &str) -> Result<ScenarioRun> {
    if let Some(known) = BuiltIn::find(name) {
        return run(name, known.text);
    }
    let path = Path::new(name);
    let length = std::fs::metadata(path).map(|metadata| metadata.len());
    if length.is_ok_and(|length| length > limits::SCENARIO as u64) {
        bail!(
            "{name} is no scenario: a file has at most {} octets",
            limits::SCENARIO
        );
    }
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{name} is neither a file that can be read nor a scenario of --list-scenarios")
    })?;
    run(name, &text)
}

fn run(name: &str, text: &str) -> Result<ScenarioRun> {
    let mut scenario = match scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(errors) => bail!("{name} has errors:{}", listed(&errors)),
    };
    if scenario.name.is_empty() {
        scenario.name = Path::new(name)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
    }
    begin(scenario)
}

/// Begins a scenario. If it has no seed of its own, it gets another one each time.
///
/// # Errors
/// The system has no random bytes.
pub(crate) fn begin(scenario: Scenario) -> Result<ScenarioRun> {
    let seed = getrandom::u32()
        .map_err(|error| anyhow::anyhow!("can't get random bytes from this machine: {error}"))?;
    Ok(ScenarioRun::new(scenario, seed.into()))
}

fn listed(errors: &[ScenarioError]) -> String {
    errors.iter().map(|error| format!("\n  {error}")).collect()
}

/// Prints the scenarios that come with the program.
///
/// # Errors
/// Writing to standard output failed.
pub(crate) fn print_list() -> io::Result<()> {
    match write_list(&mut io::stdout().lock()) {
        // Whoever reads it has read enough, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

fn write_list(out: &mut impl Write) -> io::Result<()> {
    let widest = BUILT_IN.iter().map(|known| known.name.len()).max();
    for known in BUILT_IN {
        let purpose = scenario::parse(known.text).map_or_else(|_| String::new(), |s| s.purpose);
        writeln!(
            out,
            "{:width$}  {purpose}",
            known.name,
            width = widest.unwrap_or(0)
        )?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_or_a_name() {
        assert_eq!(
            named("greylisting").expect("built in").scenario().name,
            "greylisting"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.scenario");
        let file = path.display().to_string();
        std::fs::write(&path, "on RCPT\n S: 451 Later\n").expect("a file");
        assert_eq!(named(&file).expect("a file").scenario().name, "mine");
        std::fs::write(&path, "on LUNCH\n X\n").expect("a file");
        let error = format!("{:#}", named(&file).expect_err("errors"));
        assert!(
            error.contains("line 1: unknown point") && error.contains("line 2:"),
            "{error}"
        );
        let error = format!("{:#}", named("no-such").expect_err("no file"));
        assert!(error.contains("--list-scenarios"), "{error}");
        std::fs::write(&path, "#".repeat(limits::SCENARIO + 1)).expect("a file");
        assert!(named(&file).is_err());
    }
}
