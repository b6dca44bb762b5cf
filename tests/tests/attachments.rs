//! Attaching files in a real browser, and what arrives of them.

// What tests share is unused where some of them are left out.
#![cfg_attr(not(feature = "axe"), allow(unused))]

use std::fs;
use std::path::{Path, PathBuf};

use glasspost_tests::bridge::Bridge;
use glasspost_tests::collector::{Collected, Collector, Setup};
use glasspost_tests::page::Page;
#[cfg(feature = "linux")]
use glasspost_tests::process;
use glasspost_tests::visitor::Visitor;
use mail_parser::{Encoding, MessageParser, MimeHeaders};
use serde_json::{Value, json};

mod keys {
    pub(crate) const ENTER: &str = "\u{e007}";
    pub(crate) const ESCAPE: &str = "\u{e00c}";
    pub(crate) const ALT_LEFT: &str = "\u{e00a}\u{e012}";
    pub(crate) const PASTE: &str = "\u{e009}v";
    // The last key releases the one before.
    pub(crate) const ALL: &str = "\u{e009}a\u{e000}";
}

/// The field behind the button Attach files.
const FILES: &str = ".attached input[type=file]:not(.folder)";
/// The field behind the button Attach a folder.
const FOLDER: &str = ".attached input.folder";
/// The names of the attached files, in order.
const NAMES: &str = "[...document.querySelectorAll('.file-name')].map(e => e.innerText)";

/// Files in a temporary folder.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Files {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Files { folder }
    }

    /// A file with octets of every value, no two files alike.
    fn add(&self, name: &str, size: usize) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, octets(name, size)).expect("a file");
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn octets(name: &str, size: usize) -> Vec<u8> {
    let salt = name.bytes().fold(7_u32, |salt, octet| {
        salt.wrapping_mul(31).wrapping_add(octet.into())
    });
    let mut state = salt | 1;
    let mut octets = Vec::with_capacity(size + 4);
    while octets.len() < size {
        // xorshift32: every value, no pattern.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        octets.extend_from_slice(&state.to_le_bytes());
    }
    octets.truncate(size);
    octets
}

/// Opens the page with a message that can be sent.
async fn writing(bridge: &Bridge) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    page.write("hana@practice.test", "Files", "Here they are.")
        .await;
    page
}

/// Waits until these files are attached, in this order.
async fn attached(page: &Visitor, names: &[&str]) {
    let names = json!(names);
    page.browser
        .until(&format!(
            "JSON.stringify({NAMES}) === JSON.stringify({names})"
        ))
        .await;
}

/// The files in a message: each with its name and octets.
fn files_in(message: &[u8]) -> Vec<(String, Vec<u8>)> {
    let read = MessageParser::default().parse(message).expect("a message");
    let parts = read.parts.iter().filter_map(|part| {
        let name = part.attachment_name()?.to_owned();
        assert_eq!(part.encoding, Encoding::Base64, "{name}");
        let raw = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
        Some((name, decoded(&message[raw])))
    });
    parts.collect()
}

fn decoded(base64: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    let text: Vec<u8> = base64
        .iter()
        .copied()
        .filter(u8::is_ascii_graphic)
        .collect();
    let engine = base64::engine::general_purpose::STANDARD;
    engine.decode(text).expect("base64")
}

/// Sends the draft to the practice server. The message as it arrived.
async fn sent(page: &Visitor, bridge: &Bridge) -> Vec<u8> {
    page.browser.press("Send").await;
    page.finished("accepted").await;
    let mut reader = Page::open(bridge).await;
    let mailbox = reader.mailbox(|mailbox| !mailbox.messages.is_empty()).await;
    let newest = mailbox.messages.last().expect("a message").id;
    reader.read(newest).await.expect("its octets")
}

/// Chooses the mail server at this port.
async fn choose_server(page: &Visitor, port: u16) {
    let choice = json!({
        "practice": false, "practice_security": "none", "host": "127.0.0.1", "port": port,
        "security": "none", "sign_in": false, "user": "", "keep_open": false, "chunking": false,
    });
    let text = Value::from(choice.to_string());
    page.browser
        .evaluate(&format!(
            "(localStorage.setItem('glasspost.undo', '[0,0]'), \
             localStorage.setItem('glasspost.server', {text}), true)"
        ))
        .await;
    page.browser.reload().await;
    page.ready().await;
}

