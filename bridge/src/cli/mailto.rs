//! A `mailto:` link on the command line.

use std::str::FromStr;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest link in bytes: what desktops and browsers pass on is far shorter.
const LONGEST: usize = 64 * 1024;

/// A `mailto:` link (RFC 6068). What it says is for the page to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mailto(String);

impl Mailto {
    /// The link as a part of a fragment, percent-encoded.
    pub(crate) fn encoded(&self) -> String {
        utf8_percent_encode(&self.0, NON_ALPHANUMERIC).to_string()
    }
}

impl FromStr for Mailto {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let scheme = text.split_once(':').map(|(scheme, _)| scheme);
        if !scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto")) {
            return Err("expected a link that begins with mailto:".into());
        }
        if text.chars().any(char::is_control) {
            return Err("the link has control characters, which must be percent-encoded".into());
        }
        if text.len() > LONGEST {
            return Err(format!("the link is longer than {LONGEST} bytes"));
        }
        Ok(Mailto(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mailto_links_are_taken() {
        let check = |text: &str, expect: Option<&str>| {
            let got: Option<Mailto> = text.parse().ok();
            assert_eq!(got.map(|link| link.encoded()).as_deref(), expect, "{text}");
        };
        check("mailto:", Some("mailto%3A"));
        check(
            "MAILTO:a@x.org?subject=a%20b&body=\u{ac00}#\"",
            Some("MAILTO%3Aa%40x%2Eorg%3Fsubject%3Da%2520b%26body%3D%EA%B0%80%23%22"),
        );
        check("a@x.org", None);
        check("mailtos:a@x.org", None);
        check("http://x/mailto:", None);
        check("mailto:a@x.org\r\nBcc: b", None);
        check(&format!("mailto:{}", "a".repeat(LONGEST)), None);
    }
}
