//! Random messages.

use smtp::{
    Address, Credentials, Domain, Envelope, Job, Mail, MessageFacts, Security, SendMode, limits,
};

use glasspost_tests::rng::Rng;

/// A message, its options, and its send mode.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) mail: Mail,
    pub(crate) mode: SendMode,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn new(rng: &mut Rng, keep_open: bool) -> Message {
        let body = body(rng);
        let mode = *rng.pick(&[SendMode::Run, SendMode::Run, SendMode::Step]);
        let mail = Mail {
            envelope: envelope(rng),
            message: MessageFacts {
                size: body.len() as u64,
                eight_bit: rng.once_in(6),
                utf8: rng.once_in(6),
            },
            pipelining: !rng.once_in(4),
            chunking: rng.once_in(2),
            keep_open,
        };
        Message { mail, mode, body }
    }

    /// The message as a server should receive it: every line end is CRLF, including the last.
    pub(crate) fn canonical(&self) -> Vec<u8> {
        let text = String::from_utf8_lossy(&self.body)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let mut text = text.replace('\n', "\r\n");
        if !text.is_empty() && !text.ends_with("\r\n") {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }
}

/// A connection without a message.
///
/// Whether its server is on this machine.
pub(crate) fn job(rng: &mut Rng) -> (Job, bool) {
    let passwords = ["practice", "practice", "wrong horse", "hunter2"];
    let security = *rng.pick(&[Security::None, Security::Starttls, Security::Tls]);
    let loopback = rng.once_in(2);
    let job = Job {
        security,
        client_name: Domain::parse("client.example").expect("a domain"),
        credentials: rng
            .once_in(2)
            .then(|| Credentials::new("mina", *rng.pick(&passwords))),
        mail: None,
        timeouts: limits::Timeouts::RFC,
    };
    (job, loopback)
}

fn envelope(rng: &mut Rng) -> Envelope {
    let address = |text: &str| Address::parse(text).expect("an address");
    let pool = [
        "joon@practice.test",
        "team@practice.test",
        "a.b+c@practice.test",
        "refused@practice.test",
        "greylisted@practice.test",
        "full@practice.test",
        "spam@practice.test",
        "lost@practice.test",
        "\"a b\"@practice.test",
    ];
    let senders = [
        "mina@example.org",
        "mina@example.org",
        "blocked@example.org",
        "민아@example.org",
    ];
    let count = if rng.once_in(40) {
        90
    } else {
        1 + rng.below(4)
    };
    let mut to: Vec<Address> = Vec::new();
    for n in 0..count {
        let next = if count > 10 {
            address(&format!("r{n}@practice.test"))
        } else {
            address(pool[rng.below(pool.len())])
        };
        if !to.contains(&next) {
            to.push(next);
        }
    }
    Envelope {
        from: (!rng.once_in(8)).then(|| address(senders[rng.below(senders.len())])),
        to,
    }
}

fn body(rng: &mut Rng) -> Vec<u8> {
    let pieces = [
        "Subject: x\r\n",
        "\r\n",
        ".",
        "..",
        "\n",
        "\r",
        "\r\n.\r\n",
        "text",
        "\n.\n",
        "\r.\r",
        "a longer run of words",
        "QUIT\r\n",
    ];
    // Some are too long to be in flight with their envelope, and a few too long for one BDAT chunk.
    let count = match rng.below(3_000) {
        0 => 300_000,
        1..=10 => 20_000,
        11..=150 => 3_000,
        _ => rng.below(30),
    };
    (0..count).flat_map(|_| rng.pick(&pieces).bytes()).collect()
}
