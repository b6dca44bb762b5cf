//! What views are put together from, each of one type wherever it stands.
//!
//! Leptos compiles an element, a handler or a reactive block anew for every type it meets, and a closure is a type of its
//! own. The whole page is downloaded before its first pixel, so what is many in the source is one here.

use leptos::ev::{Event, MouseEvent};
use leptos::prelude::*;

use crate::view::icon::{Icon, icon};

/// `view!`, as an [`AnyView`].
macro_rules! part {
    ($($markup:tt)*) => {
        leptos::prelude::IntoAny::into_any(leptos::prelude::view! { $($markup)* }.into_inner())
    };
}
pub(crate) use part;

/// Views in a row.
pub(crate) fn parts(views: impl IntoIterator<Item = AnyView>) -> AnyView {
    views.into_iter().collect::<Vec<_>>().into_any()
}

/// A view that follows what it reads.
pub(crate) fn live(view: impl Fn() -> Option<AnyView> + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> Option<AnyView> + Send> = Box::new(view);
    leptos::view! { {move || view()} }.into_any()
}

/// A handler of events.
pub(crate) type Handler<E> = Box<dyn FnMut(E)>;

/// Calls `then` with each event.
pub(crate) fn on<E>(then: impl FnMut(E) + 'static) -> Handler<E> {
    Box::new(then)
}

/// Calls `then` at each click.
pub(crate) fn click(mut then: impl FnMut() + 'static) -> Handler<MouseEvent> {
    Box::new(move |_| then())
}

/// Calls `then` with what a field now holds.
pub(crate) fn typed(mut then: impl FnMut(String) + 'static) -> Handler<Event> {
    Box::new(move |event| then(event_target_value(&event)))
}

/// A button of this class.
pub(crate) fn button(class: &'static str, act: Handler<MouseEvent>, inside: AnyView) -> AnyView {
    part! { <button type="button" class=class on:click=act>{inside}</button> }
}

/// A sign and words, as they stand in a button.
pub(crate) fn labelled(sign: Icon, words: Signal<&'static str>) -> AnyView {
    part! { {icon(sign)}{words} }
}

/// A button that shows only a sign, and says what it does to those who can't see it or point at it.
pub(crate) fn icon_button(
    sign: Icon,
    words: Signal<&'static str>,
    act: Handler<MouseEvent>,
) -> AnyView {
    part! { <button type="button" class="icon" aria-label=words title=words on:click=act>{icon(sign)}</button> }
}

/// One of a group of buttons of which one is pressed.
pub(crate) fn toggle(
    pressed: impl Fn() -> bool + Send + 'static,
    words: Signal<&'static str>,
    act: Handler<MouseEvent>,
) -> AnyView {
    let pressed = move || if pressed() { "true" } else { "false" };
    part! { <button type="button" aria-pressed=move || pressed() on:click=act>{words}</button> }
}

/// One of a group of choices of which one is taken.
pub(crate) fn radio(
    group: &'static str,
    words: Signal<&'static str>,
    taken: impl Fn() -> bool + Send + 'static,
    mut take: impl FnMut() + 'static,
) -> AnyView {
    part! {
        <label class="choice">
            <input type="radio" name=group prop:checked=move || taken() on:change=on(move |_| take())/>
            <span>{words}</span>
        </label>
    }
}

/// Something to choose or not.
pub(crate) fn check(
    words: Signal<&'static str>,
    chosen: impl Fn() -> bool + Send + 'static,
    mut choose: impl FnMut(bool) + 'static,
) -> AnyView {
    part! {
        <label class="choice">
            <input type="checkbox" prop:checked=move || chosen() on:change=on(move |event| choose(event_target_checked(&event)))/>
            <span>{words}</span>
        </label>
    }
}

/// A line of a form: a field under its label.
pub(crate) fn row(id: &'static str, words: Signal<&'static str>, field: AnyView) -> AnyView {
    part! { <div class="row2"><label for=id>{words}</label>{field}</div> }
}
