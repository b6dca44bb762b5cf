//! The lessons, played in a browser, with a bridge and without one.

use std::fs;

use glasspost_tests::bridge::Bridge;
use glasspost_tests::browser::Browser;
use glasspost_tests::file_server::FileServer;
use glasspost_tests::program;
use glasspost_tests::visitor::Visitor;
use serde_json::{Value, json};

/// How many lessons there are.
const LESSONS: usize = 13;

/// What the page calls things in a language.
struct Names {
    lessons: &'static str,
    connect: &'static str,
    show_me: &'static str,
    next: &'static str,
    finish: &'static str,
    send_line: &'static str,
    line: &'static str,
}

const ENGLISH: Names = Names {
    lessons: "Lessons",
    connect: "Connect",
    show_me: "Show me",
    next: "Next",
    finish: "Finish",
    send_line: "Send line",
    line: "Paused line",
};

const KOREAN: Names = Names {
    lessons: "실습",
    connect: "연결",
    show_me: "대신 하기",
    next: "다음",
    finish: "마치기",
    send_line: "줄 보내기",
    line: "멈춘 줄",
};

/// Someone who learns.
struct Learner {
    page: Visitor,
    names: Names,
}

impl Learner {
    async fn with_bridge(bridge: &Bridge, language: &str) -> Learner {
        Learner::at(&bridge.announcement().url, language).await
    }

    async fn at(address: &str, language: &str) -> Learner {
        let browser = Browser::open_in(language, 1440, 900).await;
        browser.go(address).await;
        let names = if language == "ko" { KOREAN } else { ENGLISH };
        let learner = Learner {
            page: Visitor { browser },
            names,
        };
        learner.shows_lessons().await;
        learner
    }

    /// Shows the list of the lessons.
    async fn shows_lessons(&self) {
        self.page.go_to(self.names.lessons).await;
        self.until(&format!(
            "document.querySelectorAll('.lesson-row').length === {LESSONS}"
        ))
        .await;
    }

    async fn until(&self, condition: &str) {
        self.page
            .browser
            .until(&format!("({condition}) || null"))
            .await;
    }

    async fn shows(&self, text: &str) {
        let text = json!(text);
        self.until(&format!("document.body.innerText.includes({text})"))
            .await;
    }

    async fn opens(&self, lesson: usize) {
        let row = format!("document.querySelectorAll('.lesson-row')[{lesson}]");
        self.page
            .browser
            .evaluate(&format!("({row}.click(), true)"))
            .await;
        self.until("document.querySelector('.lesson-bar') !== null")
            .await;
    }

    async fn number(&self, expression: &str) -> usize {
        let value: Value = self
            .page
            .browser
            .evaluate(&format!("Number({expression})"))
            .await;
        let number = value.as_u64().expect("a number");
        usize::try_from(number).expect("a small number")
    }

    /// The index of the step on the screen.
    async fn shown(&self) -> usize {
        self.number(
            "[...document.querySelectorAll('.lesson-part')]\
             .findIndex(part => part.classList.contains('now'))",
        )
        .await
    }

    async fn steps(&self) -> usize {
        self.number("document.querySelectorAll('.lesson-part').length")
            .await
    }

    async fn done(&self) -> usize {
        self.number("document.querySelector('.lesson-bar').getAttribute('aria-valuenow')")
            .await
    }

    /// Waits until so many steps are done.
    async fn has_done(&self, steps: usize) {
        self.until(&format!(
            "document.querySelector('.lesson-bar')?.getAttribute('aria-valuenow') >= {steps}"
        ))
        .await;
    }

    async fn press(&self, name: &str) {
        self.page.browser.press(name).await;
    }

    /// Goes on to the next step.
    async fn goes_on(&self) {
        let shown = self.shown().await;
        self.press(self.names.next).await;
        self.until(&format!(
            "document.querySelectorAll('.lesson-part')[{}]?.classList.contains('now')",
            shown + 1
        ))
        .await;
    }

    /// Waits until this line is in the editor, and sends another in its place.
    async fn mends(&self, offered: &str, line: &str) {
        let name = json!(self.names.line);
        self.until(&format!(
            "named('textbox', {name})?.value === {}",
            json!(offered)
        ))
        .await;
        if line != offered {
            self.page.browser.fill(self.names.line, line).await;
        }
        self.press(self.names.send_line).await;
    }

    async fn sends(&self, line: &str) {
        self.mends(line, line).await;
    }

    /// Plays a lesson to its end by "Show me".
    async fn is_shown(&self, lesson: usize) {
        self.opens(lesson).await;
        let steps = self.steps().await;
        for step in 0..steps {
            if self.done().await <= step {
                self.press(self.names.show_me).await;
                self.has_done(step + 1).await;
            }
            if step + 1 < steps {
                self.goes_on().await;
            }
        }
        assert_eq!(self.done().await, steps, "lesson {}", lesson + 1);
    }
}

