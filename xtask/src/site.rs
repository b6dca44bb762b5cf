//! The page as files for any web server. There it simulates its bridge.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::page::{self, Kind};
use crate::project::Project;
use crate::say::say;

/// What the page may do. It is what a bridge sends as a header field, without what only a header
/// field can say.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
                           style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; \
                           font-src 'self'; frame-src 'self'; manifest-src 'self'; \
                           base-uri 'none'; form-action 'none'";

/// What a stranger's HTML may do.
const FRAME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; \
                            base-uri 'none'; form-action 'none'";

/// The document in which a stranger's HTML is shown.
const FRAME: &str = "frame.html";

/// The file by which a folder is known to be one of ours, which may be replaced.
const MARK: &str = ".glasspost-site";

/// Builds the page into `folder`, and prints its path as the last line.
pub(crate) fn site(project: &Project, folder: Option<PathBuf>) -> Result<()> {
    let folder = folder.unwrap_or_else(|| project.target("site"));
    let folder = std::path::absolute(folder)?;
    // Before the page is built, which takes minutes.
    make_room(&folder)?;
    page::build(project, &Kind::small()?, None)?;
    assemble(project, &folder)?;
    say("site", "for any web server; this folder:");
    println!("{}", folder.display());
    Ok(())
}

/// Makes the folder of the page that has been built.
pub(crate) fn assemble(project: &Project, folder: &Path) -> Result<()> {
    make_room(folder)?;
    copy(&project.dist(), folder)?;
    fs::write(folder.join(MARK), "")?;
    let index = folder.join("index.html");
    let html = fs::read_to_string(&index).context("the page has no index.html")?;
    fs::write(&index, alone(&html)?)?;
    fs::write(folder.join(FRAME), frame())?;
    let manifest = folder.join("glasspost.webmanifest");
    let json = fs::read_to_string(&manifest).context("the page has no manifest")?;
    fs::write(&manifest, json.replace(": \"/", ": \"./"))?;
    Ok(())
}

/// Empties the folder, if it is an earlier one of ours.
fn make_room(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let is_empty = fs::read_dir(folder)?.next().is_none();
    ensure!(
        is_empty || folder.join(MARK).exists(),
        "{} has other files in it; name an empty folder, or one that does not exist",
        folder.display()
    );
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// Copies all files but those that are compressed, which not every web server makes use of.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&path, &target)?;
        } else if !path
            .extension()
            .is_some_and(|end| end == "br" || end == "gz")
        {
            fs::copy(&path, &target)
                .with_context(|| format!("could not copy {}", path.display()))?;
        }
    }
    Ok(())
}

/// The page's document, to be served from any folder: its policy and its mark are in it, and the
/// addresses in it are relative.
fn alone(html: &str) -> Result<String> {
    let charset = "<meta charset=\"utf-8\">";
    ensure!(html.contains(charset), "index.html has no {charset}");
    let head = format!(
        "{charset}\n    \
         <meta http-equiv=\"Content-Security-Policy\" content=\"{PAGE_POLICY}\">\n    \
         <meta name=\"referrer\" content=\"no-referrer\">\n    \
         <meta name=\"glasspost-alone\" content=\"\">"
    );
    Ok(html.replace("=\"/", "=\"./").replacen(charset, &head, 1))
}

fn frame() -> String {
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{FRAME_POLICY}\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Glasspost</title>\
         </head><body></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_can_be_in_any_folder_and_says_that_it_is_alone() {
        let html = "<head>\n<meta charset=\"utf-8\">\n<link href=\"/a.css\">\
                    <meta name=\"page-js\" content=\"/a.js\"><script src=\"/boot.js\">";
        let made = alone(html).expect("a page");
        assert!(made.contains("<link href=\"./a.css\">"), "{made}");
        assert!(made.contains("content=\"./a.js\""), "{made}");
        assert!(made.contains("src=\"./boot.js\""), "{made}");
        assert!(made.contains("name=\"glasspost-alone\""), "{made}");
        assert!(!made.contains("frame-ancestors"), "{made}");
        assert!(alone("<head>").is_err());
    }

    #[test]
    fn no_folder_of_somebody_else_is_emptied() {
        let folder = std::env::temp_dir().join(format!("site-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("thesis.txt"), "x").expect("a file");
        assert!(make_room(&folder).is_err());
        fs::write(folder.join(MARK), "").expect("a file");
        assert!(make_room(&folder).is_ok());
        assert!(!folder.exists());
    }
}
