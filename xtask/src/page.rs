//! Builds the page into `dist/`.

mod fingerprint;
mod markup;
mod module;
mod styles;
mod sync;
mod template;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use self::fingerprint::Fingerprint;
use self::module::Module;
use crate::background::Background;
use crate::project::{Project, output_of, run};
use crate::say::{grouped, say};
use crate::setup::{self, PageTools};

/// How a page is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// For this machine: fast to compile. A small page built from the same sources is accepted too.
    Quick,
    /// The page as released: as small as possible, with compressed versions of the files.
    Small {
        /// The program that makes the wasm smaller. Without it the page behaves the same, which is
        /// enough for tests.
        wasm_opt: Option<PathBuf>,
    },
}

impl Kind {
    /// A small page. Installs what is needed.
    pub(crate) fn small() -> Result<Self> {
        Ok(Self::Small {
            wasm_opt: Some(setup::wasm_opt()?),
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Small { wasm_opt: None } => "without wasm-opt",
            Self::Small { wasm_opt: Some(_) } => "small",
        }
    }

    /// The profile of cargo, and the name of its folder.
    fn profile(&self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Small { .. } => "page",
        }
    }
}

/// Builds the page if anything it is made of has changed. Beside it, cargo builds `program` of the
/// workspace in the profile `dev`, if there is one.
pub(crate) fn build(project: &Project, kind: &Kind, program: Option<&str>) -> Result<()> {
    // Two builds at once would overwrite each other's files.
    fs::create_dir_all(project.target(""))?;
    let only_one = File::create(project.target("page.lock"))?;
    only_one.lock()?;
    let stamp = Stamp::of(project);
    // Computed before building, so that an edit made during the build counts as not built.
    let inputs = Fingerprint::of_inputs(project)?;
    if stamp.fits(kind, inputs, project) {
        say("page", "unchanged");
        let Some(program) = program else {
            return Ok(());
        };
        say("program", "building what has changed");
        return run(&mut native(project, &[program]));
    }
    styles::check(project)?;
    let rust = setup::page()?;

    let tools: &[&str] = match kind {
        Kind::Quick => &["page-bindgen"],
        Kind::Small { .. } => &["page-bindgen", "page-compress", "page-split"],
    };
    say("page", "compiling (about 2 minutes the first time)");
    // Cargo runs these one after another. In one command they would share the features of their
    // dependencies, and a command for one of them would compile again.
    let tools = Background::start("compiling the page's tools", native(project, tools))?;
    let program = program
        .map(|program| {
            say("program", "compiling beside it");
            Background::start("compiling the program", native(project, &[program]))
        })
        .transpose()?;
    let mut cargo = project.cargo();
    rust.apply(&mut cargo, None)?;
    cargo.args([
        "build",
        "--profile",
        kind.profile(),
        "--target",
        setup::WASM_TARGET,
        "--package",
        "glasspost-app",
        "--bin",
        "glasspost-app",
    ]);
    if let Kind::Small { .. } = kind {
        cargo.args(["--features", "parts"]);
    }
    run(&mut cargo)?;
    tools.finish()?;
    let staged = assemble(project, kind)?;
    if let Kind::Small { .. } = kind {
        compress(project, &staged)?;
    }
    sync::mirror(&staged, &project.dist())?;
    stamp.write(kind, inputs, project)?;
    if let Some(program) = program {
        say("program", "waiting for it");
        program.finish()?;
    }
    Ok(())
}

/// `cargo build` for programs that run on this machine.
fn native(project: &Project, programs: &[&str]) -> Command {
    let mut cargo = project.cargo();
    cargo.arg("build");
    for program in programs {
        cargo.args(["--package", program, "--bin", program]);
    }
    cargo
}

/// Assembles the page in a folder of its own.
fn assemble(project: &Project, kind: &Kind) -> Result<PathBuf> {
    say("page", "putting it together");
    let (made, staged) = (project.target("page-module"), project.target("page-dist"));
    module::make(project, kind, &made)?;
    // Old files of the page must not remain.
    make_empty(&staged)?;
    let module = Module::place(&made, &staged)?;
    let snippets = made.join("snippets");
    if snippets.is_dir() {
        sync::mirror(&snippets, &staged.join("snippets"))?;
    }
    template::fill(project.root(), &staged, &pattern(project)?, &module)?;
    Ok(staged)
}