/// The middle of the compose pane.
async fn middle(page: &Visitor) -> (f64, f64) {
    let place = page
        .browser
        .evaluate(
            "(r => [r.x + r.width / 2, r.y + r.height / 2])(\
             document.querySelector('section.compose').getBoundingClientRect())",
        )
        .await;
    let at = |axis: usize| place[axis].as_f64().expect("a number");
    (at(0), at(1))
}

#[tokio::test]
async fn files_arrive_as_they_were() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let given = [
        ("report.pdf", 200_001),
        ("빈 파일.txt", 0),
        ("보고서 3분기 최종본 (수정).hwpx", 57),
        ("=?utf-8?Q?x?=.txt", 58),
        ("a \"quoted\"; name=b.txt", 3),
        ("photo\u{202e}gpj.exe", 100),
        (".hidden", 1),
        ("letter.eml", 1000),
    ];
    let paths: Vec<PathBuf> = given
        .iter()
        .map(|(name, size)| files.add(name, *size))
        .collect();
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    let names = [
        "report.pdf",
        "빈 파일.txt",
        "보고서 3분기 최종본 (수정).hwpx",
        "=?utf-8?Q?x?=.txt",
        "a \"quoted\"; name=b.txt",
        "photogpj.exe",
        "hidden",
        "letter.eml",
    ];
    attached(&page, &names).await;
    page.compose_shows("8 files").await;

    // After a reload, they are there, without the files that they were copied from.
    drop(files);
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    attached(&page, &names).await;
    page.browser.press("Source").await;
    page.compose_shows("[base64 of report.pdf, 200 kB]").await;
    page.browser.press("Write").await;

    let shown = page.browser.evaluate("region('Compose')").await;
    let message = sent(&page, &bridge).await;
    let expect: Vec<(String, Vec<u8>)> = names
        .iter()
        .zip(&given)
        .map(|(name, (given, size))| ((*name).to_owned(), octets(given, *size)))
        .collect();
    let found = files_in(&message);
    assert!(
        found == expect,
        "{:?} {shown}",
        found.iter().map(|f| &f.0).collect::<Vec<_>>()
    );
    page.close().await;
}

#[tokio::test]
async fn files_are_renamed_moved_and_removed() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let paths = ["a.txt", "b.txt", "c.png"].map(|name| files.add(name, 10));
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    attached(&page, &["a.txt", "b.txt", "c.png"]).await;

    page.browser.press("Rename b.txt").await;
    page.browser.named("textbox", "Name of b.txt").await;
    page.browser
        .keys(format!("{}2026/분기.txt", keys::ALL))
        .await;
    page.browser.keys(keys::ENTER).await;
    attached(&page, &["a.txt", "2026_분기.txt", "c.png"]).await;
    page.compose_shows("“2026/분기.txt” is sent as “2026_분기.txt”.")
        .await;
    // The focus goes back to the name.
    page.browser
        .until("document.activeElement.innerText === '2026_분기.txt'")
        .await;
    page.browser.press("Rename a.txt").await;
    page.browser.named("textbox", "Name of a.txt").await;
    page.browser.keys(format!("{}x", keys::ALL)).await;
    page.browser.keys(keys::ESCAPE).await;
    attached(&page, &["a.txt", "2026_분기.txt", "c.png"]).await;
    page.browser
        .until("document.activeElement.innerText === 'a.txt'")
        .await;

    // The focus goes with a file that is moved.
    page.browser
        .evaluate("document.querySelectorAll('.file-name')[2].focus() ?? true")
        .await;
    for order in [
        ["a.txt", "c.png", "2026_분기.txt"],
        ["c.png", "a.txt", "2026_분기.txt"],
    ] {
        page.browser.keys(keys::ALT_LEFT).await;
        attached(&page, &order).await;
        page.browser
            .until("document.activeElement.innerText === 'c.png'")
            .await;
    }
    page.compose_shows("c.png is now number 1 of 3.").await;

    page.browser.press("Remove a.txt").await;
    attached(&page, &["c.png", "2026_분기.txt"]).await;
    page.compose_shows("a.txt was removed.").await;
    page.browser.press("Undo").await;
    attached(&page, &["c.png", "a.txt", "2026_분기.txt"]).await;

    let names: Vec<String> = files_in(&sent(&page, &bridge).await)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["c.png", "a.txt", "2026_분기.txt"]);
    page.close().await;
}

