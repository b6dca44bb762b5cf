//! What is done for each kind of request.

use std::sync::Arc;

use hyper::body::Bytes;
use hyper::{Method, StatusCode};
use practice::scenario::{self, BUILT_IN, BuiltIn};
use practice::{Mailbox, Server};

use super::json::{Conversations, Errors, Known, Message, Messages, Playing};
use super::target::{Resource, Target};
use super::{HttpResponse, content, json, nothing, problem};

/// The response to everything that needs no waiting and no body.
pub(super) fn at_once(practice: &Server, resource: &Resource, method: &Method) -> HttpResponse {
    let mailbox = practice.mailbox();
    match (resource, method) {
        (Resource::Messages, &Method::DELETE) => {
            mailbox.clear();
            mailbox.clear_connections();
            nothing()
        }
        (Resource::Messages, _) => json(StatusCode::OK, &messages(mailbox)),
        (Resource::Message(id), _) => with(mailbox, *id, |message| {
            json(StatusCode::OK, &Message::of(message))
        }),
        (Resource::Raw(id), _) => with(mailbox, *id, |message| {
            let raw = Bytes::from_owner(Raw(Arc::clone(message)));
            content(StatusCode::OK, "message/rfc822", raw)
        }),
        (Resource::Transcript(id), _) => {
            with(mailbox, *id, |message| match &message.conversation {
                Some(conversation) => json(StatusCode::OK, &engine::said(conversation)),
                None => problem(StatusCode::NOT_FOUND, "this message did not come by SMTP"),
            })
        }
        (Resource::Conversations, _) => {
            let all = Conversations::of(&mailbox.connections());
            json(StatusCode::OK, &all)
        }
        (Resource::Conversation(id), _) => {
            let all = mailbox.connections();
            match all.iter().find(|known| known.id == *id) {
                Some(known) => json(StatusCode::OK, &engine::said(&known.conversation)),
                None => problem(StatusCode::NOT_FOUND, "there is no such conversation"),
            }
        }
        (Resource::Scenarios, _) => json(StatusCode::OK, &Known::all(BUILT_IN)),
        (Resource::Scenario, &Method::DELETE) => match practice.play(None) {
            Ok(()) => nothing(),
            Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        },
        (Resource::Scenario, _) => {
            let playing = Playing::of(practice.scenario().as_ref());
            json(StatusCode::OK, &playing)
        }
        (Resource::Ca, _) => content(
            StatusCode::OK,
            "application/x-pem-file",
            practice.ca_pem().to_owned().into(),
        ),
        (Resource::Next, _) => problem(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

/// Waits for a message with a larger id than `after`, or than all that are there.
pub(super) async fn next(mailbox: &Mailbox, target: &Target) -> HttpResponse {
    let mut changes = mailbox.changes();
    let after = target
        .after
        .or_else(|| mailbox.ids().last().copied())
        .unwrap_or(0);
    let arrival = async {
        loop {
            let ids = mailbox.ids();
            let found = ids.into_iter().find(|id| *id > after);
            if let Some(message) = found.and_then(|id| mailbox.get(id)) {
                return Some(message);
            }
            if changes.changed().await.is_err() {
                return None;
            }
        }
    };
    match tokio::time::timeout(target.timeout, arrival).await {
        Ok(Some(message)) => json(StatusCode::OK, &Message::of(&message)),
        Ok(None) | Err(_) => nothing(),
    }
}

/// Plays the scenario that `text` describes, or the one that is named.
pub(super) fn set_scenario(practice: &Server, target: &Target, text: &str) -> HttpResponse {
    let text = match &target.name {
        None => text,
        Some(name) => match BuiltIn::find(name) {
            Some(known) => known.text,
            None => {
                return problem(
                    StatusCode::NOT_FOUND,
                    "no such scenario: see /api/v1/scenarios",
                );
            }
        },
    };
    let scenario = match scenario::parse(text) {
        Ok(scenario) => scenario,
        Err(errors) => return json(StatusCode::UNPROCESSABLE_ENTITY, &Errors::of(&errors)),
    };
    let run = match crate::scenario::begin(scenario) {
        Ok(run) => run,
        Err(error) => {
            return problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string());
        }
    };
    match practice.play(Some(run.clone())) {
        Ok(()) => json(StatusCode::OK, &Playing::of(Some(&run))),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn messages(mailbox: &Mailbox) -> Messages {
    let found = mailbox.ids().into_iter().filter_map(|id| mailbox.get(id));
    Messages {
        messages: found.map(|message| Message::of(&message)).collect(),
        dropped: mailbox.stats().dropped,
    }
}

fn with(
    mailbox: &Mailbox,
    id: u64,
    respond: impl FnOnce(&Arc<practice::Message>) -> HttpResponse,
) -> HttpResponse {
    match mailbox.get(id) {
        Some(message) => respond(&message),
        None => problem(StatusCode::NOT_FOUND, "there is no such message"),
    }
}

/// The octets of a message, without a copy.
struct Raw(Arc<practice::Message>);

impl AsRef<[u8]> for Raw {
    fn as_ref(&self) -> &[u8] {
        &self.0.delivered.raw
    }
}
