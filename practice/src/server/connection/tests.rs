//! Tests of the driver over pipes in memory, with a paused clock.

use super::*;
use crate::{certificate::Authority, mailbox::Capacity, scenario::CertificateKind};
use tokio::{io::DuplexStream, task::JoinHandle};

impl Link for DuplexStream {
    fn socket(&self) -> Option<&TcpStream> {
        None
    }
}

/// Serves a session in memory. The pipe holds `capacity` bytes in each direction.
fn serve_in_memory(
    capacity: usize,
) -> (
    DuplexStream,
    JoinHandle<io::Result<usize>>,
    CancellationToken,
) {
    let (client, mut server) = tokio::io::duplex(capacity);
    let shutdown = CancellationToken::new();
    let token = shutdown.clone();
    let served = tokio::spawn(async move {
        let shared = Shared {
            played: RwLock::new(Played {
                run: None,
                acceptor: Authority::new()?.acceptor(CertificateKind::Good)?,
            }),
            profile: Profile::default(),
            mailbox: Mailbox::new(Capacity::default()),
            started: Instant::now(),
            buffered: AtomicUsize::new(0),
        };
        let mut driver = Driver::new(Security::Clear, None, &shared, Activity::default(), token);
        driver.run(&mut server).await?;
        drop(driver);
        Ok(shared.buffered.load(Ordering::Relaxed))
    });
    (client, served, shutdown)
}

async fn read_all(client: &mut DuplexStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).await.expect("text");
    text
}

#[tokio::test(start_paused = true)]
async fn an_idle_client_gets_421_and_is_disconnected() {
    let (mut client, served, _shutdown) = serve_in_memory(4096);
    let start = Instant::now();
    let text = read_all(&mut client).await;
    assert!(text.contains("421 4.4.2"), "{text}");
    assert!(start.elapsed() >= limits::IDLE);
    drop(client);
    assert_eq!(served.await.expect("no panic").expect("no error"), 0);
}

#[tokio::test(start_paused = true)]
async fn single_bytes_do_not_keep_a_session_open() {
    let (client, served, _shutdown) = serve_in_memory(4096);
    let (_replies, mut commands) = tokio::io::split(client);
    let trickle = async {
        while commands.write_all(b"x").await.is_ok() {
            sleep(limits::IDLE / 10).await;
        }
    };
    let start = Instant::now();
    tokio::select! {
        () = trickle => panic!("the pipe is not closed before the session ends"),
        served = served => served.expect("no panic").expect("no error"),
    };
    assert!(start.elapsed() < limits::IDLE * 2);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_disconnected() {
    let (mut client, served, _shutdown) = serve_in_memory(64);
    let flood = async {
        while client.write_all(b"NOOP\r\n").await.is_ok() {}
        std::future::pending::<()>().await;
    };
    let start = Instant::now();
    tokio::select! {
        () = flood => {}
        served = served => {
            let error = served.expect("no panic").expect_err("a timeout");
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        }
    }
    assert!(start.elapsed() >= limits::WRITE);
}

#[tokio::test(start_paused = true)]
async fn a_slow_recipient_delays_the_reply() {
    let (mut client, _served, _shutdown) = serve_in_memory(4096);
    let start = Instant::now();
    client
        .write_all(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<slow@b>\r\nQUIT\r\n")
        .await
        .expect("room");
    let text = read_all(&mut client).await;
    assert!(text.contains("250 2.1.5"), "{text}");
    assert!(start.elapsed() >= Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn memory_of_an_incomplete_message_is_released() {
    let (mut client, served, _shutdown) = serve_in_memory(4096);
    client
        .write_all(b"HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nhalf a mess")
        .await
        .expect("room");
    client.shutdown().await.expect("open");
    let text = read_all(&mut client).await;
    assert!(
        text.ends_with("354 End data with <CR><LF>.<CR><LF>\r\n"),
        "{text}"
    );
    assert_eq!(served.await.expect("no panic").expect("no error"), 0);
}
