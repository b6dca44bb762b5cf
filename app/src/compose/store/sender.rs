//! Who the draft is from.

use leptos::prelude::*;

use super::format::usual_format;
use super::{ComposeStateStoreFields as _, ComposeStore};
use crate::accounts::{IdentitiesStore, Identity};
use crate::compose::draft::{Draft, Person, Sender};

impl ComposeStore {
    /// Makes this the sender of the draft. A Reply-To that a person typed stays.
    pub(in crate::compose) fn write_as(self, identity: &Identity) {
        let mut draft = self.draft.get_untracked();
        let before = draft.clone();
        draft.take_sender(sender(self.identities, identity, &draft.reply_to));
        if draft == before {
            return;
        }
        let body = draft.body != before.body;
        self.edit(|| {
            self.draft.set(draft);
            if body {
                // The field of the body is written to.
                self.state.text_set().update(|times| *times += 1);
            }
        });
    }

    /// What has been written above the signature.
    pub(in crate::compose) fn written(self) -> String {
        self.draft
            .with_untracked(|draft| draft.unsigned_body().to_owned())
    }

    /// A draft is being sent: its people are known from now on, and its sender can be kept, unless
    /// it is known or the sample's. The message that it answers is marked once it is accepted.
    pub(in crate::compose) fn has_sent(self, draft: &Draft) {
        let all = [&draft.to, &draft.cc, &draft.bcc].into_iter().flatten();
        let people = all.filter_map(|text| Person::parse(text));
        let people = people.map(|person| (person.sent, person.name, person.address));
        self.contacts.sending(people);
        let is_sample = [Draft::sample_en(), Draft::sample_ko()]
            .iter()
            .any(|sample| sample.from == draft.from);
        if let Some(person) = Person::parse(&draft.from).filter(|_| !is_sample) {
            self.identities.sent_by(person.name, person.address);
        }
        let answers = draft.answers.as_ref();
        let answers = answers.map(|one| (one.run.as_str(), one.id, one.forwards));
        self.inbox.answering(answers);
    }
}

/// A new message is from the sender used last, else from the first; without any, from the one it
/// has. It is in the format that was chosen last.
pub(super) fn begin(identities: IdentitiesStore, draft: &mut Draft) {
    if let Some(identity) = identities.usual().filter(|_| draft.is_blank()) {
        draft.take_sender(sender(identities, &identity, &draft.reply_to));
    }
    take_format(draft);
}

/// A message in which nothing had been written has again what its sender brings. A From that was
/// typed stays.
pub(super) fn resume(identities: IdentitiesStore, draft: &mut Draft) {
    if draft.from.is_empty() {
        return begin(identities, draft);
    }
    if !draft.is_blank() {
        return;
    }
    // As it stands there, it is known before domains beyond ASCII can be read.
    let same = |identity: &Identity| identity.from() == draft.from;
    let known = untrack(|| identities.list()).into_iter().find(same);
    let known = known.or_else(|| {
        let person = Person::parse(&draft.from)?;
        untrack(|| identities.named(&person.name, &person.address))
    });
    if let Some(identity) = known {
        draft.take_sender(sender(identities, &identity, &draft.reply_to));
    }
    take_format(draft);
}

/// A message in which nothing has been written is in the format that was chosen last. Its signature
/// is a plain text still, which every format can begin with.
fn take_format(draft: &mut Draft) {
    if draft.is_blank() && draft.html.is_empty() {
        draft.format = usual_format();
    }
}

/// What a sender brings. `reply_to` stays, where no sender brought it.
pub(super) fn sender(identities: IdentitiesStore, identity: &Identity, reply_to: &str) -> Sender {
    let list = untrack(|| identities.list());
    let typed = !reply_to.is_empty() && list.iter().all(|one| one.reply_to != reply_to);
    Sender {
        from: identity.from(),
        reply_to: if typed {
            reply_to.to_owned()
        } else {
            identity.reply_to.clone()
        },
        signature: identity.signature.clone(),
    }
}
