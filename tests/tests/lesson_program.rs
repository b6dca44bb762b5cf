//! The program that the first lesson ends with sends mail, as it can be saved.

use std::fs;
use std::path::Path;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::{peer, program};

/// The program in the file of the lesson.
fn program_of(language: &str) -> String {
    let lessons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../app/lessons");
    let file = lessons.join(language).join("program.txt");
    let lesson = fs::read_to_string(file).expect("the lesson");
    let (_, behind) = lesson
        .split_once("program: send_mail.py\n")
        .expect("a program");
    let lines = behind
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with("  "));
    lines
        .map(|line| line.strip_prefix("  ").unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// The same with other words in one place.
fn replaced(program: &str, from: &str, to: &str) -> String {
    assert_eq!(program.matches(from).count(), 1, "{from}");
    program.replace(from, to)
}

#[tokio::test]
async fn the_mended_program_sends_mail() {
    for language in ["en", "ko"] {
        let bridge = Bridge::start();
        let (_, port) = bridge.practice().starttls.rsplit_once(':').expect("a port");
        let program = program_of(language);
        let program = replaced(
            &program,
            "\"smtp.gmail.com\", 587",
            &format!("\"127.0.0.1\", {port}"),
        );
        // Nobody but the bridge knows the practice server's certificate.
        let program = replaced(
            &program,
            "ssl.create_default_context()",
            "ssl._create_unverified_context()",
        );
        let begin = program.find("getpass.getpass(").expect("a password");
        let end = begin + program[begin..].find('\n').expect("a line");
        let program = format!("{}\"practice\"{}", &program[..begin], &program[end..]);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("send_mail.py");
        fs::write(&file, program).expect("a file");
        let ran = peer::run(&program::python(), &[&file.display().to_string()], b"")
            .await
            .well("send_mail.py");
        assert!(
            ran.stdout.contains("S: 250 2.0.0 OK: queued as"),
            "{}",
            ran.output
        );
    }
}
