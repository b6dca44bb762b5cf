//! A stand-in for the browser that the desktop opens files with.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::{program, soon};

/// It prints its command line and its environment.
const BROWSER: &str = "#!/bin/sh\n{ printf 'argument %s\\n' \"$@\"; env; } > \"$REPORT\"\n";

/// A browser that reports what it was started with, and a folder for runtime files.
#[derive(Debug)]
pub struct Desktop {
    base: TempDir,
}

impl Default for Desktop {
    fn default() -> Desktop {
        Desktop::new()
    }
}

impl Desktop {
    /// Makes its programs.
    #[must_use]
    pub fn new() -> Desktop {
        let desktop = Desktop {
            base: tempfile::tempdir().expect("a folder"),
        };
        for folder in [desktop.bin(), desktop.runtime()] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let browser = desktop.bin().join("xdg-open");
        std::fs::write(&browser, BROWSER).expect("a script");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&browser, mode).expect("a mode");
        // The browser's last step waits for a reader of the pipe, and the reader waits for it.
        let made = Command::new(program::mkfifo())
            .arg(desktop.report())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
        desktop
    }

    /// Has a program find it.
    pub fn show_to(&self, command: &mut Command) {
        let mut path = OsString::from(self.bin());
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap_or_default());
        command
            .env("PATH", path)
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("REPORT", self.report());
    }

    /// The folder for runtime files of the user.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.base.path().join("runtime")
    }

    /// What the browser was started with: a line for each argument, then its environment.
    pub async fn opened(&self) -> Opened {
        let report = self.report();
        let reading = tokio::task::spawn_blocking(move || std::fs::read_to_string(report));
        let report = soon("a browser", reading).await.expect("a reader");
        let report = report.expect("a report");
        let arguments: Vec<&str> = report
            .lines()
            .filter_map(|line| line.strip_prefix("argument "))
            .collect();
        let [file] = arguments[..] else {
            panic!("expected one argument: {report}");
        };
        Opened {
            file: PathBuf::from(file),
            report,
        }
    }

    fn bin(&self) -> PathBuf {
        self.base.path().join("bin")
    }

    fn report(&self) -> PathBuf {
        self.base.path().join("report")
    }
}

/// A file that a browser was to open.
#[derive(Debug)]
pub struct Opened {
    /// Where it is.
    pub file: PathBuf,
    /// The command line and the environment of the browser.
    pub report: String,
}

impl Opened {
    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        read(&self.file)
    }

    /// The link that the file leads to.
    #[must_use]
    pub fn link(&self) -> String {
        let text = self.text();
        let link = text
            .split_once("0; url=")
            .and_then(|(_, rest)| rest.split('"').next());
        let link = link.unwrap_or_else(|| panic!("no link: {text}"));
        link.replace("&amp;", "&")
    }
}

fn read(file: &Path) -> String {
    match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", file.display()),
    }
}
