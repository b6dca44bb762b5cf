//! What the browser has stored of a person's drafts.

use serde_json::Value;

use super::Visitor;

/// All values of a table of the database, or the empty list where there is none yet.
const TABLE: &str = "\
    const table = name => new Promise((done, failed) => { \
    const open = indexedDB.open('glasspost'); \
    open.onupgradeneeded = () => { open.transaction.abort(); }; \
    open.onerror = () => done([]); \
    open.onsuccess = () => { \
    const all = open.result.transaction(name).objectStore(name).getAll(); \
    all.onsuccess = () => { open.result.close(); done(all.result); }; \
    all.onerror = () => failed(all.error); }; });";

/// What the tables `heads`, `drafts` and `files` have, and how many texts wait in localStorage.
const ALL: &str = "\
    const texts = async name => (await table(name)).map(text => JSON.parse(text)); \
    const sum = async file => { let sum = 2166136261; \
    for (const octet of new Uint8Array(await file.arrayBuffer())) \
    sum = Math.imul(sum ^ octet, 16777619); \
    return [file.size, sum >>> 0]; }; \
    const files = await Promise.all((await table('files')).map(sum)); \
    const waiting = Object.keys(localStorage).filter(key => key.startsWith('glasspost.journal')); \
    return { heads: await texts('heads'), drafts: (await texts('drafts')).map(one => one.draft), \
    files, waiting: waiting.length };";

/// What is stored.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Stored {
    /// What the list of drafts shows of each.
    pub heads: Vec<Value>,
    /// The drafts.
    pub drafts: Vec<Value>,
    /// The size and the [`checksum`] of each file.
    pub files: Vec<(u64, u32)>,
    /// How many texts are in localStorage, for the next page to store.
    pub waiting: usize,
}

/// The FNV-1a of these octets.
#[must_use]
pub fn checksum(octets: &[u8]) -> u32 {
    octets.iter().fold(2_166_136_261, |sum, octet| {
        (sum ^ u32::from(*octet)).wrapping_mul(16_777_619)
    })
}

impl Stored {
    /// The text of each draft, in alphabetical order.
    #[must_use]
    pub fn bodies(&self) -> Vec<&str> {
        let bodies = self.drafts.iter();
        let mut bodies: Vec<_> = bodies
            .map(|draft| draft["body"].as_str().unwrap_or_default())
            .collect();
        bodies.sort_unstable();
        bodies
    }
}

impl Visitor {
    /// Waits until a stored draft contains this.
    pub async fn stored(&self, text: &str) {
        let text = Value::from(text);
        self.browser
            .evaluate(&format!(
                "(async () => {{ {TABLE} \
                 while (!(await table('drafts')).some(draft => draft.includes({text}))) \
                 await new Promise(done => setTimeout(done)); }})()"
            ))
            .await;
    }

    /// The values of a table that are text.
    ///
    /// # Panics
    /// If it can't be read.
    pub async fn texts_of(&self, table: &str) -> Vec<String> {
        let all = format!("(async () => {{ {TABLE} return await table({table:?}); }})()");
        let all = self.browser.evaluate(&all).await;
        serde_json::from_value(all).expect("texts")
    }

    /// Waits until so many files are stored.
    pub async fn has_files(&self, count: usize) {
        self.browser
            .evaluate(&format!(
                "(async () => {{ {TABLE} while ((await table('files')).length !== {count}) \
                 await new Promise(done => setTimeout(done)); }})()"
            ))
            .await;
    }

    /// Octets of the body of each draft of [`Visitor::add_drafts`], about.
    pub const DRAFT_BODY: usize = 3000;

    /// Adds so many drafts to the database, which the page shows when it is loaded again. "Draft
    /// number 0" is the newest; the body of each ends with "needle", its number and a full stop.
    pub async fn add_drafts(&self, count: usize) {
        let lines = Self::DRAFT_BODY / "a line of the text\n".len();
        self.browser
            .evaluate(&format!(
                "(async () => await new Promise(done => {{ \
                 const open = indexedDB.open('glasspost'); \
                 open.onsuccess = () => {{ \
                 const change = open.result.transaction(['heads', 'drafts'], 'readwrite'); \
                 for (let at = 0; at < {count}; at++) {{ const id = 'seed' + at; \
                 const body = 'a line of the text\\n'.repeat({lines}) + 'needle' + at + '.'; \
                 const draft = {{ from: 'mina@x.org', to: ['joon' + at + '@x.org'], \
                 subject: 'Draft number ' + at, body }}; \
                 change.objectStore('heads').put(JSON.stringify({{ id, revision: 1, \
                 title: draft.subject, people: draft.to, words: 'a line of the text', \
                 time: 1700000000000 - at }}), id); \
                 change.objectStore('drafts').put(JSON.stringify({{ id, draft }}), id); }} \
                 change.oncomplete = () => {{ open.result.close(); done(true); }}; }}; }}))()"
            ))
            .await;
    }

    /// What is stored now.
    ///
    /// # Panics
    /// If it can't be read.
    pub async fn all_stored(&self) -> Stored {
        let all = format!("(async () => {{ {TABLE} {ALL} }})()");
        let stored = self.browser.evaluate(&all).await;
        match serde_json::from_value(stored) {
            Ok(stored) => stored,
            Err(error) => panic!("what is stored: {error}"),
        }
    }

    /// Waits until a field has this text.
    pub async fn has(&self, field: &str, text: &str) {
        let (field, text) = (Value::from(field), Value::from(text));
        self.browser
            .until(&format!("named('textbox', {field})?.value === {text}"))
            .await;
    }

    /// Waits until the draft can be written to.
    pub async fn editable(&self) {
        self.browser
            .until("named('textbox', 'Subject')?.readOnly === false")
            .await;
    }
}
