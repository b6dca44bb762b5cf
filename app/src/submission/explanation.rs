//! What is explained: the chosen line, the paused one, the end, or the newest line.

use smtp::Outcome;
use wire::NotStarted;

use super::model::{Ending, Phase};
use super::store::SubmissionStore;
use crate::explain::{self, ExplainStore, Explanation, Meanings};
use crate::i18n::{Language, Locale, protocol};
use crate::ui::visible::visible_address;

/// What is explained now. Follows the submission, the choice and the language.
pub(super) fn explanation(
    submission: SubmissionStore,
    explain: ExplainStore,
    language: Language,
) -> Option<Explanation> {
    explain.with(|meanings| of_submission(submission, meanings, language))
}

fn of_submission(
    submission: SubmissionStore,
    meanings: &Meanings,
    language: Language,
) -> Option<Explanation> {
    let selected = submission.selected();
    submission.read(|submission| {
        if let Some(selected) = selected {
            let entry = submission.by_seq(selected)?;
            return Some(explain::entry(meanings, entry, submission.answered(entry)));
        }
        if let Some(paused) = submission.paused() {
            return Some(explain::paused(meanings, &paused.next));
        }
        if submission.phase == Phase::Ready {
            return Some(explain::outcome(meanings, &Outcome::Ready));
        }
        match submission.ending() {
            Some(Ending::Outcome(outcome)) => Some(explain::outcome(meanings, outcome)),
            Some(Ending::NotStarted(why)) => Some(not_started(meanings, language.get(), why)),
            Some(Ending::BridgeLost { .. } | Ending::Interrupted) => None,
            None => submission
                .newest()
                .map(|entry| explain::entry(meanings, entry, submission.answered(entry))),
        }
    })
}

fn not_started(meanings: &Meanings, locale: Locale, why: &NotStarted) -> Explanation {
    let mut explanation = explain::not_started(meanings, why);
    if let NotStarted::BadAddress { address, why, .. } = why {
        // The same words as beside an address field.
        let why = protocol::address_error(locale, *why);
        explanation.text = protocol::bad_address(locale, &visible_address(address), &why);
    }
    explanation
}
