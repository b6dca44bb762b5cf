//! The package sources of this machine: sources.list(5), in both formats.

use std::fs;
use std::path::{Path, PathBuf};

/// Where apt reads them.
pub(super) const APT: &str = "/etc/apt";

/// One source: the fields of a stanza, which describe where an archive is and how to verify it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    fields: Vec<(String, String)>,
}

impl Source {
    /// The archive at `uri`, signed with the keys in the file `keys`.
    pub(super) fn new(uri: &str, keys: &str) -> Self {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Self {
            fields: vec![
                field("Types", "deb"),
                field("URIs", uri),
                field("Signed-By", keys),
            ],
        }
    }

    /// This source as a stanza in the format of `.sources` files, for another release of the same
    /// archive. Its options are kept, for example how it is signed.
    pub(super) fn stanza(&self, suite: &str, component: &str) -> String {
        let mut stanza = String::new();
        for (name, value) in &self.fields {
            if !["types", "suites", "components"].contains(&name.to_lowercase().as_str()) {
                stanza += &format!("{name}: {value}\n");
            }
        }
        format!("Types: deb\n{stanza}Suites: {suite}\nComponents: {component}\n")
    }

    /// Its address, for messages.
    pub(super) fn uris(&self) -> &str {
        self.field("URIs")
    }

    fn field(&self, wanted: &str) -> &str {
        self.fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map_or("", |(_, value)| value.as_str())
    }

    /// Whether this can be an archive with complete releases of a distribution: it is enabled, has
    /// packages and `main`, and one of its suites is a release rather than its updates
    /// (`bookworm-updates`) or a flat folder (`./`).
    fn is_archive(&self) -> bool {
        let has = |field: &str, word: &str| self.field(field).split_whitespace().any(|w| w == word);
        let release = |suite: &str| !suite.contains(['-', '/']);
        has("Types", "deb")
            && has("Components", "main")
            && !["no", "false", "0"].contains(&self.field("Enabled").to_lowercase().as_str())
            && !self.uris().starts_with("cdrom:")
            && self.field("Suites").split_whitespace().any(release)
    }
}

/// The archives in `apt`, a folder like /etc/apt, each once, in the order of the files. Unreadable
/// entries are left out: apt itself reports them.
pub(super) fn archives(apt: &Path) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    for file in files(apt) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let sources = if file.extension().is_some_and(|end| end == "sources") {
            stanzas(&text)
        } else {
            text.lines().filter_map(line).collect()
        };
        for source in sources.into_iter().filter(Source::is_archive) {
            let stanza = source.stanza("", "");
            if found.iter().all(|other| other.stanza("", "") != stanza) {
                found.push(source);
            }
        }
    }
    found
}

/// `sources.list`, then the files of `sources.list.d` in the order of their names.
fn files(apt: &Path) -> Vec<PathBuf> {
    let mut parts: Vec<PathBuf> = fs::read_dir(apt.join("sources.list.d"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|end| end == "list" || end == "sources")
        })
        .collect();
    parts.sort();
    parts.insert(0, apt.join("sources.list"));
    parts
}

