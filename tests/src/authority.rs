//! A certificate authority for one test, and servers with its certificates.

use std::path::PathBuf;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SigningKey, date_time_ymd,
};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ALL_VERSIONS, ServerConfig, SupportedProtocolVersion};

/// A root certificate and the folder with its file.
pub struct Authority {
    name: String,
    folder: TempDir,
    root: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
pub struct Leaf {
    /// The certificate, followed by the others that the server sends.
    shown: Vec<CertificateDer<'static>>,
    key: KeyPair,
    chain_pem: String,
}

/// When a certificate is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Now.
    Now,
    /// In the past.
    Past,
    /// In the future.
    Future,
}

impl Authority {
    /// Creates an authority with a new root.
    #[must_use]
    pub fn new() -> Authority {
        Authority::named("Glasspost test root")
    }

    /// Creates an authority whose root has this name.
    #[must_use]
    pub fn named(name: &str) -> Authority {
        let params = issuer_params(name, Validity::Now);
        let key = key();
        let root = params.self_signed(&key).expect("a root can sign itself");
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("root.pem"), root.pem()).expect("a writable folder");
        Authority {
            name: name.to_owned(),
            folder,
            root,
            issuer: Issuer::new(params, key),
        }
    }

    /// The file with the root certificate in PEM.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// The same path as an argument.
    #[must_use]
    pub fn argument(&self) -> String {
        self.file().display().to_string()
    }

    /// Writes a file that exists as long as the authority, and returns its path.
    #[must_use]
    pub fn keep(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a writable folder");
        path.display().to_string()
    }

    /// The common name of the root.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Signs these octets with the root's key: ECDSA with SHA-256.
    #[must_use]
    pub fn signature(&self, octets: &[u8]) -> Vec<u8> {
        let key = self.issuer.key();
        key.sign(octets).expect("the root can sign")
    }

    /// Creates a certificate for these host names and addresses.
    #[must_use]
    pub fn leaf(&self, names: &[&str], validity: Validity) -> Leaf {
        self.sign(leaf_params(names, validity))
    }

    /// Creates a certificate with these parameters.
    #[must_use]
    pub fn sign(&self, params: CertificateParams) -> Leaf {
        let key = key();
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the root can sign");
        Leaf {
            chain_pem: certificate.pem() + self.root.pem().as_str(),
            shown: vec![certificate.der().clone()],
            key,
        }
    }

    /// Creates a certificate with these parameters, signed by an intermediate that the root signed.
    /// The server sends both.
    #[must_use]
    pub fn sign_through(&self, between: CertificateParams, params: CertificateParams) -> Leaf {
        self.sign_through_all(vec![between], params)
    }

    /// Creates a certificate with several intermediates: the root signs the first, and each signs
    /// the next. The server sends all of them.
    #[must_use]
    pub fn sign_through_all(
        &self,
        between: Vec<CertificateParams>,
        params: CertificateParams,
    ) -> Leaf {
        let mut issuer: Option<Issuer<'static, KeyPair>> = None;
        let mut chain: Vec<Certificate> = Vec::new();
        for params in between {
            let key = key();
            let certificate = params
                .signed_by(&key, issuer.as_ref().unwrap_or(&self.issuer))
                .expect("a key can sign");
            chain.insert(0, certificate);
            issuer = Some(Issuer::new(params, key));
        }
        let key = key();
        let certificate = params
            .signed_by(&key, issuer.as_ref().unwrap_or(&self.issuer))
            .expect("a key can sign");
        chain.insert(0, certificate);
        let pems = chain.iter().map(Certificate::pem);
        Leaf {
            chain_pem: pems.chain([self.root.pem()]).collect(),
            shown: chain.iter().map(|one| one.der().clone()).collect(),
            key,
        }
    }
}

impl Default for Authority {
    fn default() -> Self {
        Authority::new()
    }
}

impl Leaf {
    /// Creates a self-signed certificate.
    #[must_use]
    pub fn self_signed(names: &[&str]) -> Leaf {
        Leaf::self_signed_as(leaf_params(names, Validity::Now))
    }

    /// Creates a self-signed certificate with these parameters.
    #[must_use]
    pub fn self_signed_as(params: CertificateParams) -> Leaf {
        let key = key();
        let certificate = params.self_signed(&key).expect("a key can sign itself");
        Leaf {
            chain_pem: certificate.pem(),
            shown: vec![certificate.der().clone()],
            key,
        }
    }

    /// Creates a certificate for `names`, signed with the key of this one, even if this one may not
    /// sign.
    #[must_use]
    pub fn signs(&self, own: CertificateParams, names: &[&str]) -> Leaf {
        let signer = KeyPair::from_pem(&self.key.serialize_pem()).expect("its own key");
        let (params, key) = (leaf_params(names, Validity::Now), key());
        let certificate = params
            .signed_by(&key, &Issuer::new(own, signer))
            .expect("a key can sign");
        Leaf {
            chain_pem: certificate.pem(),
            shown: vec![certificate.der().clone()],
            key,
        }
    }

    /// The certificates that the server sends, its own first.
    #[must_use]
    pub fn shown(&self) -> &[CertificateDer<'static>] {
        &self.shown
    }

    /// The private key.
    #[must_use]
    pub fn key(&self) -> &KeyPair {
        &self.key
    }

    /// The certificate and the root in PEM.
    #[must_use]
    pub fn chain_pem(&self) -> &str {
        &self.chain_pem
    }

    /// The private key in PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The same certificate without the others that the server would send.
    #[must_use]
    pub fn alone(mut self) -> Leaf {
        self.shown.truncate(1);
        self
    }

    /// A server configuration with this certificate.
    #[must_use]
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server_of(ALL_VERSIONS)
    }

    /// A server configuration with this certificate and these versions of TLS.
    #[must_use]
    pub fn server_of(&self, versions: &[&'static SupportedProtocolVersion]) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .expect("versions that the provider has")
            .with_no_client_auth()
            .with_single_cert(self.shown.clone(), key)
            .expect("a key fits its certificate");
        Arc::new(config)
    }
}

/// Parameters of a certificate that may sign others.
#[must_use]
pub fn issuer_params(name: &str, validity: Validity) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid(&mut params, validity);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key can be made")
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// Parameters of a server certificate for these host names and addresses.
#[must_use]
pub fn leaf_params(names: &[&str], validity: Validity) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names for a certificate");
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "a server under test");
    valid(&mut params, validity);
    params
}

fn valid(params: &mut CertificateParams, validity: Validity) {
    let (from, to) = match validity {
        Validity::Now => (2020, 2099),
        Validity::Past => (2019, 2020),
        Validity::Future => (2098, 2099),
    };
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(to, 1, 1);
}
