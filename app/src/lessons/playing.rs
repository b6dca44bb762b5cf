//! The connection of a lesson: what is sent for the learner, and what has happened on it.

use smtp::{Operator, SendMode};
use wire::FromPage;

use leptos::prelude::*;

use super::model::{Act, Connection, World};
use super::store::{LessonsStore, Run};
use crate::accounts::ServerChoice;
use crate::connection::{LinkEvent, MailboxEvent, Segment};
use crate::submission::{Ending, Message, Rehearsed, kind};

/// The password of the practice server.
const PASSWORD: &str = "practice";

impl LessonsStore {
    pub(super) fn follow_connection(self) {
        self.connection.on_event(move |event| match event {
            LinkEvent::Submission(_) | LinkEvent::State(_) => self.look(),
            LinkEvent::Mailbox(events) => {
                for event in events {
                    if let MailboxEvent::Changed(update) = event {
                        let added = update.added.iter();
                        let added = added.map(|message| (message.id, message.queue_id.clone()));
                        self.arrivals.update_value(|all| all.extend(added));
                    }
                }
                self.look();
            }
            LinkEvent::Fetched(fetched) => {
                let mut ours = false;
                self.asked.update_value(|asked| {
                    let before = asked.len();
                    asked.retain(|id| *id != fetched.id);
                    ours = asked.len() < before;
                });
                if ours {
                    self.delivered
                        .update_value(|all| all.push(fetched.raw.clone()));
                    self.look();
                }
            }
            LinkEvent::Alone(_)
            | LinkEvent::Scenario(_)
            | LinkEvent::Transferred { .. }
            | LinkEvent::FileUnreadable { .. }
            | LinkEvent::Message(_) => {}
        });
    }

    /// Whether the last connection is that of the step on the screen, and this step is the next to
    /// be done. Follows it.
    fn is_next(self) -> bool {
        let walk = self.walk.get();
        let is_of_it = self.lesson().is_some_and(|lesson| walk.has_more(&lesson));
        is_of_it && walk.step == self.shown.get()
    }

    /// Whether the connection is open and at the step on the screen. Follows it.
    pub(super) fn is_at_it(self) -> bool {
        self.run.get().is_some_and(|run| run.live) && self.is_next()
    }

    /// Whether the connection of the step on the screen has ended, and the step is not done.
    /// Follows it.
    pub(super) fn has_ended_early(self) -> bool {
        self.run.get().is_some_and(|run| !run.live) && self.is_next()
    }

    /// Opens the connection of the step on the screen, and does the steps of it before this one.
    pub(super) fn connect(self) {
        self.connect_for(self.shown.get_untracked());
    }

    /// Does the step on the screen for the learner.
    pub(super) fn show_me(self) {
        let shown = self.shown.get_untracked();
        let walk = self.walk.get_untracked();
        let run = self.run.get_untracked().filter(|run| run.live);
        let acts = untrack(|| self.step()).map(|step| step.acts);
        let (Some(run), Some(acts)) = (run, acts) else {
            return self.connect_for(shown + 1);
        };
        if !untrack(|| self.is_next()) || self.sent_since(run.id, walk.since) > 0 {
            // From where the step begins, because what has been sent can't be taken back.
            return self.connect_for(shown + 1);
        }
        self.queue.update_value(|queue| queue.extend(acts));
        self.look();
    }

    /// Opens the connection of a lesson, and does the steps of it before `until`.
    fn connect_for(self, until: usize) {
        let Some(lesson) = untrack(|| self.lesson()) else {
            return;
        };
        let of = until.min(self.shown.get_untracked());
        let Some((begun, connection)) = lesson.connection_of(of) else {
            return;
        };
        self.busy.set(false);
        self.answer.set(None);
        if let Some(run) = self.run.get_untracked().filter(|run| run.live) {
            self.next.set_value(Some(until));
            self.queue.update_value(|queue| queue.clear());
            self.submission.operate_in(run.id, Operator::Abort);
            return;
        }
        if !untrack(|| self.submission.can_send()) {
            self.busy.set(true);
            return;
        }
        let acts: Vec<Act> = lesson.steps[begun..until]
            .iter()
            .flat_map(|step| step.acts.clone())
            .collect();
        self.begin(begun, connection, acts);
    }

    fn begin(self, begun: usize, connection: &Connection, acts: Vec<Act>) {
        let octets = connection.message.clone().into_bytes();
        let addresses = connection.from.iter().chain(&connection.to);
        let message = Message {
            eight_bit: !octets.is_ascii(),
            utf8: addresses.into_iter().any(|address| !address.is_ascii()),
            segments: vec![Segment::Octets(octets)],
            from: connection.from.clone(),
            to: connection.to.clone(),
        };
        let server = ServerChoice {
            practice_security: connection.security,
            sign_in: connection.user.is_some(),
            user: connection.user.clone().unwrap_or_default(),
            chunking: connection.chunking,
            ..ServerChoice::default()
        };
        let in_steps = connection.mode == SendMode::Step;
        self.queue
            .update_value(|queue| *queue = acts.into_iter().filter(|_| in_steps).collect());
        self.arrivals.update_value(Vec::clear);
        self.asked.update_value(Vec::clear);
        self.delivered.update_value(Vec::clear);
        self.walk.set(super::model::Walk::begin(begun));
        let password = PASSWORD.to_owned();
        let offer = move || self.offer();
        let run = self
            .submission
            .rehearse(message, connection.mode, &server, password, offer);
        // What a lesson can say fits a frame by far, or it is not sent.
        self.run.set(run.ok().map(|id| Run {
            id,
            begun,
            live: true,
        }));
        self.look();
    }

