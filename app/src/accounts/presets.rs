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
    },
    Preset {
        id: "outlook",
        name: "Outlook.com",
        host: "smtp-mail.outlook.com",
        port: 587,
        security: Security::Starttls,
        advice: Advice::OauthOnly,
        help: "https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
    },
    Preset {
        id: "yahoo",
        name: "Yahoo Mail",
        host: "smtp.mail.yahoo.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::AppPassword,
        help: "https://help.yahoo.com/kb/SLN4075.html",
    },
    Preset {
        id: "icloud",
        name: "iCloud Mail",
        host: "smtp.mail.me.com",
        port: 587,
        security: Security::Starttls,
        advice: Advice::AppPassword,
        help: "https://support.apple.com/102525",
    },
    Preset {
        id: "fastmail",
        name: "Fastmail",
        host: "smtp.fastmail.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::AppPassword,
        help: "https://www.fastmail.help/hc/en-us/articles/1500000278342",
    },
    Preset {
        id: "zoho",
        name: "Zoho Mail",
        host: "smtp.zoho.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://www.zoho.com/mail/help/zoho-smtp.html",
    },
    Preset {
        id: "naver",
        name: "Naver 네이버",
        host: "smtp.naver.com",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://help.naver.com/service/30029/contents/21344",
    },
    Preset {
        id: "daum",
        name: "Daum / Kakao 다음",
        host: "smtp.daum.net",
        port: 465,
        security: Security::Tls,
        advice: Advice::SwitchOn,
        help: "https://cs.daum.net/faq/43.html",
    },
];

#[cfg(test)]
mod tests {
    use super::PRESETS;

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
        }
    }
}
