//! The formats of a text, in a browser: plain text, as typed and with paragraphs that flow, and
//! Markdown; and that what is written arrives.

use std::path::Path;
use std::process::Command;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::page::Page;
use glasspost_tests::visitor::Visitor;
use mail_parser::{MessageParser, MimeHeaders};
use serde_json::Value;

/// Sends the draft to the practice server. The message as it arrived.
async fn sent(page: &Visitor, bridge: &Bridge) -> Vec<u8> {
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let mut reader = Page::open(bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    reader.read(newest).await.expect("its octets")
}

/// The parts of a message that are text, each with its media type.
fn texts(message: &[u8]) -> Vec<(String, String)> {
    let read = MessageParser::default().parse(message).expect("a message");
    let texts = read.parts.iter().filter_map(|part| {
        let kind = part.content_type()?;
        let text = part.text_contents()?.replace("\r\n", "\n");
        Some((format!("{}/{}", kind.ctype(), kind.subtype()?), text))
    });
    texts.collect()
}

/// Pastes into the field of the message.
async fn paste(page: &Visitor, text: &str) {
    let text = Value::from(text);
    page.focus("Message").await;
    page.browser
        .evaluate(&format!(
            "document.execCommand('insertText', false, {text})"
        ))
        .await;
}

#[tokio::test]
async fn markdown_is_sent_with_its_html() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@example.net", "Figures", "").await;
    page.browser.press("Markdown").await;
    paste(
        &page,
        "# Third quarter\n\n- **41,200** sent\n- <script>alert(1)</script>\n\n\
         | a | b |\n|---|---|\n| 가 | [x](https://x.org/a) |\n",
    )
    .await;
    let message = sent(&page, &bridge).await;
    let texts = texts(&message);
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert_eq!(texts[0].0, "text/plain");
    assert!(
        texts[0]
            .1
            .starts_with("# Third quarter\n\n- **41,200** sent\n")
    );
    let html = &texts[1].1;
    for part in [
        "<b>41,200</b> sent</li>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<a href=\"https://x.org/a\">x</a></td>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    #[cfg(feature = "axe")]
    page.without_violations("Markdown").await;
    page.close().await;
}

#[tokio::test]
async fn long_paragraphs_flow() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("joon@example.net", "Flowed", "").await;
    let long = "a paragraph of many words ".repeat(10);
    paste(&page, &format!("Hi,\n\n{}\n", long.trim_end())).await;
    let message = String::from_utf8(sent(&page, &bridge).await).expect("ASCII");
    assert!(message.contains("format=\"flowed\""), "{message}");
    let (_, body) = message.split_once("\r\n\r\n").expect("a body");
    assert!(body.split("\r\n").all(|line| line.len() <= 78), "{body}");
    assert_eq!(
        body.replace(" \r\n", " "),
        format!("Hi,\r\n\r\n{}\r\n", long.trim_end())
    );
    page.close().await;
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args(["-c", "user.name=Mina", "-c", "user.email=mina@example.org"])
        .args(["-c", "core.autocrlf=false"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("git");
    let [out, error] = [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(done.status.success(), "git {arguments:?}: {out}{error}");
    out.into_owned()
}

#[tokio::test]
async fn git_takes_a_patch_that_was_sent_as_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    git(path, &["init", "-q", "-b", "main"]);
    let before = "int main()\n{\n\tint x;\n\n\treturn 0;  \n}\n".to_owned();
    std::fs::write(path.join("a.c"), &before).expect("a file");
    git(path, &["add", "."]);
    git(path, &["commit", "-q", "-m", "Begin"]);
    let long = "/* a comment that goes on for more columns than a line of a mail usually has */";
    let after = before.replace(
        "\tint x;\n",
        &format!("\tint x = 1;\t \n\tchar *s = \"가나다\"; {long}{long}\n"),
    );
    std::fs::write(path.join("a.c"), &after).expect("a file");
    git(
        path,
        &["commit", "-q", "-a", "-m", "Give x a value\n\nAnd a name."],
    );
    let patch = git(path, &["format-patch", "--stdout", "-1"]);
    git(path, &["reset", "-q", "--hard", "HEAD~1"]);

    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.write("list@example.net", "[PATCH] Give x a value", "")
        .await;
    page.browser.press("As typed").await;
    let (_, body) = patch.split_once("\n\n").expect("a body");
    paste(&page, body).await;
    let message = sent(&page, &bridge).await;
    let file = path.join("sent.eml");
    std::fs::write(&file, message).expect("a file");
    git(path, &["am", "-q", "sent.eml"]);
    let got = std::fs::read_to_string(path.join("a.c")).expect("a file");
    assert_eq!(got, after);
    let log = git(path, &["log", "-1", "--format=%an %s%n%b"]);
    assert_eq!(log, "Mina Park Give x a value\nAnd a name.\n\n");
    page.close().await;
}
