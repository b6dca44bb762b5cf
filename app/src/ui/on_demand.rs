//! Code that is loaded when something of it is first wanted.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::part::NotLoaded;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Missing,
    Fetching,
    There,
    Failed,
    /// Fetched once more after that.
    Retrying,
}

/// Whether a part of the page or a library is there. Copies are the same.
#[derive(Clone, Copy)]
pub struct OnDemand(RwSignal<State>);

impl OnDemand {
    /// It has not been asked for yet.
    #[must_use]
    pub fn new() -> OnDemand {
        OnDemand(RwSignal::new(State::Missing))
    }

    /// Whether it is there. Follows it.
    #[must_use]
    pub fn is_there(self) -> bool {
        self.0.with(|state| *state == State::There)
    }

    /// Whether the last attempt to load it has failed. Follows it.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.0.with(|state| *state == State::Failed)
    }

    /// Whether an attempt to load it has failed, and none has succeeded since: the same while it is
    /// tried again. Follows it.
    #[must_use]
    pub fn is_in_trouble(self) -> bool {
        let state = self.0;
        state.with(|state| matches!(state, State::Failed | State::Retrying))
    }

    /// Follows whether it is there.
    pub fn track(self) {
        self.0.track();
    }

    /// Loads it, if it is neither there nor on its way.
    pub fn fetch(self, load: impl Future<Output = Result<(), NotLoaded>> + 'static) {
        self.0.set(match self.0.get_untracked() {
            State::Missing => State::Fetching,
            State::Failed => State::Retrying,
            State::Fetching | State::There | State::Retrying => return,
        });
        spawn_local(async move {
            let loaded = load.await;
            self.0.set(loaded.map_or(State::Failed, |()| State::There));
        });
    }
}

impl Default for OnDemand {
    fn default() -> Self {
        Self::new()
    }
}
