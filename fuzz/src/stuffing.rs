//! A message on its way onto the wire: any octets, handed over in any pieces.

use practice::{Action, Input, Profile, Session};
use smtp::Stuffer;

/// The first octet says how many cuts there are, two octets each say where; the rest is the
/// message.
pub fn run(octets: &[u8]) {
    let Some((&many, rest)) = octets.split_first() else {
        return;
    };
    let Some((places, message)) = rest.split_at_checked(2 * usize::from(many % 8)) else {
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
    assert!(!wire.starts_with(b".\r\n"), "it ends where it begins");
    assert!(
        !wire.windows(5).any(|five| five == b"\r\n.\r\n"),
        "CRLF.CRLF within: {}",
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

    let meant = canonical(message);
    assert_eq!(unstuffed(wire), meant);
    assert_eq!(served(wire, usize::from(many) + 1), meant);
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

/// CR LF, a CR alone and an LF alone are each one line end; the last line has one.
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

/// RFC 5321 §4.5.2, to the letter.
fn unstuffed(wire: &[u8]) -> Vec<u8> {
    wire.split_inclusive(|&b| b == b'\n')
        .flat_map(|line| line.strip_prefix(b".").unwrap_or(line))
        .copied()
        .collect()
}

/// What the practice server makes of it, read in pieces of `size`.
fn served(wire: &[u8], size: usize) -> Vec<u8> {
    let mut session = Session::new(Profile::default(), practice::Security::Clear);
    let all = [
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
        wire,
        b".\r\n",
    ]
    .concat();
    for piece in all.chunks(size) {
        session.handle(Input::Received(piece));
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
        "delivered so often: {}",
        wire.escape_ascii()
    );
    delivered.concat()
}
