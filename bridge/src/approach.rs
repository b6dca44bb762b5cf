//! The way to a server, from its name to a connection, as a driver's loop waits for it: one thing
//! after another, and whatever else happens meanwhile is heard.

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use smtp::{ConnectFailure, Input};
use tokio::net::TcpStream;
use wire::NotStarted;

use crate::connect::{self, Attempts, Progress};
use crate::hub::Hub;
use crate::resolve::Found;

/// Where a server is.
#[derive(Debug)]
pub(crate) enum Host {
    /// At addresses that are known without a look at the network.
    Known(Found),
    /// At those that a lookup of the name gives.
    Named {
        /// In A-labels.
        name: String,
        port: u16,
    },
}

/// The way to one server.
pub(crate) struct Approach<'a> {
    hub: &'a Hub,
    state: State<'a>,
}

enum State<'a> {
    Begin(Host),
    /// The addresses are being looked for.
    Resolving(Pin<Box<dyn Future<Output = Result<Found, NotStarted>> + Send + 'a>>),
    /// They are known.
    Resolved(Vec<SocketAddr>),
    /// Attempts to connect are under way.
    Connecting(Attempts<TcpStream>),
    /// There is a connection, or there will be none.
    Over,
}

/// What the dialogue is to hear, and the connection where it stands now.
pub(crate) type Step = (Input<'static>, Option<TcpStream>);

impl<'a> Approach<'a> {
    pub(crate) fn new(hub: &'a Hub, host: Host) -> Approach<'a> {
        let state = State::Begin(host);
        Approach { hub, state }
    }

    /// Does [`smtp::Action::Resolve`]. What the dialogue is to hear, where that is known at once.
    pub(crate) fn resolve(&mut self) -> Option<Input<'static>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Begin(Host::Known(found)) => Some(self.found(found)),
            State::Begin(Host::Named { name, port }) => {
                let hub = self.hub;
                let found = Box::pin(async move { hub.lookup(&name, port).await });
                self.state = State::Resolving(found);
                None
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Does [`smtp::Action::Connect`]: attempts start so far apart.
    pub(crate) fn connect(&mut self, delay: Duration) {
        if let State::Resolved(addresses) = &mut self.state {
            let addresses = std::mem::take(addresses);
            self.state = State::Connecting(Attempts::new(addresses, delay));
        }
    }

    /// Gives up what is under way.
    pub(crate) fn give_up(&mut self) {
        self.state = State::Over;
    }

    /// Goes on until something happens; forever where nothing is under way. May be dropped at any
    /// time.
    ///
    /// # Errors
    /// The policy allows none of the addresses. The dialogue has recorded nothing by then.
    pub(crate) async fn next(&mut self) -> Result<Step, NotStarted> {
        let progress = match &mut self.state {
            State::Resolving(found) => {
                let found = found.await;
                self.state = State::Over;
                return Ok((self.found(found?), None));
            }
            State::Connecting(attempts) => attempts.next(connect::connect).await,
            State::Begin(_) | State::Resolved(_) | State::Over => std::future::pending().await,
        };
        let step = match progress {
            Progress::Started(address) => {
                let peer = address.to_string();
                (Input::Connecting { peer }, None)
            }
            Progress::Failed(address, why) => {
                let peer = address.to_string();
                (Input::ConnectFailed { peer, why }, None)
            }
            Progress::Connected(address, stream) => {
                self.state = State::Over;
                let peer = address.to_string();
                (Input::Connected { peer }, Some(stream))
            }
            Progress::Exhausted => {
                self.state = State::Over;
                // The attempts themselves have more telling reasons.
                (Input::NotConnected(ConnectFailure::Unreachable), None)
            }
        };
        Ok(step)
    }

    fn found(&mut self, found: Found) -> Input<'static> {
        if found.addresses.is_empty() {
            return Input::NotConnected(ConnectFailure::NoSuchHost);
        }
        self.state = State::Resolved(found.addresses);
        Input::Resolved {
            lookup: found.lookup,
            loopback: found.loopback,
        }
    }
}
