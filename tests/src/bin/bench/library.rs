//! The libraries lettre and mail-send, each run in a process of its own, so that its memory can be
//! told from ours: `bench library ORDER`.

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

/// What makes the benchmark's program such a process.
pub(crate) const NAME: &str = "library";

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Library {
    Lettre,
    MailSend,
}

/// What one of them is to do.
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    library: Library,
    to: SocketAddr,
    /// STARTTLS, whatever the certificate.
    tls: bool,
    credentials: Option<(String, String)>,
    file: PathBuf,
    /// Over a connection of its own each.
    messages: usize,
    at_once: usize,
}

/// How to run one.
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

/// The time that such a process says it took.
pub(crate) fn time(stdout: &[u8]) -> Result<Duration> {
    let text = std::str::from_utf8(stdout)?;
    let nanoseconds = text.trim().parse().context("no time")?;
    Ok(Duration::from_nanos(nanoseconds))
}

/// Does what is ordered, and prints how long it took: from the first connection to the last QUIT,
/// with the message in memory before.
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
    // Without the feature `pool` each message has a connection of its own.
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
    // It asks the process for one where the builder is made.
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

/// Sends as often as ordered, and as many at once; gives the time for all.
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
