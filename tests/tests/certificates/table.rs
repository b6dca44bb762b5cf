//! The certificates that servers send, and why they are not accepted.

use std::sync::Arc;

use glasspost_tests::authority::{Authority, Leaf, Validity, issuer_params, leaf_params};
use glasspost_tests::der::{self, ByHand};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyPair, NameConstraints,
};
use smtp::{CertificateFault as Fault, TlsFailure};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{
    ALL_VERSIONS, RootCertStore, ServerConfig, SupportedProtocolVersion, version,
};

use super::{HOST, Server, bad, unknown_issuer, wrong_name};

type Make = fn(&Authority) -> Server;

/// A name, a function that creates the server with the root that the bridge trusts, and the
/// expected reason.
pub(crate) struct Case(
    pub(crate) &'static str,
    pub(crate) Make,
    pub(crate) TlsFailure,
);

#[rustfmt::skip]
pub(crate) fn table() -> Vec<Case> {
    let expired = |date: &str| TlsFailure::Expired { not_after: date.to_owned() };
    let not_yet = |date: &str| TlsFailure::NotYetValid { not_before: date.to_owned() };
    let algorithm = |name: &str| bad(Fault::SignatureAlgorithm { algorithm: name.to_owned() });
    let names = |names| wrong_name(HOST, names);
    let wants = TlsFailure::ClientCertificateRequired;
    vec![
        Case("self-signed, a CA", |_| own(ca), TlsFailure::SelfSigned),
        Case("self-signed, no CA", |_| own(|_| {}), TlsFailure::SelfSigned),
        Case("self-signed, for clients", |_| own(for_clients), bad(Fault::NotForServers)),
        Case("unknown issuer", |_| of("another root"), unknown_issuer("another root")),
        Case("long issuer", |_| of(&"가".repeat(300)), unknown_issuer(&"가".repeat(85))),
        Case("missing link", |root| show(through(root, |_| {}).alone()), unknown_issuer("between")),
        Case("another name", |root| leaf(root, &["b.test", "c.test"]),
            names(&["b.test", "c.test"])),
        Case("common name alone", |root| signed(root, common_name), names(&[])),
        Case("wildcard of another level", |root| leaf(root, &["*.test"]), names(&["*.test"])),
        Case("another address", |root| leaf(root, &["127.0.0.2", "::1"]),
            wrong_name("127.0.0.1", &["127.0.0.2", "::1"])),
        Case("name for an address", |root| leaf(root, &[HOST]), wrong_name("127.0.0.1", &[HOST])),
        Case("expired", |root| at(root, Validity::Past), expired("2020-01-01T00:00:00Z")),
        Case("expired between", |root| show(through(root, expire)),
            expired("2020-01-01T00:00:00Z")),
        Case("ends before it begins",
            |root| by_hand(root, |one| one.validity = ["300101000000Z", "290101000000Z"]),
            expired("2029-01-01T00:00:00Z")),
        Case("not yet valid", |root| at(root, Validity::Future), not_yet("2098-01-01T00:00:00Z")),
        Case("for clients", |root| signed(root, for_clients), bad(Fault::NotForServers)),
        Case("a CA's own", |root| signed(root, ca), bad(Fault::IsCa)),
        Case("issued by no CA", |root| show(through(root, no_ca)), bad(Fault::IssuerNotCa)),
        Case("path length", |root| chain(root, 2, Some(0)), bad(Fault::ChainTooLong)),
        Case("a long chain", |root| chain(root, 9, None), bad(Fault::ChainTooLong)),
        Case("name constraints", |root| show(through(root, constrain)),
            bad(Fault::NameConstraints)),
        Case("a root of the same name", |root| of(root.name()), bad(Fault::BadSignature)),
        Case("SHA-1, ECDSA", |root| by_hand(root, |one| one.algorithm = der::ECDSA_SHA1),
            algorithm("SHA-1 with ECDSA")),
        Case("SHA-1, RSA", |root| by_hand(root, |one| one.algorithm = der::RSA_SHA1),
            algorithm("SHA-1 with RSA")),
        Case("Ed448", |root| by_hand(root, |one| one.algorithm = der::ED448), algorithm("Ed448")),
        Case("an unknown algorithm", |root| by_hand(root, |one| one.algorithm = &[0x2a, 3, 4]),
            algorithm("1.2.3.4")),
        Case("RSA of 1024 bits", |root| rsa(root, 1024), bad(Fault::WeakKey { bits: 1024 })),
        Case("RSA, and another key", |root| rsa(root, 2048), bad(Fault::KeyNotProven)),
        Case("another key", |root| other_key(root, ALL_VERSIONS), bad(Fault::KeyNotProven)),
        Case("another key, 1.2", |root| other_key(root, TLS12), bad(Fault::KeyNotProven)),
        Case("version 1", |root| by_hand(root, |one| one.version = None), bad(Fault::NotVersion3)),
        Case("version 2", |root| by_hand(root, |one| one.version = Some(1)),
            bad(Fault::NotVersion3)),
        Case("critical extension", |root| signed(root, critical), bad(Fault::UnknownExtension)),
        Case("garbage", |_| octets(b"garbage"), bad(Fault::Malformed)),
        Case("an empty sequence", |_| octets(&[0x30, 0]), bad(Fault::Malformed)),
        Case("half a certificate", |root| octets(&good(root)[..200]), bad(Fault::Malformed)),
        Case("more behind it", |root| octets(&[&good(root)[..], b"more"].concat()),
            bad(Fault::Malformed)),
        Case("none", |_| none(ALL_VERSIONS), bad(Fault::Missing)),
        Case("none, 1.2", |_| none(TLS12), bad(Fault::Missing)),
        Case("a client's wanted", |root| wants_ours(root, ALL_VERSIONS), wants.clone()),
        Case("a client's wanted, 1.2", |root| wants_ours(root, TLS12), wants),
    ]
}

