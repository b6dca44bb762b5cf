//! `cargo xtask fuzz`: libFuzzer on what comes in from outside.
//!
//! A search starts from `fuzz/corpus` and `fuzz/found`, and from what earlier searches on this machine have found on their way, which stays
//! below `target/`. The checkout itself is changed by `--keep` only.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::project::{Project, clean_command, output_of, run};
use crate::say::{grouped, say};
use crate::setup;

/// The longest input that `--keep` takes into the checkout, in octets; there are few ways through the code that take more.
const KEPT: &str = "-max_len=2048";

/// What to do.
pub(crate) struct Search {
    /// For each target.
    pub(crate) seconds: u32,
    /// Targets whose names contain this; all without.
    pub(crate) filter: Option<String>,
    /// Minimise what was found on the way into the checkout's corpus.
    pub(crate) keep: bool,
}

/// Searches, target after target, and says what came of each.
pub(crate) fn search(project: &Project, search: &Search) -> Result<ExitCode> {
    let targets = targets(project, search.filter.as_deref())?;
    let fuzzer = Fuzzer {
        project,
        program: setup::fuzz()?,
        sanitizer: sanitizer()?,
    };
    say(
        "fuzz",
        format!(
            "building with sanitizer {} (some minutes the first time)",
            fuzzer.sanitizer
        ),
    );
    run(&mut fuzzer.command("build"))?;
    let mut all_hold = true;
    for target in &targets {
        say("fuzz", format!("{target}: {} s", search.seconds));
        let result = fuzzer.run(target, search.seconds)?;
        println!(
            "{target:<17} {:>12} executions {:>8} /s {:>6} edges {:>3} findings",
            grouped(result.executions),
            grouped(result.per_second),
            grouped(result.edges),
            result.findings.len(),
        );
        for finding in &result.findings {
            println!("  {}", finding.display());
        }
        if !result.findings.is_empty() {
            println!("  how: {}", result.log.display());
            println!(
                "  mend it, and move the file to fuzz/found/{target}/, where `cargo xtask test` runs it"
            );
        }
        all_hold &= result.findings.is_empty();
        if search.keep {
            fuzzer.keep(target)?;
        }
    }
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Every target whose name contains the filter, by the files that are there.
fn targets(project: &Project, filter: Option<&str>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(project.path("fuzz/fuzz_targets"))? {
        let path = entry?.path();
        if let Some(name) = path.file_stem().and_then(|name| name.to_str())
            && filter.is_none_or(|filter| name.contains(filter))
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    if names.is_empty() {
        bail!("no target's name contains {:?}", filter.unwrap_or_default());
    }
    Ok(names)
}

/// AddressSanitizer where this compiler came with it.
fn sanitizer() -> Result<&'static str> {
    let library = output_of(clean_command("rustc").args(["--print", "target-libdir"]))?;
    let there = fs::read_dir(library.trim())?
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().ends_with("_rt.asan.a"));
    Ok(if there { "address" } else { "none" })
}

/// cargo-fuzz, and how it is called here.
struct Fuzzer<'a> {
    project: &'a Project,
    program: PathBuf,
    sanitizer: &'static str,
}

/// What came of one search.
struct Found {
    executions: u64,
    per_second: u64,
    edges: u64,
    findings: Vec<PathBuf>,
    log: PathBuf,
}

