//! The address of a link.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::field::Handle;
use super::squire::call;
use crate::compose::draft::rich::is_address;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, IconButton, ime};

/// The bar in which the address of a link is typed.
#[component]
#[must_use]
pub(super) fn LinkBar(handle: Handle) -> impl IntoView {
    move || handle.linking.get().then(|| view! { <Bar handle/> })
}

#[component]
fn Bar(handle: Handle) -> impl IntoView {
    let language = use_language();
    let field = NodeRef::<html::Input>::new();
    let wrong = RwSignal::new(false);
    let before = handle.with(|editor| editor.link_at_caret()).flatten();
    let has_link = before.is_some();
    let close = move || {
        handle.linking.set(false);
        handle.with(|editor| editor.squire().focus());
    };
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            field.focus().ok();
            field.select();
        }
    });
    let apply = move || {
        let typed = field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        match completed(&typed) {
            Some(address) => {
                handle.with(|editor| editor.make_link(&address));
                close();
                handle.look();
            }
            None => wrong.set(true),
        }
    };
    let remove = move |_| {
        handle.with(|editor| call(editor.squire(), "removeLink"));
        close();
        handle.look();
    };
    let on_key = move |event: KeyboardEvent| {
        if ime::handles(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" => apply(),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    view! {
        <div class="bar">
            <label for="link-address">{language.words(Locale::link_address)}</label>
            <input id="link-address" type="text" inputmode="url" autocomplete="off"
                spellcheck="false" node_ref=field value=before.unwrap_or_default()
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby="link-problem"
                on:keydown=on_key on:input=move |_| wrong.set(false)/>
            <button type="button" class="btn" on:click=move |_| apply()>
                {language.words(Locale::set_link)}
            </button>
            {has_link.then(|| view! {
                <button type="button" class="btn" on:click=remove>
                    {language.words(Locale::remove_link)}
                </button>
            })}
            <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                on:click=move |_| close()/>
            <p id="link-problem" class="problem" role="alert">
                {move || wrong.get().then(|| language.get().wrong_link())}
            </p>
        </div>
    }
}

/// The whole address of what a person typed, such as `example.org`. None: it is none.
fn completed(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if is_address(typed) {
        return Some(typed.to_owned());
    }
    if typed.is_empty() || typed.contains([' ', ':', '<', '"']) || !typed.contains('.') {
        // A port is part of an address all the same.
        let is_host = typed.contains('.') && !typed.contains([' ', '<', '"', '@']);
        let with = format!("https://{typed}");
        let has_port = typed
            .split_once(':')
            .is_some_and(|(_, port)| port.starts_with(|c: char| c.is_ascii_digit()));
        return (is_host && has_port).then_some(with);
    }
    let scheme = if typed.contains('@') && !typed.contains('/') {
        "mailto:"
    } else {
        "https://"
    };
    Some(format!("{scheme}{typed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        let check = |typed: &str, expect: Option<&str>| {
            assert_eq!(completed(typed).as_deref(), expect, "{typed}");
        };
        check("https://x.org", Some("https://x.org"));
        check(" x.org/a ", Some("https://x.org/a"));
        check("x.org:8080/a", Some("https://x.org:8080/a"));
        check("mina@x.org", Some("mailto:mina@x.org"));
        check("예시.한국", Some("https://예시.한국"));
        check("javascript:alert(1)", None);
        check("javascript:a.b", None);
        check("two words.org", None);
        check("word", None);
        check("", None);
    }
}
