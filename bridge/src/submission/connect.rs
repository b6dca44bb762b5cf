//! From a server's name to a TCP connection, as the driver's loop waits for it: the lookup, then
//! the attempts.

mod attempts;

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use smtp::{ConnectFailure, Input};
use tokio::net::TcpStream;
use wire::NotStarted;

use super::environment::{Environment, Host};
use super::resolve::Found;
use attempts::{Attempts, Progress};

/// Connects to one server.
pub(super) struct Connector<'a> {
    environment: &'a Environment,
    state: State<'a>,
}

enum State<'a> {
    Begin(Host),
    /// The addresses are being looked up.
    Resolving(Pin<Box<dyn Future<Output = Result<Found, NotStarted>> + Send + 'a>>),
    /// They are known.
    Resolved(Vec<SocketAddr>),
    /// Attempts to connect are under way.
    Connecting(Attempts<TcpStream>),
    /// There is a connection, or there will be none.
    Over,
}

/// An input for the dialogue, and the connection if it is established now.
pub(super) type Step = (Input<'static>, Option<TcpStream>);

impl<'a> Connector<'a> {
    pub(super) fn new(environment: &'a Environment, host: Host) -> Connector<'a> {
        let state = State::Begin(host);
        Connector { environment, state }
    }

    /// Carries out [`smtp::Action::Resolve`]. Returns the answer if it is known at once.
    pub(super) fn resolve(&mut self) -> Option<Input<'static>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Begin(Host::Known(found)) => Some(self.found(found)),
            State::Begin(Host::Named { name, port }) => {
                let environment = self.environment;
                let found = Box::pin(async move { environment.lookup(&name, port).await });
                self.state = State::Resolving(found);
                None
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Carries out [`smtp::Action::Connect`]. Attempts start `delay` apart.
    pub(super) fn connect(&mut self, delay: Duration) {
        if let State::Resolved(addresses) = &mut self.state {
            let addresses = std::mem::take(addresses);
            self.state = State::Connecting(Attempts::new(addresses, delay));
        }
    }

    /// Goes on until something happens. Waits for ever if neither a lookup nor an attempt is under
    /// way. May be dropped at any time.
    ///
    /// # Errors
    /// The policy allows none of the addresses. The dialogue has recorded nothing by then.
    pub(super) async fn next(&mut self) -> Result<Step, NotStarted> {
        let progress = match &mut self.state {
            State::Resolving(found) => {
                let found = found.await;
                self.state = State::Over;
                return Ok((self.found(found?), None));
            }
            State::Connecting(attempts) => attempts.next(attempts::connect).await,
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
                // The reasons of the attempts themselves say more.
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