#[tokio::test]
async fn files_of_a_draft_that_another_tab_writes_to_stay_as_they_are() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let [a, b] = ["a.txt", "b.txt"].map(|name| files.add(name, 10));
    page.browser.choose_files(FILES, &[&a]).await;
    attached(&page, &["a.txt"]).await;
    page.saved().await;

    page.browser.new_tab().await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready_to_read().await;
    attached(&page, &["a.txt"]).await;
    page.compose_shows("being edited in another tab").await;
    page.browser.choose_files(FILES, &[&b]).await;
    page.compose_shows("Nothing was attached").await;
    page.browser.press("Remove a.txt").await;
    page.browser
        .until("document.querySelector('.refused') !== null")
        .await;
    attached(&page, &["a.txt"]).await;

    page.browser.press("Edit here").await;
    page.browser
        .until("named('textbox', 'Subject')?.readOnly === false")
        .await;
    page.browser.choose_files(FILES, &[&b]).await;
    attached(&page, &["a.txt", "b.txt"]).await;
    page.close().await;
}

#[tokio::test]
async fn files_are_dragged_to_another_place_and_back() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let paths = ["a.txt", "b.txt", "c.txt"].map(|name| files.add(name, 10));
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    attached(&page, &["a.txt", "b.txt", "c.txt"]).await;
    let place = |number: usize| format!(".attached li.file:nth-child({number})");
    page.browser.drag_onto(&place(3), &place(1)).await;
    attached(&page, &["c.txt", "a.txt", "b.txt"]).await;
    page.compose_shows("c.txt is now number 1 of 3.").await;
    page.browser.press("Undo").await;
    attached(&page, &["a.txt", "b.txt", "c.txt"]).await;
    page.browser.drag_onto(&place(1), &place(3)).await;
    attached(&page, &["b.txt", "c.txt", "a.txt"]).await;

    // By keyboard, and undone in the same way.
    page.browser
        .evaluate("document.querySelectorAll('.file-name')[2].focus() ?? true")
        .await;
    page.browser.keys(keys::ALT_LEFT).await;
    attached(&page, &["b.txt", "a.txt", "c.txt"]).await;
    page.browser.press("Undo").await;
    attached(&page, &["b.txt", "c.txt", "a.txt"]).await;

    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    attached(&page, &["b.txt", "c.txt", "a.txt"]).await;
    let names: Vec<String> = files_in(&sent(&page, &bridge).await)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["b.txt", "c.txt", "a.txt"]);
    page.close().await;
}

#[tokio::test]
async fn files_and_folders_are_dropped() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let single = files.add("single.txt", 5);
    for name in ["folder/b.txt", "folder/deep/a.txt", "folder/deep/er/c.txt"] {
        files.add(name, 7);
    }
    let (x, y) = middle(&page).await;
    let folder = files.path("folder");
    page.browser.drag_files(x, y, &[&single, &folder]).await;
    page.compose_shows("Drop files here to attach them").await;
    page.browser.drop_files(x, y, &[&single, &folder]).await;
    let names = [
        "folder_b.txt",
        "folder_deep_a.txt",
        "folder_deep_er_c.txt",
        "single.txt",
    ];
    attached(&page, &names).await;
    page.compose_shows("is sent as “folder_deep_er_c.txt”.")
        .await;

    // Outside of the message nothing happens: the browser does not open the file.
    page.browser.drop_files(400.0, 10.0, &[&single]).await;
    page.browser.choose_files(FILES, &[&single]).await;
    let mut all = names.to_vec();
    all.push("single (2).txt");
    attached(&page, &all).await;

    // More than a message can have.
    for number in 0..501 {
        files.add(&format!("many/{number}.txt"), 1);
    }
    let many = files.path("many");
    page.browser.drop_files(x, y, &[&many]).await;
    page.compose_shows("A message can have 500 files. Nothing was attached.")
        .await;
    attached(&page, &all).await;
    fs::create_dir(files.path("empty")).expect("a folder");
    page.browser.drop_files(x, y, &[&files.path("empty")]).await;
    page.compose_shows("There are no files in it").await;
    page.browser.choose_files(FOLDER, &[&folder]).await;
    all.extend([
        "folder_b (2).txt",
        "folder_deep_a (2).txt",
        "folder_deep_er_c (2).txt",
    ]);
    page.browser
        .until(&format!("{NAMES}.length === {}", all.len()))
        .await;
    page.close().await;
}

