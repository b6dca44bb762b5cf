//! What a page without a bridge says of itself, and its simulated network.

use leptos::prelude::*;

use super::alone::Simulation;
use super::store::use_connection;
use crate::i18n::{Locale, use_language};
use crate::ui::part::{View, part};
use crate::ui::{Glyph, Icon, Later};

/// The longest round trip that can be chosen, in milliseconds.
const LONGEST: &str = "300";

part! { later:
    fn bar() -> View {
        || view! { <Bar/> }.into_any()
    }
}

/// The bar below the panes, where the bridge is simulated in this page.
#[component]
#[must_use]
pub fn SimulationBar() -> impl IntoView {
    let connection = use_connection();
    view! {
        <Show when=move || connection.is_alone()>
            <Later view=bar/>
        </Show>
    }
}

#[component]
fn Bar() -> impl IntoView {
    let language = use_language();
    let connection = use_connection();
    let change = move |change: &dyn Fn(&mut Simulation)| {
        let mut simulation = untrack(|| connection.simulation());
        change(&mut simulation);
        connection.simulate(simulation);
    };
    let round_trip = move || connection.simulation().round_trip_ms.to_string();
    let on_round_trip = move |event| {
        let chosen = event_target_value(&event).parse().unwrap_or(0);
        change(&|simulation| simulation.round_trip_ms = chosen);
    };
    let on_loss = move |event| {
        let chosen = event_target_value(&event).parse().unwrap_or(0);
        change(&|simulation| simulation.loss = chosen);
    };
    let on_split = move |event| {
        let chosen = event_target_checked(&event);
        change(&|simulation| simulation.split = chosen);
    };
    let loss = move || connection.simulation().loss.to_string();
    // Narrow screens have no room for what is rarely changed.
    let unfolded = RwSignal::new(false);
    view! {
        <section class="simulation" class:unfolded=unfolded
            aria-label=language.words(Locale::simulation)>
            <button type="button" class="link unfold"
                aria-expanded=move || if unfolded.get() { "true" } else { "false" }
                on:click=move |_| unfolded.update(|unfolded| *unfolded = !*unfolded)>
                {language.words(Locale::simulation)}
            </button>
            <label class="round-trip">
                <span>{language.words(Locale::round_trip)}</span>
                <input type="range" min="0" max=LONGEST step="10" prop:value=round_trip
                    aria-label=language.words(Locale::round_trip)
                    on:input=on_round_trip/>
                <output>{round_trip}" ms"</output>
            </label>
            <label>
                <span>{language.words(Locale::lost_segments)}</span>
                <select prop:value=loss on:change=on_loss>
                    <option value="0">"0 %"</option>
                    <option value="5">"5 %"</option>
                    <option value="20">"20 %"</option>
                </select>
            </label>
            <label>
                <input type="checkbox" prop:checked=move || connection.simulation().split
                    on:change=on_split/>
                <span>{language.words(Locale::split_segments)}</span>
            </label>
            <p class="simulated">
                <Icon glyph=Glyph::Alert/>
                <span>{language.words(Locale::simulated_note)}</span>
            </p>
            <details class="real-thing">
                <summary>{language.words(Locale::real_thing)}</summary>
                <div>
                    <p>{language.words(Locale::what_a_bridge_is)}</p>
                    <p><code>"cargo xtask run"</code></p>
                    <p>{language.words(Locale::open_its_link)}</p>
                </div>
            </details>
        </section>
    }
}
