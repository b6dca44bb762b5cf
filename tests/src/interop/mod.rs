//! The same scenarios at other mail servers: what is sent, what must result, and what is delivered.
//!
//! [`server`] starts the servers, each with a program that receives what it delivers
//! ([`receiver`]). [`scenarios`] lists the scenarios, [`run`] runs them through the built program
//! and checks the dialogues, and [`report`] generates `docs/interop.md`. `tests/tests/interop.rs`
//! compares the results with the expected ones. `cargo xtask interop` writes the document.

pub mod chroot;
mod delivery_check;
mod dialogue_checks;
pub mod messages;
pub mod quirk;
pub mod receiver;
mod relay;
pub mod report;
pub mod run;
pub mod scenario;
pub mod scenarios;
pub mod server;

/// The name of every server here, also in its certificate.
pub const NAME: &str = "mx.interop.example";

/// The user who can sign in.
pub const USER: &str = "mina@example.org";

/// The password of this user.
pub const PASSWORD: &str = "비밀번호 is quite long";

/// A wrong password.
pub const WRONG: &str = "failures 비밀번호 as well";

/// The size limit of servers with a small limit, in octets.
pub const SMALL: u64 = 100_000;

/// The size limit of the other servers, in octets.
pub const LARGE: u64 = 40_000_000;

/// A sender that every server refuses.
pub const BLOCKED: &str = "blocked@example.org";

/// A recipient that every server refuses permanently.
pub const REFUSED: &str = "refused@example.org";

/// A recipient that every server refuses temporarily.
pub const FULL: &str = "full@example.org";

/// A recipient that every server accepts.
pub const HANA: &str = "hana@example.org";

/// Another such recipient. Its mailbox accepts at most [`SMALL`] octets if the server supports
/// this.
pub const TINY: &str = "small@example.org";

/// A recipient with a non-ASCII local part.
pub const KOREAN: &str = "하나@example.org";

/// A sender with a non-ASCII local part.
pub const MINA: &str = "미나@example.org";

/// A recipient in a non-ASCII domain.
pub const IDN: &str = "hana@예시.example";

/// A recipient whose local part needs quotes.
pub const QUOTED: &str = "\"hana lee\"@example.org";
