//! What a person saves from the inbox, in a real browser: messages and attachments of strangers.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::mail::{MANY_PARTS, deliver};
use glasspost_tests::visitor::Visitor;
use serde_json::json;
use tempfile::TempDir;

/// A person with the inbox open.
struct Reader {
    bridge: Bridge,
    page: Visitor,
    /// Each file is saved in a folder of its own.
    folders: TempDir,
}

impl Reader {
    async fn new() -> Reader {
        let bridge = Bridge::start();
        let page = Visitor::first_visit(&bridge).await;
        page.inbox().await;
        Reader {
            bridge,
            page,
            folders: tempfile::tempdir().expect("a folder"),
        }
    }

    /// Delivers a message and opens it.
    async fn opens(&self, message: &[u8], title: &str) {
        deliver(&self.bridge, message).await;
        let title = json!(title);
        let shows = |place: &str| {
            format!("document.querySelector('{place}')?.innerText.includes({title}) || null")
        };
        let browser = &self.page.browser;
        browser.until(&shows("[data-message]")).await;
        self.page.opens_the_newest().await;
        browser.until(&shows("[data-reading] h2")).await;
    }

    /// Presses a button that saves this file, and nothing else.
    async fn saves(&self, button: &str, file: &str, complete: impl Fn(&[u8]) -> bool) {
        let folder = tempfile::tempdir_in(self.folders.path()).expect("a folder");
        self.page.browser.save_in(folder.path()).await;
        self.page.browser.press(button).await;
        let browser = &self.page.browser;
        browser.saved(folder.path(), file, complete).await;
        let beside = std::fs::read_dir(self.folders.path()).expect("a folder");
        assert_eq!(beside.count(), 1, "{file}: something is beside the folder");
    }

    /// Saves an attachment under its own name.
    async fn saves_attachment(&self, name: &str, expect: impl AsRef<[u8]>) {
        let button = format!("Download {name}");
        let complete = |content: &[u8]| content == expect.as_ref();
        self.saves(&button, name, complete).await;
    }

    /// Saves the message.
    async fn saves_message(&self, name: &str, expect: &[u8]) {
        self.saves("Download", name, |content| content == expect)
            .await;
    }

    async fn close(self) {
        self.page.close().await;
    }
}

/// A message of these parts, each with its header section.
fn message(subject: &str, parts: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = format!(
        "From: mina@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\npreamble\r\n"
    )
    .into_bytes();
    for part in parts {
        whole.extend_from_slice(b"--=_b\r\n");
        whole.extend_from_slice(part);
        whole.extend_from_slice(b"\r\n");
    }
    whole.extend_from_slice(b"--=_b--\r\n");
    whole
}

/// An attachment with this name, encoding and content as it is sent.
fn part(name: &str, encoding: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
    let mut part = format!(
        "Content-Type: application/x-any\r\n\
         Content-Disposition: attachment; filename=\"{name}\"\r\n\
         {encoding}\r\n"
    )
    .into_bytes();
    part.extend_from_slice(content.as_ref());
    part
}

fn base64(octets: &[u8], width: usize) -> String {
    let encoded = STANDARD.encode(octets);
    let lines = encoded.as_bytes().chunks(width);
    lines.fold(String::new(), |all, line| {
        all + &*String::from_utf8_lossy(line) + "\r\n"
    })
}

const BASE64: &str = "Content-Transfer-Encoding: base64\r\n";
const QUOTED: &str = "Content-Transfer-Encoding: quoted-printable\r\n";

