//! `docs/interop.md`: the table with the result of each scenario at each server, and the quirks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::journey::Column;
use super::road::NO_DOOR;
use super::roads;
use super::server::Kind;
use super::surprise::{self, Surprise};

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
    roads::all()
        .iter()
        .flat_map(|road| Kind::ALL.map(|kind| ((road.name, kind), (road.expect)(kind).to_owned())))
        .collect()
}

/// The observed results.
#[must_use]
pub fn observed(columns: &[Column]) -> Outcomes {
    columns
        .iter()
        .flat_map(|column| {
            column
                .cells
                .iter()
                .map(|(road, cell)| ((*road, column.kind), cell.text.clone()))
        })
        .collect()
}

/// The servers with their versions.
#[must_use]
pub fn versions(columns: &[Column]) -> String {
    columns
        .iter()
        .map(|column| format!("{} {}", column.kind.name(), column.version))
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
    for Surprise {
        kind,
        road,
        does,
        shown_by,
    } in surprise::ALL
    {
        text += &format!("- {} {does} `{shown_by}` ({road}).\n", kind.name());
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
# What comes of it at real servers

`cargo xtask interop` sends along each of these roads to each of these servers, through the built program and its WebSocket, and writes this
file. `cargo xtask test` does the same and holds what comes of it against this table. Where a message is accepted, what arrives at the far end
is compared with what was sent: envelope and message, octet for octet, but for the trace fields on top (RFC 5321 §4.4) and for line ends,
which have all become CRLF. The password stands in no transcript and in no log.

Each server runs on loopback, with a configuration of its own that begins from its defaults. Postfix asks Dovecot about passwords; Postfix and
OpenSMTPD hand what they have accepted on to a server made of aiosmtpd, and Dovecot's submission service passes each command on to one. Dovecot
takes no mail without sign-in, so there every road has one, unless it says otherwise; and it has one port for all that begins in clear, which
offers TLS and leaves it at that, as smtp-server does.

";

const FOOT: &str = "
A cell says what the page is told: `accepted` and `refused` with the reply's code, `failed` with the cause, as [wire.md](wire.md) has them; in
brackets the code for each recipient where they differ. An `or` stands where it hangs on who is faster. Without another word a road is in clear,
pipelined where the server offers PIPELINING, from one sender to one recipient. `–`: this server has no setting that would bring it about.
Connections are counted between the bridge and the server, and their number is named where it is not the one that the road wants.

By BDAT a message goes where the server offers CHUNKING, which Postfix and Dovecot do; to the others such a road is one of DATA. The servers
that have TLS 1.1 and nothing newer take a client that has no more; to ours aiosmtpd sends no alert, so all that is known is that it closed.

## Surprises

What these servers do that one might not think, each with the line that shows it and the road on which it does.

";

/// A table with aligned columns, so that it is readable in a terminal too.
fn table(outcomes: &Outcomes) -> String {
    let mut rows = vec![
        std::iter::once(String::new())
            .chain(Kind::ALL.map(|kind| kind.name().to_owned()))
            .collect::<Vec<_>>(),
    ];
    for road in roads::all() {
        let cells = Kind::ALL.map(|kind| {
            outcomes
                .get(&(road.name, kind))
                .map_or(NO_DOOR, String::as_str)
                .to_owned()
        });
        rows.push(std::iter::once(road.name.to_owned()).chain(cells).collect());
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
    fn versions_are_not_compared_and_all_else_is() {
        let one = document(&expected(), "A 1");
        assert_eq!(lasting(&one), lasting(&document(&expected(), "A 2")));
        assert_ne!(one, lasting(&one));
        let mut other = expected();
        other.insert(("in clear", Kind::Postfix), "refused 550".to_owned());
        assert_ne!(lasting(&one), lasting(&document(&other, "A 1")));
    }
}
