//! A message to many, and what a person does with it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::model::{BadTable, Checked, Grant, Halt, Plan, Run, Table, Turn};
use super::records::{self, Stored};
use crate::accounts::{AccountsStore, use_accounts};
use crate::compose::{ShownDraft, use_shown_draft};
use crate::connection::{ConnectionStore, use_connection};
use crate::i18n::{Language, use_language};
use crate::storage::StoreError;
use crate::storage::channel::Channel;
use crate::storage::locks::{self, Answer, Claim};
use crate::submission::{SubmissionStore, use_submission};
use crate::ui::text_file;

/// The lock of the tab that sends. Only one tab has it.
const LOCK: &str = "glasspost.merge";

/// The largest table that is read, in octets.
const LARGEST: f64 = 32.0 * 1024.0 * 1024.0;

/// Something that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The table can't be used.
    Table(BadTable),
    /// The file of the table can't be read.
    Unreadable,
    /// A file can't be stored.
    File(String),
    /// What becomes of the messages can't be stored or read.
    Store(StoreError),
    /// Another tab sends to many.
    Elsewhere,
    /// What makes the message could not be loaded.
    NotLoaded,
}

/// A row that is being sent by this tab.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flight {
    pub(super) row: usize,
    /// The number of its submission. None: it has not begun.
    pub(super) number: Option<u32>,
    /// It goes over a connection that another has used before.
    pub(super) reused: bool,
}

/// A message to many. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct MergeStore {
    /// Whether the dialog is open.
    pub(super) open: RwSignal<bool>,
    /// What is sent, once a table was chosen.
    pub(super) plan: RwSignal<Option<Plan>>,
    /// What became of the rows. None: it has not begun.
    pub(super) run: RwSignal<Option<Run>>,
    /// Why nothing more is sent.
    pub(super) halt: RwSignal<Option<Halt>>,
    /// Whether this tab sends.
    pub(super) running: RwSignal<bool>,
    /// Whether this tab is the one that may, see [`Turn`].
    pub(super) mine: Memo<bool>,
    turn: RwSignal<Turn>,
    /// The id of the run.
    pub(super) id: RwSignal<String>,
    /// What went wrong last.
    pub(super) trouble: RwSignal<Option<Trouble>>,
    /// How many files are being copied.
    pub(super) copying: RwSignal<usize>,
    /// The row of which the message is shown.
    pub(super) shown: RwSignal<usize>,
    pub(super) flight: StoredValue<Option<Flight>>,
    /// When the last message began, by a clock that can't be set.
    pub(super) began: StoredValue<Option<f64>>,
    pub(super) timer: StoredValue<u32>,
    pub(super) accounts: AccountsStore,
    pub(super) connection: ConnectionStore,
    pub(super) submission: SubmissionStore,
    pub(super) compose: ShownDraft,
    language: Language,
    channel: StoredValue<Option<Channel>, LocalStorage>,
}

impl MergeStore {
    /// Provides it to all components below, with what pages that are gone have left.
    pub(super) fn provide(open: RwSignal<bool>) -> MergeStore {
        let turn = RwSignal::new(Turn::default());
        let merge = MergeStore {
            open,
            plan: RwSignal::new(None),
            run: RwSignal::new(None),
            halt: RwSignal::new(None),
            running: RwSignal::new(false),
            mine: Memo::new(move |_| turn.get().is_own()),
            turn,
            id: RwSignal::new(String::new()),
            trouble: RwSignal::new(None),
            copying: RwSignal::new(0),
            shown: RwSignal::new(0),
            flight: StoredValue::new(None),
            began: StoredValue::new(None),
            timer: StoredValue::new(0),
            accounts: use_accounts(),
            connection: use_connection(),
            submission: use_submission(),
            compose: use_shown_draft(),
            language: use_language(),
            channel: StoredValue::new_local(None),
        };
        provide_context(merge);
        let channel = Channel::open(LOCK, move |_| {
            if !merge.mine.get_untracked() {
                merge.reload();
            }
        });
        merge.channel.set_value(Some(channel));
        merge.follow_sending();
        Effect::new(move |_| {
            if open.get() {
                untrack(|| merge.take_text());
            }
        });
        merge.reload();
        merge
    }

