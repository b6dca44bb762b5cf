//! Why TLS is not established, from the errors of rustls, webpki and the sockets.

use std::io;

use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::{
    AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible, PeerMisbehaved,
};
use smtp::{CertificateFault, TlsFailure};

use super::certificate::{self, Certificate, Outside};
use super::text::{bounded, detail, separated, technical};

/// What is known of a handshake that failed.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// What the verifier found to be wrong.
    pub(super) verdict: Option<TlsFailure>,
    /// The server has shown a certificate: whatever else it does, it speaks TLS.
    pub(super) certificate: bool,
    /// The server has asked for a certificate of the client.
    pub(super) asked_for_ours: bool,
}

/// The reason of an error that ended a handshake.
pub(super) fn of(error: &io::Error, known: Known) -> TlsFailure {
    let Some(inner) = of_rustls(error) else {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionAborted => TlsFailure::Closed,
            io::ErrorKind::TimedOut => TlsFailure::TimedOut,
            _ => TlsFailure::Other {
                detail: detail(error),
            },
        };
    };
    match inner {
        Error::InvalidCertificate(wrong) => known.verdict.unwrap_or_else(|| {
            let nothing = Chain::default();
            certificate(wrong, &nothing, "")
        }),
        Error::NoCertificatesPresented => fault(CertificateFault::Missing),
        Error::InvalidMessage(message) if !known.certificate => not_tls(message),
        Error::InappropriateMessage { .. } if !known.certificate => TlsFailure::NotTls,
        Error::PeerIncompatible(why) => incompatible(why),
        Error::AlertReceived(alert) => self::alert(*alert, known.asked_for_ours),
        other => protocol(other),
    }
}

/// The reason of an error that ended a connection after its handshake: None where it is no more
/// than a connection that was lost.
pub(crate) fn afterwards(error: &io::Error) -> Option<TlsFailure> {
    Some(match of_rustls(error)? {
        Error::AlertReceived(alert) => self::alert(*alert, false),
        other => protocol(other),
    })
}

fn of_rustls(error: &io::Error) -> Option<&Error> {
    error.get_ref()?.downcast_ref::<Error>()
}

fn not_tls(message: &InvalidMessage) -> TlsFailure {
    match message {
        // What is no record, or none of the first flight of any server.
        InvalidMessage::InvalidContentType
        | InvalidMessage::UnknownProtocolVersion
        | InvalidMessage::MessageTooLarge
        | InvalidMessage::MessageTooShort
        | InvalidMessage::InvalidEmptyPayload => TlsFailure::NotTls,
        other => broken(format!("invalid message: {}", technical(other))),
    }
}

fn incompatible(why: &PeerIncompatible) -> TlsFailure {
    match why {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::SupportedVersionsExtensionRequired
        | PeerIncompatible::Tls12NotOffered
        | PeerIncompatible::Tls12NotOfferedOrEnabled => TlsFailure::NoCommonVersion,
        PeerIncompatible::NoCipherSuitesInCommon
        | PeerIncompatible::NoEcPointFormatsInCommon
        | PeerIncompatible::NoKxGroupsInCommon
        | PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::NullCompressionRequired
        | PeerIncompatible::UncompressedEcPointsRequired => TlsFailure::NoCommonCipher,
        other => broken(technical(other)),
    }
}

fn alert(alert: AlertDescription, asked_for_ours: bool) -> TlsFailure {
    match alert {
        AlertDescription::CertificateRequired => TlsFailure::ClientCertificateRequired,
        // What servers of TLS 1.2 say to a client without a certificate (RFC 5246 §7.4.6); the
        // others are of ours in any case.
        AlertDescription::HandshakeFailure
        | AlertDescription::NoCertificate
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied
            if asked_for_ours =>
        {
            TlsFailure::ClientCertificateRequired
        }
        AlertDescription::ProtocolVersion => TlsFailure::NoCommonVersion,
        AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity => {
            TlsFailure::NoCommonCipher
        }
        AlertDescription::UnrecognisedName => TlsFailure::NameNotServed,
        other => TlsFailure::Alert {
            alert: named(other),
        },
    }
}

