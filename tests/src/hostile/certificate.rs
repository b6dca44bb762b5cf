//! The certificates that a hostile server can send.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose};
use tokio_rustls::rustls::{ALL_VERSIONS, ServerConfig, SupportedProtocolVersion, version};

use super::MAIL;
use crate::authority::{Authority, Leaf, Validity, issuer_params, leaf_params};

/// Creates a certificate. Gets the root that the bridge trusts.
type Make = fn(&Authority) -> Leaf;

/// Every kind, with its name in the files.
const KINDS: [(&str, Make); 18] = [
    ("good", |root| root.leaf(&[MAIL], Validity::Now)),
    ("good-wildcard", |root| {
        root.leaf(&["*.hostile.test"], Validity::Now)
    }),
    ("good-address", |root| {
        root.leaf(&["127.0.0.1"], Validity::Now)
    }),
    ("good-through-another", |root| {
        let between = issuer_params("an intermediate", Validity::Now);
        root.sign_through(between, leaf_params(&[MAIL], Validity::Now))
    }),
    ("wrong-name", |root| {
        root.leaf(
            &["other.test", "mail.hostile.test.other", "hostile.test"],
            Validity::Now,
        )
    }),
    ("wildcard-of-another-level", |root| {
        root.leaf(
            &["*.test", "*.mail.hostile.test", "*.other.test"],
            Validity::Now,
        )
    }),
    ("name-in-subject-alone", |root| {
        let mut params = leaf_params(&[], Validity::Now);
        params.distinguished_name.push(DnType::CommonName, MAIL);
        root.sign(params)
    }),
    ("expired", |root| root.leaf(&[MAIL], Validity::Past)),
    ("not-yet-valid", |root| root.leaf(&[MAIL], Validity::Future)),
    ("unknown-root", |_| {
        Authority::named("another root").leaf(&[MAIL], Validity::Now)
    }),
    ("root-of-the-same-name", |_| {
        Authority::new().leaf(&[MAIL], Validity::Now)
    }),
    ("self-signed", |_| Leaf::self_signed(&[MAIL])),
    ("ip-mismatch", |root| {
        root.leaf(&["127.0.0.2", "::1"], Validity::Now)
    }),
    ("name-instead-of-address", |root| {
        root.leaf(&["localhost", MAIL], Validity::Now)
    }),
    ("for-clients-alone", |root| {
        let mut params = leaf_params(&[MAIL], Validity::Now);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        root.sign(params)
    }),
    ("link-missing", |root| {
        let between = issuer_params("an intermediate", Validity::Now);
        root.sign_through(between, leaf_params(&[MAIL], Validity::Now))
            .alone()
    }),
    ("signed-by-no-issuer", |root| {
        let between: CertificateParams = leaf_params(&["other.test"], Validity::Now);
        root.sign_through(between, leaf_params(&[MAIL], Validity::Now))
    }),
    ("expired-between", |root| {
        let between = issuer_params("an intermediate", Validity::Past);
        root.sign_through(between, leaf_params(&[MAIL], Validity::Now))
    }),
];

/// A certificate, and the versions of TLS to use.
#[derive(Clone, Copy)]
pub(super) struct Certificate {
    make: Make,
    versions: &'static [&'static SupportedProtocolVersion],
}

impl Certificate {
    /// Parses the name of a kind. A suffix `tls-1.2` or `tls-1.3` makes it the only version.
    pub(super) fn parse(text: &str) -> Result<Certificate, String> {
        static ONLY_12: [&SupportedProtocolVersion; 1] = [&version::TLS12];
        static ONLY_13: [&SupportedProtocolVersion; 1] = [&version::TLS13];
        let (kind, versions) = match text.split_once(' ') {
            None => (text, ALL_VERSIONS),
            Some((kind, "tls-1.2")) => (kind, &ONLY_12[..]),
            Some((kind, "tls-1.3")) => (kind, &ONLY_13[..]),
            Some((_, other)) => return Err(format!("unknown version of TLS: {other:?}")),
        };
        let (_, make) = KINDS
            .iter()
            .find(|(name, _)| *name == kind)
            .ok_or_else(|| {
                let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
                format!(
                    "unknown certificate {kind:?}; known are {}",
                    names.join(", ")
                )
            })?;
        Ok(Certificate {
            make: *make,
            versions,
        })
    }

    /// A server configuration with this certificate. `root` is the root that the bridge trusts.
    pub(super) fn server(self, root: &Authority) -> Arc<ServerConfig> {
        (self.make)(root).server_of(self.versions)
    }
}

impl Default for Certificate {
    fn default() -> Self {
        Certificate {
            make: KINDS[0].1,
            versions: ALL_VERSIONS,
        }
    }
}
