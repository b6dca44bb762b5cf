//! Reads what the page shows of a certificate, and what explains why it is not accepted.

use rustls::pki_types::{CertificateDer, UnixTime};
use x509_parser::asn1_rs::Oid;
use x509_parser::error::X509Error;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name, X509Version};
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

use super::text::bounded;

/// The parts of a certificate that are used here. None of them is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// The DNS names and IP addresses of its subjectAltName extension, at most [`NAMES`], each of
    /// at most [`NAME`] octets.
    pub(crate) names: Vec<String>,
    /// The issuer's common name, or organisation; at most [`NAME`] octets.
    pub(crate) issuer: String,
    /// The first second of its validity, RFC 3339, UTC.
    pub(crate) not_before: String,
    /// The last second of its validity, RFC 3339, UTC.
    pub(crate) not_after: String,
    /// It is signed by its own key. If that can't be checked: subject and issuer are the same.
    pub(crate) self_signed: bool,
    /// It may issue others: its basic constraints say so, or, where there are none, its key usage
    /// or its version 1.
    pub(crate) may_issue: bool,
    /// It is of X.509 version 3.
    pub(crate) version3: bool,
    /// It has an extended key usage, and servers are not in it.
    pub(crate) not_for_servers: bool,
    /// The bits of its key, where that is an RSA key.
    pub(crate) rsa_bits: Option<u32>,
    validity: (i64, i64),
}

/// Most names shown of one certificate: some carry hundreds.
const NAMES: usize = 16;

/// Most octets of a name, as of a DNS name (RFC 1035 §2.3.4).
const NAME: usize = 255;

/// The shortest RSA key that is accepted, in bits (RFC 9325 §4.2.1).
const RSA_BITS: u32 = 2048;

impl Certificate {
    /// Reads a certificate. None: it can't be read.
    pub(crate) fn read(der: &CertificateDer<'_>) -> Option<Certificate> {
        let (rest, read) = X509Certificate::from_der(der).ok()?;
        if !rest.is_empty() {
            return None;
        }
        let names = read.subject_alternative_name().ok().flatten();
        let names = names.map_or_else(Vec::new, |names| {
            let all = names.value.general_names.iter().filter_map(name);
            all.take(NAMES).map(|name| bounded(&name, NAME)).collect()
        });
        let (not_before, not_after) = (read.validity().not_before, read.validity().not_after);
        let servers = read.extended_key_usage().ok().flatten();
        Some(Certificate {
            names,
            issuer: bounded(&common(read.issuer()).unwrap_or_default(), NAME),
            not_before: rfc3339(&not_before),
            not_after: rfc3339(&not_after),
            self_signed: self_signed(&read),
            may_issue: may_issue(&read),
            version3: read.version() == X509Version::V3,
            not_for_servers: servers.is_some_and(|usage| !usage.value.server_auth),
            rsa_bits: rsa_bits(&read),
            validity: (not_before.timestamp(), not_after.timestamp()),
        })
    }

    /// Whether its RSA key is too short to be accepted.
    pub(crate) fn weak_bits(&self) -> Option<u32> {
        self.rsa_bits.filter(|bits| *bits < RSA_BITS)
    }

    /// Whether `now` is before the first second of its validity, or behind the last.
    pub(crate) fn outside(&self, now: UnixTime) -> Option<Outside> {
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let (first, last) = self.validity;
        match now {
            now if now < first => Some(Outside::Before),
            now if now > last => Some(Outside::Behind),
            _ => None,
        }
    }
}

/// On which side of a validity a time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Before,
    Behind,
}

/// A time in the format of RFC 3339. Empty if it is out of range.
pub(crate) fn date(time: UnixTime) -> String {
    i64::try_from(time.as_secs())
        .ok()
        .and_then(|seconds| ASN1Time::from_timestamp(seconds).ok())
        .map(|time| rfc3339(&time))
        .unwrap_or_default()
}

/// The name of the signature algorithm with this object identifier (DER), or its dotted form if it
/// has no name here.
pub(crate) fn signature_algorithm(der: &[u8]) -> String {
    let Ok((_, oid)) = Oid::from_der(der) else {
        return "an unknown algorithm".into();
    };
    let dotted = oid.to_id_string();
    match dotted.as_str() {
        "1.2.840.113549.1.1.2" => "MD2 with RSA".into(),
        "1.2.840.113549.1.1.4" => "MD5 with RSA".into(),
        "1.2.840.113549.1.1.5" => "SHA-1 with RSA".into(),
        "1.2.840.113549.1.1.10" => "RSASSA-PSS".into(),
        "1.2.840.113549.1.1.11" => "SHA-256 with RSA".into(),
        "1.2.840.113549.1.1.12" => "SHA-384 with RSA".into(),
        "1.2.840.113549.1.1.13" => "SHA-512 with RSA".into(),
        "1.2.840.113549.1.1.14" => "SHA-224 with RSA".into(),
        "1.2.840.10040.4.3" => "SHA-1 with DSA".into(),
        "2.16.840.1.101.3.4.3.2" => "SHA-256 with DSA".into(),
        "1.2.840.10045.4.1" => "SHA-1 with ECDSA".into(),
        "1.2.840.10045.4.3.1" => "SHA-224 with ECDSA".into(),
        "1.2.840.10045.4.3.2" => "SHA-256 with ECDSA".into(),
        "1.2.840.10045.4.3.3" => "SHA-384 with ECDSA".into(),
        "1.2.840.10045.4.3.4" => "SHA-512 with ECDSA".into(),
        "1.3.101.112" => "Ed25519".into(),
        "1.3.101.113" => "Ed448".into(),
        _ => bounded(&dotted, NAME),
    }
}

fn may_issue(read: &X509Certificate<'_>) -> bool {
    if read.version() == X509Version::V1 {
        return true;
    }
    match read.basic_constraints().ok().flatten() {
        Some(constraints) => constraints.value.ca,
        None => {
            let usage = read.key_usage().ok().flatten();
            usage.is_some_and(|usage| usage.value.key_cert_sign())
        }
    }
}

fn self_signed(read: &X509Certificate<'_>) -> bool {
    let same_name = read.subject().as_raw() == read.issuer().as_raw();
    let weak = rsa_bits(read).is_some_and(|bits| bits < RSA_BITS);
    same_name
        && match read.verify_signature(None) {
            Ok(()) => true,
            // Two keys of one name, such as a root and its successor. A short key is not even
            // tried.
            Err(X509Error::SignatureVerificationError) => weak,
            Err(_) => true,
        }
}

fn rsa_bits(read: &X509Certificate<'_>) -> Option<u32> {
    match read.public_key().parsed() {
        Ok(PublicKey::RSA(key)) => u32::try_from(key.key_size()).ok(),
        _ => None,
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(octets) => match <[u8; 4]>::try_from(*octets) {
            Ok(v4) => Some(std::net::Ipv4Addr::from(v4).to_string()),
            Err(_) => <[u8; 16]>::try_from(*octets)
                .ok()
                .map(|v6| std::net::Ipv6Addr::from(v6).to_string()),
        },
        _ => None,
    }
}

fn common(name: &X509Name<'_>) -> Option<String> {
    name.iter_common_name()
        .chain(name.iter_organization())
        .find_map(|part| part.as_str().ok())
        .map(str::to_owned)
}

fn rfc3339(time: &ASN1Time) -> String {
    let time = time.to_datetime();
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
