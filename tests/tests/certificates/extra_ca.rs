//! How `--extra-ca` treats certificates, and files that contain none.

use std::path::Path;

use glasspost_tests::authority::{Authority, Leaf, Validity, leaf_params};
use glasspost_tests::bridge::{Bridge, command};
use glasspost_tests::der;
use glasspost_tests::page::Sent;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa};
use smtp::{CertificateFault as Fault, Event, Outcome, TlsFailure, Trust};
use tokio_rustls::rustls::ALL_VERSIONS;

use super::{HOST, bad, bridge, failure, send, unknown_issuer, wrong_name};

/// A bridge with these certificates, each in a file of its own.
fn bridge_with(leaves: &[&Leaf]) -> (Bridge, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<String> = leaves
        .iter()
        .enumerate()
        .map(|(at, leaf)| {
            let path = folder.path().join(format!("{at}.pem"));
            let pem = leaf.chain_pem();
            let end = "-----END CERTIFICATE-----";
            // The certificate alone, without its issuers.
            let alone = pem.split_inclusive(end).next().unwrap_or_default();
            std::fs::write(&path, alone).expect("a writable folder");
            path.display().to_string()
        })
        .collect();
    (bridge(&files), folder)
}

fn own(change: impl FnOnce(&mut CertificateParams)) -> Leaf {
    let mut params = leaf_params(&[HOST], Validity::Now);
    change(&mut params);
    Leaf::self_signed_as(params)
}

fn ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

/// Whether TLS was established because of `--extra-ca`.
fn accepted(sent: &Sent) -> bool {
    let secured = sent
        .entries
        .iter()
        .any(|entry| matches!(&entry.event, Event::Secured { tls } if tls.trust == Trust::ExtraCa));
    secured && matches!(sent.outcome(), Outcome::Refused { reply, .. } if reply.is(554))
}

async fn sent_to(bridge: &Bridge, leaf: &Leaf) -> Sent {
    let server = der::server(leaf.shown().to_vec(), leaf.key(), ALL_VERSIONS);
    send(bridge, HOST, server).await
}

#[tokio::test]
async fn a_server_certificate_is_accepted_from_that_server() {
    // `openssl req -x509` creates the first kind by default.
    let as_a_ca = own(ca);
    let no_ca = own(|_| {});
    let explicit = own(|params| params.is_ca = IsCa::ExplicitNoCa);
    let issued = Authority::named("a root of nobody").leaf(&[HOST], Validity::Now);
    let (bridge, _folder) = bridge_with(&[&as_a_ca, &no_ca, &explicit, &issued]);
    for leaf in [&as_a_ca, &no_ca, &explicit, &issued] {
        let sent = sent_to(&bridge, leaf).await;
        assert!(accepted(&sent), "{}", sent.transcript());
    }
    // Another certificate with the same names is not accepted.
    let sent = sent_to(&bridge, &own(ca)).await;
    assert!(!accepted(&sent));
    let other = Authority::named("a root of nobody").leaf(&[HOST], Validity::Now);
    let sent = sent_to(&bridge, &other).await;
    assert_eq!(failure(&sent), unknown_issuer("a root of nobody"));
}

