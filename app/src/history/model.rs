//! What is kept of a message that was sent, and for how long. Pure.

mod batch;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use smtp::{Entry, Event, Fate, RecipientResult, Span};

pub use self::batch::{Batch, Line, lines};
use crate::accounts::Destination;
use crate::compose::Draft;
use crate::connection::{Segment, StoredFile};
use crate::submission::{About, Ending, Message, kind};

/// The most messages that are kept.
pub const MOST: usize = 1000;

/// The most octets that they take together, with their files.
pub const MOST_OCTETS: u64 = 200 * 1024 * 1024;

/// The text of a longer message is not kept, in octets. Its transcript is.
pub const LONGEST: usize = 5 * 1024 * 1024;

/// The most recipients that the list knows of a message.
const PEOPLE: usize = 50;

/// What the list shows of a message that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// Its key.
    pub id: String,
    /// When it began to be sent, in milliseconds since 1970.
    pub time: u64,
    /// What it is called, see [`Draft::title`].
    pub title: String,
    /// Who it is from, as typed.
    pub from: String,
    /// Who it is for, as typed.
    pub people: Vec<String>,
    /// The server that it went to.
    pub server: String,
    /// How it ended, as [`crate::submission::kind`] says it. Empty: it has not.
    pub kind: String,
    /// How many recipients were refused.
    pub refused: usize,
    /// Its size, in octets.
    pub size: u64,
    /// What it takes in the browser's storage besides its files, in octets, about.
    pub kept: u64,
    /// The keys of its files.
    pub files: Vec<String>,
    /// The octets of each of its files.
    pub sizes: Vec<u64>,
    /// Names the messages that were made of the same draft for many. Empty: it is alone.
    pub batch: String,
    /// When it was deleted, in milliseconds since 1970.
    pub deleted: Option<u64>,
}

/// The rest of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The draft that it was made of. None: it can't be read.
    pub draft: Option<Draft>,
    /// The message. Empty: it was too long to be kept.
    pub message: Vec<Piece>,
    /// The forward-paths.
    pub to: Vec<String>,
    /// Where it went.
    pub destination: Destination,
    /// What happened.
    #[serde(default)]
    pub entries: Vec<Entry>,
    /// How it ended. None: it has not, or the page was closed meanwhile.
    #[serde(default)]
    pub ending: Option<Ending>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// These octets, which are UTF-8.
    Text(String),
    /// A file of the browser's database.
    File {
        /// Its key.
        id: String,
        /// What the person calls it.
        name: String,
        /// Its octets, before encoding.
        size: u64,
        /// Whether it is in base64.
        encoded: bool,
    },
}

impl Sent {
    /// A message that begins to be sent, and the rest of it.
    #[must_use]
    pub fn begin(
        id: String,
        time: u64,
        message: Message,
        destination: Destination,
        about: &About,
    ) -> (Sent, Details) {
        let draft = serde_json::from_str::<Draft>(&about.draft).ok();
        let size = message.size();
        let pieces = pieces(&message.segments);
        let files = draft.iter().flat_map(|draft| &draft.attachments);
        let (files, sizes) = files.map(|one| (one.file.clone(), one.size)).unzip();
        let text: usize = pieces.iter().map(Piece::text_size).sum();
        let people = draft.iter().flat_map(|draft| {
            let all = [&draft.to, &draft.cc, &draft.bcc];
            all.into_iter().flatten().cloned()
        });
        let sent = Sent {
            id,
            time,
            title: draft.as_ref().map(Draft::title).unwrap_or_default(),
            from: draft
                .as_ref()
                .map(|draft| draft.from.clone())
                .unwrap_or_default(),
            people: people.take(PEOPLE).collect(),
            server: server(&destination),
            size,
            kept: about.draft.len() as u64 + text as u64,
            files,
            sizes,
            batch: about.batch.clone(),
            ..Sent::default()
        };
        let details = Details {
            draft,
            message: pieces,
            to: message.to,
            destination,
            entries: Vec::new(),
            ending: None,
        };
        (sent, details)
    }

    /// It is over.
    pub fn end(&mut self, details: &mut Details, entries: Vec<Entry>, ending: Ending) {
        kind(&ending).clone_into(&mut self.kind);
        self.refused = refused(&ending).count();
        self.kept += entries.len() as u64 * 200;
        details.entries = entries;
        details.ending = Some(ending);
    }

