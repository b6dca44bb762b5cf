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

use super::client::{FROM, SendTask, TO};

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
struct Task {
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
    send: &SendTask<'_>,
    messages: usize,
    at_once: usize,
) -> Result<Command> {
    let task = Task {
        library,
        to: send.to,
        tls: send.tls,
        credentials: send
            .credentials
            .map(|(user, password)| (user.to_owned(), password.to_owned())),
        file: send.file.to_owned(),
        messages,
        at_once,
    };
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(NAME).arg(serde_json::to_string(&task)?);
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
pub(crate) async fn run(task: &str) -> Result<()> {
    let task: Task = serde_json::from_str(task)?;
    let took = match task.library {
        Library::Lettre => lettre(&task).await?,
        Library::MailSend => mail_send(&task).await?,
    };
    println!("{}", took.as_nanos());
    Ok(())
}

async fn lettre(task: &Task) -> Result<Duration> {
    let host = task.to.ip().to_string();
    let tls = if task.tls {
        let parameters = TlsParameters::builder(host.clone())
            .dangerous_accept_invalid_certs(true)
            .build_rustls()?;
        Tls::Required(parameters)
    } else {
        Tls::None
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .port(task.to.port())
        .tls(tls);
    if let Some((user, password)) = task.credentials.clone() {
        builder = builder.credentials(Credentials::new(user, password));
    }
    let transport = builder.build();
    let envelope = Envelope::new(Some(FROM.parse()?), vec![TO.parse()?])?;
    // Without the feature `pool`, each message has its own connection.
    each(task, move |octets| {
        let (transport, envelope) = (transport.clone(), envelope.clone());
        async move {
            transport.send_raw(&envelope, &octets).await?;
            Ok(())
        }
    })
    .await
}

async fn mail_send(task: &Task) -> Result<Duration> {
    // The builder asks the process for a default provider.
    drop(ring::default_provider().install_default());
    let mut builder = SmtpClientBuilder::new(task.to.ip().to_string(), task.to.port())
        .map_err(|error| anyhow!("{error}"))?
        .allow_invalid_certs()
        .implicit_tls(false);
    if let Some((user, password)) = task.credentials.clone() {
        builder = builder.credentials((user, password));
    }
    let (builder, tls) = (Arc::new(builder), task.tls);
    each(task, move |octets| {
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
    task: &Task,
    send: impl Fn(Arc<Vec<u8>>) -> Sending + Clone + Send + 'static,
) -> Result<Duration>
where
    Sending: Future<Output = Result<()>> + Send,
{
    let octets = Arc::new(std::fs::read(&task.file)?);
    let started = Instant::now();
    let mut senders = JoinSet::new();
    for at in 0..task.at_once {
        let (octets, send) = (Arc::clone(&octets), send.clone());
        let share = (at..task.messages).step_by(task.at_once);
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
    Ok(started.elapsed())
}
