//! What is known of people who were written to before, at a field of addresses.

use leptos::context::Provider;
use leptos::html;
use leptos::prelude::*;

use super::remarks::Remarks;
use super::store::{PLACES, number, use_chips};
use crate::compose::draft::{Person, Place};
use crate::compose::store::ComposeStore;
use crate::contacts::{Meant, Suggestions};
use crate::ui::Later;
use crate::ui::part::{View, part};

/// A field of addresses. A context.
#[derive(Clone, Copy)]
struct Field {
    place: Place,
    id: &'static str,
    input: NodeRef<html::Input>,
    finish: Callback<()>,
}

/// What is said about the addresses of a field, the suggestions for what is being typed there, and
/// a hint where an address is one letter off a known one.
#[component]
#[must_use]
pub(super) fn Suggested(
    /// The field.
    place: Place,
    /// The id of its input element.
    id: &'static str,
    /// Its input element.
    input: NodeRef<html::Input>,
    /// Called to take the text of the field for finished.
    #[prop(into)]
    finish: Callback<()>,
) -> impl IntoView {
    let field = Field {
        place,
        id,
        input,
        finish,
    };
    view! {
        <Provider value=field>
            <Later view=content quiet=true at_start=true/>
        </Provider>
    }
}

part! { later:
    fn content() -> View {
        || view! { <Content/> }.into_any()
    }
}

#[component]
fn Content() -> impl IntoView {
    let Field {
        place,
        id,
        input,
        finish,
    } = expect_context();
    let chips = use_chips();
    let compose = chips.compose;
    let left_out = Memo::new(move |_| {
        let people = PLACES.into_iter().flat_map(|place| people(compose, place));
        people.map(|person| person.sent).collect::<Vec<_>>()
    });
    let addresses = Memo::new(move |_| {
        let people = people(compose, place).into_iter();
        people.map(|person| person.address).collect::<Vec<_>>()
    });
    let take = move |text: String| {
        if let Some(input) = input.try_get_untracked().flatten() {
            input.set_value(&text);
            chips.typed(place, text);
            finish.run(());
        }
    };
    let replace = move |(typed, meant): (String, String)| {
        chips.change(|lists| {
            for text in &mut lists[number(place)] {
                if Person::parse(text).is_some_and(|person| person.address == typed) {
                    *text = text.replacen(&typed, &meant, 1);
                }
            }
        });
    };
    view! {
        <Remarks place/>
        <Suggestions input id left_out take/>
        <Meant addresses replace/>
    }
}

fn people(compose: ComposeStore, place: Place) -> Vec<Person> {
    compose.list(place).with(|list| {
        let people = list.iter().filter_map(|text| Person::parse(text));
        people.collect()
    })
}