#[tokio::test]
async fn messages_and_attachments_are_saved_octet_for_octet() {
    let all: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let junk = base64(&all, 61)
        .replace('/', " /*\r\n\r\n")
        .replace('=', "");
    let quoted: String = all
        .iter()
        .map(|octet| format!("={octet:02x}=\r\n"))
        .collect();
    let eight_bit = "가\u{e9}\r\n.\r\n..\r\n--=_bx\r\n \t\r\n".as_bytes();
    let large: Vec<u8> = (0..8_000_000_u32)
        .map(|n| (n.wrapping_mul(n) >> 7) as u8)
        .collect();
    let raw = message(
        "Every encoding",
        &[
            b"\r\nThe text.".to_vec(),
            part("usual.bin", BASE64, base64(&all, 76)),
            part("odd lines and junk", BASE64, junk),
            part("one line", BASE64, base64(&all[..700], 996)),
            part("quoted.bin", QUOTED, quoted),
            part("8bit.txt", "Content-Transfer-Encoding: 8bit\r\n", eight_bit),
            part("none.txt", "", "as it is"),
            part(
                "unknown.txt",
                "Content-Transfer-Encoding: x-none\r\n",
                "as it is",
            ),
            part("empty.bin", BASE64, ""),
            part("empty", "", ""),
            part(
                "uu.bin",
                "Content-Transfer-Encoding: x-uuencode\r\n",
                "begin 644 x\r\n#86)C\r\n`\r\nend\r\n",
            ),
            part("large.bin", BASE64, base64(&large, 76)),
            b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw=="
                .to_vec(),
        ],
    );
    let reader = Reader::new().await;
    reader.opens(&raw, "Every encoding").await;
    reader.saves_attachment("usual.bin", &all).await;
    reader.saves_attachment("odd lines and junk", &all).await;
    reader.saves_attachment("one line", &all[..700]).await;
    reader.saves_attachment("quoted.bin", &all).await;
    reader.saves_attachment("8bit.txt", eight_bit).await;
    reader.saves_attachment("none.txt", "as it is").await;
    reader.saves_attachment("unknown.txt", "as it is").await;
    reader.saves_attachment("empty.bin", "").await;
    reader.saves_attachment("empty", "").await;
    reader.saves_attachment("uu.bin", "abc").await;
    reader.saves_attachment("large.bin", &large).await;
    reader.saves_attachment("attachment.png", b"\x89PNG").await;
    reader.saves_message("Every encoding.eml", &raw).await;
    // The same in the source.
    reader.page.browser.press("Source").await;
    reader.saves_message("Every encoding.eml", &raw).await;
    reader.close().await;
}

#[tokio::test]
async fn strangers_do_not_choose_where_files_go() {
    // A field with the name, and the name of the file.
    let names = [
        ("filename=\"../../up.txt\"", "up.txt"),
        ("filename=\"..\\\\..\\\\windows.ini\"", "windows.ini"),
        ("filename=\"/etc/passwd\"", "etc_passwd"),
        ("filename=.bashrc", "bashrc"),
        ("filename=\"C:\\\\AUX\"", "C__AUX"),
        ("filename=\"nul.txt\"", "_nul.txt"),
        ("filename*=utf-8''photo%E2%80%AEgpj.exe", "photogpj.exe"),
        ("filename*=utf-8''a%0D%0Ab%00%2Fc%1B.txt", "a b_c.txt"),
        (
            "filename=\"invoice.pdf                                  .exe\"",
            "invoice.pdf .exe",
        ),
        (
            "filename=\"<img src=x onerror=alert(1)>.html\"",
            "img src=x onerror=alert(1)_.html",
        ),
        ("filename*=utf-8''%E2%80%8B%20.%20", "attachment.html"),
        (
            "filename*=utf-8''%EB%B6%84%EA%B8%B0%20%EB%B3%B4%EA%B3%A0%EC%84%9C.hwpx",
            "분기 보고서.hwpx",
        ),
        (
            "filename=\"=?utf-8?B?7ZqM7J2Y66GdLnBkZg==?=\"",
            "회의록.pdf",
        ),
        ("filename=\"=?euc-kr?B?uq2wrS50eHQ=?=\"", "벼강.txt"),
        ("filename*0*=utf-8''%EC%95; filename*1*=%88.txt", "안.txt"),
    ];
    let parts: Vec<_> = names
        .iter()
        .map(|(field, expect)| {
            let fields =
                format!("Content-Type: text/html\r\nContent-Disposition: attachment; {field}");
            format!("{fields}\r\n\r\n{expect}").into_bytes()
        })
        .collect();
    let raw = message("=?utf-8?B?UmU6IC4uL+2ajOydmC9ldGM=?=", &parts);
    // Chromium drops what a page saves beyond ten files within a moment.
    for names in names.chunks(8) {
        let reader = Reader::new().await;
        reader.opens(&raw, "Re: ../회의/etc").await;
        for (_, expect) in names {
            reader.saves_attachment(expect, expect).await;
        }
        reader.close().await;
    }
    let reader = Reader::new().await;
    reader.opens(&raw, "Re: ../회의/etc").await;
    reader.saves_message("Re .._회의_etc.eml", &raw).await;

    let nameless = b"\r\nA message without any header.\r\n";
    reader.opens(nameless, "(no subject)").await;
    reader.saves_message("message.eml", nameless).await;
    reader.close().await;
}

