//! A hint where an address is one letter off a known one.

use leptos::prelude::*;

use super::store::use_contacts;
use crate::i18n::{Locale, use_language};
use crate::ui::visible::visible_address;
use crate::ui::{Glyph, IconButton};

/// In a field with more addresses than this nobody looks for slips of the finger.
const ADDRESSES: usize = 100;

/// For each of these addresses, the known one that may be meant.
#[component]
#[must_use]
pub fn Meant(
    /// The addresses as they were typed, without their names.
    #[prop(into)]
    addresses: Signal<Vec<String>>,
    /// Called with an address and the one that is to take its place.
    #[prop(into)]
    replace: Callback<(String, String)>,
) -> impl IntoView {
    let language = use_language();
    let contacts = use_contacts();
    let dismissed = RwSignal::new(Vec::<String>::new());
    let hints = Memo::new(move |_| {
        let meant = |address: String| Some((address.clone(), contacts.meant_by(&address)?));
        let all = addresses.get();
        if all.len() > ADDRESSES {
            return Vec::new();
        }
        let all = all.into_iter().filter_map(meant);
        all.filter(|(address, _)| dismissed.with(|dismissed| !dismissed.contains(address)))
            .collect::<Vec<_>>()
    });
    let one = move |(typed, meant): (String, String)| {
        let locale = language.get();
        let words = locale.did_you_mean(visible_address(&typed), visible_address(&meant));
        let label = locale.use_address(visible_address(&meant));
        let leave = typed.clone();
        view! {
            <div class="remark meant">
                <p>{words}</p>
                <button type="button" class="btn"
                    on:click=move |_| replace.run((typed.clone(), meant.clone()))>
                    {label}
                </button>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                    on:click=move |_| dismissed.update(|all| all.push(leave.clone()))/>
            </div>
        }
    };
    view! {
        <div role="status" class="remarks">
            {move || hints.get().into_iter().map(one).collect_view()}
        </div>
    }
}
