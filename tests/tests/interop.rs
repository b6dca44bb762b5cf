//! Every scenario at every other mail server, through the built program, including what is
//! delivered.
//!
//! `docs/interop.md` shows the results; `cargo xtask interop` writes it. The servers need root
//! privileges, because they switch to users of their own.

// What tests share is unused where some of them are left out.
#![cfg_attr(
    not(all(
        feature = "dovecot",
        feature = "opensmtpd",
        feature = "postfix",
        feature = "python",
        feature = "smtp-server"
    )),
    allow(unused)
)]

use std::collections::BTreeSet;

use glasspost_tests::interop::server::Installed;
use glasspost_tests::interop::{report, run, scenarios};

async fn check(server: Installed) {
    let results = run::run(server, &scenarios::all()).await;
    assert!(
        results.failures.is_empty(),
        "{}",
        results.failures.join("\n\n")
    );
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