/// The name of an alert as RFC 8446 §6 writes it; its number where it has none.
fn named(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::Unknown(number) => format!("alert {number}"),
        known => separated(&format!("{known:?}"), '_'),
    }
}

fn protocol(error: &Error) -> TlsFailure {
    match error {
        Error::InappropriateMessage { .. } | Error::InappropriateHandshakeMessage { .. } => {
            broken("a message that may not come here".into())
        }
        Error::InvalidMessage(message) => {
            broken(format!("invalid message: {}", technical(message)))
        }
        Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedCipherSuite) => {
            TlsFailure::NoCommonCipher
        }
        Error::PeerMisbehaved(how) => broken(technical(how)),
        Error::PeerIncompatible(why) => incompatible(why),
        Error::DecryptError => broken("a record that does not decrypt".into()),
        Error::PeerSentOversizedRecord => broken("a record that is too large".into()),
        Error::General(text) => TlsFailure::Other {
            detail: detail(text),
        },
        Error::Other(other) => TlsFailure::Other {
            detail: detail(other),
        },
        other => TlsFailure::Other {
            detail: technical(other),
        },
    }
}

fn broken(detail: String) -> TlsFailure {
    TlsFailure::Protocol { detail }
}

fn fault(why: CertificateFault) -> TlsFailure {
    TlsFailure::BadCertificate { why }
}

/// The certificates that a server has shown, as far as they can be read.
#[derive(Debug, Default)]
pub(super) struct Chain {
    /// The server's own; None where it can't be read.
    leaf: Option<Certificate>,
    others: Vec<Certificate>,
}

impl Chain {
    pub(super) fn read(leaf: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Chain {
        Chain {
            leaf: Certificate::read(leaf),
            others: others.iter().filter_map(Certificate::read).collect(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &Certificate> {
        self.leaf.iter().chain(&self.others)
    }

    fn is_self_signed(&self) -> bool {
        self.leaf.as_ref().is_some_and(|leaf| leaf.self_signed)
    }
}

/// Why a certificate is not accepted. `chain` tells apart what the check does not.
pub(super) fn certificate(wrong: &CertificateError, chain: &Chain, asked: &str) -> TlsFailure {
    let leaf = chain.leaf.as_ref();
    match wrong {
        CertificateError::UnknownIssuer if chain.is_self_signed() => TlsFailure::SelfSigned,
        CertificateError::UnknownIssuer => TlsFailure::UnknownIssuer {
            issuer: leaf.map(|leaf| leaf.issuer.clone()).unwrap_or_default(),
        },
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFailure::WrongName {
                asked: bounded(asked, 255),
                names: leaf.map(|leaf| leaf.names.clone()).unwrap_or_default(),
            }
        }
        CertificateError::ExpiredContext { not_after, .. } => TlsFailure::Expired {
            not_after: certificate::date(*not_after),
        },
        CertificateError::Expired => TlsFailure::Expired {
            not_after: leaf.map(|leaf| leaf.not_after.clone()).unwrap_or_default(),
        },
        CertificateError::NotValidYetContext { not_before, .. } => TlsFailure::NotYetValid {
            not_before: certificate::date(*not_before),
        },
        CertificateError::NotValidYet => TlsFailure::NotYetValid {
            not_before: leaf.map(|leaf| leaf.not_before.clone()).unwrap_or_default(),
        },
        CertificateError::BadEncoding => malformed(chain),
        CertificateError::UnhandledCriticalExtension => fault(CertificateFault::UnknownExtension),
        CertificateError::BadSignature => match chain.all().find_map(Certificate::weak_bits) {
            Some(bits) => fault(CertificateFault::WeakKey { bits }),
            None => fault(CertificateFault::BadSignature),
        },
        CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id,
            ..
        }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
            signature_algorithm_id,
            ..
        } => fault(CertificateFault::SignatureAlgorithm {
            algorithm: certificate::signature_algorithm(signature_algorithm_id),
        }),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            fault(CertificateFault::NotForServers)
        }
        CertificateError::Revoked => fault(CertificateFault::Revoked),
        CertificateError::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(error) => of_webpki(error, chain),
            None => unnamed(chain, detail(other)),
        },
        other => fault(CertificateFault::Other {
            detail: technical(other),
        }),
    }
}

