//! What tests need and a machine can lack. Each need is a feature of the crate in `tests/`. A test
//! that names the feature is compiled and run only if the need is met.

use std::path::PathBuf;

use super::apt::{self, Package, Packages};
use super::cache::Cache;
use super::firefox::Geckodriver;
use super::node::NodePackage;
use super::python::Python;
use super::rooted::Rooted;
use super::{Environment, Tool, browser, firefox, programs};
use crate::project::{clean_command, succeeds};

/// The needs, by the names of their features.
pub(crate) const ALL: [&str; 14] = [
    "axe",
    "browser",
    "curl",
    "dovecot",
    "firefox",
    "linux",
    "mailparser",
    "opensmtpd",
    "openssl",
    "postfix",
    "python",
    "root",
    "smtp-server",
    "swaks",
];

/// A need that is not met.
#[derive(Debug)]
pub(crate) struct Lacking {
    /// The name of the feature.
    pub(crate) need: &'static str,
    /// What is missing.
    pub(crate) why: String,
    /// What would provide it: a command, or an instruction.
    pub(crate) how: String,
}

/// A missing thing, and what would provide it.
type Missing = (String, String);

/// What tests can use, however it was installed.
pub(super) struct Found {
    python: Python,
    axe: NodePackage,
    smtp_server: NodePackage,
    mailparser: NodePackage,
    geckodriver: Geckodriver,
    opensmtpd: Rooted,
    dovecot: Rooted,
}

impl Found {
    pub(super) fn new(cache: &Cache) -> Self {
        Self {
            python: Python::new(cache),
            axe: NodePackage::axe(cache),
            smtp_server: NodePackage::smtp_server(cache),
            mailparser: NodePackage::mailparser(cache),
            geckodriver: Geckodriver::new(cache),
            opensmtpd: Rooted::opensmtpd(cache),
            dovecot: Rooted::dovecot(cache),
        }
    }

    /// System packages for unmet needs.
    pub(super) fn packages(&self) -> Packages {
        let mut wanted = vec![Package::KOREAN_FONT];
        if browser::find().is_err() {
            wanted.extend(Package::BROWSER);
        }
        if firefox::find().is_none() {
            wanted.push(Package::FIREFOX);
        }
        wanted.extend(Package::SWAKS);
        wanted.extend([Package::CURL, Package::OPENSSL]);
        wanted.extend([Package::POSTFIX, Package::PYTHON_VENV, Package::DEBIAN_KEYS]);
        wanted.extend(Package::NODE);
        Packages::new(wanted)
    }

    /// What else must be installed, in this order, after the packages.
    pub(super) fn tools(&self) -> [&dyn Tool; 7] {
        [
            &self.python,
            &self.axe,
            &self.smtp_server,
            &self.mailparser,
            &self.geckodriver,
            &self.opensmtpd,
            &self.dovecot,
        ]
    }

    /// What `cargo xtask interop` needs of them.
    pub(super) fn servers(&self) -> [&dyn Tool; 4] {
        [
            &self.python,
            &self.smtp_server,
            &self.opensmtpd,
            &self.dovecot,
        ]
    }

