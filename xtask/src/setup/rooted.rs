//! Mail servers that are unpacked but not installed. So they can exist beside the system's own mail
//! server (two can't be installed at once), no service is started at the next boot, and they come
//! from a fixed release of Debian on every machine, because the tests' expectations and the
//! configuration apply to one version.
//!
//! Debian's programs have their paths built in. So everything they load is unpacked to a folder
//! that becomes their root, and the tests start them with `chroot` in a copy of it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::cache::Cache;
use super::network::with_retries;
use super::sources::{self, Source};
use super::{Tool, apt, programs};
use crate::project::{clean_command, output_of, run};

/// A server from Debian packages, in a root folder of its own.
pub(crate) struct Rooted {
    name: &'static str,
    packages: &'static [&'static str],
    /// The programs that are started and the modules that they load, by their paths in the
    /// packages.
    programs: &'static [&'static str],
    dir: PathBuf,
    cache: Cache,
}

/// The Debian release of the packages. With another release, the expectations of the tests must be
/// checked again.
const RELEASE: &str = "trixie";
/// Debian's own archive, for machines whose package sources don't have that release.
const ARCHIVE: &str = "http://deb.debian.org/debian";
/// The keys of the archive, from the package debian-archive-keyring.
pub(super) const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The links of Debian since it merged `/` and `/usr`.
const MERGED: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

impl Rooted {
    /// OpenSMTPD. It starts its filters with the shell.
    pub(crate) fn opensmtpd(cache: &Cache) -> Self {
        Self {
            name: "opensmtpd",
            packages: &["opensmtpd", "dash"],
            programs: &[
                "usr/sbin/smtpd",
                "usr/libexec/opensmtpd/encrypt",
                "usr/bin/sh",
            ],
            dir: cache.dir("opensmtpd", RELEASE),
            cache: cache.clone(),
        }
    }

    /// Dovecot, with its submission service.
    pub(crate) fn dovecot(cache: &Cache) -> Self {
        Self {
            name: "dovecot",
            packages: &["dovecot-submissiond"],
            programs: &[
                "usr/sbin/dovecot",
                "usr/bin/doveconf",
                // It checks for all of its services when it starts.
                "usr/lib/dovecot/anvil",
                "usr/lib/dovecot/auth",
                "usr/lib/dovecot/config",
                "usr/lib/dovecot/dict",
                "usr/lib/dovecot/dict-expire",
                "usr/lib/dovecot/dns-client",
                "usr/lib/dovecot/doveadm-server",
                "usr/lib/dovecot/indexer",
                "usr/lib/dovecot/indexer-worker",
                "usr/lib/dovecot/log",
                "usr/lib/dovecot/script",
                "usr/lib/dovecot/stats",
                "usr/lib/dovecot/submission",
                "usr/lib/dovecot/submission-login",
                "usr/lib/dovecot/modules/libssl_iostream_openssl.so",
            ],
            dir: cache.dir("dovecot", RELEASE),
            cache: cache.clone(),
        }
    }

    /// The root folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.dir.clone()
    }

    /// Downloads the packages and their dependencies to `archives` without installing any: from the
    /// first of this machine's package sources that has them, otherwise from Debian's archive.
    fn fetch(&self, archives: &Path) -> Result<()> {
        let mut sources = sources::archives(Path::new(sources::APT));
        sources.push(Source::new(ARCHIVE, KEYS));
        with_retries("apt-get", || {
            let mut errors = Vec::new();
            for source in &sources {
                match self.fetch_from(source, archives) {
                    Ok(()) => return Ok(()),
                    Err(error) => errors.push(format!("{}: {error:#}", source.uris())),
                }
            }
            bail!("no package source has {RELEASE}:\n{}", errors.join("\n"))
        })
    }

    fn fetch_from(&self, source: &Source, archives: &Path) -> Result<()> {
        // Remove the files of any other archive.
        if archives.exists() {
            fs::remove_dir_all(archives)?;
        }
        for folder in ["lists/partial", "cache", "partial", "sources"] {
            fs::create_dir_all(archives.join(folder))?;
        }
        let stanza = source.stanza(RELEASE, "main");
        fs::write(archives.join("sources/debian.sources"), stanza)?;
        // For this apt nothing is installed, so that all dependencies are included.
        fs::write(archives.join("status"), "")?;
        // Only the network settings of the system's apt are used, and nothing of it is changed, so
        // its locks don't matter.
        let apt = || {
            let mut apt = clean_command("apt-get");
            for (key, file) in [
                ("Dir::Etc::sourcelist", "none"),
                ("Dir::Etc::sourceparts", "sources"),
                ("Dir::State::lists", "lists"),
                ("Dir::State::status", "status"),
                ("Dir::Cache", "cache"),
                ("Dir::Cache::archives", ""),
            ] {
                apt.arg("-o")
                    .arg(format!("{key}={}", archives.join(file).display()));
            }
            apt.args([
                "-o",
                "Debug::NoLocking=true",
                "-o",
                "Acquire::Languages=none",
                // An archive that can't be reached or lacks the release can't be used.
                "-o",
                "APT::Update::Error-Mode=any",
                // apt's own user can't read the caches of other users.
                "-o",
                "APT::Sandbox::User=root",
                "-qq",
            ]);
            apt
        };
        // Its standard output describes an installation, which does not happen.
        output_of(apt().arg("update"))?;
        output_of(
            apt()
                .args(["install", "--download-only", "--yes"])
                .arg("--no-install-recommends")
                .args(self.packages),
        )?;
        Ok(())
    }

    /// Copies the programs, and what they load, to `root`.
    fn pick(&self, unpacked: &Path, root: &Path) -> Result<()> {
        let loader = loader(unpacked)?;
        let libraries = library_path(unpacked)?;
        let mut files = BTreeSet::new();
        for program in self.programs {
            let program = unpacked.join(program);
            let listed = output_of(
                Command::new(&loader)
                    .args(["--library-path", &libraries, "--list"])
                    .arg(&program),
            )?;
            files.extend(loaded(&listed).with_context(|| program.display().to_string())?);
            files.insert(program);
        }
        files.insert(loader);
        for file in files {
            // The same file may be named with and without a link.
            let Ok(inside) = file.strip_prefix(unpacked) else {
                bail!("{} is not from the packages", file.display());
            };
            let to = root.join(inside);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder)?;
            }
            // For a link, copy its target too, so that both names exist.
            fs::copy(&file, &to).with_context(|| format!("could not copy {}", file.display()))?;
        }
        Ok(())
    }
}