#[tokio::test]
async fn enclosed_messages_and_what_is_in_them_are_saved() {
    let rfc822 = b"Content-Type: message/rfc822\r\n\r\n";
    let attached = part("inner.bin", BASE64, base64(b"\0inner\xff", 4));
    let inner = message("Plain inner", &[attached]);
    let coded = message(
        "Coded inner",
        &[part("deep.bin", QUOTED, "=00=FF"), inner.clone()],
    );
    let raw = message(
        "Enclosed",
        &[
            [&rfc822[..], &inner].concat(),
            [
                format!("Content-Type: message/rfc822\r\n{BASE64}\r\n").as_bytes(),
                base64(&coded, 76).as_bytes(),
            ]
            .concat(),
            [&rfc822[..], b"\r\nno header"].concat(),
        ],
    );
    let reader = Reader::new().await;
    reader.opens(&raw, "Enclosed").await;
    reader.saves_attachment("Plain inner.eml", &inner).await;
    reader.saves_attachment("inner.bin", b"\0inner\xff").await;
    reader.saves_attachment("Coded inner.eml", &coded).await;
    reader.saves_attachment("deep.bin", b"\0\xff").await;
    reader
        .saves_attachment("message.eml", "\r\nno header")
        .await;
    reader.close().await;
}

#[tokio::test]
async fn a_saved_file_is_never_shown_as_a_page() {
    let reader = Reader::new().await;
    let html = "<script>document.title = 'bad'</script>";
    let page = format!("Content-Type: text/html; name=page.html\r\n\r\n{html}");
    let raw = message("A page", &[page.into_bytes()]);
    reader.opens(&raw, "A page").await;
    let browser = &reader.page.browser;
    // Runs the timer of the revocation at once.
    browser
        .evaluate(
            "void (() => { \
             const create = URL.createObjectURL, revoke = URL.revokeObjectURL, later = setTimeout; \
             window.created = []; window.revoked = []; \
             URL.createObjectURL = blob => { \
                 const url = create.call(URL, blob); \
                 created.push([url, blob.type]); \
                 return url; }; \
             URL.revokeObjectURL = url => { revoked.push(url); revoke.call(URL, url); }; \
             window.setTimeout = (run, after, ...more) => \
                 later(run, after > 10000 ? 0 : after, ...more); })()",
        )
        .await;
    let before = browser.address().await;
    reader.saves_attachment("page.html", html).await;
    browser
        .until("created.length === 1 && revoked.includes(created[0][0])")
        .await;
    assert_eq!(
        browser.evaluate("created[0][1]").await,
        json!("application/octet-stream")
    );
    assert_eq!(browser.address().await, before);
    reader.close().await;
}

#[tokio::test]
async fn a_file_that_can_not_be_saved_is_reported() {
    let reader = Reader::new().await;
    reader
        .opens(MANY_PARTS.as_bytes(), "Before and after")
        .await;
    let browser = &reader.page.browser;
    browser
        .evaluate("void (URL.createObjectURL = () => { throw new TypeError('full') })")
        .await;
    browser.press("Download 그림.png").await;
    reader
        .page
        .inbox_shows("The browser could not save the file.")
        .await;
    reader.close().await;
}

