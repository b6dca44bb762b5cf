//! The entry in the desktop's menu, which also opens `mailto:` links.
//!
//! It consists of two files in the user's data folder: the entry (freedesktop.org's Desktop Entry
//! Specification 1.5) and its icon.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The entry, in the folder `applications`.
const ENTRY: &str = "glasspost.desktop";

/// The folder of the icon.
const ICONS: &str = "icons/hicolor/scalable/apps";

/// The icon, which the entry names without its ending.
const ICON: &str = "glasspost.svg";

/// What the icon shows.
const PICTURE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../app/icon.svg"));

/// Installs the entry for this user, and prints what was written and how `mailto:` links come to
/// it.
///
/// # Errors
/// There is no such menu on this system, or what the system said.
pub(crate) fn install() -> Result<()> {
    let data = data_folder()?;
    let program = std::env::current_exe().context("can't find this program")?;
    let files = [
        (data.join("applications").join(ENTRY), entry(&program)?),
        (data.join(ICONS).join(ICON), PICTURE.to_owned()),
    ];
    let mut out = io::stdout().lock();
    writeln!(out, "Installed:")?;
    for (path, text) in files {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("can't make the folder {}", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("can't write {}", path.display()))?;
        writeln!(out, "  {}", path.display())?;
    }
    announce_change(&data);
    writeln!(out)?;
    writeln!(
        out,
        "To open mailto: links with it, choose it in your desktop's settings, or run:"
    )?;
    writeln!(out, "  xdg-mime default {ENTRY} x-scheme-handler/mailto")?;
    writeln!(out, "glasspost --uninstall removes these files again.")?;
    Ok(())
}

/// Removes what [`install`] has written, and prints it.
///
/// # Errors
/// There is no such menu on this system, or what the system said.
pub(crate) fn uninstall() -> Result<()> {
    let data = data_folder()?;
    let mut out = io::stdout().lock();
    let mut removed = false;
    for path in [
        data.join("applications").join(ENTRY),
        data.join(ICONS).join(ICON),
    ] {
        match fs::remove_file(&path) {
            Ok(()) => {
                removed = true;
                writeln!(out, "Removed {}", path.display())?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("can't remove {}", path.display()));
            }
        }
    }
    announce_change(&data);
    if !removed {
        writeln!(out, "It is not installed for this user.")?;
    }
    Ok(())
}

/// Where programs of this user leave their data (XDG Base Directory Specification).
fn data_folder() -> Result<PathBuf> {
    if !cfg!(unix) || cfg!(target_os = "macos") {
        bail!(
            "this system has no desktop entries. Install the page from your browser's menu instead"
        );
    }
    let given = |name: &str| {
        let folder = std::env::var_os(name).map(PathBuf::from);
        folder.filter(|folder| folder.is_absolute())
    };
    given("XDG_DATA_HOME")
        .or_else(|| given("HOME").map(|home| home.join(".local/share")))
        .context("neither XDG_DATA_HOME nor HOME names a folder")
}

fn entry(program: &Path) -> Result<String> {
    let program = quoted(program.as_os_str().to_owned()).with_context(|| {
        format!(
            "{} can't be written into a desktop entry",
            program.display()
        )
    })?;
    // Started from a menu it has no terminal, so nobody could end it by Ctrl-C.
    Ok(format!(
        "[Desktop Entry]\n\
         Type=Application\n\
         Version=1.5\n\
         Name=Glasspost\n\
         Comment=Write mail and see how it is sent\n\
         Comment[ko]=메일을 쓰고 보내지는 과정을 봅니다\n\
         Exec={program} --open --exit-after 600 %u\n\
         Icon=glasspost\n\
         Terminal=false\n\
         Categories=Network;Email;\n\
         MimeType=x-scheme-handler/mailto;\n"
    ))
}

/// A program's path as the first argument of `Exec`: quoted, with the escapes of a quoted argument,
/// then those of a string. None: it can't be written so.
fn quoted(program: OsString) -> Option<String> {
    let program = program.into_string().ok()?;
    // Control characters, and `=`, which a path in `Exec` must not have.
    if program.contains(|c: char| c.is_control() || c == '=') {
        return None;
    }
    let mut quoted = String::from("\"");
    for c in program.chars() {
        match c {
            '"' | '`' | '$' => quoted.extend(["\\\\", &c.to_string()]),
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    Some(quoted)
}

/// Has desktops that keep an index of entries read them again. Those without one have no such
/// program.
fn announce_change(data: &Path) {
    let updated = Command::new("update-desktop-database")
        .arg(data.join("applications"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if let Err(error) = updated {
        tracing::debug!(%error, "update-desktop-database");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted() {
        let check = |path: &str, expect: Option<&str>| {
            assert_eq!(quoted(path.into()).as_deref(), expect, "{path}");
        };
        check("/usr/bin/glasspost", Some("\"/usr/bin/glasspost\""));
        check("/a b/%u/글", Some("\"/a b/%%u/글\""));
        check("/a\"b`$c", Some("\"/a\\\\\"b\\\\`\\\\$c\""));
        check("/a\\b", Some("\"/a\\\\\\\\b\""));
        check("/a\nExec=x", None);
        check("/a=b", None);
    }
}
