//! What is explained: the chosen line, the paused one, the end, or the newest line.

use smtp::{Command, CommandKind, Next, Outcome};
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
    let offered = submission.offered().flatten();
    submission.read(|submission| {
        if let Some(selected) = selected {
            let entry = submission.by_seq(selected)?;
            return Some(explain::entry(meanings, entry, submission.answered(entry)));
        }
        if let Some(paused) = submission.paused() {
            let next = due(&paused.next, offered.as_deref());
            return Some(explain::paused(meanings, &next));
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

/// What is sent next: the line that the editor offers in place of the planned one, where a command
/// is due.
fn due(planned: &Next, offered: Option<&str>) -> Next {
    let is_command = match planned {
        Next::Line { command, .. } => {
            command.verb().is_some() && *command != CommandKind::EndOfData
        }
        Next::Message { .. } => false,
    };
    match offered.filter(|_| is_command) {
        Some(line) => Next::Line {
            command: Command::read(line).kind(),
            line: line.to_owned(),
        },
        None => planned.clone(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_offered_is_explained_where_a_command_is_due() {
        let planned = |command| Next::Line {
            command,
            line: String::new(),
        };
        let kind = |planned: &Next, offered| match due(planned, offered) {
            Next::Line { command, .. } => Some(command),
            Next::Message { .. } => None,
        };
        let ehlo = planned(CommandKind::Ehlo);
        assert_eq!(kind(&ehlo, None), Some(CommandKind::Ehlo));
        assert_eq!(kind(&ehlo, Some("quit")), Some(CommandKind::Quit));
        assert_eq!(kind(&ehlo, Some("Subject: x")), Some(CommandKind::Unknown));
        for other in [CommandKind::AuthResponse, CommandKind::EndOfData] {
            assert_eq!(kind(&planned(other), Some("QUIT")), Some(other));
        }
    }
}
