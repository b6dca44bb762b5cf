//! What the bridge prints when it is ready.

use std::net::SocketAddr;

use anyhow::{Context, Result};

/// The part of the bridge's announcement that is needed here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Announced {
    /// The address of the bridge.
    pub(crate) address: SocketAddr,
    /// The token.
    pub(crate) token: String,
}

impl Announced {
    /// Parses the line of JSON. Errors don't contain the line, because it has the token.
    pub(crate) fn parse(line: &str) -> Result<Self> {
        let json: serde_json::Value =
            serde_json::from_str(line).context("the bridge's announcement is not JSON")?;
        let text = |field: &str| {
            json[field]
                .as_str()
                .with_context(|| format!("the bridge's announcement has no {field}"))
        };
        let url = text("url")?;
        let address = url
            .strip_prefix("http://")
            .and_then(|rest| rest.split('/').next())
            .and_then(|authority| authority.parse().ok())
            .context("the bridge's announced url has no address")?;
        Ok(Self {
            address,
            token: text("token")?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Announced;

    #[test]
    fn the_announcement_is_read() {
        let line = r#"{"url":"http://127.0.0.1:8025/#token=abc","ws":"ws://127.0.0.1:8025/ws","token":"abc","practice":null}"#;
        let announced = Announced::parse(line).unwrap();
        assert_eq!(
            announced,
            Announced {
                address: "127.0.0.1:8025".parse().unwrap(),
                token: "abc".to_owned()
            }
        );
        let line = r#"{"url":"http://[::1]:8025/","token":"abc"}"#;
        assert_eq!(
            Announced::parse(line).unwrap().address,
            "[::1]:8025".parse().unwrap()
        );
    }

    #[test]
    fn what_is_wrong_is_told_without_the_token() {
        for line in [
            "",
            "listening",
            r#"{"token":"hunter2"}"#,
            r#"{"url":"nonsense","token":"hunter2"}"#,
        ] {
            let error = format!("{:#}", Announced::parse(line).unwrap_err());
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