/// The stanzas of a `.sources` file.
fn stanzas(text: &str) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines().chain([""]) {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            if !fields.is_empty() {
                sources.push(Source {
                    fields: std::mem::take(&mut fields),
                });
            }
        } else if line.starts_with([' ', '\t']) {
            // A key can be in the file itself, on lines that continue the field.
            if let Some((_, value)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    sources
}

/// A line of a `.list` file: `deb [option=value …] URI suite component …`.
fn line(line: &str) -> Option<Source> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let (kind, rest) = line.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(inside) => inside.split_once(']')?,
        None => ("", rest),
    };
    let mut words = rest.split_whitespace();
    let (uri, suite) = (words.next()?, words.next()?);
    let components: Vec<&str> = words.collect();
    let mut fields = vec![
        ("Types".to_owned(), kind.to_owned()),
        ("URIs".to_owned(), uri.to_owned()),
        ("Suites".to_owned(), suite.to_owned()),
        ("Components".to_owned(), components.join(" ")),
    ];
    for option in options.split_whitespace() {
        let (name, value) = option.split_once('=')?;
        // sources.list(5): these options have other names as fields. Lists are separated by commas
        // here and by spaces there.
        let name = match name {
            "arch" => "Architectures",
            "lang" => "Languages",
            "target" => "Targets",
            _ => name,
        };
        fields.push((name.to_owned(), value.replace(',', " ")));
    }
    Some(Source { fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archives_of(files: &[(&str, &str)]) -> Vec<Source> {
        let apt = tempfile::tempdir().unwrap();
        fs::create_dir(apt.path().join("sources.list.d")).unwrap();
        for (name, text) in files {
            fs::write(apt.path().join(name), text).unwrap();
        }
        archives(apt.path())
    }

    fn stanzas_of(files: &[(&str, &str)]) -> Vec<String> {
        let sources = archives_of(files);
        sources.iter().map(|s| s.stanza("trixie", "main")).collect()
    }

    #[test]
    fn a_line_keeps_its_options() {
        let text = "# comment\ndeb-src http://m/debian bookworm main\n\
                    deb [ arch=amd64,arm64 signed-by=/k.gpg ] http://m/debian bookworm main # c\n";
        assert_eq!(
            stanzas_of(&[("sources.list", text)]),
            [
                "Types: deb\nURIs: http://m/debian\nArchitectures: amd64 arm64\n\
              signed-by: /k.gpg\nSuites: trixie\nComponents: main\n"
            ]
        );
    }

    #[test]
    fn a_stanza_keeps_its_options_and_its_key() {
        let text = "Types: deb deb-src\n# comment\nURIs: http://m/debian\n\
                    Suites: bookworm bookworm-updates\nComponents: main contrib\n\
                    Signed-By:\n -----BEGIN\n .\n abc\nTrusted: yes\n";
        assert_eq!(
            stanzas_of(&[("sources.list.d/debian.sources", text)]),
            [
                "Types: deb\nURIs: http://m/debian\nSigned-By: \n -----BEGIN\n .\n abc\n\
              Trusted: yes\nSuites: trixie\nComponents: main\n"
            ]
        );
    }

    #[test]
    fn what_is_no_archive_of_releases_is_left_out() {
        let lines = "deb http://m/security bookworm-security main\n\
                     deb http://m/flat ./\n\
                     deb http://m/other stable contrib\n\
                     deb cdrom:[Debian]/ bookworm main\n\
                     deb [broken http://m/debian bookworm main\n\
                     deb http://m/debian\nnonsense\n";
        let stanzas = "Types: deb\nURIs: http://m/off\nSuites: bookworm\nComponents: main\n\
                       Enabled: no\n\nTypes: deb-src\nURIs: http://m/src\nSuites: bookworm\n\
                       Components: main\n";
        assert_eq!(
            archives_of(&[
                ("sources.list", lines),
                ("sources.list.d/a.sources", stanzas),
                (
                    "sources.list.d/a.list.disabled",
                    "deb http://m/debian bookworm main\n"
                ),
            ]),
            []
        );
    }

    #[test]
    fn each_archive_is_named_once_and_in_order() {
        let found = archives_of(&[
            (
                "sources.list",
                "deb http://b/debian bookworm main\ndeb http://b/debian trixie main\n",
            ),
            (
                "sources.list.d/z.list",
                "deb http://z/debian bookworm main\n",
            ),
            (
                "sources.list.d/a.list",
                "deb http://a/debian bookworm main\n",
            ),
        ]);
        let uris: Vec<_> = found.iter().map(Source::uris).collect();
        assert_eq!(
            uris,
            ["http://b/debian", "http://a/debian", "http://z/debian"]
        );
        assert_eq!(archives(Path::new("/nonexistent")), []);
    }

    #[test]
    fn one_of_our_own_is_signed() {
        assert_eq!(
            Source::new("http://m/debian", "/k.gpg").stanza("trixie", "main"),
            "Types: deb\nURIs: http://m/debian\nSigned-By: /k.gpg\nSuites: trixie\n\
             Components: main\n"
        );
    }
}
