//! Components of Rust: rustfmt, clippy, and the standard library for wasm.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Tool;
use super::apt::{Package, Packages};
use super::network::with_retries;
use crate::project::{clean_command, output_of, run, succeeds};
use crate::say::say;

/// The target of the page.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Set this variable to test the installation without rustup's server.
const NO_RUSTUP: &str = "GLASSPOST_NO_RUSTUP";

/// A component that a minimal rustup leaves out.
pub(crate) enum Component {
    Rustfmt,
    Clippy,
}

impl Component {
    fn component(&self) -> &'static str {
        match self {
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
        }
    }
}

impl Tool for Component {
    fn name(&self) -> String {
        self.component().to_owned()
    }

    fn takes(&self) -> &'static str {
        "seconds, by rustup"
    }

    fn present(&self) -> bool {
        let subcommand = match self {
            Self::Rustfmt => "fmt",
            Self::Clippy => "clippy",
        };
        succeeds(clean_command("cargo").args([subcommand, "--version"]))
    }

    fn install(&self) -> Result<()> {
        with_retries(self.component(), || {
            run(clean_command("rustup").args(["component", "add", self.component()]))
        })
    }
}

/// The standard library for wasm.
pub(crate) struct WasmTarget;

impl Tool for WasmTarget {
    fn name(&self) -> String {
        format!("Rust's standard library for {TARGET}")
    }

    fn takes(&self) -> &'static str {
        "seconds, by rustup"
    }

    fn present(&self) -> bool {
        for_wasm().is_ok()
    }

    fn install(&self) -> Result<()> {
        if rustup_allowed() {
            let added = with_retries("rustup", || {
                run(clean_command("rustup").args(["target", "add", TARGET]))
            });
            let Err(error) = added else { return Ok(()) };
            say("setup", format!("{error:#}"));
        }
        let packages = Packages::new(Vec::from(Package::RUST_WEB));
        say(
            "setup",
            format!(
                "instead, to compile that library here: {} ({})",
                packages.name(),
                packages.takes()
            ),
        );
        packages.install()
    }
}

/// A Rust that compiles for wasm.
pub(crate) enum WasmRust {
    /// The toolchain that compiles everything else, too.
    Usual,
    /// Debian's rustc-web, which compiles the standard library together with the page. Debian has
    /// no compiled library for this target, but has its source.
    Debian { linker: PathBuf },
}

impl WasmRust {
    /// Makes a command that calls cargo, directly or through trunk, use this Rust. `path` is the
    /// original PATH.
    pub(crate) fn apply(&self, command: &mut Command, path: Option<OsString>) -> Result<()> {
        let path = path.or_else(|| env::var_os("PATH")).unwrap_or_default();
        match self {
            Self::Usual => {
                command.env("PATH", path);
            }
            Self::Debian { linker } => {
                let with_debian_first = env::join_paths(
                    [PathBuf::from("/usr/bin")]
                        .into_iter()
                        .chain(env::split_paths(&path)),
                )
                .context("PATH can't be set")?;
                command
                    .env("PATH", with_debian_first)
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                    // It refers to rustup's libraries, which belong to another compiler.
                    .env_remove("LD_LIBRARY_PATH");
            }
        }
        Ok(())
    }
}

/// The Rust on this machine that can compile for wasm.
pub(crate) fn for_wasm() -> Result<WasmRust> {
    let sysroot =
        PathBuf::from(output_of(clean_command("rustc").args(["--print", "sysroot"]))?.trim());
    if rustup_allowed()
        && sysroot
            .join("lib/rustlib")
            .join(TARGET)
            .join("lib")
            .is_dir()
    {
        return Ok(WasmRust::Usual);
    }
    if !Packages::new(Vec::from(Package::RUST_WEB)).present() {
        bail!("no Rust here can compile for {TARGET}");
    }
    // Debian's own linker for wasm is not in these packages; use the one of the usual rustc.
    let linker = find_linker(&sysroot)?;
    Ok(WasmRust::Debian { linker })
}

fn find_linker(sysroot: &Path) -> Result<PathBuf> {
    let described = output_of(clean_command("rustc").arg("-vV"))?;
    let host = host_of(&described).context("rustc -vV does not name its host")?;
    let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.is_file() {
        bail!(
            "{} was not found, and no other linker for wasm is installed",
            linker.display()
        );
    }
    Ok(linker)
}

fn host_of(described: &str) -> Option<&str> {
    described
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
}

fn rustup_allowed() -> bool {
    env::var_os(NO_RUSTUP).is_none()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_read() {
        let described =
            "rustc 1.95.0\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n";
        assert_eq!(host_of(described), Some("x86_64-unknown-linux-gnu"));
        assert_eq!(host_of("rustc 1.95.0"), None);
    }
}
