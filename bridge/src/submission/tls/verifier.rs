//! Decides whether a server's certificate is accepted, and keeps the reason.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use smtp::{TlsFailure, Trust};

use super::certificate::{Certificate, Outside};
use super::failure::{self, Chain, Known};

/// Any of the verifiers of rustls.
pub(super) type Verifier = Arc<dyn ServerCertVerifier>;

/// Asks several verifiers. There is one of these for each handshake.
#[derive(Debug)]
pub(super) struct Verifiers {
    provider: Arc<CryptoProvider>,
    /// Certificates that are accepted themselves, from the server that they name.
    exact: Arc<[CertificateDer<'static>]>,
    verifiers: Vec<(Verifier, Trust)>,
    asked: String,
    seen: Mutex<Seen>,
    asked_for_ours: AtomicBool,
}

#[derive(Debug, Default)]
struct Seen {
    /// The server's certificate, and the others it sends.
    certificates: Vec<CertificateDer<'static>>,
    trust: Option<Trust>,
    verdict: Option<TlsFailure>,
}

/// A certificate that was accepted.
pub(super) struct Accepted {
    /// None where it was accepted and yet can't be read here.
    pub(super) certificate: Option<Certificate>,
    /// Which roots accepted it.
    pub(super) trust: Trust,
}

impl Verifiers {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        exact: Arc<[CertificateDer<'static>]>,
        verifiers: Vec<(Verifier, Trust)>,
        asked: &str,
    ) -> Verifiers {
        Verifiers {
            provider,
            exact,
            verifiers,
            asked: asked.to_owned(),
            seen: Mutex::default(),
            asked_for_ours: AtomicBool::new(false),
        }
    }

    /// The server's certificate, if it was accepted.
    pub(super) fn accepted(&self) -> Option<Accepted> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let certificate = seen.certificates.first().and_then(Certificate::read);
        seen.trust.map(|trust| Accepted { certificate, trust })
    }

    /// What is known about a handshake that failed.
    pub(super) fn known(&self) -> Known {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        Known {
            verdict: seen.verdict.clone(),
            certificate: !seen.certificates.is_empty(),
            asked_for_ours: self.asked_for_ours.load(Ordering::Relaxed),
        }
    }

    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<Trust, Error> {
        if self.exact.iter().any(|exact| exact == end_entity) {
            return verify_exact(end_entity, server_name, now).map(|()| Trust::ExtraCa);
        }
        let mut verdict = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        for (verifier, trust) in &self.verifiers {
            match verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ) {
                Ok(_) => return Ok(*trust),
                // Another verifier may know the issuer, and then says what is wrong.
                Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {}
                // The name is compared last, so a verifier that rejects it has accepted everything
                // else.
                Err(error) if !is_of_name(&verdict) => verdict = error,
                Err(_) => {}
            }
        }
        Err(verdict)
    }

    /// Keeps the reason if the server has not proven that it has the key of its certificate.
    fn proven(
        &self,
        proof: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        if let Err(error) = &proof {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.verdict = seen
                .certificates
                .split_first()
                .and_then(|(first, others)| failure::proof(error, &Chain::read(first, others)));
        }
        proof
    }
}

/// Checks a certificate that is trusted itself. It has no chain to check, but it must be valid for
/// this server and at this time.
fn verify_exact(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<(), Error> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    let read = Certificate::read(certificate).ok_or(CertificateError::BadEncoding)?;
    match read.outside(now) {
        Some(Outside::Before) => return Err(CertificateError::NotValidYet.into()),
        Some(Outside::Behind) => return Err(CertificateError::Expired.into()),
        None => {}
    }
    if read.not_for_servers {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&parsed, server_name)
}

fn is_of_name(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}

impl ServerCertVerifier for Verifiers {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let done = self.verify(end_entity, intermediates, server_name, ocsp_response, now);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.certificates = std::iter::once(end_entity)
            .chain(intermediates)
            .map(|one| one.clone().into_owned())
            .collect();
        match done {
            Ok(trust) => {
                seen.trust = Some(trust);
                Ok(ServerCertVerified::assertion())
            }
            Err(error) => {
                if let Error::InvalidCertificate(wrong) = &error {
                    let chain = Chain::read(end_entity, intermediates);
                    seen.verdict = Some(failure::certificate(wrong, &chain, &self.asked));
                }
                Err(error)
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.proven(rustls::crypto::verify_tls12_signature(
            message, cert, dss, algorithms,
        ))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        self.proven(rustls::crypto::verify_tls13_signature(
            message, cert, dss, algorithms,
        ))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// The client has no certificate. If the server asked for one, that explains its next alert.
impl ResolvesClientCert for Verifiers {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked_for_ours.store(true, Ordering::Relaxed);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}
