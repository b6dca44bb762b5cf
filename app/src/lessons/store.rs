//! The lessons, the one that is open, and how far the learner is.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::model::{Act, Fault, Lesson, Step, Tool, Walk};
use super::{Kept, LESSONS};
use crate::connection::{ConnectionStore, file, use_connection};
use crate::i18n::{Language, Locale, tag, use_language};
use crate::storage;
use crate::submission::{SubmissionStore, use_submission};
use crate::ui::text_file;

/// The key of the numbers of steps done in localStorage.
const PROGRESS: &str = "glasspost.lessons";

/// Where a lesson comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// It came with the page: its place among them.
    Ours(usize),
    /// It was opened from a file.
    File,
}

/// What became of the file of a lesson.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Loaded {
    /// It is on its way.
    Coming,
    /// It is read.
    Read(Arc<Lesson>),
    /// It can't be loaded.
    Missing,
}

/// A file that is no lesson.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unreadable {
    /// Its name.
    pub(super) name: String,
    /// What is wrong with it. Empty: it could not be read at all.
    pub(super) faults: Vec<Fault>,
}

/// The connection of a lesson.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// The number of the submission.
    pub(super) id: u32,
    /// The step in which it began.
    pub(super) begun: usize,
    /// Whether it is still open.
    pub(super) live: bool,
}

/// The lessons. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct LessonsStore {
    pub(super) language: Language,
    pub(super) connection: ConnectionStore,
    pub(super) submission: SubmissionStore,
    /// The lessons that came with the page.
    pub(super) all: RwSignal<Vec<Loaded>>,
    /// The lesson that was opened from a file.
    pub(super) own: RwSignal<Option<Arc<Lesson>>>,
    /// The file that was chosen and is no lesson.
    pub(super) unreadable: RwSignal<Option<Unreadable>>,
    /// Which lesson is open.
    pub(super) open: RwSignal<Option<Source>>,
    /// The step that is on the screen.
    pub(super) shown: RwSignal<usize>,
    /// How many steps of each lesson are done.
    pub(super) done: RwSignal<BTreeMap<String, usize>>,
    /// How many steps of the lesson from a file are done.
    pub(super) own_done: RwSignal<usize>,
    /// The program whose lines are shown.
    pub(super) tool: RwSignal<Tool>,
    /// The connection, and the step that it is at.
    pub(super) run: RwSignal<Option<Run>>,
    pub(super) walk: RwSignal<Walk>,
    /// What is said to what the learner did.
    pub(super) answer: RwSignal<Option<String>>,
    /// What the learner is told when nothing can be sent.
    pub(super) busy: RwSignal<bool>,
    /// What is done for the learner at the next pauses.
    pub(super) queue: StoredValue<VecDeque<Act>>,
    /// The step whose connection is opened when the one before has ended, and whether that step is
    /// done for the learner.
    pub(super) next: StoredValue<Option<usize>>,
    /// Messages that have come to the mailbox since the connection began: their ids and names.
    pub(super) arrivals: StoredValue<Vec<(u64, String)>>,
    /// Those among them that have been asked for.
    pub(super) asked: StoredValue<Vec<u64>>,
    pub(super) delivered: StoredValue<Vec<Vec<u8>>>,
}

impl LessonsStore {
    /// The lessons: made at the first time.
    pub(super) fn provide() -> LessonsStore {
        let kept = expect_context::<Kept>();
        let lessons = kept.store.get_value().unwrap_or_else(|| {
            let make = || LessonsStore::new();
            let owner = kept.owner.get_value();
            let lessons = owner.map_or_else(make, |owner| owner.with(make));
            kept.store.set_value(Some(lessons));
            lessons
        });
        provide_context(lessons);
        lessons
    }

    fn new() -> LessonsStore {
        let lessons = LessonsStore {
            language: use_language(),
            connection: use_connection(),
            submission: use_submission(),
            all: RwSignal::new(vec![Loaded::Coming; LESSONS.len()]),
            own: RwSignal::new(None),
            unreadable: RwSignal::new(None),
            open: RwSignal::new(None),
            shown: RwSignal::new(0),
            done: RwSignal::new(storage::value(PROGRESS).unwrap_or_default()),
            own_done: RwSignal::new(0),
            tool: RwSignal::new(Tool::Python),
            run: RwSignal::new(None),
            walk: RwSignal::new(Walk::default()),
            answer: RwSignal::new(None),
            busy: RwSignal::new(false),
            queue: StoredValue::new(VecDeque::new()),
            next: StoredValue::new(None),
            arrivals: StoredValue::new(Vec::new()),
            asked: StoredValue::new(Vec::new()),
            delivered: StoredValue::new(Vec::new()),
        };
        Effect::new(move |_| lessons.load(lessons.language.get()));
        lessons.follow_connection();
        lessons
    }

