//! TLS to mail servers: which certificates are trusted, and what the page is sent about them.

mod certificate;
pub(crate) mod extra_ca;
pub(super) mod failure;
mod text;
mod verifier;

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use smtp::{TlsFacts, TlsFailure, Trust};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use extra_ca::ExtraCa;
use verifier::{Accepted, Verifier, Verifiers};

/// The roots of trust, for all connections of this run.
#[derive(Debug)]
pub(crate) struct Roots {
    provider: Arc<CryptoProvider>,
    /// The machine's own. None: they can't be read.
    platform: Option<Verifier>,
    extra: Option<Verifier>,
    /// The certificates of `--extra-ca` themselves.
    exact: Arc<[CertificateDer<'static>]>,
    practice: Option<Verifier>,
}

/// Which roots are trusted for one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrustScope {
    /// The machine's roots and those given by `--extra-ca`.
    Public,
    /// The practice CA alone.
    Practice,
}

impl Roots {
    /// The machine's roots, those of `--extra-ca`, and the practice CA.
    ///
    /// # Errors
    /// A sentence, when a certificate can't be a root.
    pub(crate) fn new(extra: ExtraCa, practice: Option<&[u8]>) -> Result<Roots, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let platform = match rustls_platform_verifier::Verifier::new(provider.clone()) {
            Ok(verifier) => Some(Arc::new(verifier) as Verifier),
            Err(error) => {
                tracing::warn!(%error, "this machine's trusted roots can't be read; only --extra-ca counts");
                None
            }
        };
        let own = practice.map(|der| CertificateDer::from(der.to_vec()));
        Ok(Roots {
            platform,
            extra: Self::verifier(&provider, extra.issuers)?,
            exact: extra.exact.into(),
            practice: Self::verifier(&provider, own.into_iter().collect())?,
            provider,
        })
    }

    fn verifier(
        provider: &Arc<CryptoProvider>,
        roots: Vec<CertificateDer<'static>>,
    ) -> Result<Option<Verifier>, String> {
        if roots.is_empty() {
            return Ok(None);
        }
        let mut store = RootCertStore::empty();
        for root in roots {
            store
                .add(root)
                .map_err(|_| "a root certificate whose encoding is not valid".to_owned())?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
            .build()
            .map(|verifier| Some(verifier as Verifier))
            .map_err(|error| error.to_string())
    }

    /// Performs the handshake over `stream`, which must have nothing buffered, with the server
    /// called `name`.
    ///
    /// # Errors
    /// Why TLS is not established; the stream is gone.
    pub(super) async fn handshake(
        &self,
        stream: TcpStream,
        name: String,
        scope: TrustScope,
    ) -> Result<(TlsStream<TcpStream>, TlsFacts), TlsFailure> {
        let server = ServerName::try_from(name.clone()).map_err(|_| TlsFailure::Other {
            detail: "no certificate can be for a host of this name".into(),
        })?;
        let verifiers = Arc::new(self.verifiers(&name, scope));
        let config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| TlsFailure::Other {
                detail: text::detail(error),
            })?
            .dangerous()
            .with_custom_certificate_verifier(verifiers.clone())
            .with_client_cert_resolver(verifiers.clone());
        match TlsConnector::from(Arc::new(config))
            .connect(server, stream)
            .await
        {
            Ok(stream) => {
                let accepted = verifiers.accepted().ok_or_else(|| TlsFailure::Other {
                    detail: "the certificate was not checked".into(),
                })?;
                let facts = facts(stream.get_ref().1, name, accepted);
                Ok((stream, facts))
            }
            Err(error) => Err(failure::of(&error, verifiers.known())),
        }
    }

    fn verifiers(&self, name: &str, scope: TrustScope) -> Verifiers {
        let (exact, verifiers): (_, Vec<_>) = match scope {
            TrustScope::Public => (
                self.exact.clone(),
                vec![
                    (self.extra.clone(), Trust::ExtraCa),
                    (self.platform.clone(), Trust::Platform),
                ],
            ),
            TrustScope::Practice => (
                Arc::default(),
                vec![(self.practice.clone(), Trust::PracticeCa)],
            ),
        };
        let verifiers = verifiers
            .into_iter()
            .filter_map(|(verifier, trust)| Some((verifier?, trust)))
            .collect();
        Verifiers::new(self.provider.clone(), exact, verifiers, name)
    }
}

fn facts(connection: &ClientConnection, name: String, accepted: Accepted) -> TlsFacts {
    let Accepted { certificate, trust } = accepted;
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2",
        // Nothing else is offered.
        _ => "TLS 1.3",
    };
    let (names, issuer, not_after) = certificate
        .map(|read| (read.names, read.issuer, read.not_after))
        .unwrap_or_default();
    TlsFacts {
        version: version.to_owned(),
        cipher: connection
            .negotiated_cipher_suite()
            .map(|suite| cipher(&format!("{:?}", suite.suite())))
            .unwrap_or_default(),
        key_exchange: connection
            .negotiated_key_exchange_group()
            .map(|group| format!("{:?}", group.name())),
        name,
        names,
        issuer,
        not_after,
        trust,
    }
}

/// The cipher in names such as `TLS13_AES_256_GCM_SHA384` and
/// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`, as people write it.
fn cipher(suite: &str) -> String {
    let cipher = suite
        .split_once("_WITH_")
        .map_or_else(|| suite.trim_start_matches("TLS13_"), |(_, cipher)| cipher);
    let cipher = cipher
        .rsplit_once("_SHA")
        .map_or(cipher, |(cipher, _)| cipher);
    cipher.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_are_named_as_people_write_them() {
        let check = |suite: &str, expect: &str| assert_eq!(cipher(suite), expect, "{suite}");
        check("TLS13_AES_256_GCM_SHA384", "AES-256-GCM");
        check("TLS13_CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305");
        check("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "AES-128-GCM");
    }
}
