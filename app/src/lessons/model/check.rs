//! Checks: what must have happened on a connection. docs/lessons.md has their grammar.

use smtp::{CommandKind, Entry, Event, Span};

use crate::submission::unescaped;

/// What has happened on a connection.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::lessons) struct World<'a> {
    /// All entries of it.
    pub(in crate::lessons) entries: &'a [Entry],
    /// How it ended, in a word: see [`crate::submission::kind`]. None: it has not.
    pub(in crate::lessons) ending: Option<&'a str>,
    /// The messages that the server has delivered from it.
    pub(in crate::lessons) delivered: &'a [Vec<u8>],
}

/// Something that must have happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Check {
    /// All of these must hold.
    chains: Vec<Vec<Atom>>,
}

/// One part of a check. Parts of a chain hold one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Atom {
    /// It must not have happened.
    not: bool,
    what: Basic,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Basic {
    Connected,
    Closed,
    Secured,
    SignedIn,
    Skipped,
    Message {
        stuffed: bool,
    },
    Sent {
        verb: Option<String>,
        containing: Option<String>,
        link: Link,
    },
    Reply {
        code: [char; 3],
        to: Option<String>,
        containing: Option<String>,
        link: Link,
    },
    Outcome(&'static str),
    Delivered {
        containing: Option<String>,
    },
}

/// What protected it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Any,
    Clear,
    Tls,
}

/// The endings that a check can name.
const ENDINGS: [&str; 5] = ["accepted", "refused", "unknown", "ended", "failed"];

/// What could not be read of a check: the rest of it that begins with what is wrong. Empty: it ends
/// too early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lessons) struct Unread(pub(in crate::lessons) String);

impl Check {
    /// Reads a check.
    pub(in crate::lessons) fn read(text: &str) -> Result<Check, Unread> {
        let mut words = Words { rest: text };
        let mut chains = Vec::new();
        loop {
            let mut chain = vec![words.atom()?];
            while words.takes("then") {
                chain.push(words.atom()?);
            }
            chains.push(chain);
            if !words.takes("and") {
                break;
            }
        }
        if words.peek().is_empty() {
            Ok(Check { chains })
        } else {
            Err(words.unread())
        }
    }

    /// Whether it holds, of what has happened from the entry of this index on.
    pub(in crate::lessons) fn holds(&self, world: World<'_>, from: usize) -> bool {
        self.chains.iter().all(|chain| {
            let mut at = from;
            chain.iter().all(|atom| match atom.find(world, at) {
                Some(_) if atom.not => false,
                Some(found) => {
                    at = found + 1;
                    true
                }
                None => atom.not,
            })
        })
    }
}

impl Atom {
    /// The index of the first entry from `at` on that it describes.
    fn find(&self, world: World<'_>, at: usize) -> Option<usize> {
        let end = world.entries.len();
        match &self.what {
            Basic::Outcome(ending) => (world.ending == Some(*ending)).then_some(end),
            Basic::Delivered { containing } => {
                let mut delivered = world.delivered.iter();
                let found = delivered.any(|raw| match containing {
                    Some(text) => contains(raw, text.as_bytes()),
                    None => true,
                });
                found.then_some(end)
            }
            what => {
                let behind = world.entries.iter().enumerate().skip(at);
                let mut behind = behind.filter(|(_, entry)| what.describes(entry, world.entries));
                behind.next().map(|(index, _)| index)
            }
        }
    }
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    part.is_empty() || octets.windows(part.len()).any(|window| window == part)
}

impl Basic {
    fn describes(&self, entry: &Entry, all: &[Entry]) -> bool {
        match (self, &entry.event) {
            (Basic::Connected, Event::Connected { .. })
            | (Basic::Closed, Event::Closed { .. })
            | (Basic::Secured, Event::Secured { .. })
            | (Basic::Skipped, Event::Skipped { .. }) => true,
            (Basic::SignedIn, Event::Received { reply, .. }) => reply.is(235),
            (Basic::Message { stuffed: wanted }, Event::Message { stuffed, .. }) => {
                !wanted || *stuffed > 0
            }
            (
                Basic::Sent {
                    verb,
                    containing,
                    link,
                },
                Event::Sent { command, line, .. },
            ) => {
                let line = text(line);
                let is_verb = verb
                    .as_ref()
                    .is_none_or(|verb| is_named(verb, *command, &line));
                is_verb && has(&line, containing.as_ref()) && link.is_of(entry)
            }
            (
                Basic::Reply {
                    code,
                    to,
                    containing,
                    link,
                },
                Event::Received { reply, answers, .. },
            ) => {
                let digits = reply.code.to_string();
                let is_code = digits
                    .chars()
                    .zip(code)
                    .all(|(digit, wanted)| !wanted.is_ascii_digit() || digit == *wanted);
                let is_to = to.as_ref().is_none_or(|verb| {
                    let line = answers.and_then(|seq| by_seq(all, seq));
                    line.is_some_and(|line| match &line.event {
                        Event::Sent { command, line, .. } => is_named(verb, *command, &text(line)),
                        _ => false,
                    })
                });
                let lines = reply.lines.join("\n");
                is_code && is_to && has(&lines, containing.as_ref()) && link.is_of(entry)
            }
            _ => false,
        }
    }
}

