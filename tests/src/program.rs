//! The paths of the programs that the tests run.

use std::path::PathBuf;

/// The built program `glasspost`.
#[must_use]
pub fn glasspost() -> PathBuf {
    from_env("GLASSPOST_BIN")
}

/// The page as files for any web server.
#[cfg(feature = "browser")]
#[must_use]
pub fn site() -> PathBuf {
    from_env("GLASSPOST_SITE")
}

/// A Python with the packages `websockets` and `aiosmtpd`.
#[cfg(feature = "python")]
#[must_use]
pub fn python() -> PathBuf {
    from_env("GLASSPOST_PYTHON")
}

/// Node.js, whose scripts find the package mailparser in `GLASSPOST_MAILPARSER`.
#[cfg(feature = "mailparser")]
#[must_use]
pub fn node() -> PathBuf {
    from_env("GLASSPOST_NODE")
}

/// The mail client swaks.
#[cfg(feature = "swaks")]
#[must_use]
pub fn swaks() -> PathBuf {
    system("swaks")
}

/// The program that makes pipes with names; POSIX has it.
#[must_use]
pub fn mkfifo() -> PathBuf {
    system("mkfifo")
}

/// The shell in which people type.
#[must_use]
pub fn bash() -> PathBuf {
    system("bash")
}

/// A file of `tests/python/`.
#[must_use]
pub fn python_script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(name)
}

/// A file of `tests/node/`.
#[must_use]
pub fn node_script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("node")
        .join(name)
}

/// Whether long runs are enabled (`GLASSPOST_LONG=1`).
#[must_use]
pub fn long() -> bool {
    std::env::var_os("GLASSPOST_LONG").is_some_and(|value| value == "1")
}

/// The path in the environment variable `name`, which must be set.
#[must_use]
pub(crate) fn from_env(name: &str) -> PathBuf {
    let Some(path) = std::env::var_os(name).map(PathBuf::from) else {
        panic!(
            "{name} is not set: run `cargo xtask test`, which builds and sets up what these tests \
             need"
        );
    };
    assert!(
        path.exists(),
        "{name} is {}, which does not exist: run `cargo xtask test`",
        path.display()
    );
    path
}

/// A program of the system, from PATH or the folders for servers.
#[must_use]
pub(crate) fn system(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{name} is not installed: run `cargo xtask test`, which installs what is missing"
            )
        })
}
