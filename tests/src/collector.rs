//! A mail server that takes messages of any size and keeps the last one.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What became of a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Collected {
    /// A whole message, as it was before its dots were doubled.
    Message(Vec<u8>),
    /// The connection ended in the middle of one, after so many octets of it.
    Cut(usize),
}

/// How a collector receives messages.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// What it says in reply to EHLO that it takes.
    pub size: u64,
    /// After so many octets of a message it reads nothing until [`Collector::reads_on`].
    pub stops_at: Option<usize>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            size: 1_000_000_000,
            stops_at: None,
        }
    }
}

/// A running mail server. Its thread ends with the test.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    collected: Receiver<Collected>,
    reads_on: Sender<()>,
}

impl Collector {
    /// Listens on a free port of 127.0.0.1.
    ///
    /// # Panics
    /// If no port is free.
    #[must_use]
    pub fn start(setup: Setup) -> Collector {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, collected) = channel();
        let (reads_on, paused) = channel();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                // A client that breaks off is no failure of the server.
                drop(serve(connection, setup, &sender, &paused));
            }
        });
        Collector {
            address,
            collected,
            reads_on,
        }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Lets it read what comes after [`Setup::stops_at`].
    pub fn reads_on(&self) {
        let _ = self.reads_on.send(());
    }

    /// Whether a whole message has arrived that was not returned yet.
    #[must_use]
    pub fn has_message(&self) -> bool {
        let mut arrived = self.collected.try_iter();
        arrived.any(|what| matches!(what, Collected::Message(_)))
    }

    /// The next message, or what there was of it.
    ///
    /// # Panics
    /// If there is none in time.
    #[must_use]
    pub fn next(&self) -> Collected {
        let wait = Duration::from_secs(120);
        self.collected.recv_timeout(wait).expect("a message")
    }
}

fn serve(
    connection: TcpStream,
    setup: Setup,
    collected: &Sender<Collected>,
    paused: &Receiver<()>,
) -> std::io::Result<()> {
    let mut output = connection.try_clone()?;
    let mut input = BufReader::with_capacity(1 << 20, connection);
    output.write_all(b"220 collector.test ESMTP\r\n")?;
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.trim_end().to_ascii_uppercase();
        if verb.starts_with("EHLO") {
            let size = setup.size;
            let offer = format!("250-collector.test\r\n250-8BITMIME\r\n250 SIZE {size}\r\n");
            output.write_all(offer.as_bytes())?;
        } else if verb == "DATA" {
            output.write_all(b"354 End data with <CR><LF>.<CR><LF>\r\n")?;
            let what = receive(&mut input, setup.stops_at, paused);
            let cut = matches!(what, Collected::Cut(_));
            drop(collected.send(what));
            if cut {
                return Ok(());
            }
            output.write_all(b"250 2.0.0 OK\r\n")?;
        } else if verb == "QUIT" {
            return output.write_all(b"221 2.0.0 Bye\r\n");
        } else {
            output.write_all(b"250 2.0.0 OK\r\n")?;
        }
    }
}

fn receive(
    input: &mut BufReader<TcpStream>,
    mut stops_at: Option<usize>,
    paused: &Receiver<()>,
) -> Collected {
    let mut message = Vec::new();
    loop {
        let start = message.len();
        if input.read_until(b'\n', &mut message).unwrap_or(0) == 0 {
            return Collected::Cut(message.len());
        }
        if message[start..] == *b".\r\n" {
            message.truncate(start);
            return Collected::Message(message);
        }
        if message[start] == b'.' {
            message.remove(start);
        }
        if stops_at.take_if(|stop| message.len() > *stop).is_some() {
            let _ = paused.recv();
        }
    }
}
