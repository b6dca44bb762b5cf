//! What a person writes is what three independent readers find in the message: Python's `email`,
//! the crate mail-parser, and Node's mailparser.
//!
//! Each seed is one message. `GLASSPOST_SEEDS=n` reads n messages back instead of 500;
//! `GLASSPOST_SEED=n` reads that seed alone and prints the message.

mod blocks;
mod generator;
mod octets;
mod reading;

use generator::{Written, with_injection, written};
use reading::{Person, Reading};

/// Number of messages in an ordinary run.
const SEEDS: u64 = 500;

/// Number of messages when `GLASSPOST_LONG` is set.
const MANY_SEEDS: u64 = 5_000;

/// Number of messages that a reader reads in one process.
const BATCH: usize = 500;

/// Number of messages with an injection in each text.
const INJECTED: u64 = 100;

#[tokio::test]
async fn every_message_reads_back() {
    let one = number("GLASSPOST_SEED");
    let long = glasspost_tests::program::long();
    let many = number("GLASSPOST_SEEDS").unwrap_or(if long { MANY_SEEDS } else { SEEDS });
    let seeds: Vec<u64> = one.map_or((0..many).collect(), |seed| vec![seed]);
    let mut wrong = Vec::new();
    for batch in seeds.chunks(BATCH) {
        wrong.extend(read_back(batch, one.is_some()).await);
    }
    assert!(
        wrong.is_empty(),
        "{} differences; GLASSPOST_SEED=n reads one message alone\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Builds the messages of these seeds and compares what the readers find in them with what was
/// written.
async fn read_back(seeds: &[u64], print: bool) -> Vec<String> {
    let all: Vec<Written> = seeds.iter().map(|seed| written(*seed)).collect();
    let build = |(seed, written): (&u64, &Written)| built(*seed, written);
    let messages: Vec<Vec<u8>> = seeds.iter().zip(&all).map(build).collect();
    if print {
        messages
            .iter()
            .for_each(|message| println!("{}", String::from_utf8_lossy(message)));
    }
    let rust: Vec<Reading> = messages
        .iter()
        .map(|message| reading::rust(message))
        .collect();
    let readers = [
        ("Python", reading::python(&messages).await),
        ("mail-parser", rust),
        ("Node", reading::node(&messages).await),
    ];
    let mut wrong = Vec::new();
    for (reader, readings) in readers {
        assert_eq!(readings.len(), messages.len(), "{reader}");
        let written = seeds.iter().zip(&all).zip(&messages);
        for (((seed, written), octets), mut got) in written.zip(readings) {
            let mut expect = Reading {
                fields: octets::names(octets),
                ..written.expect.clone()
            };
            allow_for_faults(reader, octets, &mut got, &mut expect);
            if memchr::memmem::find(octets, b"format=\"flowed\"").is_some() {
                for text in [&mut got.text, &mut expect.text] {
                    *text = text.as_deref().map(joined);
                }
            }
            let differences = differences(got, expect);
            wrong.extend(differences.map(|what| format!("seed {seed}, {reader}: {what}")));
        }
    }
    wrong
}

/// CR, LF and what readers take for them in texts of which header fields are made. Either the page
/// refuses the draft, or the message has no field more.
#[test]
fn no_text_brings_forth_a_field() {
    let (mut refused, mut sent) = (0, 0);
    for seed in 0..INJECTED {
        for place in 0.. {
            let Some(written) = with_injection(seed, place) else {
                break;
            };
            if written.draft.problems().is_empty() {
                built(seed, &written);
                sent += 1;
            } else {
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && sent > 0, "{refused} refused, {sent} sent");
}

/// The octets of the message, which are well-formed.
fn built(seed: u64, written: &Written) -> Vec<u8> {
    let message = match written.draft.message(&written.stamp) {
        Ok(message) => message,
        Err(problems) => panic!("seed {seed}: {problems:?} in {:?}", written.draft),
    };
    let octets = message.octets(|file| written.files[&file.id].clone());
    assert_eq!(octets.len() as u64, message.size(), "the size is foretold");
    println!("seed {seed}");
    octets::check(&octets, &written.draft.bcc);
    octets
}

/// Passes over what a reader is known to read against the RFCs, and nothing else.
fn allow_for_faults(reader: &str, octets: &[u8], got: &mut Reading, expect: &mut Reading) {
    match reader {
        // RFC 2047 §6.2: space between two encoded words is not part of the text, and all space in
        // one is. In names, but not in subjects, Python's email keeps the former and makes several
        // spaces one.
        "Python" => {
            let adjacent = memchr::memmem::find(octets, b"?=\r\n =?").is_some();
            for (got, expect) in pairs(got, expect) {
                for (got, expect) in got.iter_mut().zip(expect) {
                    if adjacent || expect.0.contains("  ") {
                        got.0.retain(|c| c != ' ');
                        expect.0.retain(|c| c != ' ');
                    }
                }
            }
        }
        // RFC 5322 §3.4.1: a local part may be a quoted string. mail-parser takes the brackets and
        // the quoted pairs in it for those of the field, and then misreads the rest of the field.
        "mail-parser" => {
            let odd = |one: &Person| one.1.starts_with('"') && one.1.contains(['<', '\\']);
            for (got, expect) in pairs(got, expect) {
                if expect.iter().any(odd) {
                    got.clone_from(expect);
                }
            }
        }
        // A part without text is a text all the same (RFC 2046 §4.1.3). mailparser reports none,
        // or a line break.
        "Node" if expect.text.as_deref() == Some("") => {
            assert!(matches!(got.text.as_deref(), None | Some("\n")));
            expect.text.clone_from(&got.text);
        }
        _ => {}
    }
}

/// A text without what may differ after paragraphs have been wrapped and joined again (RFC 3676):
/// spaces, line ends, and the marks of quotes, which each line has. Node joins lines itself.
fn joined(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '\r' | '\n' | '>'))
        .collect()
}

/// The fields of addresses in two readings.
fn pairs<'a>(
    got: &'a mut Reading,
    expect: &'a mut Reading,
) -> [(&'a mut Vec<Person>, &'a mut Vec<Person>); 4] {
    [
        (&mut got.from, &mut expect.from),
        (&mut got.reply_to, &mut expect.reply_to),
        (&mut got.to, &mut expect.to),
        (&mut got.cc, &mut expect.cc),
    ]
}

/// What a reader finds that was not written, and the reverse.
fn differences(reading: Reading, expect: Reading) -> impl Iterator<Item = String> {
    let line_feeds = |text: Option<String>| text.map(|text| text.replace("\r\n", "\n"));
    let got = Reading {
        text: line_feeds(reading.text),
        html: line_feeds(reading.html).map(|html| html_as_text(&html)),
        ..reading
    };
    let mut all = Vec::new();
    let mut compare = |what: &str, got: String, expect: String| {
        if got != expect {
            let [got, expect] = from_first_difference(&got, &expect);
            all.push(format!("{what}\n  read    {got}\n  written {expect}"));
        }
    };
    macro_rules! compare {
        ($($field:ident),*) => {
            $(compare(
                stringify!($field),
                format!("{:?}", got.$field),
                format!("{:?}", expect.$field),
            );)*
        };
    }
    compare!(
        fields, from, reply_to, to, cc, subject, message_id, date, text, html
    );
    compare(
        "number of files",
        got.files.len().to_string(),
        expect.files.len().to_string(),
    );
    for (got, expect) in got.files.iter().zip(&expect.files) {
        compare("file", format!("{got:?}"), format!("{expect:?}"));
    }
    all.into_iter()
}

/// Two texts from shortly before they differ.
fn from_first_difference(a: &str, b: &str) -> [String; 2] {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    [a, b].map(|text| {
        text.chars()
            .skip(same.saturating_sub(60))
            .take(160)
            .collect()
    })
}

/// The text of the HTML part, with the marks of its pictures.
fn html_as_text(html: &str) -> String {
    let inner = html
        .split_once("<body>\n")
        .and_then(|(_, rest)| rest.strip_suffix("</body></html>\n"));
    let Some(inner) = inner else {
        return words_of(html);
    };
    let mut text = String::new();
    for (at, piece) in inner
        .replace("<br>\n", "\n")
        .split("<img src=\"cid:")
        .enumerate()
    {
        if at == 0 {
            text.push_str(piece);
        } else if let Some((_, rest)) = piece.split_once("\" alt=\"")
            && let Some((name, rest)) = rest.split_once("\">")
        {
            text.push_str(&format!("[image: {name}]{rest}"));
        }
    }
    unescaped(&text)
}

/// The text of HTML without white space.
fn words_of(html: &str) -> String {
    let inner = html.split_once("<body").map_or(html, |(_, inner)| inner);
    let mut words = String::new();
    // The tag of the body has begun.
    for piece in inner.split('<') {
        let text = piece.split_once('>').map_or("", |(_, text)| text);
        words.push_str(text);
    }
    words.retain(|c| !c.is_whitespace());
    unescaped(&words)
}

fn unescaped(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