impl Fuzzer<'_> {
    fn command(&self, verb: &str) -> Command {
        let mut command = self.project.command(&self.program);
        command
            .args([verb, "--fuzz-dir", "fuzz", "--features", "libfuzzer"])
            .args(["--sanitizer", self.sanitizer, "--target-dir"])
            .arg(self.project.target("fuzz"))
            // What libFuzzer needs of the compiler is not stable; a stable compiler has it all the same.
            .env("RUSTC_BOOTSTRAP", "1")
            // With it each change takes minutes to build, and the code that is searched is not faster.
            .env("CARGO_PROFILE_RELEASE_LTO", "off");
        command
    }

    fn run(&self, target: &str, seconds: u32) -> Result<Found> {
        let grown = self.grown(target)?;
        let findings = self.project.target(&format!("fuzz/findings/{target}"));
        fs::create_dir_all(&findings)?;
        let before = files(&findings)?;
        let log = self.project.target(&format!("fuzz/{target}.log"));
        let mut command = self.command("run");
        // libFuzzer writes to the first folder and reads them all.
        command.arg(target).arg(grown).args(self.kept(target));
        command
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", findings.display()))
            .args(["-timeout=10", "-print_final_stats=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log)?);
        let status = command.status().context("could not start cargo-fuzz")?;
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        let findings: Vec<PathBuf> = files(&findings)?.difference(&before).cloned().collect();
        if !status.success() && findings.is_empty() {
            bail!("{target} could not be run, see {}", log.display());
        }
        Ok(Found {
            executions: last_number(&text, "stat::number_of_executed_units:"),
            per_second: last_number(&text, "stat::average_exec_per_sec:"),
            edges: last_number(&text, " cov:"),
            findings,
            log,
        })
    }

    /// Makes the checkout's corpus the least that goes every way which is known by now.
    fn keep(&self, target: &str) -> Result<()> {
        let corpus = self.project.path(&format!("fuzz/corpus/{target}"));
        let smaller = self.project.target(&format!("fuzz/corpus/{target}.kept"));
        if smaller.exists() {
            fs::remove_dir_all(&smaller)?;
        }
        fs::create_dir_all(&smaller)?;
        let mut command = self.command("run");
        command.arg(target).arg(&smaller).arg(self.grown(target)?);
        if corpus.exists() {
            command.arg(&corpus);
        }
        // Few files that go many ways rather than many that go few; how often a way is gone is nothing to keep a file for.
        command.args(["--", "-set_cover_merge=1", KEPT, "-use_counters=0"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        run(command.stderr(Stdio::null()))?;
        if corpus.exists() {
            fs::remove_dir_all(&corpus)?;
        }
        fs::create_dir_all(&corpus)?;
        let mut octets = 0;
        let kept = files(&smaller)?;
        for file in &kept {
            let name = file.file_name().context("a file without a name")?;
            octets += fs::copy(file, corpus.join(name))?;
        }
        say(
            "fuzz",
            format!(
                "{target}: kept {} files, {} octets",
                kept.len(),
                grouped(octets)
            ),
        );
        Ok(())
    }

    /// What searches on this machine have found on their way.
    fn grown(&self, target: &str) -> Result<PathBuf> {
        let folder = self.project.target(&format!("fuzz/corpus/{target}"));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// What the checkout keeps.
    fn kept(&self, target: &str) -> Vec<PathBuf> {
        ["corpus", "found"]
            .map(|folder| self.project.path(&format!("fuzz/{folder}/{target}")))
            .into_iter()
            .filter(|folder| folder.is_dir())
            .collect()
    }
}

/// The files in a folder; none where it is not there.
fn files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    if !folder.exists() {
        return Ok(BTreeSet::new());
    }
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect()
}

/// The number behind the last `name` in what libFuzzer printed; 0 where it printed none.
fn last_number(text: &str, name: &str) -> u64 {
    text.rsplit_once(name)
        .and_then(|(_, rest)| rest.split_ascii_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::last_number;

    #[test]
    fn the_statistics_are_read() {
        let text = "#2 INITED cov: 12 ft: 13\n#900 DONE   cov: 2600 ft: 11440 corp: 1933/289Kb\n\
            stat::number_of_executed_units: 824514\nstat::average_exec_per_sec:     31712\n";
        assert_eq!(
            last_number(text, "stat::number_of_executed_units:"),
            824_514
        );
        assert_eq!(last_number(text, "stat::average_exec_per_sec:"), 31_712);
        assert_eq!(last_number(text, " cov:"), 2_600);
        assert_eq!(last_number("panicked", " cov:"), 0);
    }
}
