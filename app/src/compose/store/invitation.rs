//! What a person does with the invitation of the draft.

use std::fmt::Write as _;

use js_sys::Date;
use leptos::prelude::*;

use super::{ComposeStore, DraftField};
use crate::calendar::{shown_in, year, zone_definition, zone_here};
use crate::compose::draft::{DraftStoreFields as _, Invitation, in_field};
use crate::ui::dom;

/// An hour, in seconds.
const HOUR: i64 = 3_600;

impl ComposeStore {
    /// The invitation, if there is one.
    pub(in crate::compose) fn invitation(self) -> DraftField<Option<Invitation>> {
        self.draft.invitation()
    }

    /// Begins an invitation for the next full hour here.
    pub(in crate::compose) fn invite(self) {
        let mut uid = String::with_capacity(32);
        for octet in dom::random::<16>() {
            // Writing to a String can't fail.
            let _ = write!(uid, "{octet:02x}");
        }
        let zone = zone_here();
        #[expect(clippy::cast_possible_truncation, reason = "seconds of today")]
        let now = shown_in(&zone, (Date::now() / 1_000.0) as i64);
        let start = (now.div_euclid(HOUR) + 1) * HOUR;
        let mut invitation = Invitation {
            uid,
            start: in_field(start),
            end: in_field(start + HOUR),
            zone,
            ..Invitation::default()
        };
        define_zone(&mut invitation);
        self.set_invitation(Some(invitation));
    }

    /// Changes the invitation.
    pub(in crate::compose) fn edit_invitation(self, change: impl FnOnce(&mut Invitation)) {
        let Some(mut invitation) = self.invitation().get_untracked() else {
            return;
        };
        let before = (invitation.zone.clone(), invitation.start.clone());
        change(&mut invitation);
        if before != (invitation.zone.clone(), invitation.start.clone()) {
            define_zone(&mut invitation);
        }
        self.set_invitation(Some(invitation));
    }

    /// Sets the invitation, or removes it.
    pub(in crate::compose) fn set_invitation(self, invitation: Option<Invitation>) {
        self.edit(|| self.invitation().set(invitation));
    }
}

/// Defines the time zone of an invitation, as far as the browser knows it. One that it does not
/// know, from another program, has to be chosen by the person.
pub(super) fn define_zone(invitation: &mut Invitation) {
    let defined = invitation.begins().and_then(|begins| {
        // Calendars have years of four digits.
        let year = year(begins);
        let known = (1_900..9_000).contains(&year);
        known
            .then(|| zone_definition(&invitation.zone, year))
            .flatten()
    });
    invitation.zone_definition = defined.unwrap_or_default();
}