    /// Tells the other tabs that something has changed.
    pub(super) fn tell(self) {
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                channel.post("changed");
            }
        });
    }

    /// Reads what is stored, and asks for the lock: it comes when no other tab sends.
    pub(super) fn reload(self) {
        let before = self.turn.get_untracked();
        if before.is_reading() {
            return;
        }
        spawn_local(async move {
            let stored = records::load().await;
            if self.turn.get_untracked().is_later(before) {
                // Newer records were read meanwhile, under the lock.
                return;
            }
            match stored {
                Ok(Some(stored)) => {
                    self.show(stored);
                    self.wait_for_turn();
                }
                Ok(None) => self.is_gone(),
                Err(error) => self.trouble.set(Some(Trouble::Store(error))),
            }
        });
    }

    fn show(self, stored: Stored) {
        let Stored {
            id,
            plan,
            run,
            halt,
        } = stored;
        self.id.set(id);
        self.plan.set(Some(plan));
        self.run.set(Some(run));
        self.halt.set(halt);
    }

    /// Another tab has closed it.
    fn is_gone(self) {
        if self.run.with_untracked(Option::is_some) {
            self.run.set(None);
            self.plan.set(None);
        }
        self.give_up_turn();
    }

    fn give_up_turn(self) {
        self.running.set(false);
        self.turn.update(Turn::lost);
        locks::release(LOCK);
    }

    fn wait_for_turn(self) {
        if self.turn.try_update(Turn::ask) != Some(true) {
            return;
        }
        locks::request(LOCK, Claim::Wait, move |answer| {
            if answer != Answer::Granted {
                self.turn.update(Turn::lost);
                return self.running.set(false);
            }
            if let Some(grant) = self.turn.try_update(Turn::granted) {
                self.take_over(grant);
            }
        });
    }

    /// Reads what is stored under this grant of the lock. Only then it is the turn of this tab.
    fn take_over(self, grant: Grant) {
        spawn_local(async move {
            match records::take_over().await {
                Ok(Some(stored)) => {
                    self.show(stored);
                    self.begin_turn(grant);
                }
                Ok(None) => self.is_gone(),
                Err(error) => {
                    // It can be tried again, when this tab or another reads what is stored.
                    self.give_up_turn();
                    self.trouble.set(Some(Trouble::Store(error)));
                }
            }
        });
    }

    /// The records were read under this grant. Whether it is the turn of this tab.
    fn begin_turn(self, grant: Grant) -> bool {
        self.turn.try_update(|turn| turn.read(grant)) == Some(true)
    }

    /// The message that is shown is the one that is sent to many, until that begins.
    fn take_text(self) {
        if self.run.with_untracked(Option::is_some) {
            return;
        }
        let draft = self.compose.finished();
        let says_to = self
            .plan
            .with_untracked(|plan| plan.as_ref().map(Plan::says_to));
        self.plan.update(|plan| {
            let Some(plan) = plan else { return };
            plan.draft = draft;
            if says_to != Some(plan.says_to()) {
                plan.guess();
            }
        });
    }

    /// Reads a table of people.
    pub(super) fn take_table(self, file: web_sys::File) {
        self.trouble.set(None);
        spawn_local(async move {
            let octets = if file.size() > LARGEST {
                None
            } else {
                text_file::octets(&file).await
            };
            let Some(octets) = octets else {
                return self.trouble.set(Some(Trouble::Unreadable));
            };
            let decode = &text_file::decode;
            let text = text_file::utf_16(&octets, decode);
            let text = text.unwrap_or_else(|| text_file::text(&octets, decode));
            let locale = self.language.get_untracked();
            match Table::read(&file.name(), &text, |place| locale.merge_column(place)) {
                Ok(table) => self.set_table(table),
                Err(why) => self.trouble.set(Some(Trouble::Table(why))),
            }
        });
    }

    fn set_table(self, table: Table) {
        let before = self.plan.get_untracked().unwrap_or_default();
        let mut plan = Plan {
            draft: self.compose.finished(),
            table,
            server: untrack(|| self.accounts.server()),
            ..before
        };
        plan.guess();
        self.shown.set(0);
        self.plan.set(Some(plan));
    }

    /// Changes the plan, unless it has begun.
    pub(super) fn edit(self, change: impl FnOnce(&mut Plan)) {
        if self.run.with_untracked(Option::is_none) {
            self.plan.update(|plan| {
                if let Some(plan) = plan {
                    change(plan);
                }
            });
        }
    }

    /// Leaves out these rows, unless it has begun.
    pub(super) fn leave_out(self, rows: impl IntoIterator<Item = usize>) {
        self.edit(|plan| plan.left_out.extend(rows));
    }

    /// What `read` makes of the plan. Follows it.
    pub(super) fn read<T>(self, read: impl FnOnce(&Plan) -> T) -> Option<T> {
        self.plan.with(|plan| plan.as_ref().map(read))
    }

    /// Begins to send.
    pub(super) fn begin(self, checked: &Checked) {
        let Some(mut plan) = self.plan.get_untracked() else {
            return;
        };
        if !checked.is_fine(&plan.literal) || self.run.with_untracked(Option::is_some) {
            return;
        }
        plan.server = untrack(|| self.accounts.server());
        let given = plan.given.iter().chain(&plan.draft.attachments);
        plan.files = given.map(|one| one.file.clone()).collect();
        self.trouble.set(None);
        locks::request(LOCK, Claim::Try, move |answer| {
            if answer != Answer::Granted {
                self.turn.update(Turn::lost);
                self.running.set(false);
                return self.trouble.set(Some(Trouble::Elsewhere));
            }
            let Some(grant) = self.turn.try_update(Turn::granted) else {
                return;
            };
            let plan = plan.clone();
            spawn_local(async move {
                match records::begin(&plan).await {
                    Ok(Some(id)) => {
                        self.id.set(id);
                        self.plan.set(Some(plan));
                        self.run.set(Some(Run::default()));
                        self.tell();
                        if self.begin_turn(grant) {
                            self.resume();
                        }
                    }
                    // Another tab has begun one meanwhile, and left it.
                    Ok(None) => {
                        self.trouble.set(Some(Trouble::Elsewhere));
                        self.take_over(grant);
                    }
                    Err(error) => {
                        self.give_up_turn();
                        self.trouble.set(Some(Trouble::Store(error)));
                    }
                }
            });
        });
    }

    /// It is over, or is to be: nothing of it stays but the history.
    pub(super) fn close(self) {
        if self.running.get_untracked() || !self.mine.get_untracked() {
            return;
        }
        spawn_local(async move {
            if let Err(error) = records::remove().await {
                return self.trouble.set(Some(Trouble::Store(error)));
            }
            self.run.set(None);
            self.plan.set(None);
            self.halt.set(None);
            self.open.set(false);
            self.give_up_turn();
            self.tell();
        });
    }
}

/// The message to many, from any component of this feature.
pub(super) fn use_merge() -> MergeStore {
    expect_context()
}
