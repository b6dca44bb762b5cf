//! The list of senders beside the field From, and what is said about the one that is chosen.

use leptos::context::Provider;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::Identity;
use super::store::use_identities;
use crate::accounts::store::use_accounts;
use crate::i18n::{Locale, use_language};
use crate::ui::mailbox::named_address;
use crate::ui::part::{View, part};
use crate::ui::visible::visible;
use crate::ui::{Fold, Glyph, Icon, IconButton, Later, Unfold, ime};

/// The button that unfolds the senders.
#[component]
#[must_use]
pub fn SenderChooser(
    /// Name and address in the field From. None: it is not one address.
    #[prop(into)]
    sender: Signal<Option<(String, String)>>,
    /// Called with the sender that is chosen.
    #[prop(into)]
    on_choose: Callback<Identity>,
) -> impl IntoView {
    let language = use_language();
    let choice = Choice { sender, on_choose };
    view! {
        <Provider value=choice>
            <Unfold class="senders" button="icon" label=language.words(Locale::choose_sender)
                by_arrow=true>
                <Later view=senders/>
            </Unfold>
        </Provider>
    }
}

/// What the list is for. A context.
#[derive(Clone, Copy)]
struct Choice {
    sender: Signal<Option<(String, String)>>,
    on_choose: Callback<Identity>,
}

part! { later:
    fn senders() -> View {
        || view! { <Senders/> }.into_any()
    }

    fn remarks() -> View {
        || view! { <Remarks/> }.into_any()
    }
}

/// The list, while it is unfolded.
#[component]
fn Senders() -> impl IntoView {
    let Choice { sender, on_choose } = expect_context();
    let Fold(fold) = expect_context();
    let language = use_language();
    let identities = use_identities();
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(first) = list.get().and_then(|list| list.first_element_child()) {
            focus(&first);
        }
    });
    let known = move || {
        sender
            .get()
            .and_then(|(name, address)| identities.named(&name, &address))
    };
    let one = move |identity: Identity| {
        let id = identity.id.clone();
        let current = move || {
            known()
                .is_some_and(|known| known.id == id)
                .then_some("true")
        };
        let name = visible(&identity.from());
        let server = identity.server.as_ref().map(|server| {
            let words = if server.practice {
                language.get().practice_server().to_owned()
            } else {
                server.host.clone()
            };
            view! { <small>{words}</small> }
        });
        view! {
            <button type="button" aria-current=current
                on:click=move |_| {
                    fold.run(());
                    identities.choose(&identity);
                    on_choose.run(identity.clone());
                }>
                <Icon glyph=Glyph::Person/><span>{name}</span>{server}
            </button>
        }
    };
    let keep = move || {
        let (name, address) = sender.get().filter(|_| known().is_none())?;
        let keep = move |_| {
            fold.run(());
            identities.keep(name.clone(), address.clone());
        };
        Some(view! {
            <button type="button" on:click=keep>
                <Icon glyph=Glyph::Plus/><span>{language.words(Locale::keep_identity)}</span>
            </button>
        })
    };
    let manage = move |_| {
        fold.run(());
        identities.manage(true);
    };
    view! {
        <div class="menu" role="group" node_ref=list on:keydown=move_focus
            aria-label=language.words(Locale::senders)>
            {move || identities.list().into_iter().map(one).collect_view()}
            {keep}
            <button type="button" on:click=manage>
                <Icon glyph=Glyph::Pen/><span>{language.words(Locale::manage_identities)}</span>
            </button>
        </div>
    }
}

/// Arrow keys move the focus within a list of buttons.
fn move_focus(event: KeyboardEvent) {
    let at = event
        .target()
        .and_then(|at| at.dyn_into::<Element>().ok())
        .filter(|_| !ime::handles(&event));
    let Some(at) = at else { return };
    let Some(list) = at.parent_element() else {
        return;
    };
    let (first, last) = (list.first_element_child(), list.last_element_child());
    let next = match event.key().as_str() {
        "ArrowDown" => at.next_element_sibling().or(first),
        "ArrowUp" => at.previous_element_sibling().or(last),
        "Home" => first,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next {
        focus(&next);
    }
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.focus().ok();
    }
}

/// Below the field From: the offer to keep the first sender, and which server was chosen with a
/// sender.
#[component]
#[must_use]
pub fn IdentityOffer() -> impl IntoView {
    view! { <Later view=remarks quiet=true at_start=true/> }
}

#[component]
fn Remarks() -> impl IntoView {
    let language = use_language();
    let identities = use_identities();
    let accounts = use_accounts();
    let offer = move || {
        let (name, address) = identities.offered()?;
        let words = language
            .get()
            .identity_offer(visible(&named_address(&name, &address)));
        Some(view! {
            <div class="remark">
                <p>{words}</p>
                <button type="button" class="btn"
                    on:click=move |_| identities.keep(name.clone(), address.clone())>
                    {language.words(Locale::keep_identity)}
                </button>
                <IconButton glyph=Glyph::Cross label=language.words(Locale::no_thanks)
                    on:click=move |_| identities.decline()/>
            </div>
        })
    };
    let switched = move || {
        identities.has_switched().then(|| {
            let locale = language.get();
            let server = if accounts.server().practice {
                locale.practice_server().to_owned()
            } else {
                accounts.address()
            };
            let needs = accounts.server().is_incomplete(&accounts.password());
            let password = needs.then(|| {
                view! {
                    <button type="button" class="btn" on:click=move |_| accounts.set_picking(true)>
                        {locale.enter_password()}
                    </button>
                }
            });
            view! {
                <div class="remark">
                    <p>{locale.server_switched(server)}</p>
                    {password}
                    <IconButton glyph=Glyph::Cross label=language.words(Locale::close)
                        on:click=move |_| identities.close_notice()/>
                </div>
            }
        })
    };
    view! { <div role="status" class="remarks">{offer}{switched}</div> }
}
