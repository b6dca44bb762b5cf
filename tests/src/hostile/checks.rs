//! Checks the result of a job with a hostile server: what its file expects, and what must hold for
//! every file.

use smtp::{Fate, Outcome, Security};

use super::Case;
use super::runner::RunResult;
use crate::http::find;
use crate::page::{End, Sent};
use crate::secret;

/// Commands that may be sent in cleartext if TLS was requested (RFC 3207 §4).
const BEFORE_TLS: [&str; 4] = ["EHLO ", "HELO ", "STARTTLS", "QUIT"];

/// Returns all differences from the expected result.
pub(super) fn checks(case: &Case, result: &RunResult) -> Vec<String> {
    let mut failures = check_page(case, &result.sent);
    failures.extend(check_client(case, result));
    if !failures.is_empty() {
        failures.push(format!("the transcript:\n{}", result.sent.transcript()));
    }
    failures
}

/// Checks what the page received.
fn check_page(case: &Case, sent: &Sent) -> Vec<String> {
    let (expect, mut failures) = (&case.expect, Vec::new());
    let summary = sent.summary();
    if !expect.outcome.contains(&summary) {
        let wanted = expect.outcome.join(" or ");
        failures.push(format!("{summary:?} instead of {wanted:?}: {:?}", sent.end));
    }
    if case.keep_open != sent.waits {
        let waits = if sent.waits { "waits" } else { "does not wait" };
        failures.push(format!("the connection {waits} for another message"));
    }
    if let Some(at) = &expect.at {
        let got = stage(sent);
        if got.as_deref() != Some(at) {
            failures.push(format!("at {got:?} instead of {at:?}"));
        }
    }
    if let (Some(wanted), End::Finished(outcome)) = (&expect.recipients, &sent.end) {
        let got = fates(outcome);
        if got != *wanted {
            failures.push(format!("recipients {got:?} instead of {wanted:?}"));
        }
    }
    let transcript = sent.transcript();
    for part in &expect.shown {
        if !transcript.contains(part) {
            failures.push(format!("{part:?} is not shown"));
        }
    }
    let everything = format!("{sent:?}");
    for part in &expect.hidden {
        if everything.contains(part) {
            failures.push(format!("{part:?} is shown"));
        }
    }
    if let Some((_, password)) = &case.credentials
        && let Some(encoding) = secret::found(password, &everything)
    {
        failures.push(format!("the password is shown, {encoding}"));
    }
    failures
}

/// Checks what the client sent.
fn check_client(case: &Case, result: &RunResult) -> Vec<String> {
    let (expect, mut failures) = (&case.expect, Vec::new());
    let connections = usize::from(!expect.no_connection);
    if result.connections != connections {
        failures.push(format!(
            "{} connections instead of {connections}",
            result.connections
        ));
    }
    let Some(connection) = &result.connection else {
        return failures;
    };
    if let Some(deviation) = &connection.deviation {
        failures.push(format!("deviation from the script: {deviation}"));
    }
    for part in &expect.never {
        for octets in [&connection.clear, &connection.secured] {
            if find(octets, part).is_some() {
                failures.push(format!("\"{}\" was sent", part.escape_ascii()));
            }
        }
    }
    if let Some(wire) = &expect.wire {
        let text = if connection.tls {
            &connection.secured
        } else {
            &connection.clear
        };
        let message = between(text, b"\r\nDATA\r\n", b"QUIT\r\n");
        if message != Some(wire) {
            let message = message.map(|message| message.escape_ascii().to_string());
            failures.push(format!("the message was sent as {message:?}"));
        }
    }
    if case.security == Security::None {
        return failures;
    }
    let clear = connection.clear();
    if let Some((user, password)) = &case.credentials {
        for (what, text) in [("user", user), ("password", password)] {
            if let Some(encoding) = secret::found(text, &clear) {
                failures.push(format!("the {what} was sent in cleartext, {encoding}"));
            }
        }
    }
    match case.security {
        // Anything that is not a line of SMTP is the client's part of the handshake.
        Security::Starttls => {
            let record = ["\x15\x03", "\x16\x03"].map(|start| clear.find(start));
            let text = &clear[..record.into_iter().flatten().min().unwrap_or(clear.len())];
            for line in text.split_terminator("\r\n") {
                if !BEFORE_TLS.iter().any(|verb| line.starts_with(verb)) {
                    failures.push(format!("{line:?} was sent in cleartext"));
                }
            }
        }
        _ if connection.clear.is_empty() || connection.clear.starts_with(b"\x16\x03") => {}
        _ => failures.push(format!("{clear:?} was sent in cleartext")),
    }
    failures
}

/// The stage of a refusal or failure, in the words of `docs/wire.md`.
fn stage(sent: &Sent) -> Option<String> {
    let End::Finished(Outcome::Refused { at, .. } | Outcome::Failed { at, .. }) = &sent.end else {
        return None;
    };
    let value = serde_json::to_value(at).expect("every value of the protocol is JSON");
    value.as_str().map(str::to_owned)
}

/// The result of each recipient.
fn fates(outcome: &Outcome) -> String {
    let fates: Vec<String> = outcome
        .recipients()
        .iter()
        .map(|recipient| match &recipient.fate {
            Fate::Accepted { reply } | Fate::Refused { reply } => reply.code.to_string(),
            Fate::NotTried => "-".to_owned(),
        })
        .collect();
    fates.join(" ")
}

/// The text between the first `start` and an `end` at the very end.
fn between<'a>(text: &'a [u8], start: &[u8], end: &[u8]) -> Option<&'a [u8]> {
    let from = find(text, start)? + start.len();
    text[from..].strip_suffix(end)
}