#[tokio::test]
async fn a_picture_is_pasted_and_shown_in_the_text() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.copy_picture().await;
    page.focus("Message").await;
    page.browser.keys(keys::PASTE).await;
    let name = page
        .browser
        .until(&format!(
            "{NAMES}.find(name => name.startsWith('pasted-')) || null"
        ))
        .await;
    let name = name.as_str().expect("a name").to_owned();
    assert!(name.ends_with(".png"), "{name}");
    page.browser
        .until("document.querySelector('.thumb img')?.naturalWidth === 40 || null")
        .await;
    page.browser
        .press(&format!("Show {name} in the text"))
        .await;
    let text = page.browser.value("Message").await;
    assert_eq!(text, format!("Here they are.[image: {name}]\n"));

    page.browser.press(&format!("Rename {name}")).await;
    page.browser
        .named("textbox", &format!("Name of {name}"))
        .await;
    page.browser.keys(format!("{}red.png", keys::ALL)).await;
    page.browser.keys(keys::ENTER).await;
    attached(&page, &["red.png"]).await;
    page.browser
        .until("named('textbox', 'Message').value === 'Here they are.[image: red.png]\\n'")
        .await;

    let message = sent(&page, &bridge).await;
    let read = MessageParser::default().parse(&message).expect("a message");
    let html = read.body_html(0).expect("HTML").into_owned();
    let picture = read
        .parts
        .iter()
        .find(|part| part.attachment_name() == Some("red.png"))
        .expect("the picture");
    let id = picture.content_id().expect("a Content-ID");
    assert!(
        html.contains(&format!(
            "Here they are.<img src=\"cid:{id}\" alt=\"red.png\">"
        )),
        "{html}"
    );
    assert_eq!(
        read.body_text(0).as_deref(),
        Some("Here they are.[image: red.png]\r\n")
    );

    // And taken out of it again.
    page.browser.press("Show red.png in the text").await;
    page.browser
        .until("named('textbox', 'Message').value === 'Here they are.\\n'")
        .await;
    page.close().await;
}

#[tokio::test]
async fn text_is_pasted_and_dropped_as_before() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    page.browser.copy("Subject", "copied").await;
    page.focus("Message").await;
    page.browser.keys(keys::PASTE).await;
    page.browser
        .until("named('textbox', 'Message').value === 'Here they are.copied'")
        .await;
    attached(&page, &[]).await;
    page.close().await;
}

#[cfg(feature = "linux")]
#[tokio::test]
async fn a_hundred_megabytes_never_stand_in_memory() {
    const SIZE: usize = 100_000_000;
    const MIB: u64 = 1024 * 1024;
    let server = Collector::start(Setup::default());
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let page = writing(&bridge).await;
    page.saved().await;
    page.browser.watch_memory().await;
    choose_server(&page, server.port()).await;
    let idle = page.browser.wasm_memory().await;
    assert!(idle > 0, "the memory is not known");
    process::forget_peak(bridge.pid());
    let bridge_idle = process::memory_kib(bridge.pid(), "VmRSS");

    let files = Files::new();
    let path = files.add("large.bin", SIZE);
    page.browser.choose_files(FILES, &[&path]).await;
    attached(&page, &["large.bin"]).await;
    drop(files);
    page.browser.press("Send").await;
    page.browser.named("button", "Cancel").await;
    page.wire_shows("large.bin,").await;
    page.finished("accepted").await;
    let Collected::Message(message) = server.next() else {
        panic!("the message is not whole");
    };
    let found = files_in(&message);
    assert_eq!(found[0].0, "large.bin");
    assert!(found[0].1 == octets("large.bin", SIZE), "other octets");

    let page_grew = page.browser.wasm_memory().await - idle;
    let bridge_peak = process::memory_kib(bridge.pid(), "VmHWM");
    let bridge_grew = bridge_peak.saturating_sub(bridge_idle) * 1024;
    assert!(page_grew <= 16 * MIB, "the page grew by {page_grew}");
    assert!(bridge_grew <= 8 * MIB, "the bridge grew by {bridge_grew}");
    page.close().await;
}

