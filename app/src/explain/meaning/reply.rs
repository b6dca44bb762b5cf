//! What a reply says to the line it answers.

use smtp::{Class, CommandKind, Reply};

use super::{Entitled, Explanation, Meanings, Rfc, enhanced, provider, split};

pub(super) fn explain(
    meanings: &Meanings,
    reply: &Reply,
    asked: Option<CommandKind>,
) -> Explanation {
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

/// What a reply answers.
#[derive(Clone, Copy)]
enum Behind {
    /// Whatever it is.
    Any,
    /// Nothing: it is the greeting.
    Greeting,
    /// MAIL, whatever its parameters.
    Mail,
    Command(CommandKind),
}

impl Behind {
    fn fits(self, asked: Option<CommandKind>) -> bool {
        match self {
            Behind::Any => true,
            Behind::Greeting => asked.is_none(),
            Behind::Mail => matches!(asked, Some(CommandKind::Mail(_))),
            Behind::Command(command) => asked == Some(command),
        }
    }
}

/// What a code means behind a certain line; below those, what it means behind any.
#[rustfmt::skip]
static SPECIFIC: [(u16, Behind, Entitled); 47] = [
    (220, Behind::Command(CommandKind::Starttls), (x!(c220_tls), 3207, "4")),
    (220, Behind::Any, (x!(c220), 5321, "3.1")),
    (250, Behind::Command(CommandKind::Ehlo), (x!(c250_ehlo), 5321, "4.1.1.1")),
    (250, Behind::Command(CommandKind::Helo), (x!(c250_helo), 5321, "4.1.1.1")),
    (500, Behind::Command(CommandKind::Ehlo), (x!(c500_ehlo), 5321, "3.2")),
    (502, Behind::Command(CommandKind::Ehlo), (x!(c500_ehlo), 5321, "3.2")),
    (250, Behind::Mail, (x!(c250_mail), 5321, "3.3")),
    (250, Behind::Command(CommandKind::Rcpt), (x!(c250_rcpt), 5321, "3.3")),
    (250, Behind::Command(CommandKind::EndOfData), (x!(c250_dot), 5321, "6.1")),
    (250, Behind::Any, (x!(c250), 5321, LIST)),
    (554, Behind::Greeting, (x!(c554_greeting), 5321, "3.1")),
    (550, Behind::Command(CommandKind::EndOfData), (x!(c550_dot), 5321, LIST)),
    (454, Behind::Command(CommandKind::Starttls), (x!(c454_tls), 3207, "4")),
    (504, Behind::Command(CommandKind::Auth), (x!(c504_auth), 4954, "4")),
    (504, Behind::Command(CommandKind::AuthResponse), (x!(c504_auth), 4954, "4")),
    (211, Behind::Any, (x!(c211), 5321, LIST)),
    (214, Behind::Any, (x!(c214), 5321, LIST)),
    (221, Behind::Any, (x!(c221), 5321, LIST)),
    (235, Behind::Any, (x!(c235), 4954, "6")),
    (251, Behind::Any, (x!(c251), 5321, "3.4")),
    (252, Behind::Any, (x!(c252), 5321, "3.5.3")),
    (334, Behind::Any, (x!(c334), 4954, "4")),
    (354, Behind::Any, (x!(c354), 5321, "4.1.1.4")),
    (421, Behind::Any, (x!(c421), 5321, LIST)),
    (432, Behind::Any, (x!(c432), 4954, "6")),
    (450, Behind::Any, (x!(c450), 5321, LIST)),
    (451, Behind::Any, (x!(c451), 5321, LIST)),
    (452, Behind::Any, (x!(c452), 5321, LIST)),
    (454, Behind::Any, (x!(c454), 4954, "6")),
    (455, Behind::Any, (x!(c455), 5321, LIST)),
    (500, Behind::Any, (x!(c500), 5321, LIST)),
    (501, Behind::Any, (x!(c501), 5321, LIST)),
    (502, Behind::Any, (x!(c502), 5321, LIST)),
    (503, Behind::Any, (x!(c503), 5321, LIST)),
    (504, Behind::Any, (x!(c504), 5321, LIST)),
    (521, Behind::Any, (x!(c521), 7504, "3")),
    (530, Behind::Any, (x!(c530), 4954, "6")),
    (534, Behind::Any, (x!(c534), 4954, "6")),
    (535, Behind::Any, (x!(c535), 4954, "6")),
    (538, Behind::Any, (x!(c538), 4954, "6")),
    (550, Behind::Any, (x!(c550), 5321, LIST)),
    (551, Behind::Any, (x!(c551), 5321, "3.4")),
    (552, Behind::Any, (x!(c552), 5321, LIST)),
    (553, Behind::Any, (x!(c553), 5321, LIST)),
    (554, Behind::Any, (x!(c554), 5321, LIST)),
    (555, Behind::Any, (x!(c555), 5321, LIST)),
    (556, Behind::Any, (x!(c556), 7504, "4")),
];

fn specific(reply: &Reply, asked: Option<CommandKind>) -> Option<Entitled> {
    let code = reply.code.value();
    SPECIFIC
        .iter()
        .find(|(known, behind, _)| *known == code && behind.fits(asked))
        .map(|(_, _, said)| *said)
}
