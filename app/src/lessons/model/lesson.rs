//! What a lesson is.

use smtp::{Operator, Security, SendMode};

use super::check::Check;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Lesson {
    /// What it is called.
    pub(in crate::lessons) title: String,
    /// What it is about, in a sentence or two.
    pub(in crate::lessons) about: String,
    /// Its steps, at least one. The first has a connection.
    pub(in crate::lessons) steps: Vec<Step>,
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Step {
    /// What it is called.
    pub(in crate::lessons) title: String,
    /// The connection that it begins. None: it goes on with that of the step before.
    pub(in crate::lessons) connection: Option<Connection>,
    /// What is read, in paragraphs.
    pub(in crate::lessons) text: Vec<String>,
    /// The same in other programs.
    pub(in crate::lessons) code: Vec<Code>,
    /// What stands in the editor, before each line of the learner's: escaped. Empty: what is to be
    /// sent.
    pub(in crate::lessons) offers: Vec<String>,
    /// What does the step for the learner.
    pub(in crate::lessons) acts: Vec<Act>,
    /// When it is done.
    pub(in crate::lessons) done: Check,
    /// The same in words, behind "Done when".
    pub(in crate::lessons) when: String,
    /// What else a learner may do, and what is said to it.
    pub(in crate::lessons) wrong: Vec<(Check, String)>,
    /// Where it is written.
    pub(in crate::lessons) rfcs: Vec<Rfc>,
    /// A program to take along.
    pub(in crate::lessons) program: Option<Program>,
}

/// A connection to the practice server, and the message that the plan has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Connection {
    /// What the plan does about TLS.
    pub(in crate::lessons) security: Security,
    /// The user that the plan signs in.
    pub(in crate::lessons) user: Option<String>,
    /// The reverse-path of the plan.
    pub(in crate::lessons) from: Option<String>,
    /// Its forward-paths.
    pub(in crate::lessons) to: Vec<String>,
    /// Its message, every line ended by CRLF but the last.
    pub(in crate::lessons) message: String,
    /// Whether it pauses before each line.
    pub(in crate::lessons) mode: SendMode,
    /// Whether it may use BDAT.
    pub(in crate::lessons) chunking: bool,
}

/// Something that is done for the learner, at a pause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Act {
    /// Sends this line.
    Line(String),
    /// Sends what is planned.
    Planned,
    /// Leaves out what is planned.
    Skip,
    /// Sends the rest without pausing.
    Run,
}

impl Act {
    /// The same, as it is said to the bridge at a pause.
    pub(in crate::lessons) fn operator(&self, step: u32) -> Operator {
        match self {
            Act::Line(line) => Operator::Insert {
                step,
                line: line.clone(),
            },
            Act::Planned => Operator::Send { step, line: None },
            Act::Skip => Operator::Skip { step },
            Act::Run => Operator::SetMode {
                mode: SendMode::Run,
            },
        }
    }
}

/// A program that does the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Tool {
    /// Python.
    Python,
    /// curl.
    Curl,
    /// swaks.
    Swaks,
    /// openssl `s_client`, where one types.
    Openssl,
}

impl Tool {
    /// All, in the order of their tabs.
    pub(in crate::lessons) const ALL: [Tool; 4] =
        [Tool::Python, Tool::Curl, Tool::Swaks, Tool::Openssl];

    /// Its name, the same in all languages.
    pub(in crate::lessons) fn name(self) -> &'static str {
        match self {
            Tool::Python => "Python",
            Tool::Curl => "curl",
            Tool::Swaks => "swaks",
            Tool::Openssl => "openssl",
        }
    }

    /// Its key in a file.
    pub(in crate::lessons) fn key(self) -> &'static str {
        match self {
            Tool::Python => "python",
            Tool::Curl => "curl",
            Tool::Swaks => "swaks",
            Tool::Openssl => "openssl",
        }
    }
}

/// The lines of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Code {
    /// Which program.
    pub(in crate::lessons) tool: Tool,
    /// Its lines.
    pub(in crate::lessons) lines: Vec<(Mark, String)>,
}

/// What is said of a line of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lessons) enum Mark {
    /// Nothing.
    Plain,
    /// It is wrong.
    Wrong,
    /// It is right, and new.
    Right,
}

/// A whole program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Program {
    /// The name of its file.
    pub(in crate::lessons) name: String,
    /// Its text.
    pub(in crate::lessons) text: String,
}

/// A section of an RFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Rfc {
    /// The number of the RFC.
    pub(in crate::lessons) number: u32,
    /// The section. Empty: all of it.
    pub(in crate::lessons) section: String,
}

impl Rfc {
    /// What it is called.
    pub(in crate::lessons) fn label(&self) -> String {
        let number = self.number;
        if self.section.is_empty() {
            format!("RFC {number}")
        } else {
            format!("RFC {number} §{}", self.section)
        }
    }

    /// Where it can be read.
    pub(in crate::lessons) fn url(&self) -> String {
        let page = format!("https://www.rfc-editor.org/rfc/rfc{}", self.number);
        if self.section.is_empty() {
            page
        } else {
            let letter = self.section.starts_with(|c: char| c.is_ascii_alphabetic());
            let part = if letter { "appendix" } else { "section" };
            format!("{page}#{part}-{}", self.section)
        }
    }
}

impl Step {
    /// What the learner finds in the editor after having sent so many lines in this step. None:
    /// what is planned.
    pub(in crate::lessons) fn offer(&self, sent: usize) -> Option<String> {
        if let Some(last) = self.offers.last() {
            return Some(self.offers.get(sent).unwrap_or(last).clone());
        }
        match self.acts.get(sent).or(self.acts.last())? {
            Act::Line(line) => Some(crate::submission::escaped(line)),
            _ => None,
        }
    }
}

impl Lesson {
    /// The step in which the connection of this step began, and the connection.
    pub(in crate::lessons) fn connection_of(&self, step: usize) -> Option<(usize, &Connection)> {
        let until = self.steps.get(..=step)?;
        until.iter().enumerate().rev().find_map(|(at, step)| {
            let connection = step.connection.as_ref()?;
            Some((at, connection))
        })
    }
}
