//! A name server that answers when the test allows it, and a bridge that uses it.
//!
//! The system's resolver reads only `/etc/resolv.conf`. The bridge gets its own copy in a mount
//! namespace. That needs root privileges, and so does port 53.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tempfile::TempDir;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::{bridge, program, soon};

/// An address record (RFC 1035 §3.2.2) of the Internet class.
const A_IN: [u8; 4] = [0, 1, 0, 1];

/// A name server on a loopback address. Dropping it stops it.
pub struct NameServer {
    address: IpAddr,
    files: TempDir,
    asked: mpsc::UnboundedReceiver<String>,
    answer: watch::Sender<Option<Ipv4Addr>>,
    task: JoinHandle<()>,
}

impl NameServer {
    /// Starts a server that answers nothing yet.
    ///
    /// # Panics
    /// If port 53 can't be bound.
    pub async fn start() -> NameServer {
        // Tests in one process, and in several, use servers of their own.
        static NEXT: AtomicU8 = AtomicU8::new(1);
        let [.., high, low] = std::process::id().to_be_bytes();
        let own = NEXT.fetch_add(1, Ordering::Relaxed);
        let address = IpAddr::V4(Ipv4Addr::new(127, own.wrapping_add(100), high, low));
        let socket = match UdpSocket::bind(SocketAddr::new(address, 53)).await {
            Ok(socket) => Arc::new(socket),
            Err(error) => panic!("{address}:53: {error}. This test has to run as root"),
        };
        let files = TempDir::new().expect("a folder");
        // So long that the resolver never times out in a test.
        let settings = format!("nameserver {address}\noptions timeout:30 attempts:5\n");
        std::fs::write(files.path().join("resolv.conf"), settings).expect("a file");
        std::fs::write(files.path().join("nsswitch.conf"), "hosts: files dns\n").expect("a file");
        let (ask, asked) = mpsc::unbounded_channel();
        let (answer, answers) = watch::channel(None);
        NameServer {
            address,
            files,
            asked,
            answer,
            task: tokio::spawn(serve(socket, ask, answers)),
        }
    }

    /// The command of a bridge that uses this server, with these flags and those of
    /// [`bridge::command`].
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut shell = String::from("set -e; ");
        for name in ["resolv.conf", "nsswitch.conf"] {
            let file: PathBuf = self.files.path().join(name);
            shell += &format!("mount --bind '{}' /etc/{name}; ", file.display());
        }
        shell += "exec \"$@\"";
        let plain = bridge::command(args);
        let mut command = Command::new(program::system("unshare"));
        command
            .args(["--mount", "sh", "-c", &shell, "sh"])
            .arg(plain.get_program())
            .args(plain.get_args())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Waits for the next name that is looked up.
    pub async fn asked(&mut self) -> String {
        let what = format!("a question to {}", self.address);
        match soon(&what, self.asked.recv()).await {
            Some(name) => name,
            None => panic!("the name server has stopped"),
        }
    }

    /// Answers every question, including earlier ones: each name has this address.
    pub fn answer(&self, address: Ipv4Addr) {
        self.answer.send_replace(Some(address));
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    socket: Arc<UdpSocket>,
    ask: mpsc::UnboundedSender<String>,
    answers: watch::Receiver<Option<Ipv4Addr>>,
) {
    let mut packet = [0; 512];
    while let Ok((size, from)) = socket.recv_from(&mut packet).await {
        let question = packet[..size].to_vec();
        let Some((name, end)) = name(&question) else {
            continue;
        };
        // There may be no receiver.
        drop(ask.send(name));
        let (socket, mut answers) = (Arc::clone(&socket), answers.clone());
        tokio::spawn(async move {
            let answer = answers
                .wait_for(Option::is_some)
                .await
                .map(|answer| *answer);
            if let Ok(address) = answer {
                drop(socket.send_to(&reply(&question, end, address), from).await);
            }
        });
    }
}

/// The name in the question of a packet, and the end of the question (RFC 1035 §4.1).
fn name(packet: &[u8]) -> Option<(String, usize)> {
    let mut labels = Vec::new();
    let mut at = 12;
    loop {
        let length = usize::from(*packet.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(packet.get(at..at + length)?).into_owned());
        at += length;
    }
    packet.get(at..at + 4)?;
    Some((labels.join("."), at + 4))
}

/// The answer to a packet whose question ends at `end`: the address if an address is asked for, no
/// record otherwise.
fn reply(packet: &[u8], end: usize, address: Option<Ipv4Addr>) -> Vec<u8> {
    let address = address.filter(|_| packet[end - 4..end] == A_IN);
    let mut reply = packet[..2].to_vec();
    // A response, with recursion desired and available, and one question.
    reply.extend([0x81, 0x80, 0, 1, 0, u8::from(address.is_some()), 0, 0, 0, 0]);
    reply.extend(&packet[12..end]);
    if let Some(address) = address {
        // A reference to the name of the question, and a time to live of zero.
        reply.extend([0xc0, 12]);
        reply.extend(A_IN);
        reply.extend([0, 0, 0, 0, 0, 4]);
        reply.extend(address.octets());
    }
    reply
}
