//! TLS to mail servers: whom to believe, and what to tell the page of it.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct,
    RootCertStore, SignatureScheme,
};
use smtp::{TlsFacts, TlsFailure, Trust};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::certificate::Certificate;

type Verifier = Arc<dyn ServerCertVerifier>;

/// Whose certificates are believed, for all connections of this run.
#[derive(Debug)]
pub(crate) struct Roots {
    provider: Arc<CryptoProvider>,
    /// The machine's own; None where it has none that can be read.
    platform: Option<Verifier>,
    extra: Option<Verifier>,
    practice: Option<Verifier>,
}

/// Which roots count for one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    /// The machine's roots and those given by `--extra-ca`.
    World,
    /// The practice CA alone.
    Practice,
}

impl Roots {
    /// The machine's roots, those in the PEM texts `extra`, and the practice CA.
    ///
    /// # Errors
    /// A sentence, when a text holds no certificate or one that can't be a root.
    pub(crate) fn new(extra: &[Vec<u8>], practice: Option<&[u8]>) -> Result<Roots, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let platform = match rustls_platform_verifier::Verifier::new(provider.clone()) {
            Ok(verifier) => Some(Arc::new(verifier) as Verifier),
            Err(error) => {
                tracing::warn!(%error, "this machine's trusted roots can't be read; only --extra-ca counts");
                None
            }
        };
        let mut given = Vec::new();
        for pem in extra {
            let before = given.len();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                given.push(certificate.map_err(|error| format!("not a PEM certificate: {error}"))?);
            }
            if given.len() == before {
                return Err("no certificate in it (a PEM file is wanted)".into());
            }
        }
        let extra = Self::verifier(&provider, given)?;
        let own = practice.map(|der| CertificateDer::from(der.to_vec()));
        let practice = Self::verifier(&provider, own.into_iter().collect())?;
        Ok(Roots {
            provider,
            platform,
            extra,
            practice,
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
                .map_err(|error| format!("not a root certificate: {error}"))?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
            .build()
            .map(|verifier| Some(verifier as Verifier))
            .map_err(|error| error.to_string())
    }

    /// Shakes hands over `stream`, which must have nothing buffered, with the server called `name`.
    ///
    /// # Errors
    /// Why TLS does not stand; the stream is gone.
    pub(crate) async fn shake_hands(
        &self,
        stream: TcpStream,
        name: &str,
        realm: Realm,
    ) -> Result<(TlsStream<TcpStream>, TlsFacts), TlsFailure> {
        let server = ServerName::try_from(name.to_owned()).map_err(|error| TlsFailure::Other {
            detail: error.to_string(),
        })?;
        let judge = Arc::new(Judge {
            provider: self.provider.clone(),
            verifiers: match realm {
                Realm::World => [
                    (self.extra.clone(), Trust::ExtraCa),
                    (self.platform.clone(), Trust::Platform),
                ]
                .into_iter()
                .filter_map(|(verifier, trust)| verifier.map(|verifier| (verifier, trust)))
                .collect(),
                Realm::Practice => self
                    .practice
                    .iter()
                    .map(|verifier| (verifier.clone(), Trust::PracticeCa))
                    .collect(),
            },
            seen: Mutex::default(),
        });
        let config = ClientConfig::builder_with_provider(self.provider.clone())
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(|error| TlsFailure::Other {
                detail: error.to_string(),
            })?
            .dangerous()
            .with_custom_certificate_verifier(judge.clone())
            .with_no_client_auth();
        match TlsConnector::from(Arc::new(config))
            .connect(server, stream)
            .await
        {
            Ok(stream) => {
                let facts = facts(stream.get_ref().1, name, &judge);
                Ok((stream, facts))
            }
            Err(error) => Err(failure(&error, name, &judge)),
        }
    }
}

/// Asks each of several verifiers, and remembers what it saw.
#[derive(Debug)]
struct Judge {
    provider: Arc<CryptoProvider>,
    verifiers: Vec<(Verifier, Trust)>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    certificate: Option<CertificateDer<'static>>,
    trust: Option<Trust>,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.certificate = Some(end_entity.clone().into_owned());
        let mut verdict = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for (verifier, trust) in &self.verifiers {
            match verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ) {
                Ok(verified) => {
                    seen.trust = Some(trust.clone());
                    return Ok(verified);
                }
                // The verifier that knows the issuer knows what is really wrong.
                Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {}
                Err(error) => verdict = error,
            }
        }
        Err(verdict)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn facts(connection: &ClientConnection, name: &str, judge: &Judge) -> TlsFacts {
    let seen = judge.seen.lock().unwrap_or_else(PoisonError::into_inner);
    let certificate = seen
        .certificate
        .as_ref()
        .map(Certificate::read)
        .unwrap_or_default();
    let version = match connection.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        other => format!("{other:?}"),
    };
    TlsFacts {
        version,
        cipher: connection
            .negotiated_cipher_suite()
            .map(|suite| cipher(&format!("{:?}", suite.suite())))
            .unwrap_or_default(),
        key_exchange: connection
            .negotiated_key_exchange_group()
            .map(|group| format!("{:?}", group.name())),
        name: name.to_owned(),
        names: certificate.names,
        issuer: certificate.issuer,
        not_after: certificate.not_after,
        trust: seen.trust.clone().unwrap_or(Trust::Unverified {
            why: "nobody answered for it".into(),
        }),
    }
}

/// `TLS13_AES_256_GCM_SHA384` and `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256` as people write the cipher in them.
fn cipher(suite: &str) -> String {
    let cipher = suite
        .split_once("_WITH_")
        .map_or_else(|| suite.trim_start_matches("TLS13_"), |(_, cipher)| cipher);
    let cipher = cipher
        .rsplit_once("_SHA")
        .map_or(cipher, |(cipher, _)| cipher);
    cipher.replace('_', "-")
}

fn failure(error: &io::Error, name: &str, judge: &Judge) -> TlsFailure {
    let Some(inner) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted => TlsFailure::Closed,
            _ => TlsFailure::Other {
                detail: error.to_string(),
            },
        };
    };
    match inner {
        rustls::Error::InvalidCertificate(wrong) => match wrong {
            CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                TlsFailure::Expired
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                TlsFailure::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                let seen = judge.seen.lock().unwrap_or_else(PoisonError::into_inner);
                TlsFailure::WrongName {
                    asked: name.to_owned(),
                    names: seen
                        .certificate
                        .as_ref()
                        .map(Certificate::read)
                        .unwrap_or_default()
                        .names,
                }
            }
            other => TlsFailure::BadCertificate {
                detail: other.to_string(),
            },
        },
        rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. } => {
            TlsFailure::NotTls
        }
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        ) => TlsFailure::NoCommonVersion,
        other => TlsFailure::Other {
            detail: other.to_string(),
        },
    }
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
