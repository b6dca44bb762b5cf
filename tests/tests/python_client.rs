//! A client of the bridge in another language, written from `docs/wire.md`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::{job, peer, program};
use serde_json::{Value, json};

#[tokio::test]
async fn a_python_client_sends_and_reads_back() {
    let bridge = Bridge::start();
    let enclosed = "Subject: inner\r\n\r\n--b is not the delimiter\r\n";
    let korean = job::KOREAN.replace(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
    );
    let message = format!(
        "{korean}--b\r\nContent-Type: application/pdf\r\n\
         Content-Disposition: attachment; filename*=utf-8''%EA%B0%80.pdf\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n/w==\r\n\
         --b\r\nContent-Type: application/x-a; name=a\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n=00=\r\n=3D\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{enclosed}\r\n--b--\r\n"
    );
    let message = message.as_bytes();
    let job = json!({
        "ws": bridge.announcement().ws,
        "token": bridge.token(),
        "start": {
            "server": {"practice": {"security": "starttls"}},
            "credentials": {"user": "mina", "password": "practice"},
            "from": "mina@example.org",
            "to": ["hana@example.org", "refused@example.org"],
            "eight_bit": true,
            "utf8": false,
            "mode": "run",
            "pipelining": true,
            "chunking": false,
            "keep_open": false,
            "client_name": null,
        },
        "message": STANDARD.encode(message),
    });
    let script = program::python_script("wire_client.py");
    let ran = peer::run(
        &program::python(),
        &[&script.display().to_string()],
        job.to_string().as_bytes(),
    )
    .await
    .well("wire_client.py");
    let got: Value = match serde_json::from_str(&ran.stdout) {
        Ok(got) => got,
        Err(error) => panic!("{error}: {}", ran.output),
    };
    assert_eq!(got["selected"], wire::handshake::PROTOCOL);
    let accepted = &got["outcome"]["accepted"];
    assert!(accepted.is_object(), "{got}");
    assert!(accepted["recipients"][1]["fate"]["refused"].is_object());
    assert_eq!(got["inbox"]["to"], json!(["hana@example.org"]));
    assert_eq!(got["inbox"]["subject"], "회의 장소가 바뀌었어요");
    assert_eq!(got["inbox"]["tls"], true);
    assert_eq!(got["inbox"]["user"], "mina");
    let text = &got["reading"]["parts"][0]["content"]["text"]["text"];
    assert!(
        text.as_str()
            .is_some_and(|text| text.starts_with("안녕하세요.\n")),
        "{got}"
    );
    let files = json!({
        "가.pdf": STANDARD.encode([0, 1, 2, 255]),
        "a": STANDARD.encode("\0="),
        "inner": STANDARD.encode(enclosed),
    });
    assert_eq!(got["files"], files);
    let read = got["read"]
        .as_str()
        .and_then(|text| STANDARD.decode(text).ok());
    assert_eq!(read.as_deref(), Some(message));
    let transcript = got["transcript"].to_string();
    assert!(transcript.contains("C: STARTTLS"), "{transcript}");
    assert!(transcript.contains("⟨secret⟩"), "{transcript}");
}
