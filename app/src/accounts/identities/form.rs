//! One sender, to be filled in.

use leptos::prelude::*;
use smtp::Address;

use super::Identity;
use super::store::use_identities;
use crate::accounts::server::ServerChoice;
use crate::accounts::store::use_accounts;
use crate::i18n::{Language, Locale, protocol, use_language};
use crate::ui::FormRow;
use crate::ui::visible::visible_address;

/// The form of the sender in `editing`; None there closes it.
#[component]
#[must_use]
pub(super) fn Form(editing: RwSignal<Option<Identity>>) -> impl IntoView {
    let language = use_language();
    let identities = use_identities();
    let identity = RwSignal::new(editing.get_untracked().unwrap_or_default());
    let problem = RwSignal::new(None::<String>);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let done = identity.get_untracked().cleaned();
        match first_problem(language, &done) {
            Some(words) => problem.set(Some(words)),
            None => {
                identities.edit(|all| all.put(done));
                editing.set(None);
            }
        }
    };
    let line = move |field: &'static str,
                     label: fn(Locale) -> &'static str,
                     part: fn(&mut Identity) -> &mut String| {
        let value = identity.with_untracked(|identity| part(&mut identity.clone()).clone());
        view! {
            <FormRow field label=language.words(label)>
                <input id=field type="text" autocomplete="off" spellcheck="false"
                    aria-describedby="identity-problem" prop:value=value
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        identity.update(|identity| *part(identity) = typed);
                    }/>
            </FormRow>
        }
    };
    let signature = identity.with_untracked(|identity| identity.signature.clone());
    view! {
        <form on:submit=save novalidate>
            {line("identity-name", Locale::identity_name, |identity| &mut identity.name)}
            {line("identity-address", Locale::identity_address, |identity| &mut identity.address)}
            {line("identity-reply-to", Locale::identity_reply_to, |identity| {
                &mut identity.reply_to
            })}
            <FormRow field="identity-signature" label=language.words(Locale::signature)>
                <textarea id="identity-signature" rows="4" prop:value=signature
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        identity.update(|identity| identity.signature = typed);
                    }></textarea>
            </FormRow>
            <Server identity/>
            <p class="problem" id="identity-problem" role="alert">{move || problem.get()}</p>
            <div class="picker-foot">
                <button type="submit" class="btn primary">
                    {language.words(Locale::save_identity)}
                </button>
                <button type="button" class="btn" on:click=move |_| editing.set(None)>
                    {language.words(Locale::cancel)}
                </button>
            </div>
        </form>
    }
}

/// What keeps the sender from being kept, in words.
fn first_problem(language: Language, identity: &Identity) -> Option<String> {
    let locale = language.get_untracked();
    let optional = Some(&identity.reply_to).filter(|reply_to| !reply_to.is_empty());
    std::iter::once(&identity.address)
        .chain(optional)
        .find_map(|address| {
            let why = Address::parse(address).err()?;
            let why = protocol::address_error(locale, why);
            let shown = visible_address(address);
            Some(protocol::bad_address(locale, &shown, &why))
        })
}

/// Which server this sender's messages go through.
#[component]
fn Server(identity: RwSignal<Identity>) -> impl IntoView {
    let language = use_language();
    let servers = known_servers(identity);
    let chosen = identity.with_untracked(|identity| identity.server.clone());
    let chosen = servers
        .iter()
        .position(|server| Some(server) == chosen.as_ref());
    let options = servers.iter().enumerate().map(|(at, server)| {
        let name = if server.practice {
            language.get_untracked().practice_server().to_owned()
        } else {
            format!("{}:{}", server.host, server.port)
        };
        view! {
            <option value=at.to_string() selected=chosen == Some(at)>{name}</option>
        }
    });
    let options = options.collect_view();
    let choose = move |event| {
        let at: Option<usize> = event_target_value(&event).parse().ok();
        let server = at.and_then(|at| servers.get(at).cloned());
        identity.update(|identity| identity.server = server);
    };
    view! {
        <FormRow field="identity-server" label=language.words(Locale::identity_server)>
            <select id="identity-server" on:change=choose>
                <option value="" selected=chosen.is_none()>
                    {language.words(Locale::identity_any_server)}
                </option>
                {options}
            </select>
        </FormRow>
        <p class="hint">{language.words(Locale::identity_server_hint)}</p>
    }
}

/// The servers that can be chosen for a sender: the sender's own, the one chosen now, those of
/// other senders, and the practice server. Each once.
fn known_servers(identity: RwSignal<Identity>) -> Vec<ServerChoice> {
    let accounts = use_accounts();
    let identities = use_identities();
    let own = identity.with_untracked(|identity| identity.server.clone());
    let others = untrack(|| identities.list());
    let others = others.into_iter().filter_map(|other| other.server);
    let known = own
        .into_iter()
        .chain([untrack(|| accounts.server())])
        .chain(others)
        .chain([ServerChoice::default()])
        .filter(|server| server.practice || !server.host.is_empty());
    let mut servers: Vec<ServerChoice> = Vec::new();
    for server in known {
        if !servers
            .iter()
            .any(|one| one.server() == server.server() && one.user == server.user)
        {
            servers.push(server);
        }
    }
    servers
}
