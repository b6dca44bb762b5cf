//! Secrets in what a server shows of itself besides its replies: its certificate, and what went
//! wrong because of what it said.

use super::Secrets;
use crate::entry::{TlsFacts, Trust};
use crate::outcome::{Failure, TlsFailure};

impl Secrets {
    /// What a TLS handshake agreed. The practice server's certificate is not looked through: the
    /// bridge made it before it knew any secret.
    pub(crate) fn clean_facts(
        &self,
        mut facts: TlsFacts,
        own: &dyn Fn() -> Vec<String>,
    ) -> TlsFacts {
        if facts.trust == Trust::PracticeCa {
            return facts;
        }
        for name in &mut facts.names {
            *name = self.clean(name, own);
        }
        facts.issuer = self.clean(&facts.issuer, own);
        facts.not_after = self.clean(&facts.not_after, own);
        if let Trust::Unverified { why } = &mut facts.trust {
            *why = self.clean(why, own);
        }
        facts
    }

    /// Why a TLS handshake failed.
    pub(crate) fn clean_tls_failure(
        &self,
        why: TlsFailure,
        own: &dyn Fn() -> Vec<String>,
    ) -> TlsFailure {
        let clean = |text: String| self.clean(&text, own);
        match why {
            // What was asked for is the person's own word.
            TlsFailure::WrongName { asked, names } => TlsFailure::WrongName {
                asked,
                names: names.into_iter().map(clean).collect(),
            },
            TlsFailure::BadCertificate { detail } => TlsFailure::BadCertificate {
                detail: clean(detail),
            },
            TlsFailure::Other { detail } => TlsFailure::Other {
                detail: clean(detail),
            },
            // No wildcard: what is added here has to be looked at for words of a server's.
            TlsFailure::UnknownIssuer
            | TlsFailure::Expired
            | TlsFailure::NotYetValid
            | TlsFailure::NoCommonVersion
            | TlsFailure::NotTls
            | TlsFailure::Closed
            | TlsFailure::TimedOut => why,
        }
    }

    /// Something that went wrong. Replies in it have been looked through when they came.
    pub(crate) fn clean_failure(&self, cause: Failure, own: &dyn Fn() -> Vec<String>) -> Failure {
        match cause {
            Failure::NoCommonMechanism { offered } => Failure::NoCommonMechanism {
                offered: offered.iter().map(|name| self.clean(name, own)).collect(),
            },
            Failure::Tls { why } => Failure::Tls {
                why: self.clean_tls_failure(why, own),
            },
            other => other,
        }
    }
}