type Versions = &'static [&'static SupportedProtocolVersion];
static TLS12: Versions = &[&version::TLS12];

/// A server with this certificate, even if rustls would refuse to load it.
fn show(leaf: Leaf) -> Server {
    der::server(leaf.shown().to_vec(), leaf.key(), ALL_VERSIONS)
}

fn params(change: impl FnOnce(&mut CertificateParams)) -> CertificateParams {
    let mut params = leaf_params(&[HOST], Validity::Now);
    change(&mut params);
    params
}

fn signed(root: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Server {
    show(root.sign(params(change)))
}

fn own(change: impl FnOnce(&mut CertificateParams)) -> Server {
    show(Leaf::self_signed_as(params(change)))
}

/// Issued by another root with this name.
fn of(issuer: &str) -> Server {
    show(Authority::named(issuer).leaf(&[HOST], Validity::Now))
}

fn leaf(root: &Authority, names: &[&str]) -> Server {
    show(root.leaf(names, Validity::Now))
}

fn at(root: &Authority, validity: Validity) -> Server {
    show(root.leaf(&[HOST], validity))
}

fn good(root: &Authority) -> CertificateDer<'static> {
    root.leaf(&[HOST], Validity::Now).shown()[0].clone()
}

fn through(root: &Authority, change: impl FnOnce(&mut CertificateParams)) -> Leaf {
    let mut between = issuer_params("between", Validity::Now);
    change(&mut between);
    root.sign_through(between, params(|_| {}))
}

fn ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

fn no_ca(params: &mut CertificateParams) {
    params.is_ca = IsCa::ExplicitNoCa;
}

fn expire(params: &mut CertificateParams) {
    let past = leaf_params(&[], Validity::Past);
    (params.not_before, params.not_after) = (past.not_before, past.not_after);
}

fn constrain(params: &mut CertificateParams) {
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("other.test".into())],
        excluded_subtrees: vec![],
    });
}

fn common_name(params: &mut CertificateParams) {
    params.subject_alt_names = vec![];
    params.distinguished_name.push(DnType::CommonName, HOST);
}

fn for_clients(params: &mut CertificateParams) {
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
}

fn critical(params: &mut CertificateParams) {
    let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    extension.set_criticality(true);
    params.custom_extensions.push(extension);
}

/// This many intermediates. The first allows at most `length` more below it.
fn chain(root: &Authority, intermediates: usize, length: Option<u8>) -> Server {
    let between = |at: usize| {
        let mut params = issuer_params(&format!("intermediate {at}"), Validity::Now);
        if let (0, Some(length)) = (at, length) {
            params.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
        }
        params
    };
    show(root.sign_through_all((0..intermediates).map(between).collect(), params(|_| {})))
}

fn by_hand(root: &Authority, change: impl FnOnce(&mut ByHand)) -> Server {
    let mut by_hand = ByHand::good(HOST);
    change(&mut by_hand);
    der::server(vec![by_hand.signed_by(root)], &by_hand.key, ALL_VERSIONS)
}

fn rsa(root: &Authority, bits: usize) -> Server {
    let mut by_hand = ByHand::good(HOST);
    by_hand.public_key = Some(der::rsa_key(bits));
    der::rsa_server(by_hand.signed_by(root))
}

fn any_key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}

fn other_key(root: &Authority, versions: Versions) -> Server {
    der::server(vec![good(root)], &any_key(), versions)
}

fn octets(shown: &[u8]) -> Server {
    let shown = CertificateDer::from(shown.to_vec());
    der::server(vec![shown], &any_key(), ALL_VERSIONS)
}

fn none(versions: Versions) -> Server {
    der::server(vec![], &any_key(), versions)
}

/// A server that requires a client certificate.
fn wants_ours(root: &Authority, versions: Versions) -> Server {
    let leaf = root.leaf(&[HOST], Validity::Now);
    let mut store = RootCertStore::empty();
    store.add(good(root)).expect("any certificate will do");
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(store.into(), provider.clone());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf.key().serialize_der()));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("versions that the provider has")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(leaf.shown().to_vec(), key)
        .expect("a key fits its certificate");
    Arc::new(config)
}