/// The arguments that `index.html` has for wasm-opt.
fn wasm_opt_arguments(template: &str) -> Result<Vec<String>> {
    let link = markup::tags(template)
        .find(|tag| tag.get("rel") == Some("rust"))
        .context("index.html does not name the program")?;
    let get = |name: &str| {
        link.get(name)
            .with_context(|| format!("index.html has no {name}"))
    };
    let mut arguments = vec![format!("-O{}", get("data-wasm-opt")?)];
    let parameters = get("data-wasm-opt-params")?;
    arguments.extend(parameters.split_whitespace().map(str::to_owned));
    Ok(arguments)
}

/// The placeholder of the program in the page, as in Trunk.toml.
fn pattern(project: &Project) -> Result<String> {
    let settings = fs::read_to_string(project.path("Trunk.toml"))?;
    settings
        .lines()
        .find_map(|line| {
            line.strip_prefix("pattern_script = '")?
                .strip_suffix('\'')
                .map(str::to_owned)
        })
        .context("Trunk.toml has no pattern_script")
}

fn compress(project: &Project, staged: &Path) -> Result<()> {
    let printed = output_of(
        project
            .command(project.target("debug/page-compress"))
            .arg(staged),
    )?;
    let mut total = 0;
    for line in printed.lines() {
        let mut words = line.splitn(3, ' ');
        let mut number = || words.next()?.parse::<u64>().ok();
        let (plain, brotli) = number().zip(number()).context("page-compress: no sizes")?;
        let name = words.next().unwrap_or_default();
        total += brotli;
        if plain > 4096 {
            let (plain, brotli) = (grouped(plain), grouped(brotli));
            say("page", format!("{name}: {plain} bytes, {brotli} by brotli"));
        }
    }
    let total = grouped(total);
    say("page", format!("in dist/, {total} bytes by brotli in all"));
    Ok(())
}

/// `trunk` with its tools on PATH.
pub(crate) fn trunk(project: &Project, tools: &PageTools) -> Result<Command> {
    let mut trunk = project.command(setup::program_in(&tools.path, "trunk")?);
    tools.rust.apply(&mut trunk, Some(tools.path.clone()))?;
    trunk
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk fails with NO_COLOR=1, and prints long backtraces with its errors.
        .env_remove("NO_COLOR")
        .env("RUST_LIB_BACKTRACE", "0");
    trunk.arg("--log=warn");
    Ok(trunk)
}

/// Creates an empty folder.
pub(crate) fn make_empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not remove {}", folder.display()));
        }
        _ => {}
    }
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))
}

/// The file that records from which sources, and how, the page in `dist/` was built.
struct Stamp(PathBuf);

impl Stamp {
    fn of(project: &Project) -> Self {
        Self(project.target("page.stamp"))
    }

    /// Whether `dist/` contains exactly the page as it was built.
    fn fits(&self, kind: &Kind, inputs: Fingerprint, project: &Project) -> bool {
        let (Ok(written), Ok(outputs)) = (
            fs::read_to_string(&self.0),
            Fingerprint::of_folder(&project.dist()),
        ) else {
            return false;
        };
        let names: &[&str] = match kind {
            Kind::Quick => &["quick", "without wasm-opt", "small"],
            Kind::Small { wasm_opt: None } => &["without wasm-opt", "small"],
            Kind::Small { wasm_opt: Some(_) } => &["small"],
        };
        let fits = |name: &&str| written == stamp_text(name, inputs, outputs);
        names.iter().any(fits)
    }

    fn write(&self, kind: &Kind, inputs: Fingerprint, project: &Project) -> Result<()> {
        let outputs = Fingerprint::of_folder(&project.dist())?;
        fs::write(&self.0, stamp_text(kind.name(), inputs, outputs))
            .context("could not record what was built")
    }
}

fn stamp_text(kind: &str, inputs: Fingerprint, outputs: Fingerprint) -> String {
    format!("{kind}\ninputs {inputs}\noutputs {outputs}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// These two files are trunk's, so a change to them may not be noticed here.
    #[test]
    fn the_settings_of_trunk_are_found() {
        let template = include_str!("../../index.html");
        let arguments = wasm_opt_arguments(template).unwrap();
        assert_eq!(arguments[0], "-Oz");
        assert!(
            arguments[1..]
                .iter()
                .all(|argument| argument.starts_with("--"))
        );
        let pattern = pattern(&Project::find().unwrap()).unwrap();
        assert!(pattern.contains("{base}{js}") && pattern.contains("{base}{wasm}"));
    }
}
