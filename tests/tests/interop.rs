//! Every scenario at every other mail server, through the built program, including what is
//! delivered.
//!
//! `docs/interop.md` shows the results; `cargo xtask interop` writes it. The servers need root
//! privileges, because they switch to users of their own.

use std::collections::BTreeSet;

use glasspost_tests::interop::server::Kind;
use glasspost_tests::interop::{journey, report, roads};

async fn check(kind: Kind) {
    let column = journey::go(kind, &roads::all()).await;
    assert!(column.wrong.is_empty(), "{}", column.wrong.join("\n\n"));
}

#[tokio::test]
async fn postfix() {
    check(Kind::Postfix).await;
}

#[tokio::test]
async fn opensmtpd() {
    check(Kind::OpenSmtpd).await;
}

#[tokio::test]
async fn dovecot() {
    check(Kind::Dovecot).await;
}

#[tokio::test]
async fn aiosmtpd() {
    check(Kind::Aiosmtpd).await;
}

#[tokio::test]
async fn smtp_server() {
    check(Kind::SmtpServer).await;
}

#[test]
fn no_two_roads_have_one_name() {
    let roads = roads::all();
    let names: BTreeSet<&str> = roads.iter().map(|road| road.name).collect();
    assert_eq!(names.len(), roads.len());
}

/// The document has the results that the tests above expect.
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
