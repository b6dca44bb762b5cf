//! Certificates that rcgen can't create, in hand-written DER (X.690), and servers that send any
//! octets as a certificate.

use std::sync::Arc;

use rcgen::{KeyPair, PublicKeyData};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, Signer, SigningKey};
use tokio_rustls::rustls::{
    ALL_VERSIONS, Error, ServerConfig, SignatureAlgorithm, SignatureScheme,
    SupportedProtocolVersion,
};

use crate::authority::Authority;

/// Encodes a value with this tag.
#[must_use]
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut octets = vec![tag];
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => octets.push(short),
        _ => {
            let long: Vec<u8> = length
                .to_be_bytes()
                .into_iter()
                .skip_while(|&b| b == 0)
                .collect();
            octets.push(0x80 | u8::try_from(long.len()).expect("a length of some octets"));
            octets.extend(long);
        }
    }
    octets.extend(content);
    octets
}

/// Encodes a sequence of these values.
#[must_use]
pub fn sequence(values: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &values.concat())
}

/// The object identifier of ECDSA with SHA-256.
pub const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// The object identifier of ECDSA with SHA-1.
pub const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01];
/// The object identifier of RSA with SHA-1.
pub const RSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05];
/// The object identifier of Ed448.
pub const ED448: &[u8] = &[0x2b, 0x65, 0x71];

/// A hand-written certificate, issued by the root of an [`Authority`].
pub struct ByHand {
    /// The version field: 2 for version 3, None for version 1.
    pub version: Option<u8>,
    /// The signature algorithm in the certificate. The actual signature is always ECDSA with
    /// SHA-256.
    pub algorithm: &'static [u8],
    /// Start and end of the validity, as UTCTime.
    pub validity: [&'static str; 2],
    /// The public key as SubjectPublicKeyInfo. None for the key of `key`.
    pub public_key: Option<Vec<u8>>,
    /// The DNS name.
    pub name: &'static str,
    /// The private key.
    pub key: KeyPair,
}

impl ByHand {
    /// A valid certificate for this name.
    #[must_use]
    pub fn good(name: &'static str) -> ByHand {
        ByHand {
            version: Some(2),
            algorithm: ECDSA_SHA256,
            validity: ["200101000000Z", "491231235959Z"],
            public_key: None,
            name,
            key: KeyPair::generate().expect("a key can be made"),
        }
    }

    /// The certificate, signed by the root.
    #[must_use]
    pub fn signed_by(&self, root: &Authority) -> CertificateDer<'static> {
        let algorithm = sequence(&[&tlv(0x06, self.algorithm)]);
        let names = sequence(&[&tlv(0x82, self.name.as_bytes())]);
        // subjectAltName, 2.5.29.17.
        let extension = sequence(&[&tlv(0x06, &[0x55, 0x1d, 0x11]), &tlv(0x04, &names)]);
        let version = self
            .version
            .map(|version| tlv(0xa0, &tlv(0x02, &[version])));
        let extensions = version
            .as_ref()
            .map(|_| tlv(0xa3, &sequence(&[&extension])));
        let [from, to] = self.validity.map(|time| tlv(0x17, time.as_bytes()));
        let public_key = self.public_key.clone();
        let to_be_signed = sequence(&[
            &version.unwrap_or_default(),
            &tlv(0x02, &[0x2a]),
            &algorithm,
            &common_name(root.name()),
            &sequence(&[&from, &to]),
            &common_name("a server by hand"),
            &public_key.unwrap_or_else(|| self.key.subject_public_key_info()),
            &extensions.unwrap_or_default(),
        ]);
        let signature = [&[0][..], &root.signature(&to_be_signed)].concat();
        sequence(&[&to_be_signed, &algorithm, &tlv(0x03, &signature)]).into()
    }
}

/// An RSA key of this many bits, as SubjectPublicKeyInfo, without a private key.
#[must_use]
pub fn rsa_key(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits / 8];
    modulus.insert(0, 0);
    let numbers = sequence(&[&tlv(0x02, &modulus), &tlv(0x02, &[1, 0, 1])]);
    // rsaEncryption, 1.2.840.113549.1.1.1, with a NULL.
    let rsa = tlv(
        0x06,
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
    );
    let algorithm = sequence(&[&rsa, &tlv(0x05, &[])]);
    sequence(&[&algorithm, &tlv(0x03, &[&[0][..], &numbers].concat())])
}

fn common_name(name: &str) -> Vec<u8> {
    let attribute = sequence(&[&tlv(0x06, &[0x55, 0x04, 0x03]), &tlv(0x0c, name.as_bytes())]);
    sequence(&[&tlv(0x31, &attribute)])
}

/// A server configuration that sends these certificates and signs with this key, even if they do
/// not match.
#[must_use]
pub fn server(
    shown: Vec<CertificateDer<'static>>,
    key: &KeyPair,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = ring::sign::any_supported_type(&key).expect("a key that ring accepts");
    showing(shown, key, versions)
}

/// A server configuration that sends a certificate with an RSA key but does not have the private
/// key.
#[must_use]
pub fn rsa_server(shown: CertificateDer<'static>) -> Arc<ServerConfig> {
    showing(vec![shown], Arc::new(NoKey), ALL_VERSIONS)
}

fn showing(
    shown: Vec<CertificateDer<'static>>,
    key: Arc<dyn SigningKey>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions that the provider has")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(Shown(Arc::new(CertifiedKey::new(shown, key)))));
    Arc::new(config)
}

#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

/// Produces empty signatures.
#[derive(Clone, Debug)]
struct NoKey;

impl SigningKey for NoKey {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(NoKey))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for NoKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(vec![0x5a; 128])
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PSS_SHA256
    }
}
