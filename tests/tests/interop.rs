//! Every scenario at every other mail server, through the built program, including what is
//! delivered.
//!
//! `docs/interop.md` shows the results; `cargo xtask interop` writes it. The servers need root
//! privileges, because they switch to users of their own.

use std::collections::BTreeSet;

use glasspost_tests::interop::server::Kind;
use glasspost_tests::interop::{report, run, scenarios};

async fn check(kind: Kind) {
    let column = run::run(kind, &scenarios::all()).await;
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
fn scenario_names_are_unique() {
    let scenarios = scenarios::all();
    let names: BTreeSet<&str> = scenarios.iter().map(|scenario| scenario.name).collect();
    assert_eq!(names.len(), scenarios.len());
}

/// The document has the results that the tests above expect.
#[test]
fn the_document_is_up_to_date() {
    let path = report::file();
    let written = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let expected = report::document(&report::expected(), "");
    assert!(
        report::lasting(&written) == report::lasting(&expected),
        "docs/interop.md is out of date: run `cargo xtask interop`, and check the changes"
    );
}