impl Link {
    fn is_of(self, entry: &Entry) -> bool {
        match self {
            Link::Any => true,
            Link::Clear => !entry.secured,
            Link::Tls => entry.secured,
        }
    }
}

fn by_seq(all: &[Entry], seq: u32) -> Option<&Entry> {
    let at = all.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
    all.get(at)
}

fn has(text: &str, part: Option<&String>) -> bool {
    part.is_none_or(|part| text.contains(part.as_str()))
}

/// A line as the transcript has it.
fn text(line: &[Span]) -> String {
    let span = |span: &Span| match span {
        Span::Text(text) => text.clone(),
        Span::Secret => smtp::SECRET.to_owned(),
    };
    line.iter().map(span).collect()
}

/// Whether a line that was sent is called so: by its verb, or by its first word if the server reads
/// it as no command. A line of a message is called `text`, the dot that ends it `.`, an answer to a
/// challenge `response`.
fn is_named(name: &str, command: CommandKind, line: &str) -> bool {
    let first = match command {
        CommandKind::Text => "text",
        CommandKind::EndOfData => ".",
        CommandKind::AuthResponse | CommandKind::AuthCancel => "response",
        _ => line.split([' ', '\t']).next().unwrap_or_default(),
    };
    first.eq_ignore_ascii_case(name)
}

/// The words of a check that are still to be read.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// The next word. Empty: there is none.
    fn peek(&self) -> &'a str {
        let rest = self.rest.trim_start();
        rest.split_whitespace().next().unwrap_or_default()
    }

    fn unread(&self) -> Unread {
        Unread(self.rest.trim().to_owned())
    }

    fn next(&mut self) -> &'a str {
        let word = self.peek();
        let rest = self.rest.trim_start();
        self.rest = rest.strip_prefix(word).unwrap_or_default();
        word
    }

    /// Reads this word, if it is the next.
    fn takes(&mut self, word: &str) -> bool {
        let is_next = self.peek() == word;
        if is_next {
            self.next();
        }
        is_next
    }

    fn must(&mut self, word: &str) -> Result<(), Unread> {
        if self.takes(word) {
            Ok(())
        } else {
            Err(self.unread())
        }
    }

    fn atom(&mut self) -> Result<Atom, Unread> {
        let not = self.takes("not");
        let before = self.unread();
        let what = match self.next() {
            "connected" => Basic::Connected,
            "closed" => Basic::Closed,
            "secured" => Basic::Secured,
            "skipped" => Basic::Skipped,
            "signed" => {
                self.must("in")?;
                Basic::SignedIn
            }
            "message" => Basic::Message {
                stuffed: self.takes("stuffed"),
            },
            "sent" => Basic::Sent {
                verb: self.verb(),
                containing: self.containing()?,
                link: self.link()?,
            },
            "reply" => Basic::Reply {
                code: self.code()?,
                to: if self.takes("to") {
                    Some(self.verb().ok_or_else(|| self.unread())?)
                } else {
                    None
                },
                containing: self.containing()?,
                link: self.link()?,
            },
            "outcome" => {
                let unread = self.unread();
                let word = self.next();
                let ending = ENDINGS.into_iter().find(|ending| *ending == word);
                Basic::Outcome(ending.ok_or(unread)?)
            }
            "delivered" => Basic::Delivered {
                containing: self.containing()?,
            },
            _ => return Err(before),
        };
        Ok(Atom { not, what })
    }

    /// The name of a line.
    fn verb(&mut self) -> Option<String> {
        let word = self.peek();
        let ours = ["containing", "in", "under", "then", "and", "not", ""];
        (!ours.contains(&word)).then(|| self.next().to_owned())
    }

    fn code(&mut self) -> Result<[char; 3], Unread> {
        let unread = self.unread();
        let mut chars = self.next().chars();
        let (Some(a), Some(b), Some(c), None) =
            (chars.next(), chars.next(), chars.next(), chars.next())
        else {
            return Err(unread);
        };
        let code = [a, b, c];
        let fits = ('2'..='5').contains(&a)
            && [(b, 'y'), (c, 'z')]
                .iter()
                .all(|(given, any)| given.is_ascii_digit() || given == any);
        if fits { Ok(code) } else { Err(unread) }
    }

    fn containing(&mut self) -> Result<Option<String>, Unread> {
        if !self.takes("containing") {
            return Ok(None);
        }
        let unread = self.unread();
        let rest = self.rest.trim_start();
        let quoted = rest.strip_prefix('"').ok_or_else(|| unread.clone())?;
        let mut escaped = false;
        let end = quoted.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = end.ok_or(unread)?;
        self.rest = &quoted[end + 1..];
        Ok(Some(unescaped(&quoted[..end].replace("\\\"", "\""))))
    }

    fn link(&mut self) -> Result<Link, Unread> {
        if self.takes("in") {
            self.must("clear")?;
            Ok(Link::Clear)
        } else if self.takes("under") {
            self.must("TLS")?;
            Ok(Link::Tls)
        } else {
            Ok(Link::Any)
        }
    }
}
