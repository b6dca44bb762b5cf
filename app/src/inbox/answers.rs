//! Answering an opened message. The draft is made by another feature, which registers for it: see
//! [`InboxStore::on_answer`].

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::message;
use super::store::{InboxStateStoreFields as _, InboxStore, use_inbox};
use crate::commands::table::{FORWARD, FORWARD_ENCLOSED, MARK_UNREAD, REPLY, REPLY_ALL, STAR};
use crate::commands::{Command, mark};
use crate::connection::Arrived;
use crate::i18n::{Locale, use_language};
use crate::ui::{Glyph, Icon, IconButton, Pane, show_pane};

/// How a message is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// To its author.
    Reply,
    /// To its author and everyone else who got it.
    ReplyAll,
    /// It is sent on to others.
    Forward,
    /// It is sent on to others as it is, enclosed in a message.
    Enclose,
}

/// A message that a person answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The message.
    pub message: Arc<Arrived>,
    /// The run of the bridge that gave the message its id.
    pub run: String,
    /// Its subject, decoded; empty where it has none.
    pub subject: String,
    /// The reverse-path that it came with; empty is the null path.
    pub from: String,
    /// The forward-paths that it came with.
    pub to: Vec<String>,
}

/// That a person answers a message.
#[derive(Clone, Copy)]
pub struct Answering<'a> {
    /// How.
    pub how: How,
    /// Which one.
    pub received: &'a Received,
    /// To be called with the pane where the answer is written, when it can be.
    pub show: Callback<&'static Pane>,
}

/// Makes a draft.
pub(super) type Answerer = Rc<dyn Fn(Answering<'_>)>;

impl InboxStore {
    /// Calls `handler` with each message that a person answers.
    pub fn on_answer(self, handler: impl Fn(Answering<'_>) + 'static) {
        self.answerer.set_value(Some(Rc::new(handler)));
    }

    fn answer(self, how: How, message: &Arc<Arrived>, show: Callback<&'static Pane>) {
        let Some(answerer) = self.answerer.get_value() else {
            return;
        };
        let id = message.id;
        let (from, to) = self.state.mailbox().with_untracked(|mailbox| {
            let mut messages = mailbox.iter().flat_map(|mailbox| &mailbox.messages);
            let found = messages.find(|message| message.id == id);
            found
                .map(|found| (found.from.clone(), found.to.clone()))
                .unwrap_or_default()
        });
        let received = Received {
            message: Arc::clone(message),
            run: self.run(),
            subject: match &message.reading {
                Ok(read) => message::subject(&read.headers).to_owned(),
                Err(_) => self.subject(id),
            },
            from,
            to,
        };
        answerer(Answering {
            how,
            received: &received,
            show,
        });
    }
}

/// The buttons that answer a message.
#[component]
#[must_use]
pub(super) fn AnswerButtons(
    /// The message.
    message: Arc<Arrived>,
) -> impl IntoView {
    let language = use_language();
    let inbox = use_inbox();
    let show = show_pane();
    let button = |how, glyph, command: &'static Command| {
        let message = Arc::clone(&message);
        view! {
            <button type="button" {..mark(command)} class="btn"
                on:click=move |_| inbox.answer(how, &message, show)>
                <Icon glyph/><span>{language.words(command.name)}</span>
            </button>
        }
    };
    let id = message.id;
    let starred = move || {
        if inbox.mark(id).starred {
            "true"
        } else {
            "false"
        }
    };
    let unread = move |_| {
        inbox.change_mark(id, |mark| mark.read = false);
        inbox.close_message();
    };
    view! {
        <div class="answers" role="group" aria-label=language.words(Locale::answer)>
            {button(How::Reply, Glyph::Reply, &REPLY)}
            {button(How::ReplyAll, Glyph::ReplyAll, &REPLY_ALL)}
            {button(How::Forward, Glyph::SendOn, &FORWARD)}
            {button(How::Enclose, Glyph::Clip, &FORWARD_ENCLOSED)}
            <span class="spacer"></span>
            <button type="button" {..mark(&STAR)} class="icon star" aria-pressed=starred
                aria-label=language.words(Locale::star) title=language.words(Locale::star)
                on:click=move |_| inbox.change_mark(id, |mark| mark.starred = !mark.starred)>
                <Icon glyph=Glyph::Star/>
            </button>
            <IconButton glyph=Glyph::Envelope label=language.words(Locale::mark_unread)
                {..mark(&MARK_UNREAD)}
                on:click=unread/>
        </div>
    }
}
