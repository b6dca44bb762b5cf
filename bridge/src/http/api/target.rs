//! What a request is about, from its path and query.

use std::fmt;
use std::time::Duration;

use hyper::{Method, StatusCode};

use super::PREFIX;

/// How long `next` waits if the request does not say.
const WAIT: Duration = Duration::from_secs(30);

/// The longest time for which `next` waits.
const LONGEST_WAIT: u64 = 300;

/// What a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) resource: Resource,
    /// Of `next`: the message to wait for has a larger id.
    pub(super) after: Option<u64>,
    /// Of `next`: how long to wait.
    pub(super) timeout: Duration,
    /// Of a scenario that comes with the program.
    pub(super) name: Option<String>,
}

/// What can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Messages,
    Next,
    Message(u64),
    Raw(u64),
    Transcript(u64),
    Conversations,
    Conversation(u64),
    Scenarios,
    Scenario,
    Ca,
}

/// Why a target is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoTarget {
    Path,
    Parameter(String),
}

impl NoTarget {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            NoTarget::Path => StatusCode::NOT_FOUND,
            NoTarget::Parameter(_) => StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for NoTarget {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoTarget::Path => write!(out, "there is nothing at this path: see docs/api.md"),
            NoTarget::Parameter(why) => out.write_str(why),
        }
    }
}

impl Resource {
    /// The methods that are allowed; HEAD wherever GET is.
    pub(super) fn methods(&self) -> &'static [Method] {
        match self {
            Resource::Messages => &[Method::GET, Method::DELETE],
            Resource::Scenario => &[Method::GET, Method::PUT, Method::DELETE],
            _ => &[Method::GET],
        }
    }

    fn parse(path: &str) -> Option<Resource> {
        let rest = path.strip_prefix(PREFIX)?.strip_prefix('/')?;
        let parts: Vec<&str> = rest.split('/').collect();
        let id = |text: &str| text.parse().ok();
        Some(match parts[..] {
            ["messages"] => Resource::Messages,
            ["messages", "next"] => Resource::Next,
            ["messages", one] => Resource::Message(id(one)?),
            ["messages", one, "raw"] => Resource::Raw(id(one)?),
            ["messages", one, "transcript"] => Resource::Transcript(id(one)?),
            ["conversations"] => Resource::Conversations,
            ["conversations", one] => Resource::Conversation(id(one)?),
            ["scenarios"] => Resource::Scenarios,
            ["scenario"] => Resource::Scenario,
            ["ca"] => Resource::Ca,
            _ => return None,
        })
    }
}

impl Target {
    pub(super) fn parse(path: &str, query: Option<&str>) -> Result<Target, NoTarget> {
        let mut target = Target {
            resource: Resource::parse(path).ok_or(NoTarget::Path)?,
            after: None,
            timeout: WAIT,
            name: None,
        };
        for pair in query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (&target.resource, key) {
                (Resource::Next, "after") => target.after = Some(number(key, value, u64::MAX)?),
                (Resource::Next, "timeout") => {
                    target.timeout = Duration::from_secs(number(key, value, LONGEST_WAIT)?);
                }
                (Resource::Scenario, "name") => target.name = Some(value.to_owned()),
                _ => {
                    return Err(NoTarget::Parameter(format!("unknown parameter {key:?}")));
                }
            }
        }
        Ok(target)
    }
}

fn number(key: &str, value: &str, most: u64) -> Result<u64, NoTarget> {
    let number = value.parse().ok().filter(|number| *number <= most);
    number.ok_or_else(|| {
        NoTarget::Parameter(match most {
            u64::MAX => format!("{key} must be a whole number"),
            most => format!("{key} must be a whole number up to {most}"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let check = |target: &str, expect: Result<Resource, StatusCode>| {
            let (path, query) = match target.split_once('?') {
                Some((path, query)) => (path, Some(query)),
                None => (target, None),
            };
            let got = Target::parse(path, query);
            let got = got
                .map(|target| target.resource)
                .map_err(|why| why.status());
            assert_eq!(got, expect, "{target}");
        };
        check("/api/v1/messages", Ok(Resource::Messages));
        check("/api/v1/messages/7", Ok(Resource::Message(7)));
        check("/api/v1/messages/7/raw", Ok(Resource::Raw(7)));
        check("/api/v1/messages/7/transcript", Ok(Resource::Transcript(7)));
        check(
            "/api/v1/messages/next?after=3&timeout=0",
            Ok(Resource::Next),
        );
        check("/api/v1/conversations/2", Ok(Resource::Conversation(2)));
        check("/api/v1/scenario?name=greylisting", Ok(Resource::Scenario));
        let missing = Err(StatusCode::NOT_FOUND);
        for path in [
            "/api",
            "/api/v1",
            "/api/v2/messages",
            "/api/v1/",
            "/api/v1/messages/",
        ] {
            check(path, missing.clone());
        }
        check("/api/v1/messages/-1", missing.clone());
        check("/api/v1/messages/7/raw/x", missing);
        let wrong = Err(StatusCode::BAD_REQUEST);
        check("/api/v1/messages?x", wrong.clone());
        check("/api/v1/messages/next?timeout=301", wrong.clone());
        check("/api/v1/messages/next?after=", wrong);
    }
}
