//! A certificate authority for one test, and servers it answers for.

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

/// A root and the folder its certificate lies in.
pub struct Authority {
    name: String,
    folder: TempDir,
    root: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key.
pub struct Leaf {
    /// The certificate, then what the server sends behind it.
    shown: Vec<CertificateDer<'static>>,
    key: KeyPair,
    chain_pem: String,
}

/// When a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Now.
    Now,
    /// It was.
    Past,
    /// It will be.
    Future,
}

impl Authority {
    /// A fresh root.
    #[must_use]
    pub fn new() -> Authority {
        Authority::named("Glasspost test root")
    }

    /// A fresh root of this name.
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

    /// The file with the root's certificate, PEM.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    /// The same as an argument.
    #[must_use]
    pub fn argument(&self) -> String {
        self.file().display().to_string()
    }

    /// Keeps a file as long as the authority lives; gives its path.
    #[must_use]
    pub fn keep(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a writable folder");
        path.display().to_string()
    }

    /// The root's common name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root's signature on these octets: ECDSA with SHA-256.
    #[must_use]
    pub fn signature(&self, octets: &[u8]) -> Vec<u8> {
        let key = self.issuer.key();
        key.sign(octets).expect("the root signs what it is given")
    }

    /// A certificate for these host names and addresses.
    #[must_use]
    pub fn leaf(&self, names: &[&str], validity: Validity) -> Leaf {
        self.sign(leaf_params(names, validity))
    }

    /// A certificate of this kind.
    #[must_use]
    pub fn sign(&self, params: CertificateParams) -> Leaf {
        let key = key();
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the root signs what it is given");
        Leaf {
            chain_pem: certificate.pem() + self.root.pem().as_str(),
            shown: vec![certificate.der().clone()],
            key,
        }
    }

    /// A certificate of this kind, signed by another that the root has signed. The server sends
    /// both.
    #[must_use]
    pub fn sign_through(&self, between: CertificateParams, params: CertificateParams) -> Leaf {
        self.sign_through_all(vec![between], params)
    }

    /// The same through several: the root signs the first, each signs the next. The server sends
    /// all of them.
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
                .expect("a key signs what it is given");
            chain.insert(0, certificate);
            issuer = Some(Issuer::new(params, key));
        }
        let key = key();
        let certificate = params
            .signed_by(&key, issuer.as_ref().unwrap_or(&self.issuer))
            .expect("a key signs what it is given");
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
    /// A certificate that answers for itself.
    #[must_use]
    pub fn self_signed(names: &[&str]) -> Leaf {
        Leaf::self_signed_as(leaf_params(names, Validity::Now))
    }

    /// A certificate of this kind that is its own issuer.
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

    /// A certificate for `names`, signed by the key of this one, which need not be allowed to.
    #[must_use]
    pub fn signs(&self, own: CertificateParams, names: &[&str]) -> Leaf {
        let signer = KeyPair::from_pem(&self.key.serialize_pem()).expect("its own key");
        let (params, key) = (leaf_params(names, Validity::Now), key());
        let certificate = params
            .signed_by(&key, &Issuer::new(own, signer))
            .expect("a key signs what it is given");
        Leaf {
            chain_pem: certificate.pem(),
            shown: vec![certificate.der().clone()],
            key,
        }
    }

    /// What the server shows: the certificate first.
    #[must_use]
    pub fn shown(&self) -> &[CertificateDer<'static>] {
        &self.shown
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &KeyPair {
        &self.key
    }

    /// Certificate, then root, PEM.
    #[must_use]
    pub fn chain_pem(&self) -> &str {
        &self.chain_pem
    }

    /// The key, PEM.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The same without what the server would send behind the certificate.
    #[must_use]
    pub fn alone(mut self) -> Leaf {
        self.shown.truncate(1);
        self
    }

    /// A server that shows this certificate.
    #[must_use]
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server_of(ALL_VERSIONS)
    }

    /// A server that shows this certificate and speaks these versions of TLS.
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

/// A certificate that may sign others.
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

/// A certificate of a server by these host names and addresses.
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
