//! What is said below a field about its addresses.

use leptos::prelude::*;

use super::label;
use super::notes::Note;
use super::store::{number, use_chips};
use crate::compose::draft::{Place, Script, Suspicion};
use crate::i18n::{Locale, use_language};
use crate::ui::visible::{visible_address, visible_lines};

/// What may mislead about an address, and what happens to one that is there twice.
pub(super) fn lines(locale: Locale, text: &str, note: &Note) -> Vec<String> {
    let again = note
        .again
        .map(|place| locale.address_again(visible_address(text), label(locale, place)));
    let suspicions = note.suspicions.iter().map(|one| suspicion(locale, one));
    again.into_iter().chain(suspicions).collect()
}

fn suspicion(locale: Locale, one: &Suspicion) -> String {
    match one {
        Suspicion::Mixed { label, letters } => {
            let letters: Vec<String> = letters
                .iter()
                .map(|(script, letters)| {
                    let spaced: Vec<String> = letters.chars().map(String::from).collect();
                    format!("{} ({})", spaced.join(" "), name(locale, *script))
                })
                .collect();
            locale.mixed_scripts(label, letters.join(", "))
        }
        Suspicion::LooksLatin {
            label,
            script,
            latin,
        } => {
            let letters: Vec<String> = label
                .chars()
                .filter(|c| !c.is_ascii())
                .map(|c| format!("{c} U+{:04X}", u32::from(c)))
                .collect();
            let letters = letters.join(", ");
            locale.looks_latin(label, latin, letters, name(locale, *script))
        }
        Suspicion::LooksLike { label, known } => locale.looks_like(label, known),
    }
}

fn name(locale: Locale, script: Script) -> &'static str {
    match script {
        Script::Latin | Script::Common => locale.script_latin(),
        Script::Greek => locale.script_greek(),
        Script::Cyrillic => locale.script_cyrillic(),
        Script::Armenian => locale.script_armenian(),
        Script::Hebrew => locale.script_hebrew(),
        Script::Arabic => locale.script_arabic(),
        Script::Georgian => locale.script_georgian(),
        Script::Hangul => locale.script_hangul(),
        Script::Hiragana => locale.script_hiragana(),
        Script::Katakana => locale.script_katakana(),
        Script::Bopomofo => locale.script_bopomofo(),
        Script::Han => locale.script_han(),
        Script::Other(_) => locale.script_other(),
    }
}

/// The remarks on the addresses of a field, and what was pasted there and has no place.
#[component]
#[must_use]
pub(super) fn Remarks(
    /// The field.
    place: Place,
) -> impl IntoView {
    let language = use_language();
    let chips = use_chips();
    let lines = Memo::new(move |_| {
        let locale = language.get();
        chips.notes.with(|notes| {
            chips.compose.list(place).with(|list| {
                let both = list.iter().zip(&notes[number(place)]);
                both.flat_map(|(text, note)| lines(locale, text, note))
                    .collect::<Vec<_>>()
            })
        })
    });
    let left_over =
        move || {
            let left_over = chips.left_over.get();
            left_over.filter(|(one, _)| *one == place).map(|(_, texts)| {
            view! {
                <p>{language.get().left_over(visible_lines(&texts.join("\n")))}</p>
                <button type="button" class="link" on:click=move |_| chips.left_over.set(None)>
                    {language.words(Locale::dismiss)}
                </button>
            }
        })
        };
    view! {
        <div class="remarks" role="status">
            {move || {
                let lines = lines.get();
                lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
            }}
            {left_over}
        </div>
    }
}