    /// Ends the connection.
    pub(super) fn hang_up(self) {
        self.next.set_value(None);
        self.queue.update_value(|queue| queue.clear());
        if let Some(run) = self.run.get_untracked().filter(|run| run.live) {
            self.submission.operate_in(run.id, Operator::Abort);
        }
        self.run.set(None);
        self.answer.set(None);
        self.busy.set(false);
    }

    /// How many lines have been sent on a connection from its entry of this index on.
    fn sent_since(self, id: u32, since: usize) -> usize {
        let sent = |told: Rehearsed<'_>| {
            let entries = told.entries.get(since..).unwrap_or_default();
            let sent = entries.iter().filter(|entry| {
                matches!(
                    entry.event,
                    smtp::Event::Sent { .. } | smtp::Event::Message { .. }
                )
            });
            sent.count()
        };
        untrack(|| self.submission.rehearsed(id, sent)).unwrap_or(0)
    }

    /// What the editor has at a pause. Follows it: a step may be done only by what was delivered,
    /// which is known later than the pause.
    fn offer(self) -> Option<String> {
        let run = self.run.get()?;
        let walk = self.walk.get();
        let lesson = self.lesson()?;
        let step = lesson.steps.get(walk.step)?;
        if !walk.has_more(&lesson) {
            return None;
        }
        step.offer(self.sent_since(run.id, walk.since))
    }

    /// Looks at what has happened on the connection, and does what is next.
    fn look(self) {
        untrack(|| self.look_untracked());
    }

    fn look_untracked(self) {
        let (Some(run), Some(lesson)) = (self.run.get(), self.lesson()) else {
            return;
        };
        let mut walk = self.walk.get();
        let before = walk;
        let delivered = self.delivered.get_value();
        let told = self.submission.rehearsed(run.id, |told| {
            let world = World {
                entries: told.entries,
                ending: told.ending.map(kind),
                delivered: &delivered,
            };
            walk.follow(&lesson, world);
            let step = lesson
                .steps
                .get(walk.step)
                .filter(|_| walk.has_more(&lesson));
            let answer = step.and_then(|step| walk.wrong_turn(step, world));
            let names = self.names_of_arrivals(told);
            let ended = told
                .ending
                .map(|ending| matches!(ending, Ending::NotStarted(_)));
            (
                answer.map(str::to_owned),
                told.paused.map(|paused| paused.step),
                ended,
                names,
            )
        });
        let Some((answer, paused, ended, arrived)) = told else {
            // Another message is being sent by now.
            self.queue.update_value(|queue| queue.clear());
            self.run.set(Some(Run { live: false, ..run }));
            return;
        };
        if walk != before {
            self.walk.set(walk);
        }
        if walk.step > before.step {
            self.reached(walk.step);
            // The step that was done last, where the learner has gone on without reading.
            let done = lesson.steps[..walk.step].iter();
            let last = done.enumerate().rev().find(|(at, step)| {
                !step.acts.is_empty() || (*at == run.begun && step.connection.is_some())
            });
            if let Some((last, _)) = last.filter(|(last, _)| *last > self.shown.get()) {
                self.shown.set(last);
            }
        }
        if self.answer.with(|before| *before != answer) {
            self.answer.set(answer);
        }
        for id in arrived {
            self.asked.update_value(|asked| asked.push(id));
            self.connection.send(&FromPage::Fetch { id });
        }
        if let Some(not_started) = ended {
            self.queue.update_value(|queue| queue.clear());
            if run.live {
                self.run.set(Some(Run { live: false, ..run }));
            }
            let next = self.next.get_value().filter(|_| !not_started);
            self.next.set_value(None);
            if let Some(until) = next {
                self.connect_for(until);
            }
        } else if let Some(step) = paused {
            let mut act = None;
            self.queue.update_value(|queue| act = queue.pop_front());
            if let Some(act) = act {
                self.submission.operate_in(run.id, act.operator(step));
            }
        }
    }

    /// The messages in the mailbox that this connection has brought, once each.
    fn names_of_arrivals(self, told: Rehearsed<'_>) -> Vec<u64> {
        let is_named = |name: &str| {
            told.entries.iter().any(|entry| match &entry.event {
                smtp::Event::Received { reply, .. } => {
                    !name.is_empty() && reply.lines.iter().any(|line| line.contains(name))
                }
                _ => false,
            })
        };
        let mut ours = Vec::new();
        self.arrivals.update_value(|arrivals| {
            arrivals.retain(|(id, name)| {
                let is_ours = is_named(name);
                if is_ours {
                    ours.push(*id);
                }
                !is_ours
            });
        });
        ours
    }
}
