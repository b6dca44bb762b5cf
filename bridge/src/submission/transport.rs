//! The connection of one dialogue, in whatever state it is: being made, in a TLS handshake, or
//! established.

use std::pin::Pin;

use smtp::{Input, TlsFacts, TlsFailure};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;
use wire::NotStarted;

use super::connect::Connector;
use super::environment::{Environment, Target};
use super::stream::{Connection, Turn};
use super::tls::TrustScope;

/// The connection to one server.
pub(super) struct Transport<'a> {
    environment: &'a Environment,
    /// The name that the server's certificate must have.
    name: String,
    trust_scope: TrustScope,
    state: State<'a>,
}

enum State<'a> {
    /// There is no TCP connection yet.
    Connecting(Connector<'a>),
    /// A TLS handshake is under way.
    Handshaking(Handshake<'a>),
    /// Octets can be sent and received.
    Connected(Connection),
    /// There is no connection any more.
    Closed,
}

type Handshake<'a> =
    Pin<Box<dyn Future<Output = Result<(TlsStream<TcpStream>, TlsFacts), TlsFailure>> + Send + 'a>>;

/// What happened.
pub(super) enum Progress {
    /// This is for the dialogue.
    Input(Input<'static>),
    /// So many octets were received.
    Received(usize),
    /// The deadline has passed.
    Deadline,
    /// The policy allows none of the server's addresses. The dialogue has recorded nothing yet.
    NotStarted(NotStarted),
}

impl<'a> Transport<'a> {
    /// No connection yet.
    pub(super) fn new(environment: &'a Environment, target: Target) -> Transport<'a> {
        Transport {
            environment,
            name: target.name,
            trust_scope: target.trust_scope,
            state: State::Connecting(Connector::new(environment, target.host)),
        }
    }

    /// Carries out [`smtp::Action::Resolve`]. Returns the answer if it is known at once.
    pub(super) fn resolve(&mut self) -> Option<Input<'static>> {
        match &mut self.state {
            State::Connecting(connector) => connector.resolve(),
            _ => None,
        }
    }

    /// Carries out [`smtp::Action::Connect`].
    pub(super) fn connect(&mut self) {
        if let State::Connecting(connector) = &mut self.state {
            connector.connect(self.environment.timeouts.attempt);
        }
    }

    /// Carries out [`smtp::Action::StartTls`]: the handshake goes on in
    /// [`Transport::progress_by`].
    ///
    /// # Errors
    /// The connection is not ready for it, and closed.
    pub(super) fn start_tls(&mut self) -> Result<(), TlsFailure> {
        let stream = match std::mem::replace(&mut self.state, State::Closed) {
            State::Connected(connection) => connection.into_plain(),
            _ => None,
        };
        let stream = stream.ok_or_else(|| TlsFailure::Other {
            detail: "the connection is not ready for it".into(),
        })?;
        let roots = &self.environment.roots;
        let handshake = roots.handshake(stream, self.name.clone(), self.trust_scope);
        self.state = State::Handshaking(Box::pin(handshake));
        Ok(())
    }

    /// Queues octets for the server.
    pub(super) fn write(&mut self, octets: Vec<u8>) {
        if let State::Connected(connection) = &mut self.state {
            connection.write(octets);
        }
    }

    /// Whether everything queued has left for the server.
    pub(super) fn is_drained(&self) -> bool {
        match &self.state {
            State::Connected(connection) => connection.is_drained(),
            _ => true,
        }
    }

    /// Waits until something happens, or until the deadline. `buffer` gets the octets received. May
    /// be dropped at any time without losing anything.
    ///
    /// While connecting and in the handshake, success counts if it has come by now, even when the
    /// deadline has passed as well.
    pub(super) async fn progress_by(
        &mut self,
        deadline: Option<Instant>,
        buffer: &mut Vec<u8>,
    ) -> Progress {
        if let State::Connected(connection) = &mut self.state {
            return tokio::select! {
                turn = connection.turn(buffer) => progress_of(turn),
                () = until(deadline) => Progress::Deadline,
            };
        }
        tokio::select! {
            biased;
            progress = self.establish() => progress,
            () = until(deadline) => Progress::Deadline,
        }
    }

    /// Goes on with connecting or with the handshake.
    async fn establish(&mut self) -> Progress {
        match &mut self.state {
            State::Connecting(connector) => match connector.next().await {
                Ok((input, stream)) => {
                    if let Some(stream) = stream {
                        self.state = State::Connected(Connection::plain(stream));
                    }
                    Progress::Input(input)
                }
                Err(why) => Progress::NotStarted(why),
            },
            State::Handshaking(handshake) => match handshake.await {
                Ok((stream, facts)) => {
                    self.state = State::Connected(Connection::tls(stream));
                    Progress::Input(Input::TlsEstablished(facts))
                }
                Err(why) => {
                    self.state = State::Closed;
                    Progress::Input(Input::TlsFailed(why))
                }
            },
            State::Connected(_) | State::Closed => std::future::pending().await,
        }
    }

    /// Gives up connecting, or the handshake. An established connection stays.
    pub(super) fn give_up(&mut self) {
        if !matches!(self.state, State::Connected(_)) {
            self.state = State::Closed;
        }
    }

    /// Closes the connection, in order where everything written has left.
    pub(super) async fn close(&mut self) {
        if let State::Connected(connection) = &mut self.state {
            connection.close().await;
        }
    }
}

fn progress_of(turn: Turn) -> Progress {
    match turn {
        Turn::Read(count) => Progress::Received(count),
        Turn::Closed => Progress::Input(Input::Closed),
        Turn::TlsFailed(why) => Progress::Input(Input::TlsFailed(why)),
        Turn::Drained => Progress::Input(Input::Drained),
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