#[tokio::test]
async fn a_message_is_cancelled_on_its_way() {
    let server = Collector::start(Setup {
        stops_at: Some(2_000_000),
        ..Setup::default()
    });
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let page = writing(&bridge).await;
    page.saved().await;
    choose_server(&page, server.port()).await;
    let files = Files::new();
    let path = files.add("large.bin", 40_000_000);
    page.browser.choose_files(FILES, &[&path]).await;
    attached(&page, &["large.bin"]).await;
    page.browser.press("Send").await;
    page.browser.press("Cancel").await;
    page.finished("failed").await;
    server.reads_on();
    let Collected::Cut(octets) = server.next() else {
        panic!("a message that was cancelled has arrived");
    };
    assert!(octets < 54_000_000, "{octets}");
    page.wire_shows("You cancelled it.").await;
    page.wire_shows("Nothing was delivered.").await;
    // The next one works.
    attached(&page, &["large.bin"]).await;
    page.close().await;
}

#[tokio::test]
async fn a_file_that_is_lost_ends_the_message() {
    let server = Collector::start(Setup::default());
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let page = writing(&bridge).await;
    page.saved().await;
    choose_server(&page, server.port()).await;
    let files = Files::new();
    let path = files.add("lost.bin", 1_000_000);
    page.browser.choose_files(FILES, &[&path]).await;
    attached(&page, &["lost.bin"]).await;
    page.saved().await;
    // As a browser that makes room does.
    page.browser
        .evaluate(
            "(window.cleared = false, indexedDB.open('glasspost').onsuccess = (e) => {
                const database = e.target.result;
                const transaction = database.transaction('files', 'readwrite');
                transaction.objectStore('files').clear();
                transaction.oncomplete = () => { database.close(); window.cleared = true; };
            }) && true",
        )
        .await;
    page.browser.until("window.cleared").await;
    page.browser.press("Send").await;
    page.finished("failed").await;
    assert!(!server.has_message());
    page.wire_shows("“lost.bin” could not be read from the browser's storage")
        .await;
    page.close().await;
}

#[tokio::test]
async fn the_size_is_held_against_the_servers() {
    let server = Collector::start(Setup {
        size: 1_000_000,
        ..Setup::default()
    });
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let page = writing(&bridge).await;
    page.saved().await;
    choose_server(&page, server.port()).await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    drop(server.next());
    let files = Files::new();
    let small = files.add("small.bin", 300_000);
    page.browser.choose_files(FILES, &[&small]).await;
    page.compose_shows("300 kB in files,").await;
    page.compose_shows("kB of 1.0 MB as sent").await;
    let large = files.add("large.bin", 600_000);
    page.browser.choose_files(FILES, &[&large]).await;
    page.compose_shows("The server takes at most 1.0 MB and will refuse this message.")
        .await;
    page.browser.press("Send").await;
    page.finished("failed").await;
    page.browser.press("Remove large.bin").await;
    page.browser.press("Send").await;
    page.finished("accepted").await;
    assert!(matches!(server.next(), Collected::Message(_)));
    page.close().await;
}

#[cfg(feature = "axe")]
#[tokio::test]
async fn attached_files_are_accessible() {
    let bridge = Bridge::start();
    let page = writing(&bridge).await;
    let files = Files::new();
    let paths = ["보고서.pdf", "chart.png"].map(|name| files.add(name, 1000));
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    attached(&page, &["보고서.pdf", "chart.png"]).await;
    page.browser.press("Remove chart.png").await;
    page.browser.press("Rename 보고서.pdf").await;
    for scheme in ["light", "dark"] {
        page.browser.prefer_color_scheme(scheme).await;
        page.without_violations(&format!("attached files, {scheme}"))
            .await;
    }
    page.close().await;
}

