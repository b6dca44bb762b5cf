//! The scenarios that come with the program, in `practice/scenarios`.

/// A scenario that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// The name of its file, which is also the one in it.
    pub name: &'static str,
    /// Its file.
    pub text: &'static str,
}

/// The table, from the names of the files.
macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(BuiltIn {
            name: $name,
            text: include_str!(concat!("../../scenarios/", $name, ".scenario")),
        }),*]
    };
}

/// All of them, in the order in which they are listed.
pub const BUILT_IN: &[BuiltIn] = built_in! {
    "greylisting"
    "refused-recipient"
    "refused-recipients"
    "forwarded-recipient"
    "refused-sender"
    "refused-message"
    "refused-in-message"
    "size-limit"
    "rate-limit"
    "random-refusals"
    "busy"
    "no-service"
    "shutting-down"
    "slow-greeting"
    "slow-replies"
    "split-replies"
    "long-replies"
    "malformed-reply"
    "endless-reply"
    "no-extensions"
    "no-starttls"
    "starttls-refused"
    "starttls-injection"
    "certificate-expired"
    "certificate-wrong-name"
    "certificate-unknown-root"
    "no-auth"
    "wrong-password"
    "closed-in-message"
    "reply-lost"
};

impl BuiltIn {
    /// The one with this name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static BuiltIn> {
        BUILT_IN.iter().find(|known| known.name == name)
    }
}