#[tokio::test]
async fn such_a_certificate_must_be_valid_for_the_server() {
    let other_name = Leaf::self_signed(&["other.test"]);
    let nameless = own(|params| {
        ca(params);
        params.subject_alt_names = vec![];
        params.distinguished_name.push(DnType::CommonName, HOST);
    });
    let past = Leaf::self_signed_as(leaf_params(&[HOST], Validity::Past));
    let future = Leaf::self_signed_as(leaf_params(&[HOST], Validity::Future));
    let for_clients = own(|params| {
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let expect = [
        wrong_name(HOST, &["other.test"]),
        wrong_name(HOST, &[]),
        TlsFailure::Expired {
            not_after: "2020-01-01T00:00:00Z".into(),
        },
        TlsFailure::NotYetValid {
            not_before: "2098-01-01T00:00:00Z".into(),
        },
        bad(Fault::NotForServers),
    ];
    let leaves = [&other_name, &nameless, &past, &future, &for_clients];
    let (bridge, _folder) = bridge_with(&leaves);
    for (leaf, expect) in leaves.into_iter().zip(expect) {
        assert_eq!(failure(&sent_to(&bridge, leaf).await), expect);
    }
}

/// Otherwise the owner of one server's key could impersonate all others.
#[tokio::test]
async fn a_certificate_that_is_no_ca_is_trusted_only_as_itself() {
    let params = leaf_params(&["other.test"], Validity::Now);
    let leaf = Leaf::self_signed_as(params.clone());
    let forged = leaf.signs(params, &[HOST]);
    let (bridge, _folder) = bridge_with(&[&leaf]);
    let sent = sent_to(&bridge, &forged).await;
    assert_eq!(failure(&sent), unknown_issuer("a server under test"));
}

#[test]
fn a_file_without_a_certificate_is_described() {
    let root = Authority::new();
    let leaf = root.leaf(&[HOST], Validity::Now);
    let pem = leaf.chain_pem();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let check = |name: &str, octets: &[u8], expect: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, octets).expect("a writable folder");
        refused(&path, expect);
    };
    check("empty", b"", "it is empty");
    check("white", b" \n\n", "it is empty");
    check("text", b"hello\n", "it is no PEM file");
    check("key", leaf.key_pem().as_bytes(), "it holds a private key");
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    check("encrypted", encrypted.as_bytes(), "it holds a private key");
    check("der", &leaf.shown()[0], "openssl x509 -inform der");
    let request = pem.replace("CERTIFICATE-----", "CERTIFICATE REQUEST-----");
    check("request", request.as_bytes(), "a request for a certificate");
    let trusted = pem
        .replace("BEGIN C", "BEGIN TRUSTED C")
        .replace("END C", "END TRUSTED C");
    check("trusted", trusted.as_bytes(), "OpenSSL's own");
    let list = "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n";
    check("list", list.as_bytes(), "no certificate is in it");
    check(
        "cut",
        &pem.as_bytes()[..pem.len() / 4],
        "its PEM is damaged",
    );
    let odd = pem.replacen('M', "!", 1);
    check("odd", odd.as_bytes(), "its PEM is damaged");
    let none = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    check("none", none.as_bytes(), "certificate 1 in it can't be read");
    check(
        "second",
        [pem, none].concat().as_bytes(),
        "certificate 3 in it can't be read",
    );
    refused(folder.path(), "it is a folder");
    refused(
        &folder.path().join("absent"),
        "it can't be opened: No such file",
    );
    refused(Path::new("/dev/zero"), "it is larger than 16 MiB");
}

fn refused(path: &Path, expect: &str) {
    let path = path.display().to_string();
    let ended = Bridge::try_spawn(&mut command(&["--extra-ca", &path]));
    let ended = ended.err().unwrap_or_else(|| panic!("{path} is accepted"));
    let line = format!("glasspost: --extra-ca {path}: ");
    assert!(
        ended.stderr.contains(&line) && ended.stderr.contains(expect),
        "{expect:?} is not in {:?}",
        ended.stderr
    );
    assert!(!ended.status.success());
}

#[tokio::test]
async fn files_may_contain_duplicates_and_keys() {
    let root = Authority::new();
    let leaf = root.leaf(&[HOST], Validity::Now);
    let pem = [leaf.chain_pem(), &leaf.key_pem(), leaf.chain_pem()].concat();
    let file = root.keep("both.pem", &pem);
    let bridge = bridge(&[file.clone(), file, root.argument()]);
    assert!(accepted(&sent_to(&bridge, &leaf).await));
    let another = root.leaf(&[HOST], Validity::Now);
    assert!(accepted(&sent_to(&bridge, &another).await));
}
