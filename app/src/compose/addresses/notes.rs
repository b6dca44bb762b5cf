//! What is to be said about each address: why it is none, how it is sent, what may mislead. Pure.

use super::store::PLACES;
use crate::compose::draft::{Mailbox, Place, Suspicion, Wrong, address_problem, suspicions};

/// What is to be said about one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Note {
    /// Why it is no address.
    pub(super) wrong: Option<Wrong>,
    /// The address that is sent, if it is not part of the text.
    pub(super) sent_as: Option<String>,
    /// The address as it reads, if the text has it in A-labels.
    pub(super) reads: Option<String>,
    /// The field in which it already is.
    pub(super) again: Option<Place>,
    /// What may mislead a reader.
    pub(super) suspicions: Vec<Suspicion>,
}

/// The notes of To, Cc and Bcc, one for each address.
pub(super) type Notes = [Vec<Note>; 3];

/// The notes for these lists.
pub(super) fn notes(lists: &[Vec<String>; 3]) -> Notes {
    let mut seen = Vec::new();
    let mut notes = Notes::default();
    for ((list, place), notes) in lists.iter().zip(PLACES).zip(&mut notes) {
        *notes = list
            .iter()
            .map(|text| note(text, place, &mut seen))
            .collect();
    }
    notes
}

fn note(text: &str, place: Place, seen: &mut Vec<(String, Place)>) -> Note {
    let Ok(mailbox) = Mailbox::parse(text) else {
        return Note {
            wrong: address_problem(text),
            ..Note::default()
        };
    };
    let address = mailbox.address;
    let sent = address.to_string();
    let unicode = address.unicode_domain();
    let reads = (unicode != address.domain() && !text.contains(&unicode))
        .then(|| format!("{}@{unicode}", address.local()));
    let again = seen.iter().find(|(one, _)| *one == sent);
    let again = again.map(|(_, place)| *place);
    if again.is_none() {
        seen.push((sent.clone(), place));
    }
    Note {
        wrong: None,
        sent_as: (!text.contains(&sent)).then_some(sent),
        reads,
        again,
        suspicions: suspicions(&address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Note {
        let [mut to, ..] = notes(&[vec![text.to_owned()], vec![], vec![]]);
        to.remove(0)
    }

    #[test]
    fn a_domain_is_shown_both_ways() {
        let both = |text: &str| (of(text).sent_as, of(text).reads);
        assert_eq!(both("m@x.org"), (None, None));
        assert_eq!(both("m@한국.kr"), (Some("m@xn--3e0b707e.kr".into()), None));
        assert_eq!(both("m@xn--3e0b707e.kr"), (None, Some("m@한국.kr".into())));
        let capitals = both("M <m@XN--3E0B707E.kr>");
        assert_eq!(
            capitals,
            (Some("m@xn--3e0b707e.kr".into()), Some("m@한국.kr".into()))
        );
    }

    #[test]
    fn an_address_that_is_there_already() {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let [to, cc, bcc] = notes(&[
            list(&["a@x.org", "A <a@X.org>"]),
            list(&["b@x.org", "mina"]),
            list(&["<a@x.org>", "b@x.org", "A@x.org", "mina"]),
        ]);
        let again = |notes: Vec<Note>| -> Vec<Option<Place>> {
            notes.into_iter().map(|note| note.again).collect()
        };
        assert_eq!(again(to), [None, Some(Place::To)]);
        assert_eq!(again(cc), [None, None]);
        let expect = [Some(Place::To), Some(Place::Cc), None, None];
        assert_eq!(again(bcc), expect);
    }
}
