//! What a reply says to the line it answers.

use smtp::{Class, Reply};

use super::command::Verb;
use super::{Entitled, Explanation, Meanings, Rfc, enhanced, provider, split};

/// Extensions worth telling people about.
const TOLD: [&str; 8] = [
    "STARTTLS",
    "AUTH",
    "SIZE",
    "PIPELINING",
    "8BITMIME",
    "SMTPUTF8",
    "CHUNKING",
    "DSN",
];

pub(super) fn explain(meanings: &Meanings, reply: &Reply, asked: Verb) -> Explanation {
    let known = provider::known(reply);
    let specific = known.or_else(|| specific(reply, asked));
    let words = specific.unwrap_or_else(|| by_class(reply.class()));
    let mut explanation = Explanation::of(meanings, words);
    let bad = matches!(reply.class(), Class::Temporary | Class::Permanent);
    if let Some(code) = reply.enhanced.filter(|_| bad) {
        let (meaning, own) = enhanced::meaning(meanings, code);
        explanation.text = format!("{code}: {meaning}. {}", explanation.text);
        if own && known.is_none() {
            let (number, section) = enhanced::section(code);
            explanation.rfc = Some(Rfc::new(number, section));
        }
    }
    if bad && specific.is_some() {
        // Whether a second try is worth it comes first.
        let (class, _, _) = by_class(reply.class());
        let (_, text) = split(meanings.say(class));
        let first = text.split_inclusive('.').next().unwrap_or_default();
        explanation.text = format!("{first} {}", explanation.text);
    }
    if reply.is(250) && asked == Verb::Ehlo {
        let offered = offered(reply);
        if !offered.is_empty() {
            explanation = explanation.naming(&format!("({offered})"));
        }
    }
    explanation.badged(reply.code.to_string(), Some(reply.class()))
}

fn by_class(class: Class) -> Entitled {
    let words = match class {
        Class::Success => x!(r2),
        Class::Intermediate => x!(r3),
        Class::Temporary => x!(r4),
        Class::Permanent => x!(r5),
    };
    (words, 5321, "4.2.1")
}

/// The section that lists the codes; where another says more, that one is named.
const LIST: &str = "4.2.3";

/// What a code means behind a certain line; below those, what it means behind any.
#[rustfmt::skip]
static SPECIFIC: [(u16, Option<Verb>, Entitled); 47] = [
    (220, Some(Verb::Starttls), (x!(c220_tls), 3207, "4")),
    (220, None, (x!(c220), 5321, "3.1")),
    (250, Some(Verb::Ehlo), (x!(c250_ehlo), 5321, "4.1.1.1")),
    (250, Some(Verb::Helo), (x!(c250_helo), 5321, "4.1.1.1")),
    (500, Some(Verb::Ehlo), (x!(c500_ehlo), 5321, "3.2")),
    (502, Some(Verb::Ehlo), (x!(c500_ehlo), 5321, "3.2")),
    (250, Some(Verb::Mail), (x!(c250_mail), 5321, "3.3")),
    (250, Some(Verb::Rcpt), (x!(c250_rcpt), 5321, "3.3")),
    (250, Some(Verb::Dot), (x!(c250_dot), 5321, "6.1")),
    (250, None, (x!(c250), 5321, LIST)),
    (554, Some(Verb::None), (x!(c554_greeting), 5321, "3.1")),
    (550, Some(Verb::Dot), (x!(c550_dot), 5321, LIST)),
    (454, Some(Verb::Starttls), (x!(c454_tls), 3207, "4")),
    (504, Some(Verb::Auth), (x!(c504_auth), 4954, "4")),
    (504, Some(Verb::AuthAnswer), (x!(c504_auth), 4954, "4")),
    (211, None, (x!(c211), 5321, LIST)),
    (214, None, (x!(c214), 5321, LIST)),
    (221, None, (x!(c221), 5321, LIST)),
    (235, None, (x!(c235), 4954, "6")),
    (251, None, (x!(c251), 5321, "3.4")),
    (252, None, (x!(c252), 5321, "3.5.3")),
    (334, None, (x!(c334), 4954, "4")),
    (354, None, (x!(c354), 5321, "4.1.1.4")),
    (421, None, (x!(c421), 5321, LIST)),
    (432, None, (x!(c432), 4954, "6")),
    (450, None, (x!(c450), 5321, LIST)),
    (451, None, (x!(c451), 5321, LIST)),
    (452, None, (x!(c452), 5321, LIST)),
    (454, None, (x!(c454), 4954, "6")),
    (455, None, (x!(c455), 5321, LIST)),
    (500, None, (x!(c500), 5321, LIST)),
    (501, None, (x!(c501), 5321, LIST)),
    (502, None, (x!(c502), 5321, LIST)),
    (503, None, (x!(c503), 5321, LIST)),
    (504, None, (x!(c504), 5321, LIST)),
    (521, None, (x!(c521), 7504, "3")),
    (530, None, (x!(c530), 4954, "6")),
    (534, None, (x!(c534), 4954, "6")),
    (535, None, (x!(c535), 4954, "6")),
    (538, None, (x!(c538), 4954, "6")),
    (550, None, (x!(c550), 5321, LIST)),
    (551, None, (x!(c551), 5321, "3.4")),
    (552, None, (x!(c552), 5321, LIST)),
    (553, None, (x!(c553), 5321, LIST)),
    (554, None, (x!(c554), 5321, LIST)),
    (555, None, (x!(c555), 5321, LIST)),
    (556, None, (x!(c556), 7504, "4")),
];

fn specific(reply: &Reply, asked: Verb) -> Option<Entitled> {
    let code = reply.code.value();
    SPECIFIC
        .iter()
        .find(|(known, verb, _)| *known == code && verb.is_none_or(|verb| verb == asked))
        .map(|(_, _, said)| *said)
}

/// The extensions offered, of those worth telling.
fn offered(reply: &Reply) -> String {
    let lines = reply.lines.get(1..).unwrap_or_default();
    let keyword = |line: &String| {
        let word = line.split([' ', '=']).next().unwrap_or_default();
        word.to_ascii_uppercase()
    };
    let offered: Vec<String> = lines.iter().map(keyword).collect();
    let mut told = TOLD.to_vec();
    told.retain(|told| offered.iter().any(|one| one == told));
    told.join(", ")
}
