//! Dot-stuffing of any message, passed in any pieces.

use std::time::Duration;

use practice::{Action, Input, Profile, Session};
use smtp::Stuffer;

/// The first octet is the number of cuts, two octets each are the position of a cut, and the rest
/// is the message.
pub fn run(octets: &[u8]) {
    let Some((&count, rest)) = octets.split_first() else {
        return;
    };
    let Some((places, message)) = rest.split_at_checked(2 * usize::from(count % 8)) else {
        return;
    };
    let mut cuts: Vec<usize> = places
        .chunks(2)
        .map(|place| usize::from(place[0]) << 8 | usize::from(place[1]))
        .map(|place| place % (message.len() + 1))
        .collect();
    cuts.sort_unstable();

    let whole = stuff(&[message]);
    let mut pieces = Vec::new();
    let mut from = 0;
    for &cut in &cuts {
        pieces.push(&message[from..cut]);
        from = cut;
    }
    pieces.push(&message[from..]);
    assert_eq!(stuff(&pieces), whole, "cut at {cuts:?}");

    let wire = &whole[..];
    assert!(wire.is_empty() || wire.ends_with(b"\r\n"));
    assert!(
        !wire.starts_with(b".\r\n"),
        "the first line ends the message"
    );
    assert!(
        !wire.windows(5).any(|five| five == b"\r\n.\r\n"),
        "CRLF.CRLF inside: {}",
        wire.escape_ascii()
    );
    let mut before = 0;
    for &octet in wire {
        assert_eq!(
            before == b'\r',
            octet == b'\n',
            "a bare CR or LF: {}",
            wire.escape_ascii()
        );
        before = octet;
    }
    assert_ne!(before, b'\r');

    let expected = canonical(message);
    assert_eq!(unstuffed(wire), expected);
    assert_eq!(delivered(wire, usize::from(count) + 1), expected);
}

fn stuff(pieces: &[&[u8]]) -> Vec<u8> {
    let mut stuffer = Stuffer::new();
    let mut wire = Vec::new();
    for piece in pieces {
        stuffer.push(piece, &mut wire);
    }
    stuffer.finish(&mut wire);
    let lines = || wire.split_inclusive(|&b| b == b'\n');
    assert_eq!(stuffer.wire_octets(), wire.len() as u64);
    assert_eq!(stuffer.lines(), lines().count() as u64);
    assert_eq!(
        stuffer.stuffed(),
        lines().filter(|line| line.starts_with(b".")).count() as u64
    );
    wire
}

/// CR LF, a CR alone and an LF alone are each one line end. A line end is added to the last line if
/// it has none.
fn canonical(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut octets = message.iter().peekable();
    while let Some(&octet) = octets.next() {
        match octet {
            b'\r' => {
                octets.next_if_eq(&&b'\n');
                out.extend(b"\r\n");
            }
            b'\n' => out.extend(b"\r\n"),
            octet => out.push(octet),
        }
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend(b"\r\n");
    }
    out
}

/// Exactly as in RFC 5321 §4.5.2.
fn unstuffed(wire: &[u8]) -> Vec<u8> {
    wire.split_inclusive(|&b| b == b'\n')
        .flat_map(|line| line.strip_prefix(b".").unwrap_or(line))
        .copied()
        .collect()
}

/// Returns the message that the practice server delivers if it reads pieces of `size`.
fn delivered(wire: &[u8], size: usize) -> Vec<u8> {
    let mut session = Session::new(Profile::default(), practice::Security::Clear);
    let all = [
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
        wire,
        b".\r\n",
    ]
    .concat();
    for piece in all.chunks(size) {
        session.handle(Input::Received(piece), Duration::ZERO);
    }
    let mut delivered = Vec::new();
    while let Some(action) = session.poll() {
        if let Action::Deliver(message) = action {
            delivered.push(message.raw);
        }
    }
    assert_eq!(
        delivered.len(),
        1,
        "delivered {} times",
        wire.escape_ascii()
    );
    delivered.concat()
}
