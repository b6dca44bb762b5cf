//! The certificates that `--extra-ca` names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{PemObject, SectionKind};

use super::certificate::Certificate;

/// Most octets of a file: the roots of a whole operating system take 300 kB, and four times that
/// with a description of each.
const FILE: u64 = 16 * 1024 * 1024;

/// The certificates of all such files, each once.
#[derive(Debug, Default)]
pub(crate) struct ExtraCa {
    /// Those that may issue others.
    pub(super) issuers: Vec<CertificateDer<'static>>,
    /// All of them: each is accepted as it is from the server that it names. One that may not issue
    /// others is good for nothing else.
    pub(super) exact: Vec<CertificateDer<'static>>,
}

impl ExtraCa {
    /// Reads the file at `path` in addition.
    ///
    /// # Errors
    /// A sentence: what the file is instead, and what to do.
    pub(crate) fn add_file(&mut self, path: &Path) -> Result<(), String> {
        self.add(&read(path)?)
    }

    /// Takes the certificates of a PEM text in addition.
    ///
    /// # Errors
    /// A sentence: what the text is instead, and what to do.
    pub(crate) fn add(&mut self, pem: &[u8]) -> Result<(), String> {
        let mut found = Vec::new();
        let mut others = Vec::new();
        for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
            match section {
                Ok((SectionKind::Certificate, der)) => found.push(CertificateDer::from(der)),
                Ok((other, _)) => others.push(other),
                Err(_) => {
                    return Err(format!(
                        "its PEM is damaged behind certificate {} (a line -----END …----- is \
                         missing, or a line is no base64): get the file anew",
                        found.len()
                    ));
                }
            }
        }
        if found.is_empty() {
            return Err(instead(pem, &others));
        }
        for (at, certificate) in found.into_iter().enumerate() {
            self.add_certificate(certificate)
                .map_err(|what| format!("certificate {} in it {what}", at + 1))?;
        }
        Ok(())
    }

    fn add_certificate(&mut self, certificate: CertificateDer<'static>) -> Result<(), String> {
        let Some(read) = Certificate::read(&certificate) else {
            return Err("can't be read: it is no X.509 certificate, or a damaged one".into());
        };
        if self.exact.contains(&certificate) {
            return Ok(());
        }
        if read.may_issue {
            if RootCertStore::empty().add(certificate.clone()).is_err() {
                return Err("can't be used as a root: its encoding is not valid".into());
            }
            self.issuers.push(certificate.clone());
        }
        self.exact.push(certificate);
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    if path.is_dir() {
        return Err("it is a folder: give the PEM file itself".into());
    }
    let file = File::open(path).map_err(|error| format!("it can't be opened: {error}"))?;
    let mut pem = Vec::new();
    file.take(FILE + 1)
        .read_to_end(&mut pem)
        .map_err(|error| format!("it can't be read: {error}"))?;
    if pem.len() as u64 > FILE {
        return Err("it is larger than 16 MiB: a PEM file of certificates is smaller".into());
    }
    Ok(pem)
}

/// What a file is that holds no certificate in PEM, and what to do.
fn instead(pem: &[u8], others: &[SectionKind]) -> String {
    let text = String::from_utf8_lossy(pem);
    let key = others.iter().any(|kind| {
        matches!(
            kind,
            SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey
        )
    });
    if pem.iter().all(u8::is_ascii_whitespace) {
        "it is empty".into()
    } else if key || text.contains("PRIVATE KEY-----") {
        "it holds a private key and no certificate: give the certificate's file; \
         the key stays with the server"
            .into()
    } else if others.contains(&SectionKind::Csr) {
        "it holds a request for a certificate: give the certificate that was issued for it".into()
    } else if text.contains("-----BEGIN TRUSTED CERTIFICATE-----") {
        "it holds a TRUSTED CERTIFICATE of OpenSSL's own: \
         convert it by `openssl x509 -in FILE -out FILE.pem`"
            .into()
    } else if Certificate::read(&CertificateDer::from(pem)).is_some() {
        "it is a certificate in DER: convert it to PEM by \
         `openssl x509 -inform der -in FILE -out FILE.pem`"
            .into()
    } else if text.contains("-----BEGIN ") {
        "no certificate is in it: a PEM file with -----BEGIN CERTIFICATE----- is wanted".into()
    } else {
        "it is no PEM file: one with -----BEGIN CERTIFICATE----- is wanted".into()
    }
}
