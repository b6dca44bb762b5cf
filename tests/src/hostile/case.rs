//! One file of `tests/hostile`: a job, a server's script, and what must come of the two.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use smtp::{Security, SendMode};
use wire::Start;

use super::MAIL;
use super::certificate::Certificate;
use crate::job;
use crate::scripted::script::{self, Step, unescape};

/// A file, read.
pub struct Case {
    /// Its folder and its name.
    pub name: String,
    pub(super) host: String,
    pub(super) security: Security,
    pub(super) certificate: Certificate,
    pub(super) credentials: Option<(String, String)>,
    from: Option<String>,
    to: Vec<String>,
    client_name: Option<String>,
    pub(super) message: Vec<u8>,
    mode: SendMode,
    /// The operator never releases a line that begins like this.
    pub(super) hold: Option<String>,
    pipelining: bool,
    chunking: bool,
    /// The connection is to wait for another message; the script has to bring it to its end.
    pub(super) keep_open: bool,
    /// The bridge's `--timeout-scale`.
    pub(super) scale: String,
    pub(super) receive_buffer: Option<u32>,
    /// How often it is tried, for what depends on who is faster.
    pub(super) times: usize,
    pub(super) expect: Expect,
    pub(super) steps: Arc<[Step]>,
}

/// What must come of it.
#[derive(Default)]
pub(super) struct Expect {
    /// In the words of [`crate::page::Sent::summary`]; one of these.
    pub(super) outcome: Vec<String>,
    /// The stage that a refusal or a failure names.
    pub(super) at: Option<String>,
    /// The code of each recipient, `-` where it was not tried.
    pub(super) recipients: Option<String>,
    /// Parts of the transcript.
    pub(super) shown: Vec<String>,
    /// What stands in nothing that the page was told.
    pub(super) hidden: Vec<String>,
    /// What the client has not written, in clear or inside TLS.
    pub(super) never: Vec<Vec<u8>>,
    /// Everything the client writes between its DATA and its QUIT.
    pub(super) wire: Option<Vec<u8>>,
    /// The client does not even connect.
    pub(super) no_visit: bool,
}

impl Case {
    /// All files of a folder of `tests/hostile`, by name.
    ///
    /// # Panics
    /// When there is none, or one is not of the language: names every such file.
    #[must_use]
    pub fn all(class: &str) -> Vec<Case> {
        let folder = Case::folder().join(class);
        let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
            Ok(files) => files
                .map(|file| file.expect("a readable folder").path())
                .collect(),
            Err(error) => panic!("{}: {error}", folder.display()),
        };
        files.sort();
        assert!(!files.is_empty(), "{} is empty", folder.display());
        let (mut cases, mut wrong) = (Vec::new(), Vec::new());
        for file in files {
            match Case::read(class, &file) {
                Ok(some) => cases.extend(some),
                Err(why) => wrong.push(format!("{}: {why}", file.display())),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        cases
    }

    /// The folder of all classes.
    #[must_use]
    pub fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile")
    }

