//! `cargo xtask fuzz`: runs libFuzzer on everything that parses outside input.
//!
//! A search starts from `fuzz/corpus`, `fuzz/found`, and inputs from earlier searches on this
//! machine, which are below `target/`. Only `--keep` changes the checkout.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::project::{Project, clean_command, output_of, run};
use crate::say::{grouped, say};
use crate::setup;

/// The longest input that `--keep` adds to the checkout, in octets. Few code paths need longer
/// ones.
const KEPT: &str = "-max_len=2048";

/// Options.
pub(crate) struct Search {
    /// For each target.
    pub(crate) seconds: u32,
    /// Only targets whose names contain this; None for all.
    pub(crate) filter: Option<String>,
    /// Whether to minimise the inputs found into the checkout's corpus.
    pub(crate) keep: bool,
}

/// Runs the searches one after another and reports each result.
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
                "  fix it and move the file to fuzz/found/{target}/, which `cargo xtask test` runs"
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

/// Every target whose name contains the filter, from the files in `fuzz_targets/`.
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

/// AddressSanitizer, if this compiler includes it.
fn sanitizer() -> Result<&'static str> {
    let library = output_of(clean_command("rustc").args(["--print", "target-libdir"]))?;
    let there = fs::read_dir(library.trim())?
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().ends_with("_rt.asan.a"));
    Ok(if there { "address" } else { "none" })
}

/// cargo-fuzz, and its command line.
struct Fuzzer<'a> {
    project: &'a Project,
    program: PathBuf,
    sanitizer: &'static str,
}

/// The result of one search.
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
            // libFuzzer needs unstable compiler flags, which a stable compiler has too.
            .env("RUSTC_BOOTSTRAP", "1")
            // With LTO each change takes minutes to build, and the code under test is not faster.
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
        command.arg(target).arg(grown).args(self.kept(target)?);
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

    /// Replaces the checkout's corpus by the smallest one with the same coverage.
    fn keep(&self, target: &str) -> Result<()> {
        let smaller = self.emptied(target, "kept")?;
        let mut command = self.command("run");
        command.arg(target).arg(&smaller).arg(self.grown(target)?);
        command.arg(self.unpacked(target)?);
        // Prefer few inputs that each cover much. How often a line runs does not matter.
        command.args(["--", "-set_cover_merge=1", KEPT, "-use_counters=0"]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        run(command.stderr(Stdio::null()))?;
        let mut lines = BTreeSet::new();
        for file in files(&smaller)? {
            lines.insert(STANDARD.encode(fs::read(file)?));
        }
        // libFuzzer always starts with the empty input.
        lines.remove("");
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(self.corpus(target), &text)?;
        let (inputs, octets) = (lines.len(), grouped(text.len() as u64));
        say(
            "fuzz",
            format!("{target}: kept {inputs} inputs, {octets} octets in base64"),
        );
        Ok(())
    }

    /// The checkout's corpus of a target: one input in base64 on each line.
    fn corpus(&self, target: &str) -> PathBuf {
        self.project.path(&format!("fuzz/corpus/{target}.base64"))
    }

    /// The checkout's corpus as a folder of files, which is what libFuzzer reads.
    fn unpacked(&self, target: &str) -> Result<PathBuf> {
        let folder = self.emptied(target, "unpacked")?;
        let corpus = self.corpus(target);
        let lines = match fs::read_to_string(&corpus) {
            Ok(lines) => lines,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| corpus.display().to_string()),
        };
        for (index, line) in lines.lines().enumerate() {
            let place = || format!("{}, line {}", corpus.display(), index + 1);
            let octets = STANDARD.decode(line).with_context(place)?;
            fs::write(folder.join(index.to_string()), octets)?;
        }
        Ok(folder)
    }

    /// An empty folder beside the inputs of searches.
    fn emptied(&self, target: &str, what: &str) -> Result<PathBuf> {
        let folder = self.project.target(&format!("fuzz/corpus/{target}.{what}"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The inputs found by searches on this machine.
    fn grown(&self, target: &str) -> Result<PathBuf> {
        let folder = self.project.target(&format!("fuzz/corpus/{target}"));
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// The folders with inputs in the checkout.
    fn kept(&self, target: &str) -> Result<Vec<PathBuf>> {
        let mut folders = vec![self.unpacked(target)?];
        let found = self.project.path(&format!("fuzz/found/{target}"));
        folders.extend(found.is_dir().then_some(found));
        Ok(folders)
    }
}

/// The files in a folder; none if it does not exist.
fn files(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    if !folder.exists() {
        return Ok(BTreeSet::new());
    }
    fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect()
}

/// The number after the last `name` in libFuzzer's output; 0 if there is none.
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
