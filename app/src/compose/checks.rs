//! What a person may have overlooked in a message that can be sent. Pure.

mod ask;
mod attachment;
mod link;
mod own_text;
mod store;

pub(super) use self::ask::Ask;
pub(super) use self::store::{Asking, use_asking};
use super::draft::Draft;

/// Something that was probably overlooked. The message is sent all the same if the person wants so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// There is no subject.
    NoSubject,
    /// There is neither text nor file.
    NoText,
    /// The text speaks of an attachment, and there is none.
    NoAttachment {
        /// The word that does.
        word: String,
    },
    /// Many recipients see each other's addresses.
    ManyVisible,
    /// The text of a link names another site than it goes to.
    Link {
        /// The site that the text names.
        says: String,
        /// The site that it goes to.
        goes: String,
    },
    /// The sender's messages go through another server than the one chosen.
    OtherServer {
        /// The sender's address, or its domain.
        sender: String,
        /// The server that is for it.
        server: String,
    },
}

/// What is known of a message besides its draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Its links: the text that is shown, and the address that it goes to.
    pub(super) links: Vec<(String, String)>,
    /// Whether many recipients see each other, and nobody has said that this is fine.
    pub(super) many_visible: bool,
    /// The sender and the server that is for it, where another one is chosen.
    pub(super) other_server: Option<(String, String)>,
}

/// What may have been overlooked, in the order of the fields.
pub(super) fn findings(draft: &Draft, known: &Known) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some((sender, server)) = known.other_server.clone() {
        findings.push(Finding::OtherServer { sender, server });
    }
    if known.many_visible {
        findings.push(Finding::ManyVisible);
    }
    // The source of a message is edited by someone who sees what it has.
    if draft.raw.is_some() {
        return findings;
    }
    if draft.subject.trim().is_empty() {
        findings.push(Finding::NoSubject);
    }
    if draft.attachments.is_empty() {
        let text = own_text::of(draft);
        if draft.unsigned_body().trim().is_empty() {
            findings.push(Finding::NoText);
        } else if let Some(word) = attachment::mentioned(&text) {
            findings.push(Finding::NoAttachment { word });
        }
    }
    let links = known.links.iter();
    let misleading = links.filter_map(|(text, target)| link::misleading(text, target));
    for (says, goes) in misleading {
        let finding = Finding::Link { says, goes };
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::draft::Attachment;
    use super::*;

    fn draft() -> Draft {
        Draft {
            subject: "s".into(),
            body: "The report is attached.".into(),
            ..Draft::default()
        }
    }

    fn check(draft: &Draft, known: &Known, expect: &[Finding]) {
        assert_eq!(findings(draft, known), expect, "{draft:?}");
    }

    #[test]
    fn what_was_overlooked_is_found() {
        let known = Known::default();
        let word = "attached".to_owned();
        check(&draft(), &known, &[Finding::NoAttachment { word }]);
        let with_file = Draft {
            attachments: vec![Attachment::default()],
            ..draft()
        };
        check(&with_file, &known, &[]);
        check(
            &Draft::default(),
            &known,
            &[Finding::NoSubject, Finding::NoText],
        );
        let only_file = Draft {
            body: String::new(),
            ..with_file
        };
        check(&only_file, &known, &[]);
        let signed = Draft {
            body: "\n\n-- \nMina".into(),
            signature: "Mina".into(),
            ..draft()
        };
        check(&signed, &known, &[Finding::NoText]);
        let source = Draft {
            raw: Some("X: y\n\nattached".into()),
            ..Draft::default()
        };
        check(&source, &known, &[]);
    }

    #[test]
    fn what_is_known_besides_is_said_once() {
        let link = (
            "example.org".to_owned(),
            "https://track.example/1".to_owned(),
        );
        let known = Known {
            links: vec![link.clone(), link],
            many_visible: true,
            other_server: Some(("gmail.com".into(), "smtp.gmail.com".into())),
        };
        let draft = Draft {
            body: "hi".into(),
            ..draft()
        };
        let expect = [
            Finding::OtherServer {
                sender: "gmail.com".into(),
                server: "smtp.gmail.com".into(),
            },
            Finding::ManyVisible,
            Finding::Link {
                says: "example.org".into(),
                goes: "track.example".into(),
            },
        ];
        check(&draft, &known, &expect);
    }

    #[test]
    fn the_samples_have_nothing_to_ask_about() {
        for sample in [Draft::sample_en(), Draft::sample_ko()] {
            check(&sample, &Known::default(), &[]);
        }
    }
}
