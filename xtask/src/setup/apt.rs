//! System packages on Debian and its derivatives.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::network::with_retries;
use super::{Tool, programs, python, rooted};
use crate::project::{clean_command, output_of};

/// A system package, and how to detect it however it was installed.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    proof: Proof,
}

#[derive(Clone, Copy)]
enum Proof {
    Program(&'static str),
    File(&'static str),
    KoreanFont,
    PythonVenv,
    PerlModule(&'static str),
}

impl Package {
    /// Runs wasm-opt and a mail server, and downloads them.
    pub(crate) const NODE: [Self; 2] =
        [Self::program("nodejs", "node"), Self::program("npm", "npm")];
    /// A browser for tests and pictures, and its driver.
    pub(crate) const BROWSER: [Self; 2] = [
        Self::program("chromium", "chromium"),
        Self::program("chromium-driver", "chromedriver"),
    ];
    /// Another browser for tests. Its driver is a crate.
    pub(crate) const FIREFOX: Self = Self::program("firefox-esr", "firefox-esr");
    /// A font for the Korean texts of the page.
    pub(crate) const KOREAN_FONT: Self = Self {
        name: "fonts-noto-cjk",
        proof: Proof::KoreanFont,
    };
    /// Another mail server.
    pub(crate) const POSTFIX: Self = Self::program("postfix", "smtp-sink");
    /// The keys of Debian's archive, which derivatives may lack.
    pub(crate) const DEBIAN_KEYS: Self = Self {
        name: "debian-archive-keyring",
        proof: Proof::File(rooted::KEYS),
    };
    /// Another mail client.
    pub(crate) const SWAKS: [Self; 2] = [
        Self::program("swaks", "swaks"),
        // swaks needs it for TLS.
        Self {
            name: "libnet-ssleay-perl",
            proof: Proof::PerlModule("Net::SSLeay"),
        },
    ];
    /// Another client, for comparison and for the lessons.
    pub(crate) const CURL: Self = Self::program("curl", "curl");
    /// A client into which one types, for the lessons.
    pub(crate) const OPENSSL: Self = Self::program("openssl", "openssl");
    /// libFuzzer is C++.
    pub(crate) const CXX: Self = Self::program("g++", "c++");
    /// Another client, for comparison.
    pub(crate) const MSMTP: Self = Self::program("msmtp", "msmtp");
    /// Python's virtual environments.
    pub(crate) const PYTHON_VENV: Self = Self {
        name: "python3-venv",
        proof: Proof::PythonVenv,
    };
    /// A Rust whose standard library can be compiled for wasm, if rustup's server can't be reached.
    pub(crate) const RUST_WEB: [Self; 4] = [
        Self {
            name: "rustc-web",
            proof: Proof::File("/usr/bin/rustc"),
        },
        Self {
            name: "cargo-web",
            proof: Proof::File("/usr/bin/cargo"),
        },
        Self {
            name: "rust-web-src",
            proof: Proof::File("/usr/lib/rustlib/src/rust/library/Cargo.lock"),
        },
        Self {
            name: "rust-web-clippy",
            proof: Proof::File("/usr/bin/cargo-clippy"),
        },
    ];

    const fn program(name: &'static str, program: &'static str) -> Self {
        Self {
            name,
            proof: Proof::Program(program),
        }
    }

    /// The name of Debian's package.
    pub(super) fn name(self) -> &'static str {
        self.name
    }

    fn present(self) -> bool {
        match self.proof {
            Proof::Program(program) => programs::find(program).is_some(),
            Proof::File(file) => Path::new(file).exists(),
            Proof::KoreanFont => output_of(clean_command("fc-list").arg(":lang=ko"))
                .is_ok_and(|list| !list.trim().is_empty()),
            Proof::PythonVenv => python::can_make_environments(),
            Proof::PerlModule(module) => output_of(
                clean_command("perl")
                    .arg(format!("-M{module}"))
                    .args(["-e", "1"]),
            )
            .is_ok(),
        }
    }
}

/// The packages of a list that are not installed.
pub(crate) struct Packages {
    missing: Vec<&'static str>,
}

impl Packages {
    /// Checks each package once.
    pub(crate) fn new(wanted: Vec<Package>) -> Self {
        Self {
            missing: wanted
                .into_iter()
                .filter(|package| !package.present())
                .map(|package| package.name)
                .collect(),
        }
    }
}

impl Tool for Packages {
    fn name(&self) -> String {
        format!("system packages: {}", self.missing.join(" "))
    }

    fn takes(&self) -> &'static str {
        "about a minute, by apt-get"
    }

    fn present(&self) -> bool {
        self.missing.is_empty()
    }

    fn possible(&self) -> bool {
        is_root() && programs::find("apt-get").is_some()
    }

    fn install(&self) -> Result<()> {
        let root = is_root();
        let debian = programs::find("apt-get").is_some();
        if !debian {
            bail!(
                "this is not Debian or a derivative; please install the equivalents of {}",
                self.missing.join(", ")
            );
        }
        if !root {
            bail!(
                "this needs root privileges; please run\n\n    {}\n\nand start this again",
                by_hand(&self.missing)
            );
        }
        with_retries("apt-get", || {
            let mut sh = clean_command("sh");
            sh.args(["-c", include_str!("apt.sh"), "apt.sh"])
                .args(&self.missing)
                .env("POSTFIX_ANSWER", POSTFIX_ANSWER)
                .stdin(Stdio::null());
            let status = sh.status().context("could not start a shell")?;
            if !status.success() {
                bail!("apt-get failed ({status})");
            }
            Ok(())
        })
    }
}

/// Whether this user may install system packages.
pub(super) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Without a configuration Postfix does not start by itself.
const POSTFIX_ANSWER: &str = "postfix postfix/main_mailer_type select No configuration";

/// The same command as `install`, for a person to type.
pub(super) fn by_hand(packages: &[&str]) -> String {
    let install = format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    );
    if packages.contains(&"postfix") {
        format!("echo '{POSTFIX_ANSWER}' | sudo debconf-set-selections && {install}")
    } else {
        install
    }
}

#[cfg(test)]
mod tests {
    use super::by_hand;

    #[test]
    fn the_command_to_type_is_whole() {
        assert_eq!(
            by_hand(&["swaks", "curl"]),
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends swaks curl"
        );
        assert!(
            by_hand(&["postfix"])
                .starts_with("echo 'postfix postfix/main_mailer_type select No configuration' | ")
        );
    }
}
