//! What the person is asked about before a message is sent, and what has been answered.

use leptos::prelude::*;

use super::{Finding, Known, findings};
use crate::accounts::{IdentitiesStore, use_identities};
use crate::compose::addresses::{Chips, use_chips};
use crate::compose::draft::{BodyFormat, Person};
use crate::compose::store::{ComposeStateStoreFields as _, ComposeStore, use_compose};

/// The questions before a message is sent. Copies are the same.
#[derive(Clone, Copy)]
pub(in crate::compose) struct Asking {
    /// What is asked about, and what sends the message all the same.
    asked: RwSignal<Option<(Vec<Finding>, Callback<()>)>>,
    /// What has been answered by sending anyway, each with the draft. Nobody is asked twice.
    answered: StoredValue<Vec<(String, Finding)>>,
    compose: ComposeStore,
    chips: Chips,
    identities: IdentitiesStore,
}

impl Asking {
    /// Provides it to all components below.
    pub(in crate::compose) fn provide() {
        let asking = Asking {
            asked: RwSignal::new(None),
            answered: StoredValue::new(Vec::new()),
            compose: use_compose(),
            chips: use_chips(),
            identities: use_identities(),
        };
        provide_context(asking);
        Effect::new(move |_| {
            asking.compose.state.shown().track();
            asking.asked.set(None);
        });
    }

    /// Asks about what may have been overlooked, and has not been asked about before. `anyway` is
    /// called if the person wants to send the message as it is. False: there is nothing to ask.
    pub(in crate::compose) fn ask(self, anyway: Callback<()>) -> bool {
        let found = untrack(|| self.found());
        let asks = !found.is_empty();
        self.asked.set(asks.then_some((found, anyway)));
        asks
    }

    /// What is still true of what was asked. Follows the draft.
    pub(super) fn open(self) -> Vec<Finding> {
        let asked = self.asked.with(|asked| {
            let asked = asked.as_ref();
            asked.map(|(findings, _)| findings.clone())
        });
        // A draft is looked at after each key only while there is a question.
        let Some(asked) = asked else {
            return Vec::new();
        };
        let found = self.found();
        asked
            .into_iter()
            .filter(|one| found.contains(one))
            .collect()
    }

    /// Whether this is being asked about. Follows the question.
    pub(in crate::compose) fn asks(self, finding: &Finding) -> bool {
        self.asked.with(|asked| {
            let asked = asked.as_ref();
            asked.is_some_and(|(findings, _)| findings.contains(finding))
        })
    }

    /// The person wants to send the message as it is.
    pub(super) fn send_anyway(self) {
        let Some((findings, anyway)) = self.asked.get_untracked() else {
            return;
        };
        let id = self.compose.shown_id();
        self.answered.update_value(|answered| {
            answered.extend(findings.into_iter().map(|finding| (id.clone(), finding)));
        });
        self.asked.set(None);
        anyway.run(());
    }

    /// What may have been overlooked and has not been answered. Follows the draft.
    fn found(self) -> Vec<Finding> {
        let draft = self.compose.draft();
        let sender = Person::parse(&draft.from);
        let known = Known {
            links: match draft.format {
                // The reader sees the addresses themselves.
                BodyFormat::Plain => Vec::new(),
                _ => draft.content().rich(&draft.attachments).links(),
            },
            many_visible: self.chips.many_visible(),
            other_server: sender.and_then(|sender| {
                let identities = self.identities;
                identities.other_server(&sender.name, &sender.address)
            }),
        };
        let id = self.compose.shown_id();
        let mut found = findings(&draft, &known);
        self.answered.with_value(|answered| {
            let is_answered =
                |finding: &Finding| answered.iter().any(|(of, one)| *of == id && one == finding);
            found.retain(|finding| !is_answered(finding));
        });
        found
    }
}

/// The questions, from any component of this feature.
pub(in crate::compose) fn use_asking() -> Asking {
    expect_context()
}
