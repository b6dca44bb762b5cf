//! Decides which requests are allowed. Any page in the user's browser can reach this port, so a
//! request must have what only the right page can know or send.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hyper::HeaderMap;
use hyper::header::{self, HeaderName};
use subtle::ConstantTimeEq;
use wire::handshake;

/// The secret of one run: 256 bits.
pub(crate) struct Token(String);

impl Token {
    /// A new token from the system's random bytes.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub(crate) fn new() -> Result<Token, getrandom::Error> {
        let mut octets = [0; 32];
        getrandom::fill(&mut octets)?;
        Ok(Token(URL_SAFE_NO_PAD.encode(octets)))
    }

    /// The token in clear, for the link only. It must not be logged.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    fn matches(&self, offered: &str) -> bool {
        self.0.as_bytes().ct_eq(offered.as_bytes()).into()
    }
}

/// A unique name for this run of the program: 64 random bits, base64url. It is no secret.
///
/// # Errors
/// The system has no random bytes.
pub(crate) fn run_name() -> Result<String, getrandom::Error> {
    let mut octets = [0; 8];
    getrandom::fill(&mut octets)?;
    Ok(URL_SAFE_NO_PAD.encode(octets))
}

/// What requests are compared with.
pub(crate) struct Gate {
    hosts: Vec<String>,
    origins: Vec<String>,
    token: Token,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Host,
    Origin,
    Token,
}

/// A WebSocket handshake that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// The subprotocol to select: this version's, or another version's, which is then closed with
    /// the reason.
    pub(crate) protocol: String,
}

impl Admitted {
    /// Whether the page speaks this version.
    pub(crate) fn speaks_ours(&self) -> bool {
        self.protocol == handshake::PROTOCOL
    }
}

