//! What a page sends: each frame is read and acted on, in the order of the frames.

use std::sync::Arc;

use engine::Overdrawn;
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use hyper::body::Bytes;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::{Error, Message};
use wire::{
    ConversationOf, FromBridge, FromPage, ScenarioFault, Search, TEXT_FRAME, handshake,
    read_message_frame,
};

use super::Socket;
use super::stored_mail::Wanted;
use super::storing::Storing;
use super::submissions::Submissions;
use crate::app_state::AppState;
use crate::outbox::{Close, Outbox};
use crate::submission::driver::TooManyCommands;

/// The reading side of a page's WebSocket.
pub(super) struct Session {
    app: Arc<AppState>,
    outbox: Outbox,
    asks: Asks,
    storing: Storing,
    submissions: Submissions,
}

/// What the page asks for, for the tasks that answer.
pub(super) struct Asks {
    /// The stored messages that the page asks for.
    pub(super) reads: mpsc::Sender<Wanted>,
    /// The last search of the page.
    pub(super) searches: watch::Sender<Option<Search>>,
    /// Whether it follows the connections to the practice server. Setting it is asking for them.
    pub(super) follows: watch::Sender<bool>,
}

impl Session {
    /// A session that has read nothing yet.
    pub(super) fn new(app: Arc<AppState>, outbox: Outbox, asks: Asks) -> Session {
        Session {
            storing: Storing::new(app.clone(), outbox.clone()),
            submissions: Submissions::new(app.clone(), outbox.clone()),
            app,
            outbox,
            asks,
        }
    }

    /// Acts on what the page sends until the page goes. Returns the reason if the bridge closes.
    pub(super) async fn run(&mut self, mut stream: SplitStream<Socket>) -> Option<Close> {
        let shutdown = self.app.shutdown.clone();
        loop {
            let message = tokio::select! {
                message = stream.next() => message,
                () = shutdown.cancelled() => {
                    self.submissions.shut_down().await;
                    let reason = "the bridge is shutting down";
                    return Some(Close::new(handshake::CLOSE_SHUTTING_DOWN, reason));
                }
                // The writer has ended: the page reads nothing any more.
                () = self.outbox.closed() => return None,
            };
            let done = match message {
                None => return None,
                Some(Ok(Message::Text(text))) => self.text(&text).await,
                Some(Ok(Message::Binary(frame))) => self.binary(frame).await,
                Some(Ok(Message::Close(_))) => return None,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(()),
                Some(Err(error)) => Err(malformed(&error)?),
            };
            if let Err(close) = done {
                return Some(close);
            }
        }
    }

    /// Ends the page's dialogues: the page is gone.
    pub(super) async fn end(self) {
        let Session { submissions, .. } = self;
        submissions.end().await;
    }

    async fn text(&mut self, text: &str) -> Result<(), Close> {
        if text.len() > TEXT_FRAME {
            return Err(Close::new(
                handshake::CLOSE_MALFORMED,
                "a text frame is too large",
            ));
        }
        let message: FromPage = serde_json::from_str(text).map_err(|error| {
            // The error's own text may repeat the frame, with a password in it. The position is
            // enough.
            let reason = format!(
                "not a message of this protocol (line {}, column {}, {:?} error)",
                error.line(),
                error.column(),
                error.classify()
            );
            Close::new(handshake::CLOSE_MALFORMED, reason)
        })?;
        match message {
            FromPage::Start(start) => self.submissions.start(*start).await,
            FromPage::Open(open) => self.submissions.open(*open).await,
            FromPage::Operator { id, act } => {
                let passed_on = self.submissions.operator(id, act);
                return passed_on.map_err(|TooManyCommands| {
                    Close::new(
                        handshake::CLOSE_MALFORMED,
                        "more operator messages than any person sends",
                    )
                });
            }
            // The task that sends them ends with the page.
            FromPage::Read { id } => drop(self.asks.reads.send(Wanted::Read(id)).await),
            FromPage::Fetch { id } => drop(self.asks.reads.send(Wanted::Fetch(id)).await),
            FromPage::Connections { follow } => drop(self.asks.follows.send_replace(follow)),
            FromPage::Conversation { of } => self.conversation(of).await,
            FromPage::Search(search) => drop(self.asks.searches.send_replace(Some(search))),
            FromPage::Store { id, size } => self.storing.start(id, size).await,
            FromPage::Restore { ids } => self.restore(&ids).await,
            FromPage::Delete { id } => {
                if let Some(practice) = &self.app.practice {
                    practice.mailbox().delete(id);
                }
            }
            FromPage::Scenarios => {
                let known = engine::known_scenarios();
                self.outbox.send(FromBridge::Scenarios { known }).await.ok();
            }
            FromPage::Play { text } => self.play(text.as_deref()).await,
            FromPage::Clear => {
                if let Some(practice) = &self.app.practice {
                    practice.mailbox().clear();
                }
            }
        }
        Ok(())
    }

