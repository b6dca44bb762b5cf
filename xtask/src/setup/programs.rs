//! Finds installed programs.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::{clean_command, output_of};

/// The path of a program. Besides PATH this searches the folders where Debian installs daemons,
/// which are not on every user's PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from))
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// A program on a given PATH. Starting a command by its bare name would search this process's PATH
/// instead.
pub(crate) fn in_path(path: &OsStr, program: &str) -> Result<PathBuf> {
    env::split_paths(path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
        .with_context(|| format!("{program} is not there"))
}

/// The second word in the output of `program --version`, as in `trunk 0.21.14`.
pub(crate) fn version(program: &Path) -> Option<String> {
    let printed = output_of(clean_command(program).arg("--version")).ok()?;
    second_word(&printed).map(str::to_owned)
}

/// PATH with some folders in front.
pub(crate) fn path_with(first: &[PathBuf]) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.iter().cloned().chain(env::split_paths(&path)))
        .context("a tool's folder can't be in PATH")
}

fn second_word(printed: &str) -> Option<&str> {
    printed.split_whitespace().nth(1)
}

#[cfg(test)]
mod tests {
    use super::second_word;

    #[test]
    fn versions_are_read() {
        assert_eq!(second_word("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(second_word("wasm-bindgen 0.2.126 (abc)\n"), Some("0.2.126"));
        assert_eq!(second_word(""), None);
    }
}
