//! The certificate authority of one run, and the server's certificates from it.

use crate::{limits, scenario::CertificateKind, session::SERVER_NAME};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use std::{io, sync::Arc, time::SystemTime};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::PrivatePkcs8KeyDer,
        version::{TLS12, TLS13},
    },
};

/// The names in a certificate with which nothing is wrong.
const NAMES: [&str; 4] = [SERVER_NAME, "localhost", "127.0.0.1", "::1"];

/// Created at each start. Its private key stays in memory and is lost when the program ends.
pub(crate) struct Authority {
    /// The certificate a client must trust, in both encodings.
    pub(crate) pem: String,
    pub(crate) der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Generates the keys. Fails only if the system has no source of randomness.
    pub(crate) fn new() -> io::Result<Self> {
        Self::named("Glasspost practice CA")
    }

    fn named(name: &str) -> io::Result<Self> {
        let mut authority = parameters(name, &[])?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = authority
            .self_signed(&authority_key)
            .map_err(io::Error::other)?;
        Ok(Self {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            issuer: Issuer::new(authority, authority_key),
        })
    }

    /// Accepts TLS with a certificate of this kind.
    pub(crate) fn acceptor(&self, kind: CertificateKind) -> io::Result<TlsAcceptor> {
        let names: &[&str] = match kind {
            CertificateKind::WrongName => &["other.practice.test"],
            // The host name and addresses that no connection has.
            CertificateKind::IpMismatch => &[SERVER_NAME, "localhost", "192.0.2.1", "2001:db8::1"],
            _ => &NAMES,
        };
        let mut server = parameters(names[0], names)?;
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let now = SystemTime::now();
        match kind {
            CertificateKind::Expired => {
                server.not_before = (now - limits::CERTIFICATE_LIFE).into();
                server.not_after = (now - limits::CERTIFICATE_SKEW).into();
            }
            CertificateKind::NotYetValid => {
                server.not_before = (now + limits::CERTIFICATE_SKEW).into();
            }
            _ => {}
        }
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = match kind {
            CertificateKind::SelfSigned => {
                server.use_authority_key_identifier_extension = false;
                server.self_signed(&key)
            }
            CertificateKind::UnknownRoot => {
                let other = Self::named("An unknown CA")?;
                server.signed_by(&key, &other.issuer)
            }
            _ => server.signed_by(&key, &self.issuer),
        };
        let certificate = certificate.map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .map_err(io::Error::other)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn parameters(common_name: &str, names: &[&str]) -> io::Result<CertificateParams> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut parameters = CertificateParams::new(names).map_err(io::Error::other)?;
    parameters.distinguished_name = DistinguishedName::new();
    parameters
        .distinguished_name
        .push(DnType::CommonName, common_name);
    let now = SystemTime::now();
    parameters.not_before = (now - limits::CERTIFICATE_SKEW).into();
    parameters.not_after = (now + limits::CERTIFICATE_LIFE).into();
    Ok(parameters)
}
