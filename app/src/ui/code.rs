//! The colour of a reply code.

use smtp::Class;

/// The style class of a reply code, see `ui.css`.
#[must_use]
pub fn code_class(class: Class) -> &'static str {
    match class {
        Class::Success => "code k2",
        Class::Intermediate => "code k3",
        Class::Temporary => "code k4",
        Class::Permanent => "code k5",
    }
}
