//! What was said on a connection, for a person to read. It has no password: see [`Secrets`].

mod secrets;

use crate::{changes::Notifier, limits};
use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

pub(crate) use secrets::Secrets;

/// What stands in the place of a secret.
pub const SECRET: &str = "⟨secret⟩";

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
    /// Nobody: something happened.
    Note,
}

/// A line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When, since the connection.
    pub at: Duration,
    /// Who.
    pub who: Speaker,
    /// Whether it was protected by TLS.
    pub tls: bool,
    /// Without its CRLF. Untrusted text.
    pub text: String,
}

/// A conversation, which grows as long as its connection lasts. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Conversation(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    lines: Mutex<Lines>,
    /// Is notified of the end.
    notifier: OnceLock<Notifier>,
}

/// The lines up to now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// In their order.
    pub lines: Vec<Line>,
    /// How many more there were, after the limit was reached.
    pub left_out: u64,
    /// Whether the connection has ended.
    pub ended: bool,
    /// The last line of the server that refused something (4yz or 5yz), or why TLS failed.
    pub last_failure: Option<String>,
    bytes: usize,
}

impl Conversation {
    /// A copy of what was said up to now.
    pub fn lines(&self) -> Lines {
        self.inner().clone()
    }

    pub(crate) fn push(&self, line: Line) {
        let mut inner = self.inner();
        if line.who == Speaker::Server && line.text.starts_with(['4', '5']) {
            inner.last_failure = Some(line.text.clone());
        }
        let bytes = inner.bytes + line.text.len();
        if inner.lines.len() >= limits::CONVERSATION_LINES || bytes > limits::CONVERSATION_BYTES {
            inner.left_out += 1;
            return;
        }
        inner.bytes = bytes;
        inner.lines.push(line);
    }

    /// Notifies of the end of the conversation from now on.
    pub(crate) fn notify_end(&self, notifier: &Notifier) {
        self.0.notifier.set(notifier.clone()).ok();
    }

    pub(crate) fn end(&self) {
        self.inner().ended = true;
        if let Some(notifier) = self.0.notifier.get() {
            notifier.notify();
        }
    }

    fn inner(&self) -> MutexGuard<'_, Lines> {
        let lines = self.0.lines.lock();
        lines.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// What the client has called itself last: the argument of EHLO or HELO. Untrusted text.
    pub fn client_name(&self) -> Option<&str> {
        let mut said = self.lines.iter().rev();
        said.find_map(|line| {
            let (verb, name) = line.text.split_once(' ')?;
            let hello = ["EHLO", "HELO"]
                .iter()
                .any(|one| verb.eq_ignore_ascii_case(one));
            (line.who == Speaker::Client && hello).then(|| name.trim())
        })
    }

    /// The last line of the server.
    pub fn last_reply(&self) -> Option<&str> {
        let mut said = self.lines.iter().rev();
        let reply = said.find(|line| line.who == Speaker::Server);
        reply.map(|line| line.text.as_str())
    }
}

/// Two are equal if they are the same one.
impl PartialEq for Conversation {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Conversation {}

/// Writes the conversation of one session.
#[derive(Debug)]
pub(crate) struct Writer {
    conversation: Conversation,
    started: Duration,
    secrets: Secrets,
    /// What the server has sent of a line.
    unfinished: Vec<u8>,
    /// Octets of that line beyond the limit.
    beyond: u64,
}

impl Writer {
    pub(crate) fn new(now: Duration) -> Writer {
        Writer {
            conversation: Conversation::default(),
            started: now,
            secrets: Secrets::default(),
            unfinished: Vec::new(),
            beyond: 0,
        }
    }

    pub(crate) fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// A line of the client, as it may be shown. `response`: it is a response of AUTH.
    pub(crate) fn client(&mut self, line: &[u8], response: bool, now: Duration, tls: bool) {
        self.finish_line(now, tls);
        let shown = self.secrets.shown(line, response);
        self.push(Speaker::Client, cut(shown.as_bytes()), now, tls);
    }

