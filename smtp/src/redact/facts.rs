//! Secrets in a server's certificate, and in failures that a server caused.

use super::Secrets;
use crate::entry::{TlsFacts, Trust};
use crate::outcome::Failure;
use crate::tls_failure::TlsFailure;

impl Secrets {
    /// What a TLS handshake agreed. The practice server's certificate is not searched: the bridge
    /// made it before it knew any secret.
    pub(crate) fn clean_facts(
        &self,
        mut facts: TlsFacts,
        own: &dyn Fn() -> Vec<String>,
    ) -> TlsFacts {
        if matches!(facts.trust, Trust::PracticeCa | Trust::Simulated) {
            return facts;
        }
        for name in &mut facts.names {
            *name = self.clean(name, own);
        }
        facts.issuer = self.clean(&facts.issuer, own);
        facts.not_after = self.clean(&facts.not_after, own);
        facts
    }

    /// Why a TLS handshake failed.
    pub(crate) fn clean_tls_failure(
        &self,
        mut why: TlsFailure,
        own: &dyn Fn() -> Vec<String>,
    ) -> TlsFailure {
        // The requested name is the person's own.
        let asked = match &why {
            TlsFailure::WrongName { asked, .. } => asked.clone(),
            _ => String::new(),
        };
        for text in why.texts_mut() {
            if *text != asked {
                *text = self.clean(text, own);
            }
        }
        why
    }

    /// Why a dialogue failed. Replies in it were redacted when they came.
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
