//! What is to be sent, by chance.

use smtp::{
    Address, Credentials, Domain, Envelope, Job, Mail, MessageFacts, Security, SendMode, limits,
};

use crate::luck::Luck;

/// A message, how it is to go, and at which pace.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) mail: Mail,
    pub(crate) mode: SendMode,
    pub(crate) body: Vec<u8>,
}

impl Letter {
    pub(crate) fn new(luck: &mut Luck, keep_open: bool) -> Letter {
        let body = body(luck);
        let mode = *luck.pick(&[SendMode::Run, SendMode::Run, SendMode::Step]);
        let mail = Mail {
            envelope: envelope(luck),
            message: MessageFacts {
                size: body.len() as u64,
                eight_bit: luck.once_in(6),
                utf8: luck.once_in(6),
            },
            pipelining: !luck.once_in(4),
            chunking: luck.once_in(2),
            keep_open,
        };
        Letter { mail, mode, body }
    }

    /// The message as a server should have it: every line end CRLF, the last one there.
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

/// A connection, with no message yet.
///
/// And whether its server is on this machine.
pub(crate) fn job(luck: &mut Luck) -> (Job, bool) {
    let passwords = ["practice", "practice", "wrong horse", "hunter2"];
    let security = *luck.pick(&[Security::None, Security::Starttls, Security::Tls]);
    let loopback = luck.once_in(2);
    let job = Job {
        security,
        client_name: Domain::parse("client.example").expect("a domain"),
        credentials: luck
            .once_in(2)
            .then(|| Credentials::new("mina", *luck.pick(&passwords))),
        mail: None,
        timeouts: limits::Timeouts::RFC,
    };
    (job, loopback)
}

fn envelope(luck: &mut Luck) -> Envelope {
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
    let many = if luck.once_in(40) {
        90
    } else {
        1 + luck.below(4)
    };
    let mut to: Vec<Address> = Vec::new();
    for n in 0..many {
        let next = if many > 10 {
            address(&format!("r{n}@practice.test"))
        } else {
            address(pool[luck.below(pool.len())])
        };
        if !to.contains(&next) {
            to.push(next);
        }
    }
    Envelope {
        from: (!luck.once_in(8)).then(|| address(senders[luck.below(senders.len())])),
        to,
    }
}

fn body(luck: &mut Luck) -> Vec<u8> {
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
    // Some are too long for one flight with their envelope, and a few for one chunk of BDAT.
    let many = match luck.below(3_000) {
        0 => 300_000,
        1..=10 => 20_000,
        11..=150 => 3_000,
        _ => luck.below(30),
    };
    (0..many).flat_map(|_| luck.pick(&pieces).bytes()).collect()
}
