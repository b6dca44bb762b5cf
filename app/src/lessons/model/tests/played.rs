//! Every lesson is played with a simulated bridge: what it says of the practice server is so.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use engine::{Outbound, Settings, SimulatedBridge};
use smtp::{Entry, Event, Outcome, Paused, Span};
use wire::{Credentials, FromBridge, FromPage, Server, Start, message_frame};

use crate::lessons::LESSONS;
use crate::lessons::model::{Act, Connection, Lesson, Walk, World};
use crate::submission::{Ending, kind};

fn folder(language: &str) -> PathBuf {
    let lessons = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lessons");
    lessons.join(language)
}

fn lesson(language: &str, name: &str) -> Lesson {
    let file = folder(language).join(format!("{name}.txt"));
    let text = fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    Lesson::read(&text).unwrap_or_else(|faults| panic!("{}: {faults:#?}", file.display()))
}

/// A page in which a lesson is open.
struct Page {
    bridge: SimulatedBridge,
    now: Duration,
    id: u32,
    /// The message of the connection, and how much of it has been sent.
    message: Vec<u8>,
    sent: usize,
    entries: Vec<Entry>,
    outcome: Option<Outcome>,
    paused: Option<Paused>,
    /// The messages that have come since the connection began.
    arrived: Vec<u64>,
    octets: Vec<u8>,
    delivered: Vec<Vec<u8>>,
}

impl Page {
    fn open() -> Page {
        let bridge = SimulatedBridge::new(Settings {
            program: "0".into(),
            run: "run".into(),
            time: SystemTime::UNIX_EPOCH,
            seed: 7,
        });
        let mut page = Page {
            bridge,
            now: Duration::ZERO,
            id: 0,
            message: Vec::new(),
            sent: 0,
            entries: Vec::new(),
            outcome: None,
            paused: None,
            arrived: Vec::new(),
            octets: Vec::new(),
            delivered: Vec::new(),
        };
        page.run();
        page
    }

    fn connect(&mut self, connection: &Connection) {
        if self.outcome.is_none() && !self.entries.is_empty() {
            let act = smtp::Operator::Abort;
            self.say(FromPage::Operator { id: self.id, act });
        }
        self.id += 1;
        self.message = connection.message.clone().into_bytes();
        self.sent = 0;
        self.entries.clear();
        self.outcome = None;
        self.paused = None;
        self.arrived.clear();
        self.delivered.clear();
        let is_ascii = self.message.is_ascii();
        let addresses = connection.from.iter().chain(&connection.to);
        let start = Start {
            id: self.id,
            server: Server::Practice {
                security: connection.security,
            },
            credentials: connection.user.as_ref().map(|user| Credentials {
                user: user.clone().into(),
                password: "practice".to_owned().into(),
            }),
            from: connection.from.clone(),
            to: connection.to.clone(),
            size: self.message.len() as u64,
            eight_bit: !is_ascii,
            utf8: addresses.into_iter().any(|address| !address.is_ascii()),
            mode: connection.mode,
            pipelining: true,
            chunking: connection.chunking,
            keep_open: false,
            client_name: None,
        };
        self.say(FromPage::Start(Box::new(start)));
        self.fetch();
    }

    fn say(&mut self, message: FromPage) {
        self.bridge.text(message, self.now);
        self.run();
    }

    /// Takes everything in, and lets time pass, until nothing happens for minutes.
    fn run(&mut self) {
        let begun = self.now;
        loop {
            while let Some(outbound) = self.bridge.poll() {
                match outbound {
                    Outbound::Text(message) => self.take(*message),
                    Outbound::Octets(octets) => self.octets.extend(octets),
                }
            }
            match self.bridge.deadline() {
                Some(at) if at < begun + Duration::from_secs(200) => {
                    self.now = self.now.max(at);
                    self.bridge.advance(self.now);
                }
                _ => return,
            }
        }
    }

    fn take(&mut self, message: FromBridge) {
        match message {
            FromBridge::Entry { id, entry } if id == self.id => {
                self.paused = None;
                self.entries.push(*entry);
            }
            FromBridge::Credit { id, upto } => {
                let upto = usize::try_from(upto).expect("a small message");
                let frame = message_frame(id, &self.message[self.sent..upto]);
                self.sent = upto;
                self.bridge.octets(&frame, self.now).expect("credit");
            }
            FromBridge::Finished { id, outcome, .. } if id == self.id => {
                self.paused = None;
                self.outcome = Some(*outcome);
            }
            FromBridge::Paused { id, paused } if id == self.id => self.paused = Some(paused),
            FromBridge::Mailbox(update) => {
                let added = update.added.iter().map(|message| message.id);
                self.arrived.extend(added);
            }
            FromBridge::NotStarted { why, .. } => panic!("not started: {why:?}"),
            _ => {}
        }
    }

    /// Does what is next, as "Show me" does.
    fn act(&mut self, act: &Act) {
        let Some(paused) = self.paused.take() else {
            panic!("{act:?} where nothing is paused: {}", self.transcript());
        };
        let id = self.id;
        let act = act.operator(paused.step);
        self.say(FromPage::Operator { id, act });
        self.fetch();
    }

    /// Fetches what has been delivered.
    fn fetch(&mut self) {
        for id in std::mem::take(&mut self.arrived) {
            self.octets.clear();
            self.say(FromPage::Fetch { id });
            self.delivered.push(std::mem::take(&mut self.octets));
        }
    }

