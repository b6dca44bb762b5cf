//! A lesson, and how far it is. Pure.
//!
//! A lesson is a file ([`Lesson::read`], docs/lessons.md): a sequence of steps. A step is done when
//! its check holds of what has really happened on the connection ([`Walk`]).

mod check;
mod lesson;
mod read;
#[cfg(test)]
mod tests;
mod walk;

#[cfg(test)]
pub(super) use self::check::Check;
pub(super) use self::check::World;
pub(super) use self::lesson::{Act, Code, Connection, Lesson, Mark, Program, Step, Tool};
pub(super) use self::read::{Fault, What};
pub(super) use self::walk::Walk;
