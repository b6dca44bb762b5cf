//! One file of `tests/hostile`: a job, a server script, and the expected result.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use practice::scenario::{Step, unescape};
use smtp::{Security, SendMode};
use wire::Start;

use super::MAIL;
use super::certificate::Certificate;
use crate::job;
use crate::scripted;

/// A parsed file.
pub struct Case {
    /// The folder and the name of the file.
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
    /// The operator never sends a line with this prefix.
    pub(super) stay_paused: Option<String>,
    pipelining: bool,
    chunking: bool,
    /// Whether the connection is kept open for another message. The script must then end it.
    pub(super) keep_open: bool,
    /// The bridge's `--timeout-scale`.
    pub(super) scale: String,
    pub(super) receive_buffer: Option<u32>,
    /// How often it runs, if the result depends on timing.
    pub(super) times: usize,
    pub(super) expect: Expect,
    pub(super) steps: Arc<[Step]>,
}

/// The expected result.
#[derive(Default)]
pub(super) struct Expect {
    /// One of these, in the words of [`crate::page::Sent::summary`].
    pub(super) outcome: Vec<String>,
    /// The stage of a refusal or failure.
    pub(super) at: Option<String>,
    /// The code of each recipient; `-` if it was not tried.
    pub(super) recipients: Option<String>,
    /// Parts of the transcript.
    pub(super) shown: Vec<String>,
    /// Texts that must not be in anything sent to the page.
    pub(super) hidden: Vec<String>,
    /// Octets that the client must not send, inside or outside TLS.
    pub(super) never: Vec<Vec<u8>>,
    /// Everything the client sends between DATA and QUIT.
    pub(super) wire: Option<Vec<u8>>,
    /// Whether the client must not connect at all.
    pub(super) no_connection: bool,
}

impl Case {
    /// Reads all files of a folder of `tests/hostile`, in the order of their names.
    ///
    /// # Panics
    /// If there is none, or if any is invalid. Names every invalid file.
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
        let (mut cases, mut failures) = (Vec::new(), Vec::new());
        for file in files {
            match Case::read(class, &file) {
                Ok(some) => cases.extend(some),
                Err(why) => failures.push(format!("{}: {why}", file.display())),
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        cases
    }

    /// The folder that contains all classes.
    #[must_use]
    pub fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile")
    }

    fn read(class: &str, file: &Path) -> Result<Vec<Case>, String> {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".smtp"))
            .ok_or("the file name must end in .smtp")?;
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        Case::parse(&format!("{class}/{name}"), &text)
    }

    /// Parses the text of a file: one case, or one for each line `try:`.
    ///
    /// # Errors
    /// A message about the first error.
    pub fn parse(name: &str, text: &str) -> Result<Vec<Case>, String> {
        let (head, script) = text
            .split_once("\n---\n")
            .ok_or("no line --- after the head")?;
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
            stay_paused: None,
            pipelining: true,
            chunking: false,
            keep_open: false,
            scale: "1".to_owned(),
            receive_buffer: None,
            times: 1,
            expect: Expect::default(),
            steps: scripted::read(script)?.into(),
        };
        if !head.starts_with("# ") {
            return Err("no comment at the top".to_owned());
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
        let invalid = |what: &str| Err(format!("{value:?} is {what}"));
        match key {
            "host" => self.host = text()?,
            "security" => {
                self.security = match value {
                    "none" => Security::None,
                    "starttls" => Security::Starttls,
                    "tls" => Security::Tls,
                    _ => return invalid("none of none, starttls, tls"),
                }
            }
            "certificate" => self.certificate = Certificate::parse(value)?,
            "credentials" => {
                let text = text()?;
                let (user, password) = text
                    .split_once(' ')
                    .ok_or("expected a user and a password")?;
                self.credentials = Some((user.to_owned(), password.to_owned()));
            }
            "from" => self.from = Some(text()?).filter(|from| from != "<>"),
            "to" => {
                // Unescape after splitting, so that an address may contain a comma.
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
            "mode" => {
                self.mode = match value {
                    "run" => SendMode::Run,
                    "step" => SendMode::Step,
                    _ => return invalid("none of run, step"),
                }
            }
            "stay-paused" => {
                self.mode = SendMode::Step;
                self.stay_paused = Some(text()?);
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
            "connects" => match value {
                "no" => self.expect.no_connection = true,
                _ => return invalid("not no"),
            },
            _ => return Err("unknown key".to_owned()),
        }
        Ok(())
    }

    /// How many octets the server sends until the outcome is decided: everything except its reply
    /// to QUIT.
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

    /// The outcome, if the file names exactly one.
    #[must_use]
    pub fn outcome(&self) -> &str {
        &self.expect.outcome[0]
    }

    /// The password, if the job signs in.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.credentials
            .as_ref()
            .map(|(_, password)| password.as_str())
    }

    /// Whether the dialogue uses TLS.
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
        _ => Err(format!("{value:?} is not yes or no")),
    }
}

/// Replaces `{1}`, `{2}` and so on with the columns.
fn filled(text: &str, columns: &[&str]) -> String {
    let mut text = text.to_owned();
    for (at, column) in columns.iter().enumerate() {
        text = text.replace(&format!("{{{}}}", at + 1), column);
    }
    text
}

/// A message of this many octets in lines of 64.
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
        let text = format!("# A remark.\n{head}\n---\nS: 220 hi\nSILENT\n");
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
        check("colour: red", Err("unknown key"));
        check("certificate: goood", Err("unknown certificate"));
        check("never: \\q", Err("unknown escape"));
        check("outcome", Err("not key: value"));
    }

    #[test]
    fn messages_have_their_size() {
        for size in [0, 1, 35, 36, 1_000, 100_000] {
            assert_eq!(message_of(size).len(), size);
        }
    }
}