    fn transcript(&self) -> String {
        let line = |line: &[Span]| -> String {
            let spans = line.iter().map(|span| match span {
                Span::Text(text) => text.escape_debug().to_string(),
                Span::Secret => "***".to_owned(),
            });
            spans.collect()
        };
        let mut text = String::new();
        for entry in &self.entries {
            text += "\n    ";
            text += &match &entry.event {
                Event::Sent { line: sent, .. } => format!("C: {}", line(sent)),
                Event::Received { reply, .. } => format!("S: {reply}"),
                other => format!("   {other:?}").chars().take(100).collect(),
            };
        }
        format!("{text}\n    {:?}\n    {:?}", self.paused, self.outcome)
    }

    fn follow(&self, walk: &mut Walk, lesson: &Lesson) {
        let ending = self.outcome.clone().map(Ending::Outcome);
        let world = World {
            entries: &self.entries,
            ending: ending.as_ref().map(kind),
            delivered: &self.delivered,
        };
        walk.follow(lesson, world);
    }
}

/// Plays a lesson: each step becomes done by what it does, and by nothing before it.
fn play(page: &mut Page, language: &str, name: &str) {
    let lesson = lesson(language, name);
    let mut walk = Walk::default();
    for (at, step) in lesson.steps.iter().enumerate() {
        let case = format!("{language}/{name}, step {}: {}", at + 1, step.title);
        if let Some(connection) = &step.connection {
            page.connect(connection);
            walk = Walk::begin(at);
        }
        page.follow(&mut walk, &lesson);
        let does = step.acts.split_last();
        if let Some((last, before)) = does {
            assert_eq!(walk.step, at, "{case}: done too early{}", page.transcript());
            for act in before {
                page.act(act);
            }
            page.follow(&mut walk, &lesson);
            assert_eq!(walk.step, at, "{case}: done too early{}", page.transcript());
            page.act(last);
            page.follow(&mut walk, &lesson);
        }
        // The password of the practice server is in its greeting, too, and stays readable there.
        let hidden = page
            .transcript()
            .contains(&format!("Glasspost {}", smtp::SECRET));
        assert!(!hidden, "{case}: {}", page.transcript());
        // A step that does nothing may be done with the one before it.
        assert!(walk.step > at, "{case}: not done{}", page.transcript());
        if std::env::var_os("GLASSPOST_SHOW_LESSONS").is_some() {
            println!("{case}{}", page.transcript());
        }
    }
}

#[test]
fn every_lesson_is_done_by_what_it_shows() {
    for language in ["en", "ko"] {
        // One after the other on the same page, which remembers the secrets of each.
        let mut page = Page::open();
        for name in LESSONS {
            play(&mut page, language, name);
        }
    }
}

/// What must be the same in all languages.
fn same(lesson: &Lesson) -> Vec<String> {
    let steps = lesson.steps.iter().map(|step| {
        let wrong: Vec<_> = step.wrong.iter().map(|(check, _)| check).collect();
        let tools: Vec<_> = step.code.iter().map(|code| code.tool).collect();
        let Connection {
            security,
            user,
            from,
            to,
            mode,
            chunking,
            ..
        } = match &step.connection {
            Some(connection) => connection.clone(),
            None => {
                return format!(
                    "{:?} {:?} {:?} {wrong:?} {:?} {tools:?}",
                    step.offers, step.acts, step.done, step.rfcs
                );
            }
        };
        format!(
            "{:?} {:?} {:?} {wrong:?} {:?} {tools:?} \
             {security:?} {user:?} {from:?} {to:?} {mode:?} {chunking}",
            step.offers, step.acts, step.done, step.rfcs
        )
    });
    steps.collect()
}

#[test]
fn both_languages_have_the_same_lessons() {
    for language in ["en", "ko"] {
        let mut names: Vec<String> = fs::read_dir(folder(language))
            .expect("the lessons")
            .map(|entry| {
                entry
                    .expect("a file")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort_unstable();
        let mut listed: Vec<String> = LESSONS.iter().map(|name| format!("{name}.txt")).collect();
        listed.sort_unstable();
        assert_eq!(names, listed, "{language}");
    }
    for name in LESSONS {
        let (english, korean) = (lesson("en", name), lesson("ko", name));
        let (english, korean) = (same(&english), same(&korean));
        for (at, (english, korean)) in english.iter().zip(&korean).enumerate() {
            assert_eq!(english, korean, "{name}, step {}", at + 1);
        }
        assert_eq!(english.len(), korean.len(), "{name}");
    }
}

#[test]
fn every_step_can_be_read() {
    let korean = |text: &str| text.contains(|c: char| ('가'..='힣').contains(&c));
    for name in LESSONS {
        for language in ["en", "ko"] {
            let lesson = lesson(language, name);
            for (at, step) in lesson.steps.iter().enumerate() {
                let case = format!("{language}/{name}, step {}", at + 1);
                assert!(!step.text.is_empty(), "{case}: no text");
                assert!(!step.rfcs.is_empty(), "{case}: no RFC");
                let wrong = step.wrong.iter().map(|(_, text)| text);
                for text in [&step.when].into_iter().chain(wrong) {
                    assert_eq!(korean(text), language == "ko", "{case}: {text}");
                }
                for text in step.text.iter().filter(|_| language == "ko") {
                    assert!(korean(text), "{case}: {text}");
                }
            }
        }
    }
}
