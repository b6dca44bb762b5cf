//! Jobs for the bridge, and their messages.

use smtp::{Security, SendMode};
use wire::{Credentials, Server, Start};

/// A short complete message with CRLF line ends.
pub const NOTE: &[u8] = b"From: Mina <mina@example.org>\r\n\
To: Hana <hana@example.org>\r\n\
Subject: A note\r\n\
Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\
Message-ID: <note.1@example.org>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
\r\n\
The first line.\r\n\
.a line that begins with a dot\r\n\
.\r\n\
..\r\n\
The last line.\r\n";

/// A complete message in Korean, with an encoded subject and a body that needs 8BITMIME.
pub const KOREAN: &str = "From: =?utf-8?B?66+464KY?= <mina@example.org>\r\n\
To: =?utf-8?B?7ZWY64KY?= <hana@example.org>\r\n\
Subject: =?utf-8?B?7ZqM7J2YIOyepeyGjOqwgCDrsJTrgIzsl4jslrTsmpQ=?=\r\n\
Date: Mon, 23 Nov 2026 19:00:00 +0900\r\n\
Message-ID: <korean.1@example.org>\r\n\
MIME-Version: 1.0\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
Content-Transfer-Encoding: 8bit\r\n\
\r\n\
안녕하세요.\r\n\
.점으로 시작하는 줄\r\n\
회의는 3층에서 합니다.\r\n";

/// The practice server with this security.
#[must_use]
pub fn practice(security: Security) -> Server {
    Server::Practice { security }
}

/// Another server.
#[must_use]
pub fn host(host: &str, port: u16, security: Security) -> Server {
    Server::Host {
        host: host.to_owned(),
        port,
        security,
    }
}

/// Credentials with this user and password.
#[must_use]
pub fn credentials(user: &str, password: &str) -> Option<Credentials> {
    Some(Credentials {
        user: user.to_owned().into(),
        password: password.to_owned().into(),
    })
}

/// A job that sends `message` from Mina to Hana to `server`, without sign-in or pauses.
#[must_use]
pub fn start(server: Server, message: &[u8]) -> Start {
    let header = crate::http::find(message, b"\r\n\r\n").unwrap_or(message.len());
    Start {
        id: 1,
        server,
        credentials: None,
        from: Some("mina@example.org".to_owned()),
        to: vec!["hana@example.org".to_owned()],
        size: message.len() as u64,
        eight_bit: !message[header..].is_ascii(),
        utf8: !message[..header].is_ascii(),
        mode: SendMode::Run,
        pipelining: true,
        chunking: false,
        keep_open: false,
        client_name: None,
    }
}
