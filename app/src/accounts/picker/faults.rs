//! Test addresses of the practice server.

use leptos::prelude::*;

use crate::i18n::{Locale, protocol, use_language};

/// The addresses for which the practice server misbehaves, and how.
#[component]
#[must_use]
pub(super) fn Faults(faults: Vec<wire::PracticeFault>) -> impl IntoView {
    let language = use_language();
    view! {
        <details class="faults">
            <summary>{language.words(Locale::faults)}</summary>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{language.words(Locale::fault_address)}</th>
                        <th scope="col">{language.words(Locale::fault_effect)}</th>
                    </tr>
                </thead>
                <tbody>{faults.into_iter().map(|fault| view! {
                    <tr>
                        <td><code>{format!("{}@…", fault.local_part)}</code>
                            {fault.sender.then(|| view! {
                                " " {language.words(Locale::as_sender)}
                            })}</td>
                        <td>{move || protocol::practice_effect(language.get(), &fault.effect)}</td>
                    </tr>
                }).collect_view()}</tbody>
            </table>
        </details>
    }
}
