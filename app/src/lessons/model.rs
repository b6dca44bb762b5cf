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

pub(super) use self::check::{Check, World};
pub(super) use self::lesson::{Act, Code, Connection, Lesson, Mark, Program, Step, Tool};
pub(super) use self::read::{Fault, What};
pub(super) use self::walk::Walk;
