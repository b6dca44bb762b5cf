//! Sends a message that was held back, once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use smtp::SendMode;

use super::model::Held;
use super::records;
use super::store::{HeldStore, Said};
use crate::compose::store::{about, stamp};

impl HeldStore {
    /// Sends one, unless another tab does.
    pub(super) fn send(self, held: Held) {
        let mut free = false;
        self.inner.update_value(|inner| {
            free = inner.sending.is_none();
            if free {
                inner.sending = Some((held.id.clone(), None));
            }
        });
        if !free {
            return;
        }
        spawn_local(async move {
            let unstored = self
                .inner
                .with_value(|inner| inner.unstored.contains(&held.id));
            // From here on no other tab sends it, and none takes it back.
            if !unstored {
                match records::claim(&held.id).await {
                    Ok(Some(claimed)) => self.replace(claimed),
                    Ok(None) => {
                        self.set_sending(None);
                        return self.reload();
                    }
                    Err(error) => {
                        self.set_sending(None);
                        return self.trouble.set(Some(error));
                    }
                }
                self.tell();
            }
            match self.submit(&held) {
                Some(number) => self.set_sending(Some((held.id, Some(number)))),
                None => self.end(&held.id, "failed", false),
            }
        });
    }

    /// The number of its submission. None: it can't be sent.
    fn submit(self, held: &Held) -> Option<u32> {
        let message = held.draft.message(&held.stamp.unwrap_or_else(stamp)).ok()?;
        let password = untrack(|| self.accounts.password_for(&held.server));
        let password = password.unwrap_or_default();
        let submitted = self.submission.send_to(
            message,
            SendMode::Run,
            &held.server,
            password,
            about(&held.draft),
        );
        let number = submitted.ok()?;
        self.compose.has_sent(&held.draft);
        Some(number)
    }

    fn set_sending(self, sending: Option<(String, Option<u32>)>) {
        self.inner.update_value(|inner| inner.sending = sending);
        self.now.notify();
    }

    /// Follows how the message ends that this tab sends.
    pub(super) fn follow_sending(self) {
        Effect::new(move |_| {
            let ended = self.submission.ended();
            let sending = self.inner.with_value(|inner| inner.sending.clone());
            if let (Some(ended), Some((id, Some(number)))) = (ended, sending)
                && ended.id == number
            {
                untrack(|| self.end(&id, ended.kind, ended.at_sign_in));
            }
        });
    }

    /// It has ended. What was accepted is not held any more; neither is what is in the drafts.
    fn end(self, id: &str, kind: &'static str, at_sign_in: bool) {
        let Some(held) = self.get(id) else { return };
        if at_sign_in {
            // It is asked for again.
            self.accounts.forget_password(&held.server);
        }
        self.inner.update_value(|inner| {
            inner.words.remove(id);
        });
        self.said.set(Some(Said::Ended {
            title: held.draft.title(),
            kind,
        }));
        let id = id.to_owned();
        spawn_local(async move {
            let kept = held.is_later() && kind != "accepted";
            let done = if kept {
                records::ended(&id, kind).await
            } else {
                records::remove(&id, true).await.map(|_| None)
            };
            self.set_sending(None);
            match done {
                Ok(Some(held)) => {
                    self.replace(held);
                    self.tell();
                }
                Ok(None) => self.forget(&id),
                Err(error) => self.trouble.set(Some(error)),
            }
            self.look();
        });
    }
}
