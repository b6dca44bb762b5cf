//! Every road to every mail server that is not ours, through the built program, to what arrives at
//! the far end.
//!
//! `docs/interop.md` shows what comes of it; `cargo xtask interop` writes that. The servers need
//! root: they change to users of their own.

use std::collections::BTreeSet;

use glasspost_tests::interop::server::Installed;
use glasspost_tests::interop::{journey, report, roads};

async fn check(server: Installed) {
    let column = journey::go(server, &roads::all()).await;
    assert!(column.wrong.is_empty(), "{}", column.wrong.join("\n\n"));
}

#[cfg(feature = "postfix")]
#[tokio::test]
async fn postfix() {
    check(Installed::POSTFIX).await;
}

#[cfg(feature = "opensmtpd")]
#[tokio::test]
async fn opensmtpd() {
    check(Installed::OPENSMTPD).await;
}

#[cfg(feature = "dovecot")]
#[tokio::test]
async fn dovecot() {
    check(Installed::DOVECOT).await;
}

#[cfg(feature = "python")]
#[tokio::test]
async fn aiosmtpd() {
    check(Installed::AIOSMTPD).await;
}

#[cfg(feature = "smtp-server")]
#[tokio::test]
async fn smtp_server() {
    check(Installed::SMTP_SERVER).await;
}

#[test]
fn no_two_roads_have_one_name() {
    let roads = roads::all();
    let names: BTreeSet<&str> = roads.iter().map(|road| road.name).collect();
    assert_eq!(names.len(), roads.len());
}

/// What the tests above expect is what the document says.
#[test]
fn the_document_is_the_one_that_would_be_written() {
    let path = report::file();
    let written = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let expected = report::document(&report::expected(), "");
    assert!(
        report::lasting(&written) == report::lasting(&expected),
        "docs/interop.md is out of date: run `cargo xtask interop`, and look over what changed"
    );
}
