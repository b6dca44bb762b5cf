//! `docs/performance.md`: one section for each part with its latest results and the machine.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const HEAD: &str = "# Performance

`cargo xtask bench` runs all of these benchmarks except the soak, `cargo xtask bench PART` runs \
one, and both write their results to this file. Page, bridge and server run on one machine, over \
loopback. Times depend on the machine and on what else it is doing, so compare ratios. In columns \
named `ratio to best peer`, values below 1 are faster than every other program unless the column \
says otherwise.
";

/// Replaces the section of a part. `order` has the names of all parts.
pub(crate) fn keep(name: &str, text: &str, order: &[&str]) -> Result<()> {
    let file = file();
    // The file does not exist before the first run.
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    std::fs::write(&file, with_section(&old, name, text, order))
        .with_context(|| format!("can't write {}", file.display()))
}

fn with_section(old: &str, name: &str, text: &str, order: &[&str]) -> String {
    let mut document = HEAD.to_owned();
    for part in order {
        let section = if *part == name {
            Some(text)
        } else {
            section(old, part)
        };
        if let Some(section) = section {
            document += &format!("\n## {part}\n\n{}\n", section.trim());
        }
    }
    document
}

fn section<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    document.split("\n## ").skip(1).find_map(|section| {
        let (title, text) = section.split_once('\n')?;
        (title == name).then_some(text)
    })
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/performance.md")
}

/// A description of this machine.
pub(crate) fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.split_once(':'))
            .map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = field(&read("/proc/cpuinfo"), "model name");
    let memory = field(&read("/proc/meminfo"), "MemTotal")
        .and_then(|kib| kib.trim_end_matches(" kB").parse::<u64>().ok())
        .map_or(0, |kib| (kib as f64 / 1024.0 / 1024.0).round() as u64);
    format!(
        "Measured on {} {}, {cores} cores ({}), {memory} GiB of memory.",
        std::env::consts::OS,
        read("/proc/sys/kernel/osrelease")
            .split('-')
            .next()
            .unwrap_or_default()
            .trim(),
        model.as_deref().unwrap_or("unnamed"),
    )
}
