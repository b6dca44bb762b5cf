//! The same roads to every mail server that is not ours: what is sent, what has to come of it, and
//! what really arrives at the far end.
//!
//! [`server`] starts the servers, each with a program at its far end that keeps what arrives
//! ([`arrivals`]). [`roads`] lists the roads, [`journey`] goes along them through the built program
//! and looks at how it went, [`report`] makes `docs/interop.md` of it. `tests/tests/interop.rs`
//! holds what is observed against what is expected; `cargo xtask interop` writes it down.

pub mod arrivals;
pub mod chroot;
mod conduct;
mod far_end;
pub mod journey;
pub mod letter;
mod relay;
pub mod report;
pub mod road;
pub mod roads;
pub mod server;
pub mod surprise;

/// What every server here calls itself, and has in its certificate.
pub const NAME: &str = "mx.interop.example";

/// Who may sign in.
pub const USER: &str = "mina@example.org";

/// With this password.
pub const PASSWORD: &str = "비밀번호 is quite long";

/// And not with this one.
pub const WRONG: &str = "wrong 비밀번호 as well";

/// Octets of a message beyond which a server with a small limit refuses it.
pub const SMALL: u64 = 100_000;

/// The same for the others.
pub const LARGE: u64 = 40_000_000;

/// A sender that every server refuses.
pub const BLOCKED: &str = "blocked@example.org";

/// A recipient that every server refuses for good.
pub const REFUSED: &str = "refused@example.org";

/// A recipient that every server refuses for now.
pub const FULL: &str = "full@example.org";

/// A recipient that every server takes.
pub const HANA: &str = "hana@example.org";

/// Another one, whose mailbox takes no more than [`SMALL`] octets where the server has such a
/// thing.
pub const TINY: &str = "small@example.org";

/// One with a local part beyond ASCII.
pub const KOREAN: &str = "하나@example.org";

/// A sender with one.
pub const MINA: &str = "미나@example.org";

/// One in a domain beyond ASCII.
pub const IDN: &str = "hana@예시.example";

/// One that needs quotes.
pub const QUOTED: &str = "\"hana lee\"@example.org";