/// What rustls has no variant of its own for.
fn of_webpki(error: &webpki::Error, chain: &Chain) -> TlsFailure {
    use webpki::Error;
    match error {
        Error::CaUsedAsEndEntity if chain.is_self_signed() => TlsFailure::SelfSigned,
        Error::CaUsedAsEndEntity => fault(CertificateFault::IsCa),
        Error::EndEntityUsedAsCa => fault(CertificateFault::IssuerNotCa),
        Error::PathLenConstraintViolated
        | Error::MaximumPathDepthExceeded
        | Error::MaximumPathBuildCallsExceeded
        | Error::MaximumSignatureChecksExceeded => fault(CertificateFault::ChainTooLong),
        Error::NameConstraintViolation | Error::MaximumNameConstraintComparisonsExceeded => {
            fault(CertificateFault::NameConstraints)
        }
        Error::EmptyEkuExtension => fault(CertificateFault::NotForServers),
        Error::UnsupportedCertVersion => fault(CertificateFault::NotVersion3),
        Error::UnsupportedCriticalExtension => fault(CertificateFault::UnknownExtension),
        Error::BadDer
        | Error::BadDerTime
        | Error::TrailingData(_)
        | Error::ExtensionValueInvalid
        | Error::InvalidNetworkMaskConstraint
        | Error::InvalidSerialNumber
        | Error::MalformedDnsIdentifier
        | Error::MalformedExtensions
        | Error::MalformedNameConstraint
        | Error::SignatureAlgorithmMismatch => malformed(chain),
        other => unnamed(chain, technical(other)),
    }
}

/// A certificate of version 1 lacks what the check looks for first, so that it takes it for one
/// that can't be read.
fn malformed(chain: &Chain) -> TlsFailure {
    fault(match &chain.leaf {
        Some(leaf) if !leaf.version3 => CertificateFault::NotVersion3,
        _ => CertificateFault::Malformed,
    })
}

/// An error that has no name here, such as one of the operating system: what can be seen of the
/// certificates may explain it.
fn unnamed(chain: &Chain, text: String) -> TlsFailure {
    if chain.all().any(|one| one.not_for_servers) {
        return fault(CertificateFault::NotForServers);
    }
    let outside = chain
        .leaf
        .as_ref()
        .and_then(|leaf| Some((leaf, leaf.outside(UnixTime::now())?)));
    match outside {
        Some((leaf, Outside::Before)) => TlsFailure::NotYetValid {
            not_before: leaf.not_before.clone(),
        },
        Some((leaf, Outside::Behind)) => TlsFailure::Expired {
            not_after: leaf.not_after.clone(),
        },
        None if chain.is_self_signed() => TlsFailure::SelfSigned,
        None => fault(CertificateFault::Other { detail: text }),
    }
}

/// Why the signature by which a server proves that it has its key does not hold.
pub(super) fn proof(error: &Error, chain: &Chain) -> Option<TlsFailure> {
    let weak = chain.leaf.as_ref().and_then(Certificate::weak_bits);
    match error {
        Error::InvalidCertificate(CertificateError::BadSignature) => Some(fault(match weak {
            Some(bits) => CertificateFault::WeakKey { bits },
            None => CertificateFault::KeyNotProven,
        })),
        Error::InvalidCertificate(other) => Some(certificate(other, chain, "")),
        _ => None,
    }
}