    /// Plays a scenario, or none, and tells the page. Others learn of it by their mailbox feeds.
    async fn play(&self, text: Option<&str>) {
        let played = match (
            text.map(engine::read_scenario).transpose(),
            &self.app.practice,
        ) {
            (Ok(scenario), Some(practice)) => scenario
                .map(crate::scenario::begin)
                .transpose()
                .and_then(|run| {
                    practice.play(run.clone())?;
                    Ok(run)
                })
                .map_err(|error| fault(error.to_string())),
            (Ok(_), None) => Err(fault("the practice server is switched off".to_owned())),
            (Err(faults), _) => Err(faults),
        };
        let answer = match played {
            Ok(run) => FromBridge::Scenario {
                playing: run.as_ref().map(engine::played),
            },
            Err(faults) => FromBridge::NotPlayed { faults },
        };
        // A writer that has ended is noticed where the page is read.
        self.outbox.send(answer).await.ok();
    }

    /// Sends what was said on a connection.
    async fn conversation(&self, of: ConversationOf) {
        let practice = self.app.practice.as_ref();
        let mailbox = practice.map(|practice| practice.mailbox());
        let answer = engine::conversation(mailbox, of);
        self.outbox.send(answer).await.ok();
    }

    /// Puts messages back that were deleted, and tells the page which ones are gone.
    async fn restore(&self, ids: &[u64]) {
        let gone = match &self.app.practice {
            Some(practice) => practice.mailbox().restore(ids),
            None => ids.to_vec(),
        };
        for id in gone {
            if self
                .outbox
                .send(FromBridge::MessageGone { id })
                .await
                .is_err()
            {
                return;
            }
        }
    }

    async fn binary(&mut self, frame: Bytes) -> Result<(), Close> {
        let Some((id, begin)) = read_message_frame(&frame) else {
            return Err(Close::new(
                handshake::CLOSE_MALFORMED,
                "a binary frame without the id of its dialogue",
            ));
        };
        let octets = frame.slice(begin..);
        let accepted = match self.storing.octets(id, &octets).await {
            Some(accepted) => accepted,
            None => self.submissions.octets(id, octets),
        };
        accepted.map_err(|Overdrawn| {
            Close::new(
                handshake::CLOSE_CREDIT,
                "octets of a message beyond the credit for it",
            )
        })
    }
}

/// What keeps a scenario from being played, though nothing is wrong with it.
fn fault(message: String) -> Vec<ScenarioFault> {
    vec![ScenarioFault { line: 0, message }]
}

/// Why a WebSocket with a broken frame is closed. None: the page is gone already.
fn malformed(error: &Error) -> Option<Close> {
    let reason = match error {
        Error::Capacity(_) => "a frame is too large",
        Error::Utf8(_) => "a text frame is not UTF-8",
        Error::Protocol(_) => "a frame breaks the WebSocket protocol",
        _ => return None,
    };
    Some(Close::new(handshake::CLOSE_MALFORMED, reason))
}