/// The first lesson, line by line.
async fn mends_the_program(learner: &Learner) {
    learner.opens(0).await;
    learner.press(learner.names.connect).await;
    learner.has_done(1).await;
    learner.goes_on().await;
    learner.sends("EHLO").await;
    learner.has_done(2).await;
    learner.shows("501").await;
    learner.goes_on().await;
    // What is offered is explained, not what the client would send by itself.
    learner.page.explanation_shows("MAIL").await;
    for line in [
        "MAIL FROM: sender@gmail.com",
        "RCPT TO: receiver@gmail.com",
        "DATA",
        "From: sender@gmail.com",
        "To: receiver@gmail.com",
        "Subject: Hello",
        "",
        "Hello, this is a test.",
        ".",
        "QUIT",
    ] {
        learner.sends(line).await;
    }
    learner.has_done(3).await;
    learner.goes_on().await;
    learner.press(learner.names.connect).await;
    // A wrong turn gets an answer, and the line can be mended.
    learner.sends("EHLO").await;
    learner
        .until("document.querySelector('.lesson-answer') !== null")
        .await;
    learner.mends("EHLO", "EHLO [127.0.0.1]").await;
    for (done, offered, line) in [
        (4, "MAIL FROM: sender@gmail.com", "STARTTLS"),
        (5, "EHLO [127.0.0.1]", "EHLO [127.0.0.1]"),
        (
            6,
            "MAIL FROM: sender@gmail.com",
            "AUTH PLAIN AHNlbmRlckBnbWFpbC5jb20AcHJhY3RpY2U=",
        ),
        (
            7,
            "MAIL FROM: sender@gmail.com",
            "MAIL FROM:<sender@gmail.com>",
        ),
        (
            8,
            "RCPT TO: receiver@gmail.com",
            "RCPT TO:<receiver@gmail.com>",
        ),
        (9, "DATA", "DATA"),
    ] {
        learner.has_done(done).await;
        learner.goes_on().await;
        learner.mends(offered, line).await;
    }
    learner.has_done(10).await;
    learner.goes_on().await;
    learner
        .until("document.querySelector('.pause .ed') && !document.querySelector('.pause input')")
        .await;
    learner.press(learner.names.send_line).await;
    learner.has_done(11).await;
    learner.goes_on().await;
    learner.sends(".").await;
    learner.has_done(12).await;
    learner.goes_on().await;
    learner.sends("QUIT").await;
    learner.has_done(14).await;
    learner.goes_on().await;
    learner
        .until("document.querySelector('.lesson-program').innerText.includes('def read_reply')")
        .await;
    learner.press(learner.names.finish).await;
}

#[tokio::test]
async fn the_first_lesson_is_played_by_hand_with_a_bridge() {
    for language in ["en", "ko"] {
        let bridge = Bridge::start();
        let learner = Learner::with_bridge(&bridge, language).await;
        mends_the_program(&learner).await;
        learner.page.close().await;
    }
}

#[tokio::test]
async fn the_first_lesson_is_played_by_hand_without_a_bridge() {
    let server = FileServer::start(program::site()).await;
    for language in ["en", "ko"] {
        let learner = Learner::at(server.address(), language).await;
        mends_the_program(&learner).await;
        learner.page.close().await;
    }
}

#[tokio::test]
async fn every_other_lesson_is_shown_with_a_bridge() {
    let bridge = Bridge::start();
    let learner = Learner::with_bridge(&bridge, "en").await;
    for lesson in 1..LESSONS {
        learner.is_shown(lesson).await;
        learner.press("All lessons").await;
    }
    learner.page.close().await;
}

#[tokio::test]
async fn every_other_lesson_is_shown_without_a_bridge() {
    let server = FileServer::start(program::site()).await;
    let learner = Learner::at(server.address(), "ko").await;
    for lesson in 1..LESSONS {
        learner.is_shown(lesson).await;
        learner.press("실습 목록").await;
    }
    learner.page.close().await;
}

#[tokio::test]
async fn progress_is_kept_and_a_lesson_goes_on_where_it_was_left() {
    let bridge = Bridge::start();
    let learner = Learner::with_bridge(&bridge, "en").await;
    learner.opens(1).await;
    learner.press("Show me").await;
    learner.has_done(1).await;
    learner.page.browser.reload().await;
    learner.shows_lessons().await;
    learner.shows("1 of 3 steps done").await;
    learner.opens(1).await;
    assert_eq!(learner.shown().await, 1);
    // The steps before it are done again, on a new connection.
    learner.press("Show me").await;
    learner.has_done(2).await;
    #[cfg(feature = "axe")]
    learner.page.without_violations("a lesson").await;
    // Another view does not end the connection.
    learner.page.go_to("Inbox").await;
    learner.page.go_to("Lessons").await;
    learner.goes_on().await;
    learner.sends("MAIL FROM:<>").await;
    learner.has_done(3).await;
    learner.press("Start over").await;
    learner
        .until("document.querySelector('.lesson-bar').getAttribute('aria-valuenow') === '0'")
        .await;
    // Nobody keeps records of what was sent.
    learner.page.go_to("History").await;
    learner.shows("Nothing has been sent yet").await;
    learner.page.close().await;
}

#[tokio::test]
async fn a_teacher_opens_a_lesson_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.txt");
    let broken = "lesson: 1\ntitle: Mine\nabout: What\n\nstep: One\nsend: NOOP\ndone: reply 2500\n";
    fs::write(&file, broken).expect("a file");
    let bridge = Bridge::start();
    let learner = Learner::with_bridge(&bridge, "en").await;
    let field = ".lesson-list input[type=file]";
    learner.page.browser.choose_files(field, &[&file]).await;
    learner.shows("Line 5:").await;
    learner.shows("\"when\" is missing").await;
    learner.shows("Line 7:").await;
    learner.shows("from here on: 2500").await;
    #[cfg(feature = "axe")]
    learner.page.without_violations("faults of a lesson").await;
    let whole = broken.replace("2500", "250 to NOOP") + "when: it is answered.\n";
    fs::write(&file, whole).expect("a file");
    learner.page.browser.choose_files(field, &[&file]).await;
    learner.shows("Lesson from a file").await;
    learner.press("Show me").await;
    learner.has_done(1).await;
    learner.press("Finish").await;
    learner.shows_lessons().await;
    learner.page.close().await;
}