impl Tool for Rooted {
    fn name(&self) -> String {
        format!("{} of Debian {RELEASE}, unpacked only", self.name)
    }

    fn takes(&self) -> &'static str {
        "seconds, by apt-get"
    }

    fn present(&self) -> bool {
        self.programs
            .iter()
            .all(|program| self.dir.join(program).is_file())
    }

    /// Starting it also needs root privileges.
    fn possible(&self) -> bool {
        apt::is_root()
            && ["apt-get", "dpkg-deb"]
                .into_iter()
                .all(|program| programs::find(program).is_some())
    }

    fn install(&self) -> Result<()> {
        if programs::find("apt-get").is_none() || programs::find("dpkg-deb").is_none() {
            bail!("this is not Debian or a derivative, whose packages the tests use");
        }
        self.cache.install(self.name, RELEASE, |root| {
            let (archives, unpacked) = (root.join("archives"), root.join("unpacked"));
            self.fetch(&archives)?;
            for folder in [root, &unpacked] {
                for name in MERGED {
                    fs::create_dir_all(folder.join("usr").join(name))?;
                    symlink(format!("usr/{name}"), folder.join(name))?;
                }
            }
            for archive in files(&archives)? {
                if archive.extension().is_some_and(|end| end == "deb") {
                    unpack(&archive, &unpacked)?;
                }
            }
            self.pick(&unpacked, root)?;
            fs::remove_dir_all(archives)?;
            fs::remove_dir_all(unpacked)?;
            Ok(())
        })
    }
}

/// Unpacks a package. `dpkg-deb -x` would replace links by folders.
fn unpack(archive: &Path, into: &Path) -> Result<()> {
    let mut deb = clean_command("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(archive)
        .stdout(Stdio::piped())
        .spawn()
        .context("could not start dpkg-deb")?;
    let tar = deb.stdout.take().context("dpkg-deb without its output")?;
    let unpacked = run(clean_command("tar")
        .args(["--extract", "--keep-directory-symlink", "--directory"])
        .arg(into)
        .stdin(tar));
    if !deb.wait()?.success() {
        bail!("dpkg-deb could not read {}", archive.display());
    }
    unpacked
}

/// The loader that starts the programs and loads their libraries.
fn loader(unpacked: &Path) -> Result<PathBuf> {
    ["lib64", "lib"]
        .into_iter()
        .map(|folder| unpacked.join(folder))
        .filter(|folder| folder.is_dir())
        .flat_map(|folder| files(&folder).unwrap_or_default())
        .find(|file| {
            file.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"))
        })
        .context("there is no loader in libc6")
}

/// The libraries in the output of the loader, by their paths.
fn loaded(listed: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for line in listed.lines().map(str::trim) {
        if line.contains("=> not found") {
            bail!("it lacks a library: {line}");
        }
        // `name => /path (address)`; the loader itself and the kernel's library have no arrow.
        if let Some((_, path)) = line.split_once("=> ")
            && let Some((path, _)) = path.split_once(" (")
        {
            found.push(PathBuf::from(path));
        }
    }
    Ok(found)
}

/// Every folder below `root` that contains a library.
fn library_path(root: &Path) -> Result<String> {
    let mut with_libraries = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut has = false;
        for path in files(&folder)? {
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.to_string_lossy().contains(".so") {
                has = true;
            }
        }
        if has {
            with_libraries.push(folder.display().to_string());
        }
    }
    Ok(with_libraries.join(":"))
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::loaded;

    #[test]
    fn what_the_loader_lists_is_read() {
        let listed = "\tlinux-vdso.so.1 (0x00007ffd)\n\
                      \tlibssl.so.3 => /u/usr/lib/x86_64-linux-gnu/libssl.so.3 (0x00007f1)\n\
                      \t/lib64/ld-linux-x86-64.so.2 => /u/lib64/ld-linux-x86-64.so.2 (0x00007f2)\n";
        assert_eq!(
            loaded(listed).unwrap(),
            [
                PathBuf::from("/u/usr/lib/x86_64-linux-gnu/libssl.so.3"),
                PathBuf::from("/u/lib64/ld-linux-x86-64.so.2"),
            ]
        );
        assert!(loaded("\tlibssl.so.3 => not found\n").is_err());
        assert!(loaded("\tstatically linked\n").unwrap().is_empty());
    }
}
