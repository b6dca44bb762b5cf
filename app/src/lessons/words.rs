//! What is said of a file that is no lesson.

use super::model::What;
use crate::i18n::Locale;
use crate::ui::visible::visible;

/// What is wrong, and what to do.
pub(super) fn fault(locale: Locale, what: &What) -> String {
    match what {
        What::TooLarge => locale.lesson_too_large("256 KiB"),
        What::TooManySteps => locale.lesson_too_many_steps().to_owned(),
        What::NoLesson => locale.lesson_no_version("lesson: 1"),
        What::NoKey => locale.lesson_no_key().to_owned(),
        What::UnknownKey { key, known } => locale.lesson_unknown_key(visible(key), known),
        What::Twice(key) => locale.lesson_twice(*key),
        What::Empty(key) => locale.lesson_empty(*key),
        What::Missing(key) => locale.lesson_lacks(*key),
        What::Check(rest) if rest.is_empty() => locale.lesson_check_ends("reply 250 to EHLO"),
        What::Check(rest) => locale.lesson_check(visible(rest)),
        What::NoAnswer => locale.lesson_no_answer().to_owned(),
        What::NoneOf { key, values } => locale.lesson_none_of(*key, *values),
        What::Rfc => locale.lesson_bad_rfc().to_owned(),
        What::NoConnection(key) => {
            locale.lesson_no_connection(*key, "connect:", "none, starttls, tls")
        }
    }
}