#[tokio::test]
async fn a_hidden_tab_sends_on_without_timers() {
    let server = Collector::start(Setup {
        stops_at: Some(2_000_000),
        ..Setup::default()
    });
    let bridge = Bridge::with(&["--allow-port", &server.port().to_string()]);
    let page = writing(&bridge).await;
    page.saved().await;
    choose_server(&page, server.port()).await;
    let files = Files::new();
    let path = files.add("large.bin", 30_000_000);
    page.browser.choose_files(FILES, &[&path]).await;
    attached(&page, &["large.bin"]).await;
    page.saved().await;
    page.browser.press("Send").await;
    page.browser.named("button", "Cancel").await;

    // Hidden in the middle of it. From then on no timer fires and no frame is drawn.
    let tab = page.browser.open_tab_in_front().await;
    page.browser.until_hidden("document.hidden").await;
    page.browser
        .evaluate(
            "(() => {
                const last = Math.max(setTimeout(() => {}), setInterval(() => {}));
                for (let timer = 0; timer <= last; timer++) clearTimeout(timer);
                const never = () => { window.asked = true; return 0; };
                window.setTimeout = window.setInterval = never;
                window.requestAnimationFrame = window.requestIdleCallback = never;
                return true;
            })()",
        )
        .await;
    server.reads_on();
    let Collected::Message(message) = server.next() else {
        panic!("the message is not whole");
    };
    let [(name, found)] = &files_in(&message)[..] else {
        panic!("there is one file");
    };
    assert_eq!(name, "large.bin");
    assert!(*found == octets(name, 30_000_000), "other octets");
    // The page knows it, and nobody has looked at it meanwhile.
    let outcome = "document.querySelector('[data-outcome]')?.dataset.outcome === 'accepted'";
    page.browser.until_hidden(outcome).await;
    assert_eq!(page.browser.evaluate("document.hidden").await, true);
    page.browser.close_tab_in_front(&tab).await;
    page.close().await;
}

/// The origin of the page.
fn origin(bridge: &Bridge) -> String {
    format!("http://{}", bridge.address())
}

/// Opens the page where its origin may store so many octets, with a message that can be sent.
async fn writing_within(bridge: &Bridge, octets: u64) -> Visitor {
    let page = Visitor::first_visit(bridge).await;
    // The browser counts from when the database is opened.
    page.browser.go("about:blank").await;
    page.browser.limit_storage(&origin(bridge), octets).await;
    page.browser.go(&bridge.announcement().url).await;
    page.ready().await;
    page.write("hana@practice.test", "Files", "Here they are.")
        .await;
    page.saved().await;
    page
}

#[tokio::test]
async fn a_file_that_finds_no_room_is_named_and_the_rest_stays() {
    let bridge = Bridge::start();
    let page = writing_within(&bridge, 3_000_000).await;
    let files = Files::new();
    let paths = [
        ("small.bin", 500_000),
        ("large.bin", 20_000_000),
        ("b.txt", 5),
    ];
    let paths = paths.map(|(name, size)| files.add(name, size));
    let paths: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    page.browser.choose_files(FILES, &paths).await;
    page.compose_shows("“large.bin” is not attached: the browser's storage for this page is")
        .await;
    attached(&page, &["small.bin", "b.txt"]).await;
    assert_eq!(page.browser.value("Message").await, "Here they are.");
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    attached(&page, &["small.bin", "b.txt"]).await;

    // With room it works, without anything but doing it again.
    page.browser
        .limit_storage(&origin(&bridge), 300_000_000)
        .await;
    page.browser
        .choose_files(FILES, &[&files.path("large.bin")])
        .await;
    attached(&page, &["small.bin", "b.txt", "large.bin"]).await;
    let sizes: Vec<usize> = files_in(&sent(&page, &bridge).await)
        .iter()
        .map(|(_, octets)| octets.len())
        .collect();
    assert_eq!(sizes, [500_000, 5, 20_000_000]);
    page.close().await;
}