impl Gate {
    /// The gate of a bridge with this port and these host names. It allows these origins besides
    /// its own.
    pub(crate) fn new(port: u16, names: &[String], more_origins: &[String], token: Token) -> Gate {
        let hosts: Vec<String> = names
            .iter()
            .map(|name| {
                if port == 80 {
                    name.clone()
                } else {
                    format!("{name}:{port}")
                }
            })
            .collect();
        let origins = hosts
            .iter()
            .map(|host| format!("http://{host}"))
            .chain(more_origins.iter().cloned())
            .collect();
        Gate {
            hosts,
            origins,
            token,
        }
    }

    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Checks every request: it must have exactly one Host field, with one of our names. This
    /// prevents DNS rebinding, where a foreign name resolves to this machine.
    ///
    /// # Errors
    /// [`Refused::Host`].
    pub(crate) fn host(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let host = only(headers, &header::HOST).ok_or(Refused::Host)?;
        if self
            .hosts
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(host))
        {
            Ok(())
        } else {
            Err(Refused::Host)
        }
    }

    /// Checks a request to the API, after [`Gate::host`]. It comes from a program, never from a
    /// page: no form and no link can send the token's field, and a script of another origin that
    /// tries to sends an Origin with it.
    ///
    /// # Errors
    /// Which of the two is wrong.
    pub(crate) fn api(&self, headers: &HeaderMap) -> Result<(), Refused> {
        if headers.contains_key(header::ORIGIN) {
            return Err(Refused::Origin);
        }
        let given = only(headers, &header::AUTHORIZATION).ok_or(Refused::Token)?;
        let (scheme, token) = given.split_once(' ').ok_or(Refused::Token)?;
        if scheme.eq_ignore_ascii_case("Bearer") && self.token.matches(token) {
            return Ok(());
        }
        Err(Refused::Token)
    }

    /// Checks a WebSocket handshake, after [`Gate::host`]: first the origin, then the token.
    ///
    /// # Errors
    /// Which of the two is wrong.
    pub(crate) fn websocket(&self, headers: &HeaderMap) -> Result<Admitted, Refused> {
        let origin = only(headers, &header::ORIGIN).ok_or(Refused::Origin)?;
        if !self.origins.iter().any(|ours| ours == origin) {
            return Err(Refused::Origin);
        }
        let offered: Vec<&str> = headers
            .get_all(header::SEC_WEBSOCKET_PROTOCOL)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        let mut tokens = offered
            .iter()
            .filter_map(|protocol| protocol.strip_prefix(handshake::TOKEN_PREFIX));
        let token = tokens.next().ok_or(Refused::Token)?;
        if tokens.next().is_some() || !self.token.matches(token) {
            return Err(Refused::Token);
        }
        let ours = offered
            .iter()
            .find(|protocol| **protocol == handshake::PROTOCOL);
        let any = || {
            offered
                .iter()
                .find(|protocol| protocol.starts_with(handshake::PROTOCOL_PREFIX))
        };
        let protocol = ours.or_else(any).ok_or(Refused::Token)?;
        Ok(Admitted {
            protocol: (*protocol).to_owned(),
        })
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn gate() -> Gate {
        let names = ["127.0.0.1", "localhost", "[::1]"].map(str::to_owned);
        Gate::new(
            8025,
            &names,
            &["http://127.0.0.1:8080".to_owned()],
            Token("right".into()),
        )
    }

    fn fields(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(
                *name,
                HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
            );
        }
        headers
    }

    #[test]
    fn hosts() {
        let check = |hosts: &[&str], expect| {
            let pairs: Vec<(&'static str, &str)> =
                hosts.iter().map(|host| ("host", *host)).collect();
            assert_eq!(gate().host(&fields(&pairs)), expect, "{hosts:?}");
        };
        check(&["127.0.0.1:8025"], Ok(()));
        check(&["LocalHost:8025"], Ok(()));
        check(&["[::1]:8025"], Ok(()));
        for foreign in [
            "evil.com",
            "evil.com:8025",
            "127.0.0.1.nip.io:8025",
            "0.0.0.0:8025",
            "localhost.evil.com:8025",
            "x.local:8025",
            "",
            "127.0.0.1",
            "127.0.0.1:8026",
            "127.0.0.1:8025 ",
            "127.0.0.1:8025,evil.com",
            "127.0.0.1:8025@evil.com",
            "\u{ff}",
        ] {
            check(&[foreign], Err(Refused::Host));
        }
        check(&[], Err(Refused::Host));
        check(&["127.0.0.1:8025", "127.0.0.1:8025"], Err(Refused::Host));
    }

    #[test]
    fn handshakes() {
        let check = |pairs: &[(&'static str, &str)], expect: Result<&str, Refused>| {
            let got = gate().websocket(&fields(pairs));
            assert_eq!(
                got.as_ref()
                    .map(|admitted| admitted.protocol.as_str())
                    .map_err(|e| *e),
                expect,
                "{pairs:?}"
            );
        };
        let origin = ("origin", "http://127.0.0.1:8025");
        let good = (
            "sec-websocket-protocol",
            "glasspost.v7, glasspost.token.right",
        );
        check(&[origin, good], Ok("glasspost.v7"));
        check(
            &[("origin", "http://127.0.0.1:8080"), good],
            Ok("glasspost.v7"),
        );
        check(
            &[
                origin,
                ("sec-websocket-protocol", "glasspost.token.right"),
                ("sec-websocket-protocol", "glasspost.v8"),
            ],
            Ok("glasspost.v8"),
        );
        for foreign in [
            "null",
            "http://evil.com",
            "https://127.0.0.1:8025",
            "http://127.0.0.1:8026",
            "http://127.0.0.1:8025.evil.com",
            "http://127.0.0.1",
            "",
            "HTTP://127.0.0.1:8025",
        ] {
            check(&[("origin", foreign), good], Err(Refused::Origin));
        }
        check(&[good], Err(Refused::Origin));
        check(&[origin, origin, good], Err(Refused::Origin));
        check(&[origin], Err(Refused::Token));
        for wrong in [
            "glasspost.v7",
            "glasspost.v7, glasspost.token.",
            "glasspost.v7, glasspost.token.righ",
            "glasspost.v7, glasspost.token.RIGHT",
            "glasspost.v7, glasspost.token.rightx",
            "glasspost.v7, glasspost.token.right, glasspost.token.right",
            "glasspost.token.right",
        ] {
            check(
                &[origin, ("sec-websocket-protocol", wrong)],
                Err(Refused::Token),
            );
        }
    }

    #[test]
    fn requests_to_the_api() {
        let check = |pairs: &[(&'static str, &str)], expect| {
            assert_eq!(gate().api(&fields(pairs)), expect, "{pairs:?}");
        };
        let good = ("authorization", "Bearer right");
        check(&[good], Ok(()));
        check(&[("authorization", "bearer right")], Ok(()));
        for origin in ["http://127.0.0.1:8025", "http://127.0.0.1:8080", "null", ""] {
            check(&[("origin", origin), good], Err(Refused::Origin));
        }
        check(&[], Err(Refused::Token));
        check(&[good, good], Err(Refused::Token));
        for wrong in [
            "right",
            "Bearer",
            "Bearer ",
            "Bearer righ",
            "Bearer RIGHT",
            "Bearer rightx",
            "Bearer  right",
            "Bearer right ",
            "Basic right",
        ] {
            check(&[("authorization", wrong)], Err(Refused::Token));
        }
    }

    #[test]
    fn a_token_is_256_bits_and_never_the_same() {
        let (one, other) = (
            Token::new().expect("randomness"),
            Token::new().expect("randomness"),
        );
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one.reveal(), other.reveal());
    }
}
