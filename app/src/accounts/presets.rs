//! The servers of well-known providers.

use smtp::Security;

/// A provider's server for sending.
#[derive(Debug, PartialEq, Eq)]
pub struct Preset {
    /// A short name that never changes.
    pub id: &'static str,
    /// The provider's name.
    pub name: &'static str,
    /// Its host.
    pub host: &'static str,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// What to know before signing in.
    pub advice: Advice,
    /// The provider's own page about it.
    pub help: &'static str,
    /// The domains of addresses that anyone can have there. Mail from them that comes through
    /// another server fails the provider's checks (SPF and DMARC).
    pub domains: &'static [&'static str],
    /// The domains of its servers.
    pub servers: &'static [&'static str],
}

/// What to know before signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The account's own password is refused: an app password is wanted, for which two-step
    /// verification has to be on.
    AppPassword,
    /// No password is taken any more, only OAuth, which this page can't do yet.
    OauthOnly,
    /// SMTP has to be switched on in the mail settings; with two-step verification an app password
    /// is wanted.
    SwitchOn,
}

/// All presets, in the order they are offered.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "gmail",
        name: "Gmail",
        host: "smtp.gmail.com",
        port: 587,
        security: Security::Starttls,
        advice: Advice::AppPassword,
        help: "https://support.google.com/accounts/answer/185833",
        domains: &["gmail.com", "googlemail.com"],
        servers: &["gmail.com", "google.com"],
    },
    Preset {
        id: "outlook",
        name: "Outlook.com",
        host: "smtp-mail.outlook.com",
        port: 587,
        security: Security::Starttls,
        advice: Advice::OauthOnly,
        help: "https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
        domains: &[
            "outlook.com",
            "hotmail.com",
            "live.com",
            "msn.com",
            "outlook.kr",
        ],
        servers: &["outlook.com", "office365.com"],
    },
    Preset {
        id: "yahoo",
        name: "Yahoo Mail",
        host: "smtp.mail.yahoo.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::AppPassword,
        help: "https://help.yahoo.com/kb/SLN4075.html",
        domains: &["yahoo.com", "ymail.com", "yahoo.co.jp"],
        servers: &["yahoo.com", "yahoo.co.jp"],
    },
    Preset {
        id: "icloud",
        name: "iCloud Mail",
        host: "smtp.mail.me.com",
        port: 587,
        security: Security::Starttls,
        advice: Advice::AppPassword,
        help: "https://support.apple.com/102525",
        domains: &["icloud.com", "me.com", "mac.com"],
        servers: &["me.com", "icloud.com"],
    },
    Preset {
        id: "fastmail",
        name: "Fastmail",
        host: "smtp.fastmail.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::AppPassword,
        help: "https://www.fastmail.help/hc/en-us/articles/1500000278342",
        domains: &["fastmail.com", "fastmail.fm"],
        servers: &["fastmail.com", "messagingengine.com"],
    },
    Preset {
        id: "zoho",
        name: "Zoho Mail",
        host: "smtp.zoho.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://www.zoho.com/mail/help/zoho-smtp.html",
        domains: &["zohomail.com", "zoho.com"],
        servers: &["zoho.com", "zoho.eu"],
    },
    Preset {
        id: "naver",
        name: "Naver 네이버",
        host: "smtp.naver.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://help.naver.com/service/30029/contents/21344",
        domains: &["naver.com"],
        servers: &["naver.com"],
    },
    Preset {
        id: "daum",
        name: "Daum / Kakao 다음",
        host: "smtp.daum.net",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://cs.daum.net/faq/43.html",
        domains: &["daum.net", "hanmail.net", "kakao.com"],
        servers: &["daum.net", "kakao.com"],
    },
];

/// The provider whose addresses have this domain.
#[must_use]
pub fn of_domain(domain: &str) -> Option<&'static Preset> {
    let has = |preset: &&Preset| {
        let mut domains = preset.domains.iter();
        domains.any(|one| domain.eq_ignore_ascii_case(one))
    };
    PRESETS.iter().find(has)
}

impl Preset {
    /// Whether this host is one of the provider's, or may pass its mail on: one of this machine, or
    /// of this network.
    #[must_use]
    pub fn may_be(&self, host: &str) -> bool {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        let own = |domain: &&str| {
            let rest = host.strip_suffix(*domain);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let is_address = host.contains(':') || host.bytes().all(|c| !c.is_ascii_alphabetic());
        let is_near = !host.contains('.') || host.ends_with(".local") || host.ends_with(".test");
        is_address || is_near || self.servers.iter().any(own)
    }
}

#[cfg(test)]
mod tests {
    use super::{PRESETS, of_domain};

    #[test]
    fn presets_are_ports_of_mail_with_tls() {
        for preset in PRESETS {
            let fits = match preset.security {
                smtp::Security::Tls => preset.port == 465,
                smtp::Security::Starttls => preset.port == 587,
                smtp::Security::None => false,
            };
            assert!(fits, "{preset:?}");
            assert!(smtp::Domain::parse(preset.host).is_ok(), "{preset:?}");
            assert!(preset.help.starts_with("https://"), "{preset:?}");
            assert!(preset.may_be(preset.host), "{preset:?}");
        }
    }

    #[test]
    fn an_address_of_a_provider_has_servers_of_its_own() {
        let gmail = of_domain("GMAIL.com").expect("a provider");
        assert_eq!(gmail.id, "gmail");
        assert_eq!(of_domain("example.org"), None);
        for host in [
            "smtp.gmail.com",
            "smtp-relay.GMAIL.com.",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "relay.local",
        ] {
            assert!(gmail.may_be(host), "{host}");
        }
        for host in [
            "mail.example.org",
            "smtp.notgmail.com",
            "gmail.com.evil.example",
        ] {
            assert!(!gmail.may_be(host), "{host}");
        }
    }
}
