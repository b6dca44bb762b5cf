//! The libraries lettre and mail-send, each in a process of its own, so that its memory can be
//! measured separately: `bench library TASK`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use mail_send::SmtpClientBuilder;
use mail_send::smtp::message::Message;
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio_rustls::rustls::crypto::ring;

use super::client::{Errand, FROM, TO};

/// The argument that starts the benchmark program as such a process.
pub(crate) const NAME: &str = "library";

/// The library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Library {
    Lettre,
    MailSend,
}

/// The task of such a process.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    library: Library,
    to: SocketAddr,
    /// Whether to use STARTTLS, with any certificate.
    tls: bool,
    credentials: Option<(String, String)>,
    file: PathBuf,
    /// Number of messages, each over its own connection.
    messages: usize,
    at_once: usize,
}

/// The command of such a process.
pub(crate) fn command(
    library: Library,
    errand: &Errand<'_>,
    messages: usize,
    at_once: usize,
) -> Result<Command> {
    let order = Order {
        library,
        to: errand.to,
        tls: errand.tls,
        credentials: errand
            .credentials
            .map(|(user, password)| (user.to_owned(), password.to_owned())),
        file: errand.file.to_owned(),
        messages,
        at_once,
    };
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(NAME).arg(serde_json::to_string(&order)?);
    Ok(command)
}

/// The time that the process reported.
pub(crate) fn time(stdout: &[u8]) -> Result<Duration> {
    let text = std::str::from_utf8(stdout)?;
    let nanoseconds = text.trim().parse().context("no time")?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// Performs the task and prints its time: from the first connection to the last QUIT, with the
/// message already in memory.
#[tokio::main]
pub(crate) async fn run(order: &str) -> Result<()> {
    let order: Order = serde_json::from_str(order)?;
    let took = match order.library {
        Library::Lettre => lettre(&order).await?,
        Library::MailSend => mail_send(&order).await?,
    };
    println!("{}", took.as_nanos());
    Ok(())
}

async fn lettre(order: &Order) -> Result<Duration> {
    let host = order.to.ip().to_string();
    let tls = if order.tls {
        let parameters = TlsParameters::builder(host.clone())
            .dangerous_accept_invalid_certs(true)
            .build_rustls()?;
        Tls::Required(parameters)
    } else {
        Tls::None
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(order.to.port())
        .tls(tls);
    if let Some((user, password)) = order.credentials.clone() {
        builder = builder.credentials(Credentials::new(user, password));
    }
    let transport = builder.build();
    let envelope = Envelope::new(Some(FROM.parse()?), vec![TO.parse()?])?;
    // Without the feature `pool`, each message has its own connection.
    each(order, move |octets| {
        let (transport, envelope) = (transport.clone(), envelope.clone());
        async move {
            transport.send_raw(&envelope, &octets).await?;
            Ok(())
        }
    })
    .await
}

async fn mail_send(order: &Order) -> Result<Duration> {
    // The builder asks the process for a default provider.
    drop(ring::default_provider().install_default());
    let mut builder = SmtpClientBuilder::new(order.to.ip().to_string(), order.to.port())
        .map_err(|error| anyhow!("{error}"))?
        .allow_invalid_certs()
        .implicit_tls(false);
    if let Some((user, password)) = order.credentials.clone() {
        builder = builder.credentials((user, password));
    }
    let (builder, tls) = (Arc::new(builder), order.tls);
    each(order, move |octets| {
        let builder = Arc::clone(&builder);
        async move {
            let message = Message::new(FROM, [TO], &octets[..]);
            if tls {
                let mut client = builder.connect().await?;
                client.send(message).await?;
                client.quit().await?;
            } else {
                let mut client = builder.connect_plain().await?;
                client.send(message).await?;
                client.quit().await?;
            }
            Ok(())
        }
    })
    .await
}

/// Sends the requested number of messages, with the requested number at once. Returns the total
/// time.
async fn each<Sending>(
    order: &Order,
    send: impl Fn(Arc<Vec<u8>>) -> Sending + Clone + Send + 'static,
) -> Result<Duration>
where
    Sending: Future<Output = Result<()>> + Send,
{
    let octets = Arc::new(std::fs::read(&order.file)?);
    let begun = Instant::now();
    let mut senders = JoinSet::new();
    for at in 0..order.at_once {
        let (octets, send) = (Arc::clone(&octets), send.clone());
        let share = (at..order.messages).step_by(order.at_once);
        senders.spawn(async move {
            for _ in share {
                send(Arc::clone(&octets)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended??;
    }
    Ok(begun.elapsed())
}
