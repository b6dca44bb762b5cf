//! Messages for the practice server's mailbox.

use smtp::Security;

use crate::bridge::Bridge;
use crate::job;
use crate::page::Page;

/// A message as other clients send it: a text, a picture, a text, an enclosed message, and an
/// attachment without a name.
pub const MANY_PARTS: &str = "From: \"mina park\"@example.org\r\n\
To: Team: hana@example.org, joon@example.org;\r\n\
Subject: Before and after\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=outer\r\n\
\r\n\
--outer\r\n\
\r\n\
Before the picture.\r\n\
--outer\r\n\
Content-Type: image/png\r\n\
Content-Disposition: attachment; filename*=utf-8''%EA%B7%B8%EB%A6%BC.png\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
AAAA\r\n\
--outer\r\n\
\r\n\
After the picture.\r\n\
--outer\r\n\
Content-Type: message/rfc822\r\n\
\r\n\
From: Hana <hana@example.org>\r\n\
Subject: The first one\r\n\
\r\n\
Text of the first one.\r\n\
--outer\r\n\
Content-Type: application/pdf\r\n\
\r\n\
%PDF\r\n";

/// Sends a message to the practice server unchanged.
pub async fn deliver(bridge: &Bridge, message: &[u8]) {
    let mut page = Page::open(bridge).await;
    let start = job::start(job::practice(Security::Starttls), message);
    let sent = page.send(start, message).await;
    assert!(sent.accepted(), "{sent:?}");
}
