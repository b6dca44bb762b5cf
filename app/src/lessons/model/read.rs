//! Reads the file of a lesson: docs/lessons.md. Whatever is wrong with it is found at once.

use smtp::{Security, SendMode};

use super::check::{Check, Unread};
use super::lesson::{Act, Code, Connection, Lesson, Mark, Program, Rfc, Step, Tool};
use crate::submission::unescaped;

/// The most octets of a file.
const MOST_OCTETS: usize = 256 * 1024;

/// The most steps of a lesson.
const MOST_STEPS: usize = 200;

/// The version of the form.
const VERSION: &str = "1";

/// Who gets the message where a lesson does not say it.
const USUAL_TO: &str = "joon@practice.test";

/// The keys before the first step.
const OF_LESSON: [&str; 10] = [
    "lesson", "title", "about", "security", "user", "from", "to", "message", "pauses", "chunking",
];

/// The keys of a step.
const OF_STEP: [&str; 22] = [
    "step", "connect", "user", "from", "to", "message", "pauses", "chunking", "text", "python",
    "curl", "swaks", "openssl", "offer", "send", "planned", "skip", "run", "done", "when", "wrong",
    "rfc",
];

/// The key of a program to take along, which a step may have besides.
const PROGRAM: &str = "program";

/// What a step can say of its connection only if it begins one.
const OF_CONNECTION: [&str; 6] = ["user", "from", "to", "message", "pauses", "chunking"];

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Fault {
    /// The line, from 1.
    pub(in crate::lessons) line: usize,
    /// What.
    pub(in crate::lessons) what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum What {
    /// It is longer than a lesson may be.
    TooLarge,
    /// It has more steps than a lesson may have.
    TooManySteps,
    /// It does not begin with `lesson: 1`.
    NoLesson,
    /// A line that is no `key: value`.
    NoKey,
    /// A key that there is not, and the keys that can be here.
    UnknownKey {
        /// The key.
        key: String,
        /// The keys.
        known: String,
    },
    /// A key that can be there once.
    Twice(&'static str),
    /// A key without a value.
    Empty(&'static str),
    /// A key that is needed and not there, of what begins in this line.
    Missing(&'static str),
    /// A check that can't be read from here on. Empty: it ends too early.
    Check(String),
    /// `wrong` without `|`.
    NoAnswer,
    /// A value that is none of those that can be there.
    NoneOf {
        /// The key.
        key: &'static str,
        /// The values.
        values: &'static str,
    },
    /// It is not a number and a section.
    Rfc,
    /// It says something of a connection, in a step that begins none.
    NoConnection(&'static str),
}

/// A key with its value.
struct Item<'a> {
    line: usize,
    key: &'static str,
    value: &'a str,
    /// The lines behind it that belong to it.
    block: Vec<&'a str>,
}

impl Item<'_> {
    /// Its value in one line.
    fn folded(&self) -> String {
        let lines = std::iter::once(self.value).chain(self.block.iter().copied());
        let lines = lines.map(str::trim).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }

    /// Its lines.
    fn lines(&self) -> Vec<&str> {
        let first = Some(self.value).filter(|value| !value.is_empty());
        first
            .into_iter()
            .chain(self.block.iter().copied())
            .collect()
    }
}

/// The key of this name.
fn known(name: &str) -> Option<&'static str> {
    let mut keys = OF_LESSON.into_iter().chain(OF_STEP).chain([PROGRAM]);
    keys.find(|key| *key == name)
}

/// Reads the lines of a file into items.
fn items<'a>(text: &'a str, faults: &mut Vec<Fault>) -> Vec<Item<'a>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    // Empty lines belong to a block if it goes on behind them.
    let mut empty = 0;
    let mut in_step = false;
    // The lines behind a key that is not known are not looked at.
    let mut passed_over = false;
    for (at, line) in text.lines().enumerate() {
        let line_number = at + 1;
        if line.trim().is_empty() {
            empty += 1;
            continue;
        }
        let before = std::mem::take(&mut empty);
        if let Some(more) = line.strip_prefix("  ") {
            match items.last_mut() {
                _ if passed_over => {}
                Some(item) => {
                    if !item.block.is_empty() {
                        item.block.extend(std::iter::repeat_n("", before));
                    }
                    item.block.push(more.trim_end());
                }
                None => faults.push(fault(line_number, What::NoKey)),
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        passed_over = true;
        let Some((name, value)) = line.split_once(':') else {
            faults.push(fault(line_number, What::NoKey));
            continue;
        };
        in_step |= name == "step";
        let here = |key: &&'static str| {
            if in_step {
                OF_STEP.contains(key) || *key == PROGRAM
            } else {
                OF_LESSON.contains(key)
            }
        };
        match known(name).filter(here) {
            Some(key) => {
                passed_over = false;
                let value = value.strip_prefix(' ').unwrap_or(value);
                items.push(Item {
                    line: line_number,
                    key,
                    value: value.trim_end(),
                    block: Vec::new(),
                });
            }
            None => {
                let known = if in_step {
                    OF_STEP.join(", ")
                } else {
                    OF_LESSON.join(", ")
                };
                let key: String = name.chars().take(40).collect();
                faults.push(fault(line_number, What::UnknownKey { key, known }));
            }
        }
    }
    items
}

fn fault(line: usize, what: What) -> Fault {
    Fault { line, what }
}

impl Lesson {
    /// Reads the file of a lesson.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of its lines.
    pub(in crate::lessons) fn read(text: &str) -> Result<Lesson, Vec<Fault>> {
        if text.len() > MOST_OCTETS {
            return Err(vec![fault(1, What::TooLarge)]);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut faults = Vec::new();
        let items = items(text, &mut faults);
        let mut reader = Reader { faults };
        let lesson = reader.lesson(&items);
        let mut faults = reader.faults;
        faults.sort_by_key(|fault| fault.line);
        match lesson {
            Some(lesson) if faults.is_empty() => Ok(lesson),
            _ => Err(faults),
        }
    }
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn fault(&mut self, line: usize, what: What) {
        self.faults.push(fault(line, what));
    }

    /// None: there is a fault.
    fn lesson(&mut self, items: &[Item<'_>]) -> Option<Lesson> {
        let begins: Vec<usize> = (0..items.len())
            .filter(|at| items[*at].key == "step")
            .collect();
        let head = &items[..begins.first().copied().unwrap_or(items.len())];
        match head.first() {
            Some(first) if first.key == "lesson" && first.value.trim() == VERSION => {}
            first => self.fault(first.map_or(1, |first| first.line), What::NoLesson),
        }
        let first = head.first().map_or(1, |first| first.line);
        self.one(head, "lesson");
        let title = self.needed(head, "title", first);
        let about = self.needed(head, "about", first);
        let security = self.one(head, "security");
        let mut usual = Connection {
            security: security.map_or(Security::None, |item| self.security(item)),
            user: None,
            from: None,
            to: vec![USUAL_TO.to_owned()],
            message: String::new(),
            mode: SendMode::Step,
            chunking: false,
        };
        self.settings(head, &mut usual);
        if begins.is_empty() {
            self.fault(first, What::Missing("step"));
        }
        if let Some(beyond) = begins.get(MOST_STEPS) {
            self.fault(items[*beyond].line, What::TooManySteps);
            return None;
        }
        let ends = begins.iter().skip(1).copied().chain([items.len()]);
        let steps = begins.iter().zip(ends).enumerate();
        let steps: Vec<Option<Step>> = steps
            .map(|(at, (begin, end))| self.step(&items[*begin..end], &usual, at == 0))
            .collect();
        Some(Lesson {
            title: title?,
            about: about?,
            steps: steps.into_iter().collect::<Option<_>>()?,
        })
    }

    fn step(&mut self, items: &[Item<'_>], usual: &Connection, first: bool) -> Option<Step> {
        let line = items.first()?.line;
        let title = self.needed(items, "step", line);
        let connection = self.connection(items, usual, first);
        let of = |key: &'static str| items.iter().filter(move |item| item.key == key);
        let text = of("text").map(Item::folded).collect();
        let code = Tool::ALL.into_iter().filter_map(|tool| {
            let item = self.one(items, tool.key())?;
            let lines = item.lines().into_iter().map(marked).collect();
            Some(Code { tool, lines })
        });
        let code = code.collect();
        let acts = items.iter().filter_map(|item| match item.key {
            "send" => Some(Act::Line(unescaped(item.value))),
            "planned" => Some(Act::Planned),
            "skip" => Some(Act::Skip),
            "run" => Some(Act::Run),
            _ => None,
        });
        let acts = acts.collect();
        let done = match self.one(items, "done") {
            Some(item) => self.check(item.line, &item.folded()),
            None => {
                self.fault(line, What::Missing("done"));
                None
            }
        };
        let when = self.needed(items, "when", line);
        let mut wrong = Vec::new();
        for item in of("wrong") {
            let value = item.folded();
            match value.split_once(" | ") {
                Some((check, text)) => {
                    let check = self.check(item.line, check);
                    wrong.extend(check.map(|check| (check, text.trim().to_owned())));
                }
                None => self.fault(item.line, What::NoAnswer),
            }
        }
        let rfcs = of("rfc").filter_map(|item| self.rfc(item)).collect();
        let program = self.one(items, PROGRAM).and_then(|item| {
            if item.value.is_empty() || item.block.is_empty() {
                self.fault(item.line, What::Empty(PROGRAM));
                return None;
            }
            Some(Program {
                name: item.value.to_owned(),
                text: item.block.join("\n") + "\n",
            })
        });
        Some(Step {
            title: title?,
            connection,
            text,
            code,
            offers: of("offer").map(|item| item.value.to_owned()).collect(),
            acts,
            done: done?,
            when: when?,
            wrong,
            rfcs,
            program,
        })
    }

    /// The connection that a step begins.
    fn connection(
        &mut self,
        items: &[Item<'_>],
        usual: &Connection,
        first: bool,
    ) -> Option<Connection> {
        let connect = self.one(items, "connect");
        let begins = first || connect.is_some();
        if !begins {
            for item in items
                .iter()
                .filter(|item| OF_CONNECTION.contains(&item.key))
            {
                self.fault(item.line, What::NoConnection(item.key));
            }
            return None;
        }
        let mut connection = usual.clone();
        if let Some(item) = connect {
            connection.security = self.security(item);
        }
        self.settings(items, &mut connection);
        Some(connection)
    }

    /// Reads what is said of a connection.
    fn settings(&mut self, items: &[Item<'_>], connection: &mut Connection) {
        if let Some(item) = self.one(items, "user") {
            connection.user = Some(item.value.to_owned()).filter(|user| !user.is_empty());
        }
        if let Some(item) = self.one(items, "from") {
            connection.from = Some(item.value.to_owned()).filter(|from| !from.is_empty());
        }
        if let Some(item) = self.one(items, "to") {
            let to = item.lines().into_iter().flat_map(|line| line.split(','));
            let to = to.map(str::trim).filter(|to| !to.is_empty());
            connection.to = to.map(str::to_owned).collect();
        }
        if let Some(item) = self.one(items, "message") {
            connection.message = item.lines().join("\r\n");
        }
        if let Some(item) = self.one(items, "pauses") {
            connection.mode = if self.yes(item) {
                SendMode::Step
            } else {
                SendMode::Run
            };
        }
        if let Some(item) = self.one(items, "chunking") {
            connection.chunking = self.yes(item);
        }
    }

    /// The item of a key that can be there once.
    fn one<'i, 't>(&mut self, items: &'i [Item<'t>], key: &'static str) -> Option<&'i Item<'t>> {
        let mut all = items.iter().filter(|item| item.key == key);
        let first = all.next();
        for item in all {
            self.fault(item.line, What::Twice(key));
        }
        first
    }

    /// The value of a key that must be there, of what begins in this line.
    fn needed(&mut self, items: &[Item<'_>], key: &'static str, line: usize) -> Option<String> {
        let Some(item) = self.one(items, key) else {
            self.fault(line, What::Missing(key));
            return None;
        };
        let value = item.folded();
        if value.is_empty() {
            self.fault(item.line, What::Empty(key));
            return None;
        }
        Some(value)
    }

    fn check(&mut self, line: usize, text: &str) -> Option<Check> {
        match Check::read(text) {
            Ok(check) => Some(check),
            Err(Unread(rest)) => {
                let rest = rest.chars().take(60).collect();
                self.fault(line, What::Check(rest));
                None
            }
        }
    }

    fn security(&mut self, item: &Item<'_>) -> Security {
        match item.value {
            "none" => Security::None,
            "starttls" => Security::Starttls,
            "tls" => Security::Tls,
            _ => {
                let (key, values) = (item.key, "none, starttls, tls");
                self.fault(item.line, What::NoneOf { key, values });
                Security::None
            }
        }
    }

    fn yes(&mut self, item: &Item<'_>) -> bool {
        match item.value {
            "yes" => true,
            "no" => false,
            _ => {
                let (key, values) = (item.key, "yes, no");
                self.fault(item.line, What::NoneOf { key, values });
                false
            }
        }
    }

    fn rfc(&mut self, item: &Item<'_>) -> Option<Rfc> {
        let (number, section) = item.value.split_once(' ').unwrap_or((item.value, ""));
        let section = section.trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let is_section = section.len() <= 20 && section.chars().all(allowed);
        let number = number
            .parse()
            .ok()
            .filter(|number| (1..100_000).contains(number));
        match number.filter(|_| is_section) {
            Some(number) => Some(Rfc {
                number,
                section: section.to_owned(),
            }),
            None => {
                self.fault(item.line, What::Rfc);
                None
            }
        }
    }
}

/// A line of a program, with what is said of it.
fn marked(line: &str) -> (Mark, String) {
    let mark = |mark, text: &str| (mark, text.to_owned());
    if let Some(wrong) = line.strip_prefix("- ") {
        mark(Mark::Wrong, wrong)
    } else if let Some(right) = line.strip_prefix("+ ") {
        mark(Mark::Right, right)
    } else {
        mark(Mark::Plain, line)
    }
}
