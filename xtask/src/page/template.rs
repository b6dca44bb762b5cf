//! Creates the page's HTML from `index.html`, which is a template for trunk. Files marked with
//! `data-trunk` are copied to the page's folder under a name with a hash of their content, and the
//! HTML refers to that name. `cargo xtask run --dev` uses trunk for this. This module does the same
//! for the few kinds of files in the template, without a tool that takes minutes to compile. The
//! style sheets become one file, because a browser requests six files of a server at a time, and
//! the program is to be among the first.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use super::markup::{Tag, tags};
use super::module::Module;
use super::sync;

/// Writes the page's `index.html`, and the files it names, to the folder `page`. `pattern` is the
/// placeholder of the program.
pub(super) fn fill(root: &Path, page: &Path, pattern: &str, module: &Module) -> Result<()> {
    let template = String::from_utf8(read(&root.join("index.html"))?)?;
    let sheets = tags(&template).filter(|tag| tag.has("data-trunk") && is_style_sheet(tag));
    let mut styles = joined(root, page, sheets)?;
    let mut html = String::new();
    let mut rest = 0;
    for tag in tags(&template).filter(|tag| tag.has("data-trunk")) {
        html += &template[rest..tag.start];
        if rest == 0 {
            html += &preloads(module);
        }
        html += &if is_style_sheet(&tag) {
            styles.take().unwrap_or_default()
        } else {
            replacement(&tag, root, page, pattern, module)
                .with_context(|| format!("index.html: {}", &template[tag.start..tag.end]))?
        };
        rest = tag.end;
    }
    ensure!(rest > 0, "index.html names no files");
    html += &template[rest..];
    Ok(fs::write(page.join("index.html"), html)?)
}

fn is_style_sheet(tag: &Tag<'_>) -> bool {
    tag.name == "link" && tag.get("rel") == Some("css")
}

/// Writes the style sheets as one, and returns the element for it. None: there are none.
fn joined<'a>(
    root: &Path,
    page: &Path,
    sheets: impl Iterator<Item = Tag<'a>>,
) -> Result<Option<String>> {
    let mut all = Vec::new();
    for sheet in sheets {
        let href = sheet.get("href");
        let file = root.join(href.context("a style sheet in index.html has no href")?);
        all.extend(read(&file)?);
        all.push(b'\n');
    }
    if all.is_empty() {
        return Ok(None);
    }
    let name = format!("page-{}.css", hash(&[&all]));
    fs::write(page.join(&name), all)?;
    Ok(Some(format!("<link rel=\"stylesheet\" href=\"/{name}\">")))
}

/// Elements before all others, so that the browser requests the program first, and does not wait
/// for boot.js.
fn preloads(module: &Module) -> String {
    let mut preloads = format!(
        "<link rel=\"preload\" href=\"/{}\" crossorigin=\"anonymous\" as=\"fetch\" \
         type=\"application/wasm\">",
        module.wasm
    );
    for js in [Some(&module.js), module.parts.as_ref()]
        .into_iter()
        .flatten()
    {
        preloads +=
            &format!("<link rel=\"modulepreload\" href=\"/{js}\" crossorigin=\"anonymous\">");
    }
    preloads + "\n    "
}

fn replacement(
    tag: &Tag<'_>,
    root: &Path,
    page: &Path,
    pattern: &str,
    module: &Module,
) -> Result<String> {
    let source = |name: &str| tag.get(name).with_context(|| format!("it has no {name}"));
    Ok(match (tag.name, tag.get("rel")) {
        ("link", Some("icon")) => {
            let name = copy(root, source("href")?, page)?;
            format!("<link rel=\"icon\" href=\"/{name}\">")
        }
        ("link", Some("copy-file")) => {
            let file = root.join(source("href")?);
            let name = file.file_name().context("it names no file")?;
            fs::write(page.join(name), read(&file)?)?;
            String::new()
        }
        ("link", Some("copy-dir")) => {
            let folder = root.join(source("href")?);
            let name = folder.file_name().context("it names no folder")?;
            sync::mirror(&folder, &page.join(name))?;
            String::new()
        }
        ("link", Some("rust")) => pattern
            .replace("{base}", "/")
            .replace("{js}", &module.js)
            .replace("{wasm}", &module.wasm),
        ("script", None) => {
            let name = copy(root, source("src")?, page)?;
            let kind = tag.get("type").unwrap_or("text/javascript");
            // Its end tag follows in the template.
            format!("<script type=\"{kind}\" src=\"/{name}\">")
        }
        _ => bail!("xtask/src/page/template.rs knows no such element"),
    })
}

