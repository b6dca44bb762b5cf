//! Sends the messages of the rows, one after the other. Only the tab that has the lock does.

use std::time::Duration;

use leptos::leptos_dom::helpers::{set_timeout, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;
use smtp::{Outcome, SendMode, Stage};

use super::model::{Halt, RowState, Verdict, verdict};
use super::records;
use super::store::{Flight, MergeStore, Trouble};
use crate::accounts::ServerChoice;
use crate::compose::{about, stamp};
use crate::submission::{About, Ending, SendEvent};
use crate::ui::dom;

impl MergeStore {
    /// Follows how the messages end that this tab sends.
    pub(super) fn follow_sending(self) {
        self.submission.on_send(move |event| {
            if let SendEvent::Ended { id, ending, .. } = event {
                self.ended(*id, ending);
            }
        });
        // A message of the person's own makes way for the next row.
        Effect::new(move |_| {
            if self.submission.can_send() {
                untrack(|| self.step());
            }
        });
        let on_leave = move |event: web_sys::Event| {
            if self.running.get_untracked() {
                event.prevent_default();
            }
        };
        drop(window_event_listener_untyped("beforeunload", on_leave));
    }

    /// Whether the password of its server is missing. Follows it.
    pub(super) fn lacks_password(self) -> bool {
        let server = self.read(|plan| plan.server.clone());
        server.is_some_and(|server| self.accounts.password_for(&server).is_none())
    }

    /// Goes on, on the person's word.
    pub(super) fn resume(self) {
        if !self.mine.get_untracked() || untrack(|| self.lacks_password()) {
            return;
        }
        let format = self
            .plan
            .with_untracked(|plan| Some(plan.as_ref()?.draft.format));
        spawn_local(async move {
            if !self.compose.prepare(format.unwrap_or_default()).await {
                return self.trouble.set(Some(Trouble::NotLoaded));
            }
            if !self.mine.get_untracked() {
                return;
            }
            self.halt.set(None);
            self.trouble.set(None);
            self.running.set(true);
            self.step();
        });
    }

    /// Leaves out the row that is next, and goes on.
    pub(super) fn skip(self) {
        let Some((row, _)) = self.next().filter(|_| self.mine.get_untracked()) else {
            return;
        };
        self.plan.update(|plan| {
            if let Some(plan) = plan {
                plan.left_out.insert(row);
            }
        });
        let Some(plan) = self.plan.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match records::change(&self.id.get_untracked(), &plan).await {
                Ok(()) => self.resume(),
                Err(error) => self.trouble.set(Some(Trouble::Store(error))),
            }
        });
    }

    /// The row that is next, and is not being sent. Follows it.
    pub(super) fn next_row(self) -> Option<usize> {
        self.plan.track();
        self.run.track();
        Some(self.next()?.0)
    }

    /// Sends no more when the message under way is over.
    pub(super) fn pause(self) {
        if !self.running.get_untracked() {
            return;
        }
        self.running.set(false);
        if self.flight.get_value().is_none() {
            self.halt_with(Halt::Paused);
        }
    }

    /// Sends no more, and cancels the message under way.
    pub(super) fn stop(self) {
        self.pause();
        if self
            .flight
            .get_value()
            .is_some_and(|flight| flight.number.is_some())
        {
            self.submission.cancel();
        }
    }

    fn halt_with(self, halt: Halt) {
        self.running.set(false);
        self.halt.set(Some(halt.clone()));
        self.submission.reopen();
        spawn_local(async move {
            if let Err(error) = records::halt(&self.id.get_untracked(), &halt).await {
                self.trouble.set(Some(Trouble::Store(error)));
            }
            self.tell();
        });
    }

    /// The next row that is to be sent, and whether others follow it.
    fn next(self) -> Option<(usize, bool)> {
        self.plan.with_untracked(|plan| {
            let plan = plan.as_ref()?;
            self.run.with_untracked(|run| {
                let run = run.as_ref()?;
                let row = run.next(plan.rows())?;
                let rest = plan.rows().filter(|other| *other != row);
                Some((row, run.next(rest).is_some()))
            })
        })
    }

    /// Sends the next row, if it is time.
    pub(super) fn step(self) {
        let free = self.flight.get_value().is_none();
        if !self.running.get_untracked() || !self.mine.get_untracked() || !free {
            return;
        }
        let Some((row, more)) = self.next() else {
            self.running.set(false);
            return self.submission.reopen();
        };
        if !untrack(|| self.connection.is_open()) {
            return self.halt_with(Halt::BridgeLost);
        }
        if !untrack(|| self.submission.can_send()) {
            return;
        }
        let wait = self.wait();
        if wait > 0.0 {
            return self.step_after(wait);
        }
        self.flight.set_value(Some(Flight {
            row,
            number: None,
            reused: false,
        }));
        spawn_local(async move {
            match records::claim(&self.id.get_untracked(), row).await {
                Ok(true) => {}
                Ok(false) => {
                    self.flight.set_value(None);
                    self.running.set(false);
                    return self.reload();
                }
                Err(_) => {
                    self.flight.set_value(None);
                    return self.halt_with(Halt::NotStored);
                }
            }
            self.set(row, RowState::Sending);
            self.tell();
            if !self.running.get_untracked() || !self.mine.get_untracked() {
                return self.over(row, RowState::Waiting, Some(Halt::Paused));
            }
            if !untrack(|| self.submission.can_send()) {
                // Another message was quicker.
                return self.over(row, RowState::Waiting, None);
            }
            self.submit(row, more);
        });
    }

    /// Milliseconds until the next message may begin.
    fn wait(self) -> f64 {
        let every = self
            .plan
            .with_untracked(|plan| plan.as_ref().map_or(0, |plan| plan.every));
        let since = self.began.get_value().map(|began| dom::now_ms() - began);
        since.map_or(0.0, |since| f64::from(every) * 1000.0 - since)
    }

    fn step_after(self, milliseconds: f64) {
        let mut number = 0;
        self.timer.update_value(|timer| {
            *timer += 1;
            number = *timer;
        });
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is not negative"
        )]
        let milliseconds = milliseconds.ceil() as u64;
        let step = move || {
            if self.timer.get_value() == number {
                self.step();
            }
        };
        set_timeout(step, Duration::from_millis(milliseconds));
    }

    /// Submits the message of a row, which is marked. `more`: others follow it.
    fn submit(self, row: usize, more: bool) {
        let Some(plan) = self.plan.get_untracked() else {
            return;
        };
        let draft = plan.message(row);
        let server = ServerChoice {
            keep_open: more,
            ..plan.server
        };
        let password = untrack(|| self.accounts.password_for(&server)).unwrap_or_default();
        let about = About {
            batch: self.id.get_untracked(),
            ..about(&draft)
        };
        let reused = self.submission.goes_on(&server);
        self.began.set_value(Some(dom::now_ms()));
        let flight = |number| Flight {
            row,
            number,
            reused,
        };
        self.flight.set_value(Some(flight(None)));
        let message = draft.message(&stamp()).ok();
        let number = message.and_then(|message| {
            let sent = self
                .submission
                .send_to(message, SendMode::Run, &server, password, about);
            sent.ok()
        });
        let Some(number) = number else {
            return self.over(row, RowState::Waiting, Some(Halt::NotMade));
        };
        self.flight.set_value(Some(flight(Some(number))));
        let ended = untrack(|| self.submission.ended());
        if ended.is_some_and(|ended| ended.id == number) {
            // The bridge was gone before anything was sent.
            self.over(row, RowState::Waiting, Some(Halt::BridgeLost));
        }
    }

    /// The submission of this number has ended.
    fn ended(self, number: u32, ending: &Ending) {
        let flight = self.flight.get_value();
        let Some(flight) = flight.filter(|flight| flight.number == Some(number)) else {
            return;
        };
        let Flight { row, reused, .. } = flight;
        let stopped = !self.running.get_untracked();
        if let Ending::Outcome(Outcome::Refused {
            at: Stage::SignIn, ..
        }) = ending
            && let Some(server) = untrack(|| self.read(|plan| plan.server.clone()))
        {
            // It is asked for again.
            self.accounts.forget_password(&server);
        }
        let paused = stopped.then_some(Halt::Paused);
        match verdict(ending, reused) {
            Verdict::Done(state) => self.over(row, state, paused),
            Verdict::Halt(RowState::Waiting, Halt::Lost) | Verdict::Again if stopped => {
                self.over(row, RowState::Waiting, paused);
            }
            // Not from within the handler of the message before.
            Verdict::Again => soon(move || {
                let more = self.next().is_some();
                self.submit(row, more);
            }),
            Verdict::Halt(state, halt) => self.over(row, state, Some(halt)),
        }
    }

    /// What became of a row is known. The next one follows when that is stored.
    fn over(self, row: usize, state: RowState, halt: Option<Halt>) {
        self.set(row, state.clone());
        if halt.is_some() {
            self.running.set(false);
            self.halt.set(halt.clone());
        }
        spawn_local(async move {
            let run = self.id.get_untracked();
            let stored = records::set(&run, row, state, halt.clone()).await;
            self.flight.set_value(None);
            if stored.is_err() {
                self.running.set(false);
                self.halt.set(Some(Halt::NotStored));
            }
            if !self.running.get_untracked() {
                self.submission.reopen();
            }
            self.tell();
            self.step();
        });
    }

    fn set(self, row: usize, state: RowState) {
        self.run.update(|run| {
            if let Some(run) = run {
                run.set(row, state);
            }
        });
    }
}

/// Calls this after what is going on now.
fn soon(call: impl FnOnce() + 'static) {
    set_timeout(call, Duration::ZERO);
}