    /// The last line of the client, as it may be shown.
    pub(crate) fn last_shown(&self) -> &str {
        self.secrets.last_shown()
    }

    /// Octets that the server sends.
    pub(crate) fn server(&mut self, octets: &[u8], now: Duration, tls: bool) {
        for piece in octets.split_inclusive(|octet| *octet == b'\n') {
            let room = limits::CONVERSATION_LINE.saturating_sub(self.unfinished.len());
            self.unfinished.extend(&piece[..piece.len().min(room)]);
            self.beyond += piece.len().saturating_sub(room) as u64;
            if piece.ends_with(b"\n") {
                self.finish_line(now, tls);
            }
        }
    }

    /// Something that happened, and is why the connection fails.
    pub(crate) fn failure(&mut self, text: &str, now: Duration, tls: bool) {
        self.note(text, now, tls);
        self.conversation.inner().last_failure = Some(text.to_owned());
    }

    /// Something that happened.
    pub(crate) fn note(&mut self, text: &str, now: Duration, tls: bool) {
        self.finish_line(now, tls);
        self.push(Speaker::Note, text.to_owned(), now, tls);
    }

    fn finish_line(&mut self, now: Duration, tls: bool) {
        let line = std::mem::take(&mut self.unfinished);
        let beyond = std::mem::take(&mut self.beyond);
        if line.is_empty() {
            return;
        }
        let mut text = match line.strip_suffix(b"\r\n") {
            Some(line) => String::from_utf8_lossy(line).into_owned(),
            None => line.escape_ascii().to_string(),
        };
        if beyond > 0 {
            text.push_str(&format!(" … and {beyond} octets"));
        }
        self.push(Speaker::Server, text, now, tls);
    }

    fn push(&self, who: Speaker, text: String, now: Duration, tls: bool) {
        self.conversation.push(Line {
            at: now.saturating_sub(self.started),
            who,
            tls,
            text,
        });
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.conversation.end();
    }
}

/// A line as text, if need be without its end.
fn cut(line: &[u8]) -> String {
    let most = line.len().min(limits::CONVERSATION_LINE);
    let mut text = String::from_utf8_lossy(&line[..most]).into_owned();
    if most < line.len() {
        text.push_str(&format!(" … and {} octets", line.len() - most));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(writer: &Writer) -> Vec<String> {
        let lines = writer.conversation().lines().lines;
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_of_the_server_are_joined_and_marked_where_they_have_no_end() {
        let mut writer = Writer::new(Duration::ZERO);
        for octet in b"220 hi\r\n25" {
            writer.server(&[*octet], Duration::ZERO, false);
        }
        writer.client(b"QUIT", false, Duration::from_secs(1), false);
        writer.server(b"221 a\nb\r\n", Duration::from_secs(2), true);
        assert_eq!(texts(&writer), ["220 hi", "25", "QUIT", "221 a\\n", "b"]);
        let lines = writer.conversation().lines();
        assert_eq!(lines.lines[2].at, Duration::from_secs(1));
        assert!(lines.lines[3].tls && !lines.ended);
        let conversation = writer.conversation().clone();
        drop(writer);
        assert!(conversation.lines().ended);
    }

    #[test]
    fn a_conversation_is_bounded() {
        let mut writer = Writer::new(Duration::ZERO);
        writer.server(&vec![b'x'; 100_000], Duration::ZERO, false);
        writer.note("behind it", Duration::ZERO, false);
        assert!(texts(&writer)[0].ends_with("x … and 98976 octets"));
        for _ in 0..limits::CONVERSATION_LINES * 2 {
            writer.client(&[b'y'; 2000], false, Duration::ZERO, false);
        }
        let lines = writer.conversation().lines();
        let bytes: usize = lines.lines.iter().map(|line| line.text.len()).sum();
        assert!(bytes <= limits::CONVERSATION_BYTES, "{bytes}");
        let all = lines.lines.len() as u64 + lines.left_out;
        assert_eq!(all, 2 + 2 * limits::CONVERSATION_LINES as u64);
    }
}