    fn read(class: &str, file: &Path) -> Result<Vec<Case>, String> {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".smtp"))
            .ok_or("its name does not end in .smtp")?;
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        Case::parse(&format!("{class}/{name}"), &text)
    }

    /// Reads the text of a file: one case, or one for each of its lines `try:`.
    ///
    /// # Errors
    /// A sentence about the first thing that is wrong with it.
    pub fn parse(name: &str, text: &str) -> Result<Vec<Case>, String> {
        let (head, script) = text
            .split_once("\n---\n")
            .ok_or("no line --- between head and script")?;
        let (tries, head): (Vec<&str>, Vec<&str>) =
            head.lines().partition(|line| line.starts_with("try:"));
        let head = head.join("\n");
        if tries.is_empty() {
            return Ok(vec![Case::one(name, &head, script)?]);
        }
        tries
            .into_iter()
            .map(|line| {
                let columns: Vec<&str> = line["try:".len()..].trim_start().split(" | ").collect();
                let name = format!("{name} ({})", columns[0]);
                Case::one(&name, &filled(&head, &columns), &filled(script, &columns))
                    .map_err(|why| format!("{line}: {why}"))
            })
            .collect()
    }

    fn one(name: &str, head: &str, script: &str) -> Result<Case, String> {
        let mut case = Case {
            name: name.to_owned(),
            host: MAIL.to_owned(),
            security: Security::None,
            certificate: Certificate::default(),
            credentials: None,
            from: Some("mina@example.org".to_owned()),
            to: vec!["hana@example.org".to_owned()],
            client_name: None,
            message: job::NOTE.to_vec(),
            mode: SendMode::Run,
            hold: None,
            pipelining: true,
            chunking: false,
            keep_open: false,
            scale: "1".to_owned(),
            receive_buffer: None,
            times: 1,
            expect: Expect::default(),
            steps: script::parse(script)?.into(),
        };
        if !head.starts_with("# ") {
            return Err("no comment at its top says what it shows".to_owned());
        }
        for line in head.lines().filter(|line| !line.starts_with('#')) {
            let (key, value) = line
                .split_once(':')
                .ok_or_else(|| format!("{line:?} is not key: value"))?;
            let value = value.trim();
            case.set(key, value)
                .map_err(|why| format!("{key}: {why}"))?;
        }
        if case.expect.outcome.is_empty() {
            return Err("no outcome".to_owned());
        }
        Ok(case)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let text = || -> Result<String, String> {
            String::from_utf8(unescape(value)?).map_err(|error| error.to_string())
        };
        let wrong = |what: &str| Err(format!("{value:?} is {what}"));
        match key {
            "host" => self.host = text()?,
            "security" => {
                self.security = match value {
                    "none" => Security::None,
                    "starttls" => Security::Starttls,
                    "tls" => Security::Tls,
                    _ => return wrong("none of none, starttls, tls"),
                }
            }
            "certificate" => self.certificate = Certificate::parse(value)?,
            "credentials" => {
                let text = text()?;
                let (user, password) = text
                    .split_once(' ')
                    .ok_or("a user and a password are wanted")?;
                self.credentials = Some((user.to_owned(), password.to_owned()));
            }
            "from" => self.from = Some(text()?).filter(|from| from != "<>"),
            "to" => {
                // Escapes count behind the cut, so that an address may hold a comma.
                let one =
                    |to: &str| String::from_utf8(unescape(to)?).map_err(|error| error.to_string());
                self.to = value.split(", ").map(one).collect::<Result<_, _>>()?;
            }
            "client-name" => self.client_name = Some(text()?),
            "size" => {
                let size = value.parse().map_err(|error| format!("{error}"))?;
                self.message = message_of(size);
            }
            "message" => self.message = unescape(value)?,
            "pace" => {
                self.mode = match value {
                    "run" => SendMode::Run,
                    "step" => SendMode::Step,
                    _ => return wrong("none of run, step"),
                }
            }
            "hold" => {
                self.mode = SendMode::Step;
                self.hold = Some(text()?);
            }
            "pipelining" => self.pipelining = yes(value)?,
            "chunking" => self.chunking = yes(value)?,
            "keep-open" => self.keep_open = yes(value)?,
            "timeout-scale" => self.scale = value.to_owned(),
            "receive-buffer" => {
                self.receive_buffer = Some(value.parse().map_err(|error| format!("{error}"))?);
            }
            "times" => self.times = value.parse().map_err(|error| format!("{error}"))?,
            "outcome" => self.expect.outcome.push(value.to_owned()),
            "at" => self.expect.at = Some(value.to_owned()),
            "recipients" => self.expect.recipients = Some(value.to_owned()),
            "shown" => self.expect.shown.push(text()?),
            "hidden" => self.expect.hidden.push(text()?),
            "never" => self.expect.never.push(unescape(value)?),
            "wire" => self.expect.wire = Some(unescape(value)?),
            "visit" => match value {
                "no" => self.expect.no_visit = true,
                _ => return wrong("not no"),
            },
            _ => return Err("no such key".to_owned()),
        }
        Ok(())
    }

    /// How many octets the server sends until the outcome is decided: all but its answer to QUIT.
    #[must_use]
    pub fn decided(&self) -> usize {
        let quit = Step::Expect("QUIT".to_owned());
        self.steps
            .iter()
            .take_while(|step| **step != quit)
            .map(|step| match step {
                Step::Send(text) => text.octets("").len(),
                _ => 0,
            })
            .sum()
    }

    /// The outcome, where the file names one alone.
    #[must_use]
    pub fn outcome(&self) -> &str {
        &self.expect.outcome[0]
    }

    /// The password, where the job signs in.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.credentials
            .as_ref()
            .map(|(_, password)| password.as_str())
    }

    /// Whether there is TLS at any time.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.security != Security::None
    }

    /// The message of the job.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// The job for a server on this port.
    #[must_use]
    pub fn start(&self, id: u32, port: u16) -> Start {
        let server = job::host(&self.host, port, self.security);
        let credentials = self
            .credentials
            .as_ref()
            .and_then(|(user, password)| job::credentials(user, password));
        Start {
            id,
            credentials,
            from: self.from.clone(),
            to: self.to.clone(),
            client_name: self.client_name.clone(),
            mode: self.mode,
            pipelining: self.pipelining,
            chunking: self.chunking,
            keep_open: self.keep_open,
            ..job::start(server, &self.message)
        }
    }
}

