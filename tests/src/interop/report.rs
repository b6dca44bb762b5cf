//! `docs/interop.md`: the table with the result of each scenario at each server, and the quirks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::quirk::{self, Quirk};
use super::run::ServerResults;
use super::scenario::NO_ENDPOINT;
use super::scenarios;
use super::server::Kind;

/// The result of each scenario at each server.
pub type Outcomes = BTreeMap<(&'static str, Kind), String>;

/// The start of the line that is not compared, because versions change.
const VERSIONS: &str = "Last observed with ";

/// The path of the document.
#[must_use]
pub fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/interop.md")
}

/// The expected results.
#[must_use]
pub fn expected() -> Outcomes {
    scenarios::all()
        .iter()
        .flat_map(|scenario| {
            Kind::ALL.map(|kind| ((scenario.name, kind), (scenario.expect)(kind).to_owned()))
        })
        .collect()
}

/// The observed results.
#[must_use]
pub fn observed(all_results: &[ServerResults]) -> Outcomes {
    all_results
        .iter()
        .flat_map(|results| {
            results
                .by_scenario
                .iter()
                .map(|(scenario, result)| ((*scenario, results.kind), result.text.clone()))
        })
        .collect()
}

/// The servers with their versions.
#[must_use]
pub fn versions(all_results: &[ServerResults]) -> String {
    all_results
        .iter()
        .map(|results| format!("{} {}", results.kind.name(), results.version))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The whole document.
#[must_use]
pub fn document(outcomes: &Outcomes, versions: &str) -> String {
    let mut text = HEAD.to_owned();
    text += &format!("{VERSIONS}{versions}.\n\n");
    text += &table(outcomes);
    text += FOOT;
    for Quirk {
        kind,
        scenario,
        does,
        shown_by,
    } in quirk::ALL
    {
        text += &format!("- {} {does} `{shown_by}` ({scenario}).\n", kind.name());
    }
    text
}

/// The document without the line about versions.
#[must_use]
pub fn lasting(document: &str) -> String {
    document
        .split_inclusive('\n')
        .filter(|line| !line.starts_with(VERSIONS))
        .collect()
}

const HEAD: &str = "\
# Results at real mail servers

`cargo xtask interop` runs each of these scenarios at each of these servers, through the built \
program and its WebSocket, and writes this file. `cargo xtask test` runs the same scenarios and \
compares the results with this table. Each accepted message is compared with the one that was \
sent: the envelope, and every octet of the message except for trace fields at its top (RFC 5321 \
§4.4) and for line ends, which must all be CRLF. The password must not be in any transcript or log.

Each server runs on loopback with its own configuration, based on its defaults. Postfix checks \
passwords with Dovecot. Postfix and OpenSMTPD forward accepted messages to a server based on \
aiosmtpd, and Dovecot's submission service passes each command on to one. Dovecot accepts mail \
only after sign-in, so its scenarios sign in unless they say otherwise. It has one port for \
everything that starts without TLS, which offers STARTTLS but does not require it. smtp-server \
does not require it either.

";

const FOOT: &str = "
A cell shows what the page receives: `accepted` or `refused` with the code of the reply, or \
`failed` with the cause, as in [wire.md](wire.md). The codes of the recipients are in brackets if \
they differ. `or` separates results that depend on timing. Unless it says otherwise, a scenario \
uses no TLS, pipelines if the server offers PIPELINING, and has one sender and one recipient. \
`–` means that the server can't be configured for the scenario. Connections are counted between \
bridge and server; the number is shown if it is not as expected.

A scenario with BDAT uses it if the server offers CHUNKING, as Postfix and Dovecot do, and DATA \
otherwise. The servers limited to TLS 1.1 accept clients that support it. aiosmtpd sends no alert \
to a client that does not, so the client only sees that the connection closed.

## Quirks

Unexpected behavior of these servers, each with the line that shows it and its scenario.

";

/// A table with aligned columns, so that it is readable in a terminal too.
fn table(outcomes: &Outcomes) -> String {
    let mut rows = vec![
        std::iter::once(String::new())
            .chain(Kind::ALL.map(|kind| kind.name().to_owned()))
            .collect::<Vec<_>>(),
    ];
    for scenario in scenarios::all() {
        let cells = Kind::ALL.map(|kind| {
            outcomes
                .get(&(scenario.name, kind))
                .map_or(NO_ENDPOINT, String::as_str)
                .to_owned()
        });
        rows.push(
            std::iter::once(scenario.name.to_owned())
                .chain(cells)
                .collect(),
        );
    }
    let widths: Vec<usize> = (0..=Kind::ALL.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    let line = |row: &[String]| {
        let cells: String = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!(" {cell:<width$} |"))
            .collect();
        format!("|{cells}\n")
    };
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    let mut text = [line(&rows[0]), line(&rule)].concat();
    text.extend(rows[1..].iter().map(|row| line(row)));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_versions_is_compared() {
        let one = document(&expected(), "A 1");
        assert_eq!(lasting(&one), lasting(&document(&expected(), "A 2")));
        assert_ne!(one, lasting(&one));
        let mut other = expected();
        other.insert(("no TLS", Kind::Postfix), "refused 550".to_owned());
        assert_ne!(lasting(&one), lasting(&document(&other, "A 1")));
    }
}
