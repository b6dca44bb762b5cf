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

/// A newsletter with a text, pictures of its own and from a network, styles and links.
pub const NEWSLETTER: &str = "From: Mina Park <mina@example.org>\r\n\
To: joon@example.net\r\n\
Subject: =?utf-8?B?67aE6riwIOuztOqzoOyEnA==?=\r\n\
MIME-Version: 1.0\r\n\
Content-Type: multipart/alternative; boundary=a\r\n\
\r\n\
--a\r\n\
Content-Type: text/plain; charset=utf-8\r\n\
\r\n\
The figures, as text.\r\n\
--a\r\n\
Content-Type: multipart/related; boundary=r\r\n\
\r\n\
--r\r\n\
Content-Type: text/html; charset=utf-8\r\n\
\r\n\
<html><head><style>th { text-align: left } .x { background: url(http://track.example/bg.png) }\
</style></head><body onload=\"alert(1)\"><p>Hi Joon,</p>\
<p>Here are the <b id=bold>figures for the third quarter</b>.</p>\
<p><img src=\"http://track.example/o.gif?id=83f1&amp;x\" alt=Logo width=320 height=84>\
<img src=\"http://track.example/pixel.gif\" width=1 height=1></p>\
<p><img src=\"cid:chart@example.org\" alt=Chart width=40></p>\
<table border=1><tr><th>quarter<th>sent<tr><td>Q3<td>44,870</table>\
<p><a href=\"https://example.org/report?q=3\" target=_top>the report</a> \
<a href=\"#bold\">above</a> <a href=\"javascript:alert(1)\">no</a></p>\
<form action=http://track.example/><input name=q><button>Go</button></form>\
<script>alert(2)</script></body></html>\r\n\
--r\r\n\
Content-Type: image/png\r\n\
Content-ID: <chart@example.org>\r\n\
Content-Disposition: inline; filename=chart.png\r\n\
Content-Transfer-Encoding: base64\r\n\
\r\n\
iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg\r\n\
gg==\r\n\
--r--\r\n\
--a--\r\n";

/// Sends a message to the practice server unchanged.
pub async fn deliver(bridge: &Bridge, message: &[u8]) {
    let mut page = Page::open(bridge).await;
    let start = job::start(job::practice(Security::Starttls), message);
    let sent = page.send(start, message).await;
    assert!(sent.accepted(), "{sent:?}");
}
