//! The limits of a dialogue, in one place. They are octets or counts unless the name says
//! otherwise.

use std::time::Duration;

/// A command line this client writes, CRLF included. RFC 5321 §4.5.3.1.4 says 512; MAIL and RCPT
/// grow by their ESMTP parameters (RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.4), AUTH to 12288 (RFC
/// 4954 §4).
pub const COMMAND_LINE: usize = 12_288;

/// A reply line, CRLF included. RFC 5321 §4.5.3.1.5 says 512; servers in the field send more, so
/// the bound is where memory matters, not where the grammar ends.
pub const REPLY_LINE: usize = 4_096;

/// All lines of one reply together. RFC 5321 sets no bound on a multiline reply (§4.2.1); an
/// endless `250-` meets this one.
pub const REPLY: usize = 64 * 1024;

/// Lines in one reply.
pub const REPLY_LINES: usize = 512;

/// Commands in flight at once with PIPELINING (RFC 2920 §3.1 leaves the number to the client).
pub const IN_FLIGHT: usize = 64;

/// The size of a BDAT chunk (RFC 3030 §2) if each waits for the reply to the one before. A chunk
/// has at least this many octets, and the rest of the frame that completes it; the last one may be
/// smaller. Large, so that round trips cost little, but small enough to be buffered.
pub const CHUNK: usize = 512 * 1024;

/// The size of a BDAT chunk if none waits for a reply (RFC 3030 §4.2). Small, so that one is
/// written while the next is filled, but large enough that the commands cost nothing.
pub const CHUNK_PIPELINED: usize = 128 * 1024;

/// A message up to this size is sent by BDAT together with MAIL and RCPT (RFC 3030 §4.2). It is
/// sent before a recipient is accepted, perhaps in vain, so it is kept small.
pub const EAGER: u64 = 64 * 1024;

/// Challenges (`334`) answered in one AUTH exchange (RFC 4954 §4) before the client cancels it
/// with `*`.
pub const CHALLENGES: usize = 8;

/// A domain, as A-labels. RFC 5321 §4.5.3.1.2 says 255, but a name in the DNS can't be longer than
/// this (RFC 1035 §3.1: 255 with its length octets).
pub const DOMAIN: usize = 253;

/// One label of a domain. RFC 1035 §2.3.4.
pub const LABEL: usize = 63;

/// A path, its angle brackets included. RFC 5321 §4.5.3.1.3. It is the only bound on a local part.
pub const PATH: usize = 256;

/// Addresses of one server that are tried. Each is a socket while its attempt lasts, and two
/// entries in the transcript; RFC 8305 sets no bound.
pub const ADDRESSES: usize = 8;

/// Recipients of one message. RFC 5321 §4.5.3.1.8 requires servers to accept at least 100. More
/// than this in one job is a mistake or an attack on the bridge's memory.
pub const RECIPIENTS: usize = 1_000;

/// Text kept of the reply to one recipient's RCPT, until the end of the message. The transcript has
/// the whole reply; a thousand of them at full length would be 60 MB.
pub const RECIPIENT_REPLY: usize = 2_048;

/// A user name or password. RFC 4616 §2 sets no bound; a base64 PLAIN response has to fit a
/// command line.
pub const CREDENTIAL: usize = 2_048;

/// Secrets remembered for one page, see [`crate::Secrets`]. Beyond them the one that was used
/// longest ago is forgotten.
pub const SECRETS: usize = 64;

/// A line of the message, CRLF excluded. RFC 5321 §4.5.3.1.6 and RFC 5322 §2.1.1.
pub const TEXT_LINE: usize = 998;

/// How long the client waits, by what it waits for. RFC 5321 §4.5.3.2, except where a doc comment
/// says otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeouts {
    /// The lookup of the server's name, and again the TCP connection with all its attempts. Not in
    /// RFC 5321; as long as a person is likely to wait.
    pub connect: Duration,
    /// From the start of one attempt to connect to the start of the next (RFC 8305 §5, Connection
    /// Attempt Delay). Earlier if the one before fails.
    pub attempt: Duration,
    /// How long a server may send nothing before the person is told what the reason may be. Longer
    /// than servers commonly delay their greeting on purpose (Postfix's postscreen: 6 s).
    pub silence: Duration,
    /// The TLS handshake. Not in RFC 5321.
    pub tls: Duration,
    /// The `220` greeting (§4.5.3.2.1), and EHLO, HELO, STARTTLS and AUTH, which the RFC does not
    /// time.
    pub greeting: Duration,
    /// MAIL (§4.5.3.2.2), also RSET, NOOP and anything an operator types.
    pub mail: Duration,
    /// RCPT (§4.5.3.2.3).
    pub rcpt: Duration,
    /// The reply to DATA (§4.5.3.2.4).
    pub data: Duration,
    /// One block of the message (§4.5.3.2.5).
    pub block: Duration,
    /// The reply to the final dot (§4.5.3.2.6).
    pub dot: Duration,
    /// The reply to QUIT. The message is completed by then, so this is short (RFC 5321 §4.1.1.10
    /// requires only an attempt).
    pub quit: Duration,
    /// The time between two NOOPs on a connection that is kept open. Servers should wait 5 minutes
    /// or more (§4.5.3.2.7); some wait only one.
    pub noop: Duration,
    /// How long a connection is kept open without a message. Not in RFC 5321; servers count NOOPs,
    /// and a connection is a resource of theirs.
    pub idle: Duration,
}

impl Timeouts {
    /// The RFC's times.
    pub const RFC: Timeouts = Timeouts {
        connect: Duration::from_secs(30),
        attempt: Duration::from_millis(250),
        silence: Duration::from_secs(8),
        tls: Duration::from_secs(30),
        greeting: Duration::from_secs(300),
        mail: Duration::from_secs(300),
        rcpt: Duration::from_secs(300),
        data: Duration::from_secs(120),
        block: Duration::from_secs(180),
        dot: Duration::from_secs(600),
        quit: Duration::from_secs(5),
        noop: Duration::from_secs(45),
        idle: Duration::from_secs(900),
    };

    /// These times multiplied by `scale`. A scale that is not a positive finite number counts as 1.
    #[must_use]
    pub fn scaled(self, scale: f64) -> Timeouts {
        let scale = if scale.is_finite() && scale > 0.0 {
            scale
        } else {
            1.0
        };
        // Longer than a day is of no use, and the product has to fit into a Duration.
        let by =
            |d: Duration| Duration::from_secs_f64((d.as_secs_f64() * scale).clamp(0.001, 86_400.0));
        Timeouts {
            connect: by(self.connect),
            // RFC 8305 §5 has 2 s as its maximum.
            attempt: by(self.attempt).min(Duration::from_secs(2)),
            silence: by(self.silence),
            tls: by(self.tls),
            greeting: by(self.greeting),
            mail: by(self.mail),
            rcpt: by(self.rcpt),
            data: by(self.data),
            block: by(self.block),
            dot: by(self.dot),
            quit: by(self.quit),
            noop: by(self.noop),
            idle: by(self.idle),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts::RFC
    }
}