    /// Loads all lessons in a language.
    pub(super) fn load(self, locale: Locale) {
        for (at, name) in LESSONS.iter().enumerate() {
            spawn_local(async move {
                let path = format!("lessons/{}/{name}.txt", tag(locale));
                let text = file(&path).await;
                let lesson = text.and_then(|text| Lesson::read(&text).ok());
                if self.language.get_untracked() != locale {
                    return;
                }
                let loaded = lesson.map(|lesson| Loaded::Read(Arc::new(lesson)));
                self.all.update(|all| {
                    if let Some(place) = all.get_mut(at) {
                        *place = loaded.unwrap_or(Loaded::Missing);
                    }
                });
            });
        }
    }

    /// Opens a lesson from a file.
    pub(super) fn open_file(self, file: File) {
        spawn_local(async move {
            let octets = text_file::octets(&file).await;
            let text = octets.map(|octets| text_file::text(&octets, &text_file::decode));
            let lesson = text.ok_or(Vec::new()).and_then(|text| Lesson::read(&text));
            match lesson {
                Ok(lesson) => {
                    self.unreadable.set(None);
                    self.own.set(Some(Arc::new(lesson)));
                    self.own_done.set(0);
                    self.open(Source::File);
                }
                Err(faults) => {
                    let name = file.name();
                    self.unreadable.set(Some(Unreadable { name, faults }));
                }
            }
        });
    }

    /// A lesson. Follows it.
    pub(super) fn get(self, source: Source) -> Option<Arc<Lesson>> {
        match source {
            Source::File => self.own.get(),
            Source::Ours(at) => self.all.with(|all| match all.get(at)? {
                Loaded::Read(lesson) => Some(Arc::clone(lesson)),
                Loaded::Coming | Loaded::Missing => None,
            }),
        }
    }

    /// The lesson that is open. Follows it.
    pub(super) fn lesson(self) -> Option<Arc<Lesson>> {
        self.get(self.open.get()?)
    }

    /// How many steps of a lesson are done. Follows it.
    pub(super) fn done_of(self, source: Source) -> usize {
        match source {
            Source::File => self.own_done.get(),
            Source::Ours(at) => self.done.with(|done| {
                let name = LESSONS.get(at);
                name.and_then(|name| done.get(*name)).copied().unwrap_or(0)
            }),
        }
    }

    /// How many steps of the lesson that is open are done. Follows it.
    pub(super) fn done_here(self) -> usize {
        self.open.get().map_or(0, |source| self.done_of(source))
    }

    fn keep_done(self, source: Source, steps: usize) {
        match source {
            Source::File => self.own_done.set(steps),
            Source::Ours(at) => {
                if let Some(name) = LESSONS.get(at) {
                    self.done.update(|done| {
                        done.insert((*name).to_owned(), steps);
                    });
                    self.done
                        .with_untracked(|done| storage::keep(PROGRESS, done));
                }
            }
        }
    }

    /// So many steps of the lesson that is open are done, at least.
    pub(super) fn reached(self, steps: usize) {
        let source = self.open.get_untracked();
        if let Some(source) = source.filter(|_| untrack(|| self.done_here()) < steps) {
            self.keep_done(source, steps);
        }
    }

    /// Opens a lesson, where the learner has stopped.
    pub(super) fn open(self, source: Source) {
        if self.open.get_untracked() != Some(source) {
            self.hang_up();
        }
        self.open.set(Some(source));
        let steps = untrack(|| self.get(source)).map_or(0, |lesson| lesson.steps.len());
        let done = untrack(|| self.done_of(source));
        self.shown.set(if done < steps { done } else { 0 });
        self.answer.set(None);
    }

    /// Shows the list of the lessons.
    pub(super) fn close(self) {
        self.hang_up();
        self.open.set(None);
    }

    /// Begins the lesson anew.
    pub(super) fn start_over(self) {
        self.hang_up();
        if let Some(source) = self.open.get_untracked() {
            self.keep_done(source, 0);
        }
        self.shown.set(0);
    }

    /// The step that is on the screen. Follows it.
    pub(super) fn step(self) -> Option<Step> {
        let lesson = self.lesson()?;
        lesson.steps.get(self.shown.get()).cloned()
    }

    /// Goes to the step before the one on the screen.
    pub(super) fn back(self) {
        self.shown.update(|shown| *shown = shown.saturating_sub(1));
        self.answer.set(None);
    }

    /// Goes to the step after the one on the screen, or to the next lesson.
    pub(super) fn go_on(self) {
        let steps = untrack(|| self.lesson()).map_or(0, |lesson| lesson.steps.len());
        if self.shown.get_untracked() + 1 < steps {
            self.shown.update(|shown| *shown += 1);
            self.answer.set(None);
            return;
        }
        match self.open.get_untracked() {
            Some(Source::Ours(at)) if at + 1 < LESSONS.len() => self.open(Source::Ours(at + 1)),
            _ => self.close(),
        }
    }
}

/// The lessons, from any component of the pane.
pub(super) fn use_lessons() -> LessonsStore {
    expect_context()
}