    /// Returns the met needs, with the variables that tell the tests their paths, and the unmet
    /// needs.
    pub(super) fn sort(&self) -> (Vec<&'static str>, Environment, Vec<Lacking>) {
        let (mut met, mut environment, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for need in ALL {
            match self.look(need) {
                Ok(variables) => {
                    met.push(need);
                    for variable in variables {
                        if !environment.contains(&variable) {
                            environment.push(variable);
                        }
                    }
                }
                Err((why, how)) => lacking.push(Lacking { need, why, how }),
            }
        }
        (met, environment, lacking)
    }

    fn look(&self, need: &str) -> Result<Environment, Missing> {
        match need {
            "axe" => {
                let file = self.axe.file().ok_or_else(|| from_npm("axe-core"))?;
                Ok(vec![("GLASSPOST_AXE", file)])
            }
            "browser" => {
                let found = browser::find().map_err(|why| (why, a_browser()))?;
                Ok(vec![
                    (browser::CHROMIUM, found.browser),
                    (browser::CHROMEDRIVER, found.driver),
                ])
            }
            "curl" => on_path(Package::CURL, "curl"),
            "dovecot" => {
                let root = self.unpacked(&self.dovecot, "Dovecot")?;
                Ok(vec![("GLASSPOST_DOVECOT", root)])
            }
            "firefox" => {
                let found = self.geckodriver.environment();
                found.map_err(|why| (why.to_owned(), a_firefox()))
            }
            "linux" if cfg!(target_os = "linux") => Ok(Vec::new()),
            "linux" => Err((
                "this is not Linux, whose /proc and addresses they use".to_owned(),
                "run them on Linux".to_owned(),
            )),
            "mailparser" => {
                let missing = || from_npm("mailparser");
                let file = self.mailparser.file().ok_or_else(missing)?;
                let node = programs::find("node").ok_or_else(missing)?;
                Ok(vec![
                    ("GLASSPOST_MAILPARSER", file),
                    ("GLASSPOST_NODE", node),
                ])
            }
            "opensmtpd" => {
                let root = self.unpacked(&self.opensmtpd, "OpenSMTPD")?;
                Ok(vec![("GLASSPOST_OPENSMTPD", root)])
            }
            "openssl" => on_path(Package::OPENSSL, "openssl"),
            "postfix" => {
                self.receiver()?;
                if programs::find("postfix").is_none() {
                    return Err((
                        "Postfix was not found".to_owned(),
                        provide(&[Package::POSTFIX], "postfix"),
                    ));
                }
                as_root("Postfix changes to users of its own")?;
                Ok(Vec::new())
            }
            "python" => {
                if !self.python.present() {
                    let why = "no Python has the packages aiosmtpd and websockets, and none was \
                               found that can install them";
                    return Err((why.to_owned(), provide(&[Package::PYTHON_VENV], "python")));
                }
                Ok(vec![("GLASSPOST_PYTHON", self.python.program())])
            }
            "root" => {
                as_root("their name server has port 53 and a mount namespace")?;
                if !succeeds(clean_command("unshare").args(["--mount", "true"])) {
                    return Err((
                        "root can't create a mount namespace on this machine".to_owned(),
                        "in a container, allow it CAP_SYS_ADMIN".to_owned(),
                    ));
                }
                Ok(Vec::new())
            }
            "smtp-server" => {
                let missing = || from_npm("smtp-server");
                let file = self.smtp_server.file().ok_or_else(missing)?;
                let node = programs::find("node").ok_or_else(missing)?;
                Ok(vec![
                    ("GLASSPOST_SMTP_SERVER", file),
                    ("GLASSPOST_NODE", node),
                ])
            }
            "swaks" => {
                if !Packages::new(Vec::from(Package::SWAKS)).present() {
                    return Err((
                        "swaks was not found, or Perl's Net::SSLeay for its TLS".to_owned(),
                        provide(&Package::SWAKS, "swaks"),
                    ));
                }
                Ok(Vec::new())
            }
            _ => Err((
                "cargo xtask does not know this need".to_owned(),
                "describe it in xtask/src/setup/needs.rs".to_owned(),
            )),
        }
    }

    /// The program that receives the mail that other servers forward.
    fn receiver(&self) -> Result<(), Missing> {
        self.look("python").map(|_| ())
    }

    fn unpacked(&self, server: &Rooted, name: &str) -> Result<PathBuf, Missing> {
        self.receiver()?;
        as_root(&format!("{name} runs in a root folder of its own"))?;
        if !server.present() {
            return Err((
                format!("{name} could not be unpacked: its packages come by apt-get"),
                "run `cargo xtask test` on Debian or a derivative".to_owned(),
            ));
        }
        Ok(server.root())
    }
}

/// A program that the tests find on PATH themselves. It has this name in Homebrew, too.
fn on_path(package: Package, name: &str) -> Result<Environment, Missing> {
    if programs::find(name).is_some() {
        return Ok(Vec::new());
    }
    Err((format!("{name} was not found"), provide(&[package], name)))
}

fn as_root(why: &str) -> Result<(), Missing> {
    if apt::is_root() {
        return Ok(());
    }
    Err((
        format!("{why}, which needs root privileges"),
        "run `cargo xtask test` as root".to_owned(),
    ))
}

fn from_npm(package: &str) -> Missing {
    (
        format!("{package} comes from npm, which was not found or failed"),
        provide(&Package::NODE, "node"),
    )
}

fn a_browser() -> String {
    if programs::find("apt-get").is_none() && programs::find("brew").is_some() {
        return "brew install --cask google-chrome chromedriver".to_owned();
    }
    let [chromium, driver] = Package::BROWSER;
    provide(&[chromium, driver], "chromium")
}

fn a_firefox() -> String {
    if firefox::find().is_some() {
        return "cargo install geckodriver --locked".to_owned();
    }
    if programs::find("apt-get").is_none() && programs::find("brew").is_some() {
        return "brew install --cask firefox && brew install geckodriver".to_owned();
    }
    provide(&[Package::FIREFOX], "firefox")
}

/// The command that installs these packages. `brew` is the name in Homebrew.
fn provide(packages: &[Package], brew: &str) -> String {
    let names: Vec<_> = packages.iter().map(|package| package.name()).collect();
    if programs::find("apt-get").is_some() {
        apt::by_hand(&names)
    } else if programs::find("brew").is_some() {
        format!("brew install {brew}")
    } else {
        format!(
            "install the equivalents of Debian's {}",
            names.join(" and ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    /// A feature that is not in the list would never be turned on, and its tests would never run.
    #[test]
    fn every_feature_of_the_tests_is_a_need() {
        let manifest = include_str!("../../../tests/Cargo.toml");
        let (_, rest) = manifest.split_once("default = [").unwrap();
        let (default, rest) = rest.split_once(']').unwrap();
        let (features, _) = rest.split_once("\n\n").unwrap();
        let quoted = |name: &str| default.contains(&format!("\"{name}\""));
        let declared: Vec<&str> = features
            .lines()
            .filter_map(|line| Some(line.split_once(" = ")?.0))
            .collect();
        assert_eq!(declared, ALL);
        assert_eq!(default.matches("\",").count(), ALL.len());
        assert!(ALL.into_iter().all(quoted));
    }
}
