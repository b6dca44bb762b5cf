//! The folder with tools: one for each user, shared by all checkouts.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::say::say;

/// `$XDG_CACHE_HOME/glasspost/tools`, or the same below `~/.cache`.
#[derive(Clone)]
pub(crate) struct Cache {
    tools: PathBuf,
}

impl Cache {
    /// Finds the folder, which is created when the first tool is installed.
    pub(crate) fn find() -> Result<Self> {
        let tools = locate(env::var_os("XDG_CACHE_HOME"), env::var_os("HOME"))
            .context("neither XDG_CACHE_HOME nor HOME is set: there is no folder for tools")?;
        Ok(Self { tools })
    }

    /// The path of a tool once it is installed.
    pub(crate) fn dir(&self, tool: &str, version: &str) -> PathBuf {
        self.tools.join(format!("{tool}-{version}"))
    }

    /// The folder in the notation of a shell.
    pub(crate) fn shown(&self) -> String {
        shorten(&self.tools, env::var_os("HOME"))
    }

    /// Lets `fill` build a tool in a temporary folder, and renames the folder only if that
    /// succeeded. So a folder with the final name always contains a complete tool, even if an
    /// earlier installation was interrupted.
    pub(crate) fn install(
        &self,
        tool: &str,
        version: &str,
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        fs::create_dir_all(&self.tools)
            .with_context(|| format!("could not make {}", self.tools.display()))?;
        let _only_one = self.lock()?;
        let whole = self.dir(tool, version);
        let partial = self.tools.join(format!("{tool}-{version}.partial"));
        remove(&partial)?;
        fs::create_dir_all(&partial)?;
        if let Err(error) = fill(&partial) {
            remove(&partial)?;
            return Err(error);
        }
        // Anything with the final name was found to be broken; otherwise nothing would be
        // installed.
        remove(&whole)?;
        fs::rename(&partial, &whole)
            .with_context(|| format!("could not move {tool} to {}", whole.display()))?;
        Ok(())
    }

    /// Two checkouts that install at once must not write to the same folder.
    fn lock(&self) -> Result<File> {
        let file = File::create(self.tools.join(".lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say("setup", "waiting for another set-up to finish");
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(file)
    }
}

fn locate(xdg: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    // XDG specification: a relative path is invalid and must be ignored.
    let base = xdg
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| {
            home.filter(|home| !home.is_empty())
                .map(|home| PathBuf::from(home).join(".cache"))
        })?;
    Some(base.join("glasspost").join("tools"))
}

fn shorten(path: &Path, home: Option<OsString>) -> String {
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned)) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    }
}

fn remove(dir: &Path) -> Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", dir.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::path::{Path, PathBuf};

    use anyhow::bail;

    use super::{Cache, locate, shorten};

    fn os(text: &str) -> Option<OsString> {
        Some(OsString::from(text))
    }

    #[test]
    fn the_folder_follows_the_xdg_specification() {
        assert_eq!(
            locate(os("/x"), os("/home/a")),
            Some(PathBuf::from("/x/glasspost/tools"))
        );
        assert_eq!(
            locate(os("relative"), os("/home/a")),
            Some(PathBuf::from("/home/a/.cache/glasspost/tools"))
        );
        assert_eq!(
            locate(os(""), os("/home/a")),
            Some(PathBuf::from("/home/a/.cache/glasspost/tools"))
        );
        assert_eq!(
            locate(None, os("/home/a")),
            Some(PathBuf::from("/home/a/.cache/glasspost/tools"))
        );
        assert_eq!(locate(None, None), None);
    }

    #[test]
    fn home_is_written_as_a_tilde() {
        assert_eq!(
            shorten(Path::new("/home/a/.cache/x"), os("/home/a")),
            "~/.cache/x"
        );
        assert_eq!(shorten(Path::new("/var/x"), os("/home/a")), "/var/x");
    }

    #[test]
    fn only_a_finished_tool_gets_its_name() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache {
            tools: home.path().join("tools"),
        };
        let failed = cache.install("saw", "1", |dir| {
            fs::write(dir.join("half"), "half")?;
            bail!("the network went away")
        });
        assert!(failed.is_err());
        assert!(!cache.dir("saw", "1").exists());

        // A leftover of an interrupted installation must not end up in the tool.
        let leftover = home.path().join("tools/saw-1.partial");
        fs::create_dir_all(&leftover).unwrap();
        fs::write(leftover.join("half"), "half").unwrap();
        cache
            .install("saw", "1", |dir| Ok(fs::write(dir.join("saw"), "whole")?))
            .unwrap();
        assert_eq!(
            fs::read_to_string(cache.dir("saw", "1").join("saw")).unwrap(),
            "whole"
        );
        assert!(!cache.dir("saw", "1").join("half").exists());
        assert!(!leftover.exists());
    }

    #[test]
    fn a_broken_tool_is_replaced() {
        let home = tempfile::tempdir().unwrap();
        let cache = Cache {
            tools: home.path().join("tools"),
        };
        for text in ["old", "new"] {
            cache
                .install("saw", "1", |dir| Ok(fs::write(dir.join("saw"), text)?))
                .unwrap();
        }
        assert_eq!(
            fs::read_to_string(cache.dir("saw", "1").join("saw")).unwrap(),
            "new"
        );
    }
}
