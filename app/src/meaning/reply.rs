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

fn specific(reply: &Reply, asked: Verb) -> Option<Entitled> {
    // The section that lists the codes; where another says more, that one.
    let list = "4.2.3";
    Some(match (reply.code.value(), asked) {
        (220, Verb::Starttls) => (x!(c220_tls), 3207, "4"),
        (220, _) => (x!(c220), 5321, "3.1"),
        (250, Verb::Ehlo) => (x!(c250_ehlo), 5321, "4.1.1.1"),
        (250, Verb::Helo) => (x!(c250_helo), 5321, "4.1.1.1"),
        (500 | 502, Verb::Ehlo) => (x!(c500_ehlo), 5321, "3.2"),
        (250, Verb::Mail) => (x!(c250_mail), 5321, "3.3"),
        (250, Verb::Rcpt) => (x!(c250_rcpt), 5321, "3.3"),
        (250, Verb::Dot) => (x!(c250_dot), 5321, "6.1"),
        (250, _) => (x!(c250), 5321, list),
        (554, Verb::None) => (x!(c554_greeting), 5321, "3.1"),
        (550, Verb::Dot) => (x!(c550_dot), 5321, list),
        (454, Verb::Starttls) => (x!(c454_tls), 3207, "4"),
        (211, _) => (x!(c211), 5321, list),
        (214, _) => (x!(c214), 5321, list),
        (221, _) => (x!(c221), 5321, list),
        (235, _) => (x!(c235), 4954, "6"),
        (251, _) => (x!(c251), 5321, "3.4"),
        (252, _) => (x!(c252), 5321, "3.5.3"),
        (334, _) => (x!(c334), 4954, "4"),
        (354, _) => (x!(c354), 5321, "4.1.1.4"),
        (421, _) => (x!(c421), 5321, list),
        (432, _) => (x!(c432), 4954, "6"),
        (450, _) => (x!(c450), 5321, list),
        (451, _) => (x!(c451), 5321, list),
        (452, _) => (x!(c452), 5321, list),
        (454, _) => (x!(c454), 4954, "6"),
        (455, _) => (x!(c455), 5321, list),
        (500, _) => (x!(c500), 5321, list),
        (501, _) => (x!(c501), 5321, list),
        (502, _) => (x!(c502), 5321, list),
        (503, _) => (x!(c503), 5321, list),
        (504, _) => (x!(c504), 5321, list),
        (521, _) => (x!(c521), 7504, "3"),
        (530, _) => (x!(c530), 4954, "6"),
        (534, _) => (x!(c534), 4954, "6"),
        (535, _) => (x!(c535), 4954, "6"),
        (538, _) => (x!(c538), 4954, "6"),
        (550, _) => (x!(c550), 5321, list),
        (551, _) => (x!(c551), 5321, "3.4"),
        (552, _) => (x!(c552), 5321, list),
        (553, _) => (x!(c553), 5321, list),
        (554, _) => (x!(c554), 5321, list),
        (555, _) => (x!(c555), 5321, list),
        (556, _) => (x!(c556), 7504, "4"),
        _ => return None,
    })
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
