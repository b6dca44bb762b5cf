//! Why TLS is not established.

/// Why TLS is not established.
///
/// Strings in it were written by the server, or read from its certificate. They must not exceed the
/// limits stated here, in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum TlsFailure {
    /// The certificate was issued by a CA that is not trusted here, or the server does not send the
    /// intermediate certificate that leads to one.
    UnknownIssuer {
        /// The issuer's common name, or organisation. Empty where it has neither. At most 255.
        issuer: String,
    },
    /// The certificate is its own issuer, and is not trusted here.
    SelfSigned,
    /// The certificate is for other names, or for none.
    WrongName {
        /// The name asked for.
        asked: String,
        /// The names it is for: those of its subjectAltName extension, since a common name does not
        /// count (RFC 9525 §2). At most 16, each of at most 255.
        names: Vec<String>,
    },
    /// The certificate, or one that it depends on, has expired.
    Expired {
        /// The last second of its validity (RFC 3339, UTC).
        not_after: String,
    },
    /// The certificate, or one that it depends on, is not valid yet.
    NotYetValid {
        /// The first second of its validity (RFC 3339, UTC).
        not_before: String,
    },
    /// The certificate can't be used for another reason.
    BadCertificate {
        /// Why.
        why: CertificateFault,
    },
    /// The server speaks no version of TLS that this client does: 1.2 and 1.3 (RFC 8996).
    NoCommonVersion,
    /// The server shares no cipher suite, key exchange or signature scheme with this client, or
    /// says no more than that it can't agree on any.
    NoCommonCipher,
    /// The server requires a client certificate (RFC 8446 §4.3.2). This client has none.
    ClientCertificateRequired,
    /// The server does not serve the name that it was asked for (the alert `unrecognized_name`, RFC
    /// 6066 §3).
    NameNotServed,
    /// The server ended the handshake with another alert.
    Alert {
        /// Its name (RFC 8446 §6), such as `internal_error`. At most 300.
        alert: String,
    },
    /// The server breaks the TLS protocol.
    Protocol {
        /// Which rule it breaks, in technical terms. At most 300.
        detail: String,
    },
    /// What answered does not speak TLS.
    NotTls,
    /// The server closed or reset the connection during the handshake.
    Closed,
    /// The handshake did not end in time.
    TimedOut,
    /// Anything else.
    Other {
        /// What the TLS library or the operating system says of it. At most 300.
        detail: String,
    },
}

/// What is wrong with a certificate, or with one that it depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum CertificateFault {
    /// The server sent none.
    Missing,
    /// It can't be read: it is not DER, or not a certificate (RFC 5280 §4.1).
    Malformed,
    /// It is not of X.509 version 3.
    NotVersion3,
    /// It has a critical extension that is not known here (RFC 5280 §4.2).
    UnknownExtension,
    /// Its extended key usage leaves out servers (RFC 5280 §4.2.1.12).
    NotForServers,
    /// It is a CA's own, which is no server's (RFC 5280 §4.2.1.9), and not self-signed.
    IsCa,
    /// It was issued by a certificate that is not a CA's.
    IssuerNotCa,
    /// Its chain to a CA has more certificates than are allowed, by RFC 5280 §4.2.1.9 or by the
    /// checks here.
    ChainTooLong,
    /// Its CA may not issue certificates for its names (RFC 5280 §4.2.1.10).
    NameConstraints,
    /// Its signature does not fit the key of the CA that it names.
    BadSignature,
    /// It is signed by an algorithm that is not accepted here, such as SHA-1.
    SignatureAlgorithm {
        /// The algorithm: a name where it is a known one, and else its object identifier. At most
        /// 300.
        algorithm: String,
    },
    /// Its RSA key is shorter than 2048 bits.
    WeakKey {
        /// Bits of the key.
        bits: u32,
    },
    /// The server can't prove that it has the certificate's key.
    KeyNotProven,
    /// It was revoked. Only checks of the operating system ask for that.
    Revoked,
    /// Anything else.
    Other {
        /// What the check says. At most 300.
        detail: String,
    },
}

impl TlsFailure {
    /// Every text in it that a server may have written, to be changed or cut.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        match self {
            TlsFailure::WrongName { asked, names } => {
                std::iter::once(asked).chain(names.iter_mut()).collect()
            }
            TlsFailure::UnknownIssuer { issuer: text }
            | TlsFailure::Expired { not_after: text }
            | TlsFailure::NotYetValid { not_before: text }
            | TlsFailure::Alert { alert: text }
            | TlsFailure::Protocol { detail: text }
            | TlsFailure::Other { detail: text }
            | TlsFailure::BadCertificate {
                why:
                    CertificateFault::SignatureAlgorithm { algorithm: text }
                    | CertificateFault::Other { detail: text },
            } => vec![text],
            TlsFailure::SelfSigned
            | TlsFailure::BadCertificate { .. }
            | TlsFailure::NoCommonVersion
            | TlsFailure::NoCommonCipher
            | TlsFailure::ClientCertificateRequired
            | TlsFailure::NameNotServed
            | TlsFailure::NotTls
            | TlsFailure::Closed
            | TlsFailure::TimedOut => Vec::new(),
        }
    }
}
