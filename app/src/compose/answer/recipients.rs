//! Whom an answer goes to, and which of the person's own addresses it comes from.

use std::collections::BTreeSet;

use super::original::Original;
use crate::compose::draft::Person;
use crate::inbox::How;

/// The fields To and Cc of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recipients {
    pub(super) to: Vec<String>,
    pub(super) cc: Vec<String>,
}

/// What two texts have in common if they are the same address: as it is sent, in small letters.
pub(super) fn key(text: &str) -> String {
    let sent = Person::parse(text).map(|person| person.sent);
    let sent = sent.unwrap_or_else(|| text.trim().to_owned());
    sent.to_lowercase()
}

/// Whether an address is one of the person's own, as [`key`]s. What stands behind a `+` in the
/// local part is for the person's own use.
fn is_mine(text: &str, mine: &[String]) -> bool {
    position(text, mine).is_some()
}

fn position(text: &str, mine: &[String]) -> Option<usize> {
    let one = key(text);
    let same = mine.iter().position(|own| *own == one);
    same.or_else(|| {
        let (local, domain) = one.rsplit_once('@')?;
        let (local, _) = local.split_once('+')?;
        let plain = format!("{local}@{domain}");
        mine.iter().position(|own| *own == plain)
    })
}

/// Whether the person wrote the message, and not to another address of their own.
fn is_own_message(original: &Original, mine: &[String]) -> bool {
    let wrote = original.from.iter().find_map(|one| position(one, mine));
    let to = |at: usize| received_by(original, mine).is_none_or(|own| own == at);
    wrote.is_some_and(to)
}

/// The first of the person's addresses that it was written or delivered to.
fn received_by(original: &Original, mine: &[String]) -> Option<usize> {
    let all = [&original.to, &original.cc, &original.delivered_to];
    all.into_iter()
        .flatten()
        .find_map(|one| position(one, mine))
}

/// Which of the person's addresses answers: the one that the message was written to, as others know
/// the person by it; of a message of their own the one that wrote it.
pub(super) fn own(original: &Original, mine: &[String]) -> Option<usize> {
    let wrote = || original.from.iter().find_map(|one| position(one, mine));
    received_by(original, mine).or_else(wrote)
}

/// Whom a reply goes to.
///
/// To the author: to Reply-To where there is one, else to From. A mailing list that puts itself
/// into Reply-To (its address is in List-Post) does not count there, because then what is meant for
/// one would go to all.
///
/// To all: to the author, and everyone in To and Cc but the person. Mail-Followup-To takes the
/// place of all of these, because the author says there who is to get answers to the list, and who
/// gets it through the list already. The list itself is among them even if it distributed the
/// message without being in To or Cc.
///
/// A message of the person's own goes to those that it went to before, like one more message to
/// them. Nobody is named twice, and the person only if there is nobody else.
pub(super) fn recipients(original: &Original, how: How, mine: &[String]) -> Recipients {
    let all = how == How::ReplyAll;
    let own = is_own_message(original, mine);
    let first = |lists: &[&Vec<String>]| -> Vec<String> {
        let found = lists.iter().find(|list| !list.is_empty());
        found.map(|list| (*list).clone()).unwrap_or_default()
    };
    let author = first(&[&original.from, &original.sender]);
    let (to, cc) = if own {
        let cc = if all { original.cc.clone() } else { Vec::new() };
        (first(&[&original.to, &original.cc]), cc)
    } else if all && !original.followup_to.is_empty() {
        (original.followup_to.clone(), Vec::new())
    } else {
        let through_list = |one: &String| original.list.iter().any(|list| key(list) == key(one));
        let (list, elsewhere): (Vec<String>, Vec<String>) =
            { original.reply_to.iter().cloned() }.partition(through_list);
        let mut to = first(&[&elsewhere, &author]);
        let mut cc = Vec::new();
        if all {
            to.extend(list);
            to.extend(original.to.clone());
            cc.extend(original.cc.clone());
            cc.extend(original.list.clone());
        }
        (to, cc)
    };
    // The author may be the person too, under another address than the one that answers.
    let wrote = |mine: &String| author.iter().any(|one| key(one) == *mine);
    let others = mine.iter().filter(|one| own || !wrote(one));
    let mine: Vec<String> = others.cloned().collect();
    let mut known = BTreeSet::new();
    let mut to = once(to, &mine, &mut known);
    let mut cc = once(cc, &mine, &mut known);
    if to.is_empty() {
        std::mem::swap(&mut to, &mut cc);
    }
    if to.is_empty() {
        // To oneself.
        to = once(first(&[&original.to, &author]), &[], &mut BTreeSet::new());
    }
    Recipients { to, cc }
}

/// Those who are not the person, each once. `known`: the others that are named already.
fn once(list: Vec<String>, mine: &[String], known: &mut BTreeSet<String>) -> Vec<String> {
    let others = list.into_iter().filter(|one| !is_mine(one, mine));
    others.filter(|one| known.insert(key(one))).collect()
}
