//! Keeps passwords out of conversations. Nothing is searched for: what follows AUTH is never shown,
//! whatever it is.

use super::SECRET;

/// The commands that a server knows, and some that it may be sent. None of them is a secret.
const VERBS: [&str; 18] = [
    "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN",
    "HELP", "STARTTLS", "ETRN", "TURN", "BURL", "ATRN",
];

/// The mechanisms that may be shown: any other word behind AUTH could be part of a secret.
const MECHANISMS: [&str; 16] = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "DIGEST-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-512",
    "XOAUTH2",
    "OAUTHBEARER",
    "EXTERNAL",
    "ANONYMOUS",
    "GSSAPI",
    "NTLM",
    "KERBEROS_V4",
];

/// Which lines of a client may be shown.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// AUTH was sent, and no command after it: an unknown line may be a response, even if the
    /// server does not expect one.
    after_auth: bool,
    last_shown: String,
}

impl Secrets {
    /// The line as it may be shown. `response`: the server expects a response of AUTH.
    pub(super) fn shown(&mut self, line: &[u8], response: bool) -> String {
        self.last_shown = self.decide(line, response);
        self.last_shown.clone()
    }

    /// The last line, as it may be shown.
    pub(super) fn last_shown(&self) -> &str {
        &self.last_shown
    }

    fn decide(&mut self, line: &[u8], response: bool) -> String {
        if response {
            return match line {
                b"*" => "*".to_owned(),
                _ => SECRET.to_owned(),
            };
        }
        let text = String::from_utf8_lossy(line);
        let mut words = text.split_ascii_whitespace();
        let verb = words.next().unwrap_or_default();
        let is = |name: &&str| verb.eq_ignore_ascii_case(name);
        if verb.eq_ignore_ascii_case("AUTH") {
            self.after_auth = true;
            let mut shown = verb.to_owned();
            let known = |word: &str| {
                MECHANISMS
                    .iter()
                    .any(|name| word.eq_ignore_ascii_case(name))
            };
            let mut rest = words.peekable();
            if let Some(mechanism) = rest.next_if(|word| known(word)) {
                shown.push(' ');
                shown.push_str(mechanism);
            }
            if rest.next().is_some() {
                shown.push(' ');
                shown.push_str(SECRET);
            }
            return shown;
        }
        // `AUTHxyz`, and whatever else begins so, is no verb: it is shown only before AUTH.
        if VERBS.iter().any(is) {
            self.after_auth = false;
        }
        match self.after_auth || begins_like_auth(&text) {
            true => SECRET.to_owned(),
            false => text.into_owned(),
        }
    }
}

/// Whether a line that is not AUTH may have been meant as it.
fn begins_like_auth(line: &str) -> bool {
    line.to_ascii_uppercase().contains("AUTH PLAIN")
        || line.to_ascii_uppercase().contains("AUTH LOGIN")
        || line
            .trim_start()
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("AUTH"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, bool, &str)]) {
        let mut secrets = Secrets::default();
        for (line, response, shown) in lines {
            assert_eq!(secrets.shown(line.as_bytes(), *response), *shown, "{line}");
        }
    }

    #[test]
    fn what_follows_auth_is_never_shown() {
        check(&[
            ("EHLO x", false, "EHLO x"),
            ("AUTH PLAIN AHVzZXIAc2VjcmV0", false, "AUTH PLAIN ⟨secret⟩"),
            ("auth plain", false, "auth plain"),
            ("AHVzZXIAc2VjcmV0", true, "⟨secret⟩"),
            ("MAIL FROM:<a@b> AUTH=<>", false, "MAIL FROM:<a@b> AUTH=<>"),
        ]);
        // A response may look like a command, and an aborted exchange is no secret.
        check(&[
            ("AUTH LOGIN", false, "AUTH LOGIN"),
            ("QUIT", true, "⟨secret⟩"),
        ]);
        check(&[("AUTH LOGIN", false, "AUTH LOGIN"), ("*", true, "*")]);
        // The server has refused AUTH, and the client sends its responses all the same.
        check(&[
            ("AUTH LOGIN", false, "AUTH LOGIN"),
            ("dXNlcg==", false, "⟨secret⟩"),
            ("c2VjcmV0", false, "⟨secret⟩"),
            ("NOOP", false, "NOOP"),
            ("c2VjcmV0", false, "c2VjcmV0"),
        ]);
    }

    #[test]
    fn malformed_auth_is_not_shown_either() {
        check(&[("AUTH c2VjcmV0", false, "AUTH ⟨secret⟩")]);
        check(&[("AUTH PLAIN a b", false, "AUTH PLAIN ⟨secret⟩")]);
        check(&[("AUTHPLAIN c2VjcmV0", false, "⟨secret⟩")]);
        check(&[("xAUTH PLAIN c2VjcmV0", false, "⟨secret⟩")]);
        check(&[("  AUTH\tPLAIN\tc2VjcmV0", false, "AUTH PLAIN ⟨secret⟩")]);
    }
}
