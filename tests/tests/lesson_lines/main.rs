//! The lines for curl, swaks and openssl in the lessons are typed as they stand there, and the
//! practice server hears what the step says.

mod claim;
mod heard;
mod lesson;

use std::fs;
use std::path::Path;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::{peer, program};

use claim::unmet;
use heard::Heard;
use lesson::{Step, names, steps};

const LANGUAGES: [&str; 2] = ["en", "ko"];

/// Steps of which a program shows something else: lesson, step, program, and the check.
const INSTEAD: [(&str, usize, &str, &str); 3] = [
    // Other programs do not go on behind a refusal.
    ("program", 3, "curl", "reply 550 to RCPT"),
    ("program", 3, "swaks", "reply 550 to RCPT"),
    // One would type the whole dialogue once more.
    ("program", 14, "openssl", "secured"),
];

/// What a learner changes: the server is Gmail's only in the last step of the first lesson, where
/// the programs ask for the password, and curl knows the issuer of the certificate.
const CHANGES: [(&str, &str); 4] = [
    ("smtp.gmail.com:587", "127.0.0.1:2525"),
    ("curl --ssl-reqd", "curl -k --ssl-reqd"),
    (
        "--user sender@gmail.com ",
        "--user sender@gmail.com:practice ",
    ),
    (
        "--auth-user sender@gmail.com --from",
        "--auth-user sender@gmail.com --auth-password practice --from",
    ),
];

/// The check that a program's lines must make true.
fn wanted<'a>(name: &str, step: &'a Step, program: &str) -> &'a str {
    let mut instead = INSTEAD.iter();
    let found = instead
        .find(|(lesson, number, of, _)| (*lesson, *number, *of) == (name, step.number, program));
    found.map_or(step.done.as_str(), |(_, _, _, check)| check)
}

/// Runs lines in a shell in this folder, as if the practice server had its usual ports. Returns
/// what they print.
async fn shell(bridge: &Bridge, folder: &Path, lines: &str, typed: &str) -> String {
    let ports = bridge.practice();
    let mut lines = lines.to_owned();
    for (from, to) in CHANGES {
        lines = lines.replace(from, to);
    }
    let lines = lines.replace("127.0.0.1:2525", &ports.starttls);
    let lines = lines.replace("127.0.0.1:2465", &ports.tls);
    // No settings of this user.
    let begin = format!(
        "cd '{}' && export HOME=\"$PWD\" NO_PROXY='*' && unset SWAKS_HOME",
        folder.display()
    );
    let script = format!("{begin}\n{lines}\n");
    let ran = peer::run(&program::bash(), &["-c", &script], typed.as_bytes()).await;
    ran.output
}

/// Runs the commands of a program in every step that has one.
async fn is_as_the_lessons_say(program: &str) {
    let bridge = Bridge::start();
    let mut ran = 0;
    for language in LANGUAGES {
        for name in names() {
            for step in steps(language, &name) {
                let begin = format!("{program} ");
                let mut commands = step.commands(program).into_iter();
                if !commands.any(|line| line.starts_with(&begin)) {
                    continue;
                }
                let folder = tempfile::tempdir().expect("a folder");
                fs::write(folder.path().join("mail.txt"), &step.mail).expect("a file");
                let lines = step.lines(program).join("\n");
                let printed = shell(&bridge, folder.path(), &lines, "").await;
                let heard = Heard::take(&bridge).await;
                let unmet = unmet(wanted(&name, &step, program), &heard);
                assert!(
                    unmet.is_empty(),
                    "{language}/{name}, step {}: {unmet:?} of\n{lines}\n{heard:#?}\n{printed}",
                    step.number
                );
                ran += 1;
            }
        }
    }
    assert!(ran > 0, "no lesson has lines of {program}");
}

#[tokio::test]
async fn curl_says_what_the_lessons_say() {
    is_as_the_lessons_say("curl").await;
}

#[tokio::test]
async fn swaks_says_what_the_lessons_say() {
    is_as_the_lessons_say("swaks").await;
}

/// A run of openssl, what is typed into it, and the checks of the steps in which it is.
struct Session {
    command: String,
    typed: Vec<String>,
    checks: Vec<(usize, String)>,
}

impl Session {
    /// Those of a lesson.
    fn all(name: &str, steps: &[Step]) -> Vec<Session> {
        let mut all: Vec<Session> = Vec::new();
        let mut open = false;
        for step in steps {
            let commands = step.commands("openssl");
            for line in &commands {
                if line.starts_with("openssl ") {
                    all.push(Session {
                        command: (*line).to_owned(),
                        typed: Vec::new(),
                        checks: Vec::new(),
                    });
                    open = true;
                } else if line.starts_with("nc ") {
                    // Another program, which need not be here.
                    open = false;
                } else if let Some(session) = all.last_mut().filter(|_| open) {
                    session.typed.push((*line).to_owned());
                }
            }
            if let Some(session) = all.last_mut().filter(|_| open && !commands.is_empty()) {
                let check = wanted(name, step, "openssl").to_owned();
                session.checks.push((step.number, check));
            }
        }
        all
    }

    /// All that is typed. A session that the lesson leaves open ends here.
    fn whole(&self) -> String {
        let mut typed = self.typed.clone();
        if !typed.iter().any(|line| line == "QUIT") {
            let data = typed.iter().rposition(|line| line == "DATA");
            if data.is_some_and(|data| !typed[data..].iter().any(|line| line == ".")) {
                typed.push(".".to_owned());
            }
            typed.push("QUIT".to_owned());
        }
        typed.join("\n") + "\n"
    }
}

#[tokio::test]
async fn openssl_says_what_the_lessons_say() {
    let bridge = Bridge::start();
    let folder = tempfile::tempdir().expect("a folder");
    for language in LANGUAGES {
        for name in names() {
            let sessions = Session::all(&name, &steps(language, &name));
            assert!(!sessions.is_empty(), "{language}/{name} has no session");
            for session in sessions {
                let typed = session.whole();
                let printed = shell(&bridge, folder.path(), &session.command, &typed).await;
                let heard = Heard::take(&bridge).await;
                for (step, check) in &session.checks {
                    let unmet = unmet(check, &heard);
                    assert!(
                        unmet.is_empty(),
                        "{language}/{name}, step {step}: {unmet:?} of\n{}\n{typed}\n\
                         {heard:#?}\n{printed}",
                        session.command
                    );
                }
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_commands() {
    for name in names() {
        let [english, korean] = LANGUAGES.map(|language| steps(language, &name));
        assert_eq!(english.len(), korean.len(), "{name}");
        for (one, other) in english.iter().zip(&korean) {
            for program in ["curl", "swaks", "openssl"] {
                let case = format!("{name}, step {}: {program}", one.number);
                assert_eq!(one.commands(program), other.commands(program), "{case}");
            }
        }
    }
}
