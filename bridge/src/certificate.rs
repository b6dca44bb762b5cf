//! What a page is shown of a certificate.

use rustls::pki_types::CertificateDer;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate, X509Name};

/// The parts of a certificate that a person can judge. Empty where they can't be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// Its DNS names and IP addresses; the common name where it has none.
    pub(crate) names: Vec<String>,
    /// The issuer's common name, or organisation.
    pub(crate) issuer: String,
    /// Its last second, RFC 3339, UTC.
    pub(crate) not_after: String,
}

/// Most names shown of one certificate: some carry hundreds.
const NAMES: usize = 16;

impl Certificate {
    pub(crate) fn read(der: &CertificateDer<'_>) -> Certificate {
        let Ok((_, certificate)) = X509Certificate::from_der(der) else {
            return Certificate::default();
        };
        let mut names: Vec<String> = certificate
            .subject_alternative_name()
            .ok()
            .flatten()
            .map(|names| {
                names
                    .value
                    .general_names
                    .iter()
                    .filter_map(name)
                    .take(NAMES)
                    .collect()
            })
            .unwrap_or_default();
        if names.is_empty() {
            names.extend(common(certificate.subject()));
        }
        let until = certificate.validity().not_after.to_datetime();
        Certificate {
            names,
            issuer: common(certificate.issuer()).unwrap_or_default(),
            not_after: format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                until.year(),
                u8::from(until.month()),
                until.day(),
                until.hour(),
                until.minute(),
                until.second()
            ),
        }
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