    /// Whether it was accepted for all recipients.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.kind == "accepted" && self.refused == 0
    }

    /// Whether all words of `search`, which is in lower case, are in it.
    #[must_use]
    pub fn matches(&self, search: &str) -> bool {
        let texts = [&self.title, &self.from, &self.server, &self.kind];
        let texts = texts.into_iter().chain(&self.people);
        let texts: Vec<String> = texts.map(|text| text.to_lowercase()).collect();
        let mut words = search.split_whitespace();
        words.all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

impl Details {
    /// What became of each recipient.
    #[must_use]
    pub fn results(&self) -> Vec<RecipientResult> {
        let known = match &self.ending {
            Some(Ending::Outcome(outcome)) => outcome.recipients(),
            _ => &[],
        };
        if !known.is_empty() {
            return known.to_vec();
        }
        let not_tried = |address: &String| RecipientResult {
            address: address.clone(),
            fate: Fate::NotTried,
        };
        self.to.iter().map(not_tried).collect()
    }

    /// The addresses that the server refused.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        let refused = self.ending.iter().flat_map(refused);
        refused.map(|one| one.address.clone()).collect()
    }

    /// All its text in lower case, to be searched.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.message {
            match piece {
                Piece::Text(more) => text.push_str(more),
                Piece::File { name, .. } => text.push_str(name),
            }
            text.push('\n');
        }
        if let Some(draft) = &self.draft {
            text.push_str(&draft.subject);
            text.push('\n');
            text.push_str(&draft.body);
            text.push('\n');
        }
        for entry in &self.entries {
            match &entry.event {
                Event::Sent { line, .. } => {
                    for span in line {
                        if let Span::Text(more) = span {
                            text.push_str(more);
                        }
                    }
                }
                Event::Received { reply, .. } => text.push_str(&reply.text()),
                _ => {}
            }
            text.push('\n');
        }
        text.to_lowercase()
    }

    /// The message in segments. None: its text was not kept.
    #[must_use]
    pub fn segments(&self) -> Option<Vec<Segment>> {
        let segments = self.message.iter().map(|piece| match piece {
            Piece::Text(text) => Segment::Octets(text.clone().into_bytes()),
            Piece::File {
                id,
                name,
                size,
                encoded,
            } => {
                let file = StoredFile {
                    id: id.clone(),
                    name: name.clone(),
                    size: *size,
                };
                if *encoded {
                    Segment::Base64(file)
                } else {
                    Segment::AsIs(file)
                }
            }
        });
        (!self.message.is_empty()).then(|| segments.collect())
    }
}

impl Piece {
    fn text_size(&self) -> usize {
        match self {
            Piece::Text(text) => text.len(),
            Piece::File { .. } => 0,
        }
    }
}

/// Those that are to be removed, so that the rest keeps the bounds: what was deleted before
/// `forgotten`, then the oldest. The newest always stays.
#[must_use]
pub fn to_remove(all: &[Sent], forgotten: u64) -> Vec<String> {
    let (deleted, mut kept): (Vec<&Sent>, Vec<&Sent>) = all
        .iter()
        .partition(|one| one.deleted.is_some_and(|at| at < forgotten));
    let mut removed: Vec<String> = deleted.into_iter().map(|one| one.id.clone()).collect();
    kept.sort_by_key(|one| std::cmp::Reverse(one.time));
    let mut octets = 0;
    // A file that several messages have is stored once.
    let mut files = BTreeSet::new();
    for (at, one) in kept.into_iter().enumerate() {
        let new = one.files.iter().zip(&one.sizes);
        let new = new.filter(|(file, _)| files.insert(*file));
        octets += one.kept + new.map(|(_, size)| size).sum::<u64>();
        if at > 0 && (at >= MOST || octets > MOST_OCTETS) {
            removed.push(one.id.clone());
        }
    }
    removed
}

fn refused(ending: &Ending) -> impl Iterator<Item = &RecipientResult> {
    let results = match ending {
        Ending::Outcome(outcome) => outcome.recipients(),
        _ => &[],
    };
    let is_refused = |one: &&RecipientResult| matches!(one.fate, Fate::Refused { .. });
    results.iter().filter(is_refused)
}

fn server(destination: &Destination) -> String {
    match &destination.server {
        wire::Server::Practice { .. } => destination.name.clone(),
        wire::Server::Host { host, port, .. } => format!("{host}:{port}"),
    }
}

/// The pieces of a message. None of them, if its text is too long, or is no UTF-8.
fn pieces(segments: &[Segment]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut size = 0;
    for segment in segments {
        let (file, encoded) = match segment {
            Segment::Octets(octets) => {
                size += octets.len();
                match String::from_utf8(octets.clone()) {
                    Ok(text) if size <= LONGEST => pieces.push(Piece::Text(text)),
                    _ => return Vec::new(),
                }
                continue;
            }
            Segment::Base64(file) => (file, true),
            Segment::AsIs(file) => (file, false),
        };
        pieces.push(Piece::File {
            id: file.id.clone(),
            name: file.name.clone(),
            size: file.size,
            encoded,
        });
    }
    pieces
}

#[cfg(test)]
mod tests;
