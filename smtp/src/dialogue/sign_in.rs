//! Signing in: which mechanism is tried, and the exchange of challenges and responses.

use zeroize::Zeroizing;

use super::Progress;
use super::plan::{Plan, Planned};
use crate::auth::{self, Mechanism};
use crate::entry::Stage;
use crate::job::Credentials;
use crate::limits;
use crate::outcome::Failure;
use crate::reply::Reply;

/// How far signing in has come.
#[derive(Debug, Default)]
pub(super) struct SignIn {
    pub(super) progress: Progress,
    /// Mechanisms that the server refused for themselves, not for the credentials. Each is tried
    /// once.
    refused: Vec<Mechanism>,
    /// The AUTH exchange under way.
    exchange: Option<Exchange>,
}

/// One AUTH command and what follows it.
#[derive(Debug)]
struct Exchange {
    /// None: one that only the operator knows.
    mechanism: Option<Mechanism>,
    /// Responses given so far, the initial one included.
    given: usize,
    /// Challenges received so far.
    challenges: usize,
    /// The server waits for a response.
    awaited: bool,
    /// The next response is `*`.
    cancel: bool,
}

impl SignIn {
    /// What comes next. `offered` is what the server offers; `allowed` says whether a password may
    /// be sent at all. None: signing in is done.
    pub(super) fn plan(&self, offered: &[String], allowed: bool) -> Option<Plan> {
        match self.progress {
            Progress::Done | Progress::Skipped => return None,
            Progress::Sent => return Some(Plan::Wait),
            Progress::Todo => {}
        }
        let cause = match Mechanism::choose_besides(offered, &self.refused) {
            _ if !allowed => Failure::SignInInClear,
            Some(mechanism) => return Some(Plan::Next(Planned::Auth(mechanism))),
            None if offered.is_empty() => Failure::SignInNotOffered,
            None => Failure::NoCommonMechanism {
                offered: offered.to_vec(),
            },
        };
        Some(Plan::Fail(Stage::SignIn, cause))
    }

    /// What comes next in the exchange under way. None: there is none.
    pub(super) fn plan_exchange(&self) -> Option<Plan> {
        let exchange = self.exchange.as_ref()?;
        Some(if exchange.awaited {
            Plan::Next(Planned::AuthResponse)
        } else {
            Plan::Wait
        })
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.exchange.is_some()
    }

    /// Whether the server waits for a response.
    pub(super) fn awaits_response(&self) -> bool {
        self.exchange
            .as_ref()
            .is_some_and(|exchange| exchange.awaited)
    }

    /// The response to the latest challenge. None: the exchange is cancelled.
    pub(super) fn response(&self, credentials: Option<&Credentials>) -> Option<Zeroizing<String>> {
        let exchange = self.exchange.as_ref().filter(|exchange| !exchange.cancel)?;
        exchange.mechanism?.response(credentials?, exchange.given)
    }

    /// AUTH is sent, with an initial response or without.
    pub(super) fn begin(&mut self, mechanism: &str, initial: bool) {
        self.exchange = Some(Exchange {
            mechanism: Mechanism::named(mechanism),
            given: usize::from(initial),
            challenges: 0,
            awaited: false,
            cancel: false,
        });
    }

    /// A response is sent.
    pub(super) fn responded(&mut self) {
        if let Some(exchange) = &mut self.exchange {
            exchange.given += 1;
            exchange.awaited = false;
        }
    }

    /// `*` is sent.
    pub(super) fn cancelled(&mut self) {
        if let Some(exchange) = &mut self.exchange {
            exchange.awaited = false;
        }
    }

    /// A `334` has come. Its text is ignored: PLAIN has no challenge with content (RFC 4616 §2),
    /// and LOGIN's are to be ignored (draft-murchison-sasl-login-00 §2). Only their number counts.
    pub(super) fn challenged(&mut self, credentials: Option<&Credentials>) {
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        exchange.challenges += 1;
        exchange.awaited = true;
        let response = exchange
            .mechanism
            .zip(credentials)
            .and_then(|(mechanism, credentials)| mechanism.response(credentials, exchange.given));
        exchange.cancel = response.is_none() || exchange.challenges > limits::CHALLENGES;
    }

    /// Makes `*` the next response. False: it is already.
    pub(super) fn cancel(&mut self) -> bool {
        let Some(exchange) = &mut self.exchange else {
            return true;
        };
        !std::mem::replace(&mut exchange.cancel, true)
    }

    /// The server accepted the credentials.
    pub(super) fn accepted(&mut self) {
        self.exchange = None;
        self.progress = Progress::Done;
    }

    /// The exchange is over, and nothing follows from it.
    pub(super) fn abandon(&mut self) {
        self.exchange = None;
    }

    /// The server refused. Returns whether this refusal decides the outcome: after one that is
    /// about the mechanism another mechanism is tried, if there is one.
    pub(super) fn refused(&mut self, reply: &Reply, offered: &[String]) -> bool {
        let exchange = self.exchange.take();
        if self.progress != Progress::Sent {
            // An operator's own AUTH: the plan does not depend on it.
            return false;
        }
        let retry = exchange.filter(|own| !own.cancel && auth::is_of_mechanism(reply));
        if let Some(exchange) = retry {
            self.refused.extend(exchange.mechanism);
            if Mechanism::choose_besides(offered, &self.refused).is_some() {
                self.progress = Progress::Todo;
                return false;
            }
        }
        self.progress = Progress::Done;
        true
    }
}