/// Copies a file; `name.ext` becomes `name-hash.ext`.
fn copy(root: &Path, file: &str, page: &Path) -> Result<String> {
    let octets = read(&root.join(file))?;
    let path = Path::new(file);
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().display().to_string();
    let (stem, end) = (part(path.file_stem()), part(path.extension()));
    let name = format!("{stem}-{}.{end}", hash(&[&octets]));
    fs::write(page.join(&name), octets)?;
    Ok(name)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("could not read {}", file.display()))
}

/// Distinguishes versions of a file; not secure.
fn hash(files: &[&[u8]]) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = "<meta content=\"{base}{js}\"><meta content=\"{base}{wasm}\">";

    fn filled(template: &str) -> Result<(String, Vec<String>)> {
        let (root, page) = (tempfile::tempdir()?, tempfile::tempdir()?);
        fs::write(root.path().join("index.html"), template)?;
        fs::create_dir_all(root.path().join("app/meaning"))?;
        fs::write(root.path().join("app/a.css"), "a")?;
        fs::write(root.path().join("app/b.css"), "z")?;
        fs::write(root.path().join("app/boot.js"), "b")?;
        fs::write(root.path().join("app/icon.svg"), "c")?;
        fs::write(root.path().join("app/meaning/en.json"), "{}")?;
        let module = Module {
            js: "m.js".to_owned(),
            wasm: "m.wasm".to_owned(),
            parts: Some("p.js".to_owned()),
        };
        fill(root.path(), page.path(), PATTERN, &module)?;
        let mut names: Vec<_> = fs::read_dir(page.path())?
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        Ok((fs::read_to_string(page.path().join("index.html"))?, names))
    }

    #[test]
    fn what_is_marked_is_named_by_its_hash_and_the_rest_stays() {
        let (html, names) = filled(
            "<head><title>x</title>\n<link data-trunk rel=\"icon\" href=\"app/icon.svg\">\n\
             <link data-trunk rel=\"css\" href=\"app/a.css\">\n\
             <link data-trunk rel=\"css\" href=\"app/b.css\">\n\
             <link data-trunk rel=\"copy-file\" href=\"app/icon.svg\">\
             <link data-trunk rel=\"copy-dir\" href=\"app/meaning\">\n\
             <link data-trunk rel=\"rust\"\n href=\"app/Cargo.toml\" data-wasm-opt=\"z\">\n\
             <script data-trunk type=\"module\" src=\"app/boot.js\"></script></head><body>",
        )
        .unwrap();
        let (css, boot, icon) = (hash(&[b"a\nz\n"]), hash(&[b"b"]), hash(&[b"c"]));
        assert_eq!(
            html,
            format!(
                "<head><title>x</title>\n\
                 <link rel=\"preload\" href=\"/m.wasm\" crossorigin=\"anonymous\" as=\"fetch\" \
                 type=\"application/wasm\">\
                 <link rel=\"modulepreload\" href=\"/m.js\" crossorigin=\"anonymous\">\
                 <link rel=\"modulepreload\" href=\"/p.js\" crossorigin=\"anonymous\">\n    \
                 <link rel=\"icon\" href=\"/icon-{icon}.svg\">\n\
                 <link rel=\"stylesheet\" href=\"/page-{css}.css\">\n\n\n\
                 <meta content=\"/m.js\"><meta content=\"/m.wasm\">\n\
                 <script type=\"module\" src=\"/boot-{boot}.js\"></script></head><body>"
            )
        );
        assert_eq!(
            names,
            [
                format!("boot-{boot}.js"),
                format!("icon-{icon}.svg"),
                "icon.svg".to_owned(),
                "index.html".to_owned(),
                "meaning".to_owned(),
                format!("page-{css}.css"),
            ]
        );
    }

    #[test]
    fn what_is_not_known_or_not_there_is_an_error() {
        for marked in [
            "<link data-trunk rel=\"sass\" href=\"app/a.css\">",
            "<link data-trunk rel=\"css\">",
            "<link data-trunk rel=\"css\" href=\"app/none.css\">",
        ] {
            assert!(
                filled(&format!("<head>{marked}</head>")).is_err(),
                "{marked}"
            );
        }
        assert!(filled("<p>").is_err());
    }
}