/// Replaces the text of the message with so many lines of 70 octets, as one paste would. A browser
/// compresses what it stores; this can't be compressed much.
async fn paste_text(page: &Visitor, lines: usize) {
    page.browser
        .evaluate(&format!(
            "(() => {{ const field = named('textbox', 'Message'); let state = 1, text = ''; \
             const letter = () => {{ state = Math.imul(state, 1664525) + 1013904223 | 0; \
             return String.fromCharCode(97 + (state >>> 24) % 26); }}; \
             for (let line = 0; line < {lines}; line++) \
             text += Array.from({{ length: 69 }}, letter).join('') + '\\n'; \
             field.value = text; \
             field.dispatchEvent(new InputEvent('input', {{ bubbles: true }})); }})() ?? true"
        ))
        .await;
}

#[tokio::test]
async fn a_draft_with_files_that_finds_no_room_can_be_saved_as_a_copy() {
    const LENGTH: usize = 150_000 * 70;
    let bridge = Bridge::start();
    let page = writing_within(&bridge, 3_000_000).await;
    let files = Files::new();
    let path = files.add("small.bin", 500_000);
    page.browser.choose_files(FILES, &[&path]).await;
    attached(&page, &["small.bin"]).await;
    page.saved().await;
    // More than there is room for, in the database and beside it.
    paste_text(&page, 150_000).await;
    page.compose_shows("storage for this page is full").await;
    let text = page.browser.value("Message").await;
    assert_eq!(text.len(), LENGTH);

    // Finished or not, the copy has the file.
    for to in ["hana@practice.test", ""] {
        if to.is_empty() {
            page.browser.press("Remove hana@practice.test").await;
        }
        let folder = tempfile::tempdir().expect("a folder");
        page.browser.save_in(folder.path()).await;
        page.browser.press("Save a copy").await;
        let complete = |copy: &[u8]| {
            copy.len() > LENGTH
                && files_in(copy) == [("small.bin".to_owned(), octets("small.bin", 500_000))]
        };
        page.browser
            .saved(folder.path(), "Files.eml", complete)
            .await;
        let copy = fs::read(folder.path().join("Files.eml")).expect("the copy");
        let read = MessageParser::default().parse(&copy).expect("a message");
        assert_eq!(read.subject(), Some("Files"), "{to}");
        let body = read.body_text(0).expect("its text").replace("\r\n", "\n");
        assert!(body.trim_end() == text.trim_end(), "{to}: another text");
    }

    // It is stored as soon as there is room.
    page.browser
        .limit_storage(&origin(&bridge), 300_000_000)
        .await;
    page.saved().await;
    page.browser.reload().await;
    page.ready().await;
    assert_eq!(page.browser.value("Message").await.len(), LENGTH);
    attached(&page, &["small.bin"]).await;
    page.close().await;
}

#[tokio::test]
async fn without_storage_no_file_is_attached_and_the_page_says_so() {
    let bridge = Bridge::start();
    let page = Visitor::first_visit(&bridge).await;
    page.browser
        .first_run(
            "IDBFactory.prototype.open = function () { \
             const request = new EventTarget(); \
             request.error = new DOMException('no', 'SecurityError'); \
             queueMicrotask(() => request.dispatchEvent(new Event('error'))); \
             return request; }",
        )
        .await;
    page.browser.reload().await;
    page.ready().await;
    page.write("hana@practice.test", "Files", "Here they are.")
        .await;
    page.compose_shows("the browser does not store data for this page")
        .await;
    let files = Files::new();
    let path = files.add("a.txt", 10);
    page.browser.choose_files(FILES, &[&path]).await;
    page.compose_shows("“a.txt” is not attached, because the browser does not store data")
        .await;
    attached(&page, &[]).await;
    assert_eq!(page.browser.value("Message").await, "Here they are.");
    assert!(page.browser.has("button", "Save a copy").await);
    // What is there is sent all the same.
    assert!(files_in(&sent(&page, &bridge).await).is_empty());
    page.close().await;
}