#[tokio::test]
async fn a_transcript_is_saved() {
    let reader = Reader::new().await;
    reader.page.compose().await;
    reader.page.write("hana@example.org", "Hi", "Hi").await;
    reader.page.browser.press("Send").await;
    reader.page.finished("accepted").await;
    let complete = |content: &[u8]| {
        let text = String::from_utf8_lossy(content);
        text.contains("\n ~> RCPT TO:<hana@example.org>\n")
            && text.contains("\n<~  250 2.1.5 Recipient OK\n")
    };
    let file = "glasspost-transcript.txt";
    reader.saves("Export", file, complete).await;
    reader.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn downloads_fit_every_screen_in_both_languages() {
    let bridge = Bridge::start();
    let long = format!("{}.pdf", "a-long-name-without-a-space-".repeat(5));
    let raw = message(
        "A rather long subject that needs more than one line on a telephone",
        &[
            part(&long, BASE64, "AAAA"),
            part("b.txt", "", "b"),
            b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nhi".to_vec(),
        ],
    );
    deliver(&bridge, &raw).await;
    for (language, names) in [
        (
            "en-US",
            ["Download", "Download b.txt", "Download inner.eml"],
        ),
        ("ko", ["내려받기", "b.txt 내려받기", "inner.eml 내려받기"]),
    ] {
        let browser = Browser::open_in(language, 1440, 900).await;
        browser.go(&bridge.announcement().url).await;
        let page = Visitor { browser };
        let inbox = if language == "ko" {
            "받은편지함"
        } else {
            "Inbox"
        };
        page.go_to(inbox).await;
        page.opens_the_newest().await;
        for width in [1440, 390] {
            page.browser.resize(width, 900).await;
            for name in names {
                page.browser.named("button", name).await;
            }
            let most = page.browser.evaluate(WIDEST).await;
            assert!(
                most.as_f64() <= Some(f64::from(width)),
                "{language} {width}: {most}"
            );
            for scheme in ["light", "dark"] {
                page.browser.prefer_color_scheme(scheme).await;
                let view = format!("downloads, {language}, {width}, {scheme}");
                page.without_violations(&view).await;
                if let Some(folder) = std::env::var_os("GLASSPOST_PICTURES") {
                    let picture = page.browser.picture().await;
                    let path = Path::new(&folder).join(format!("{view}.png"));
                    std::fs::write(path, picture).expect("a picture");
                }
            }
        }
        page.close().await;
    }
}

/// How far right the opened message reaches, in CSS pixels.
const WIDEST: &str = "Math.max(...[...document.querySelectorAll('[data-reading] *')]\
    .map(e => e.getBoundingClientRect().right))";

#[tokio::test]
async fn thousands_of_attachments_are_all_shown_and_in_their_order() {
    const MANY: usize = 3000;
    let reader = Reader::new().await;
    let mut message = String::from(
        "Subject: Many\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
    );
    for number in 0..MANY {
        message.push_str(&format!(
            "--b\r\nContent-Disposition: attachment; filename=\"{number}.txt\"\r\n\r\n{number}\r\n"
        ));
    }
    message.push_str("--b--\r\n");
    reader.opens(message.as_bytes(), "Many").await;
    let browser = &reader.page.browser;
    let names = "[...document.querySelectorAll('.att b')].map(e => e.textContent)";
    browser.until(&format!("{names}.length === {MANY}")).await;
    browser
        .until(&format!(
            "{names}.every((name, at) => name === at + '.txt')"
        ))
        .await;
    // The last one is saved as any other.
    let (last, content) = (format!("{}.txt", MANY - 1), format!("{}", MANY - 1));
    reader
        .saves(&format!("Download {last}"), &last, |octets| {
            octets == content.as_bytes()
        })
        .await;
    reader.page.close().await;
}