fn yes(value: &str) -> Result<bool, String> {
    match value {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("{value:?} is none of yes, no")),
    }
}

/// The text with each column in its place: `{1}`, `{2}` and so on.
fn filled(text: &str, columns: &[&str]) -> String {
    let mut text = text.to_owned();
    for (at, column) in columns.iter().enumerate() {
        text = text.replace(&format!("{{{}}}", at + 1), column);
    }
    text
}

/// A message of so many octets, lines of 64.
fn message_of(size: usize) -> Vec<u8> {
    let head = b"Subject: a message of some size\r\n\r\n";
    let line = b".23456789 123456789 123456789 123456789 123456789 123456789 12\r\n";
    let mut message = head.to_vec();
    while message.len() < size {
        message.extend_from_slice(line);
    }
    message.truncate(size);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(head: &str, expect: Result<&str, &str>) {
        let text = format!("# A remark.\n{head}\n---\nS: 220 hi\nHUSH\n");
        let got = Case::parse("a/b", &text).map(|cases| {
            let outcomes: Vec<String> = cases
                .iter()
                .map(|case| case.expect.outcome.join("|"))
                .collect();
            outcomes.join(", ")
        });
        match (got, expect) {
            (Ok(got), Ok(expect)) => assert_eq!(got, expect, "{head}"),
            (Err(got), Err(expect)) => assert!(got.contains(expect), "{head}: {got}"),
            (got, _) => panic!("{head}: {got:?}"),
        }
    }

    #[test]
    fn heads() {
        check("outcome: failed not_mail", Ok("failed not_mail"));
        check("outcome: a\noutcome: b", Ok("a|b"));
        check("try: 1 | a\ntry: 2 | b\noutcome: x {2}", Ok("x a, x b"));
        check("try: 1 | a\noutcome: x\nsize: {2}", Err("try: 1 | a"));
        check("security: starttls", Err("no outcome"));
        check("security: ssl", Err("none of none, starttls, tls"));
        check("colour: red", Err("no such key"));
        check("certificate: goood", Err("no certificate"));
        check("never: \\q", Err("no escape"));
        check("outcome", Err("not key: value"));
    }

    #[test]
    fn messages_have_their_size() {
        for size in [0, 1, 35, 36, 1_000, 100_000] {
            assert_eq!(message_of(size).len(), size);
        }
    }
}
